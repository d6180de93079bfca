import { useId } from 'react';
import { TextField, useWords } from '#renderer/ui/index.ts';
import type { BackupNeeds } from '#shared/contract/recovery.ts';
import { WordsField } from './WordsField.tsx';

/** What opens a backup, as it is typed. */
export type KeyTyped = {
  readonly by: 'words' | 'passphrase';
  readonly words: string;
  readonly passphrase: string;
};

/** Nothing typed yet, where words or a passphrase are needed. */
export const noKeyTyped = (needs: BackupNeeds): KeyTyped => ({
  by: needs === 'passphrase' ? 'passphrase' : 'words',
  words: '',
  passphrase: '',
});

/** The part of a call that opens the backup. */
export const keyOf = (
  needs: BackupNeeds,
  { by, words, passphrase }: KeyTyped,
): { readonly words?: string; readonly passphrase?: string } =>
  needs === 'nothing' ? {} : by === 'words' ? { words } : { passphrase };

/** Whether something is typed where something is needed. */
export const isKeyTyped = (needs: BackupNeeds, typed: KeyTyped): boolean =>
  needs === 'nothing' || typed[typed.by].trim() !== '';

/** The fields for what opens a backup; where either will do, a choice between them. */
export const KeyFields = ({
  needs,
  typed,
  onType,
}: {
  readonly needs: BackupNeeds;
  readonly typed: KeyTyped;
  readonly onType: (typed: KeyTyped) => void;
}) => {
  const words = useWords();
  const name = useId();
  if (needs === 'nothing') return null;
  return (
    <div className="recovery-form">
      {needs === 'words-or-passphrase' ? (
        <fieldset className="recovery-by">
          <legend>{words('recovery.enter.by')}</legend>
          {(['words', 'passphrase'] as const).map((by) => (
            <label key={by} className="recovery-by-choice">
              <input
                type="radio"
                name={name}
                checked={typed.by === by}
                onChange={() => {
                  onType({ ...typed, by });
                }}
              />
              {words(`recovery.enter.by.${by}`)}
            </label>
          ))}
        </fieldset>
      ) : null}
      {typed.by === 'words' ? (
        <WordsField
          value={typed.words}
          error={null}
          onChange={(value) => {
            onType({ ...typed, words: value });
          }}
        />
      ) : (
        <TextField
          label={words('recovery.enter.passphrase')}
          type="password"
          autoComplete="off"
          maxLength={1_000}
          value={typed.passphrase}
          onChange={(event) => {
            onType({ ...typed, passphrase: event.currentTarget.value });
          }}
        />
      )}
    </div>
  );
};
