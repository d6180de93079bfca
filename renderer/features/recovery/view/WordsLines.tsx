import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { Button, Notice, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import type { RecoveryState } from '#shared/contract/recovery.ts';
import { WordsDialog } from '../WordsDialog.tsx';

/** How things stand with the recovery words, and the way to make, confirm or replace them. */
export const WordsLines = ({ made }: { readonly made: RecoveryState['words'] }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const [open, setOpen] = useState<'none' | 'intro' | 'confirm'>('none');
  // Making words changes what there is while the dialog stands.
  const [replaces, setReplaces] = useState(false);
  const make = (): void => {
    setReplaces(made.kind === 'made');
    setOpen('intro');
  };
  return (
    <section className="recovery-part" aria-labelledby="recovery-words">
      <h3 className="recovery-head" id="recovery-words">
        <KeyRound aria-hidden size={16} />
        {words('recovery.words')}
      </h3>
      <p className="settings-soft">{words('recovery.words.what')}</p>
      {made.kind === 'none' ? (
        <Notice tone="warn">
          <p>{words('recovery.words.none')}</p>
        </Notice>
      ) : made.confirmed ? (
        <Notice tone="good">
          <p>{words('recovery.words.confirmed', { when: times.day(made.at) })}</p>
        </Notice>
      ) : (
        <Notice tone="warn">
          <p>{words('recovery.words.unconfirmed', { when: times.words(made.at, now) })}</p>
        </Notice>
      )}
      <div className="recovery-actions">
        {made.kind === 'made' && !made.confirmed ? (
          <Button
            kind="primary"
            onClick={() => {
              setOpen('confirm');
            }}
          >
            {words('recovery.words.confirm')}
          </Button>
        ) : null}
        <Button kind={made.kind === 'none' ? 'primary' : 'plain'} onClick={make}>
          {words(made.kind === 'none' ? 'recovery.words.make' : 'recovery.words.make.new')}
        </Button>
      </div>
      {open === 'none' ? null : (
        <WordsDialog
          begin={open}
          replaces={replaces}
          onClose={() => {
            setOpen('none');
          }}
        />
      )}
    </section>
  );
};
