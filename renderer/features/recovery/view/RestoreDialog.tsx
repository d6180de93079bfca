import { useState } from 'react';
import { useAsked } from '#renderer/engine-client/index.ts';
import { Busy, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { Backup, BackupNeeds } from '#shared/contract/recovery.ts';
import { isKeyTyped, KeyFields, keyOf, noKeyTyped } from './KeyFields.tsx';
import { RecoveryRefused } from './RecoveryRefused.tsx';
import { RestoreForm } from './RestoreForm.tsx';
import { RestoreSteps } from './RestoreSteps.tsx';
import '../recovery.css';

/** Asks before a backup takes the place of what is here, and says exactly what happens. */
export const RestoreDialog = ({
  backup,
  locked = false,
  onClose,
}: {
  readonly backup: Backup;
  /** The key of this workspace is not at hand, so words or a passphrase are needed for any backup. */
  readonly locked?: boolean;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const { show } = useToasts();
  const { asked, ask } = useAsked('backup.restore');
  const refusedKey = asked.kind === 'refused' && asked.failure.kind === 'backup-other-key';
  const [wanted, setWanted] = useState(locked || backup.stand === 'other-key');
  const needs: BackupNeeds = wanted || refusedKey ? 'words-or-passphrase' : 'nothing';
  const [typed, setTyped] = useState(() => noKeyTyped('words-or-passphrase'));
  const busy = asked.kind === 'busy';

  const restore = async (): Promise<void> => {
    if (refusedKey) setWanted(true);
    if (!(await ask({ id: backup.id, ...keyOf(needs, typed) }))) return;
    show({ text: words('recovery.restore.done', { when: times.words(backup.at, Date.now()) }) });
    onClose();
  };

  return (
    <RestoreForm
      title={words('recovery.restore.title')}
      readOnly={needs === 'nothing'}
      ready={isKeyTyped(needs, typed)}
      busy={busy}
      onRestore={() => {
        void restore();
      }}
      onClose={onClose}
    >
      <p className="recovery-backup-when">{times.words(backup.at, now)}</p>
      {busy ? (
        <Busy subject={words('recovery.restore.busy.what')} />
      ) : (
        <RestoreSteps backup={backup} keepsKey={needs === 'nothing'} />
      )}
      <KeyFields needs={needs} typed={typed} onType={setTyped} />
      {asked.kind === 'refused' ? <RecoveryRefused failure={asked.failure} /> : null}
    </RestoreForm>
  );
};
