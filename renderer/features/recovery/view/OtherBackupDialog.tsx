import { useState } from 'react';
import { useAsked } from '#renderer/engine-client/index.ts';
import { Busy, Notice, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { Backup, BackupNeeds } from '#shared/contract/recovery.ts';
import { BackupHolds } from './BackupHolds.tsx';
import { isKeyTyped, KeyFields, keyOf, noKeyTyped } from './KeyFields.tsx';
import { RecoveryRefused } from './RecoveryRefused.tsx';
import { RestoreForm } from './RestoreForm.tsx';
import { RestoreSteps } from './RestoreSteps.tsx';

const Found = ({ backup }: { readonly backup: Backup }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const { at, version } = backup;
  return (
    <section className="recovery-found" aria-label={words('recovery.other.found')}>
      <p className="recovery-backup-when">{words('recovery.other.made', { when: times.words(at, now) })}</p>
      <p className="settings-soft">
        <BackupHolds backup={backup} />, {words('recovery.list.version', { version })}
      </p>
    </section>
  );
};

/** What was found in a folder from elsewhere, what opens it, and what restoring it does. */
export const OtherBackupDialog = ({
  found: { ref, backup, needs },
  onClose,
}: {
  readonly found: { readonly ref: string; readonly backup: Backup; readonly needs: BackupNeeds };
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const times = useTimes();
  const { show } = useToasts();
  const { asked, ask } = useAsked('backup.restoreOther');
  const [typed, setTyped] = useState(() => noKeyTyped(needs));
  const { stand } = backup;
  const bad = stand === 'damaged' || stand === 'from-the-future' ? stand : null;
  const busy = asked.kind === 'busy';

  const restore = async (): Promise<void> => {
    if (!(await ask({ ref, ...keyOf(needs, typed) }))) return;
    show({ text: words('recovery.restore.done', { when: times.words(backup.at, Date.now()) }) });
    onClose();
  };

  return (
    <RestoreForm
      title={words('recovery.other.title')}
      readOnly={needs === 'nothing' || bad !== null}
      refused={bad !== null}
      ready={isKeyTyped(needs, typed)}
      busy={busy}
      onRestore={() => {
        void restore();
      }}
      onClose={onClose}
    >
      <Found backup={backup} />
      {bad === null ? (
        <>
          <KeyFields needs={needs} typed={typed} onType={setTyped} />
          {busy ? (
            <Busy subject={words('recovery.restore.busy.what')} />
          ) : (
            <RestoreSteps backup={backup} keepsKey={false} />
          )}
        </>
      ) : (
        <Notice tone="bad">
          <p>{words(`recovery.other.bad.${bad}`, { version: backup.version })}</p>
        </Notice>
      )}
      {asked.kind === 'refused' ? <RecoveryRefused failure={asked.failure} /> : null}
    </RestoreForm>
  );
};
