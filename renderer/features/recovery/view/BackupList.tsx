import { useState } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { Button, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { Backup } from '#shared/contract/recovery.ts';
import { recoveryRefusal } from '../model/refused.ts';
import { BackupHolds, StandBadge } from './BackupHolds.tsx';
import { RestoreDialog } from './RestoreDialog.tsx';
import '../recovery.css';

/** So many are shown at once; the others when asked for. */
const shownFirst = 6;

const isRestorable = ({ stand }: Backup): boolean => stand === 'good' || stand === 'other-key';

const CheckButton = ({ backup, when }: { readonly backup: Backup; readonly when: string }) => {
  const words = useWords();
  const engine = useEngine();
  const { say, show } = useToasts();
  const [busy, setBusy] = useState(false);
  const check = async (): Promise<void> => {
    setBusy(true);
    say(words('recovery.check.busy'));
    const answer = await engine.call('backup.verify', { id: backup.id });
    setBusy(false);
    if (!answer.ok) show({ text: recoveryRefusal(words, answer.failure), tone: 'bad' });
    else {
      const { stand } = answer.value;
      show({
        text: words(`recovery.check.${stand}`, { when }),
        ...(stand === 'good' ? {} : { tone: 'bad' }),
      });
    }
  };
  return (
    <Button
      small
      // Disabled it would lose the focus, and a list is gone through with the keyboard.
      aria-disabled={busy}
      aria-busy={busy}
      aria-label={busy ? undefined : words('recovery.check.of', { when })}
      onClick={() => {
        if (!busy) void check();
      }}
    >
      {words(busy ? 'recovery.check.busy' : 'recovery.check')}
    </Button>
  );
};

const Line = ({
  backup,
  locked,
  onRestore,
}: {
  readonly backup: Backup;
  readonly locked: boolean;
  readonly onRestore: () => void;
}) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const { at, why, checkedAt, stand } = backup;
  const when = times.words(at, now);
  return (
    <li className="settings-line">
      <div className="settings-line-words">
        <p className="recovery-line-head">
          <time dateTime={new Date(at).toISOString()} title={times.full(at)}>
            {when}
          </time>
          <StandBadge stand={stand} />
        </p>
        <p className="settings-soft">
          <BackupHolds backup={backup} />
        </p>
        <p className="settings-soft">
          {words(`recovery.why.${why}`)},{' '}
          {words('recovery.list.checked', { when: times.words(checkedAt, now) })}
        </p>
      </div>
      <div className="recovery-line-do">
        {locked ? null : <CheckButton backup={backup} when={when} />}
        {isRestorable(backup) ? (
          <Button small aria-label={words('recovery.restore.of', { when })} onClick={onRestore}>
            {words('recovery.restore')}
          </Button>
        ) : null}
      </div>
    </li>
  );
};

/** The backups there are, newest first, each with what can be done with it. */
export const BackupList = ({
  backups,
  locked = false,
  needsKey = false,
}: {
  readonly backups: readonly Backup[];
  /** No workspace is open: nothing can be checked, but restored. */
  readonly locked?: boolean;
  /** No key is at hand, so each of them is opened by words or a passphrase. */
  readonly needsKey?: boolean;
}) => {
  const words = useWords();
  const [all, setAll] = useState(false);
  const [chosen, setChosen] = useState<Backup | null>(null);
  if (backups.length === 0) {
    return <p className="settings-soft">{words('recovery.list.none')}</p>;
  }
  const shown = all ? backups : backups.slice(0, shownFirst);
  return (
    <>
      <ul className="recovery-lines" aria-label={words('recovery.list')}>
        {shown.map((backup) => (
          <Line
            key={backup.id}
            backup={backup}
            locked={locked}
            onRestore={() => {
              setChosen(backup);
            }}
          />
        ))}
      </ul>
      {shown.length === backups.length ? null : (
        <div>
          <Button
            small
            onClick={() => {
              setAll(true);
            }}
          >
            {words('recovery.list.all', { count: backups.length })}
          </Button>
        </div>
      )}
      {chosen === null ? null : (
        <RestoreDialog
          backup={chosen}
          locked={needsKey}
          onClose={() => {
            setChosen(null);
          }}
        />
      )}
    </>
  );
};
