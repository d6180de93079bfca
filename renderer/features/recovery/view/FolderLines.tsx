import { useAsked } from '#renderer/engine-client/index.ts';
import { ManagedNote, usePolicy } from '#renderer/features/policy/index.ts';
import { Button, useWords } from '#renderer/ui/index.ts';
import type { RecoveryState } from '#shared/contract/recovery.ts';
import { RecoveryRefused } from './RecoveryRefused.tsx';

/** How long an admin lets backups be kept; nothing where nobody has laid that down. */
const KeepLine = () => {
  const words = useWords();
  const days = usePolicy().valueOf('backups.keepDays');
  return days === undefined ? null : (
    <>
      <p className="settings-soft">{words('recovery.folder.keep-days', { count: days })}</p>
      <ManagedNote of="backups.keepDays" />
    </>
  );
};

/** Where backups go, and the way to another folder. */
export const FolderLines = ({ state }: { readonly state: RecoveryState }) => {
  const words = useWords();
  const { asked, ask } = useAsked('backup.chooseFolder');
  const { folder, folderBy } = state;
  const busy = asked.kind === 'busy';
  return (
    <section className="recovery-part" aria-labelledby="recovery-folder">
      <h3 className="recovery-head" id="recovery-folder">
        {words('recovery.folder')}
      </h3>
      <p className="recovery-path">
        <bdi>{folder}</bdi>
      </p>
      {folderBy === 'policy' ? (
        <ManagedNote of="backups.folder" />
      ) : (
        <>
          <p className="settings-soft">{words(`recovery.folder.${folderBy}`)}</p>
          <div className="recovery-actions">
            <Button
              aria-disabled={busy}
              onClick={() => {
                if (!busy) void ask({ to: 'ask' });
              }}
            >
              {words('recovery.folder.choose')}
            </Button>
            {folderBy === 'default' ? null : (
              <Button
                kind="quiet"
                aria-disabled={busy}
                onClick={() => {
                  if (!busy) void ask({ to: 'default' });
                }}
              >
                {words('recovery.folder.default.do')}
              </Button>
            )}
          </div>
          <div role="status">
            {asked.kind === 'done' && asked.value !== null ? (
              <p>{words('recovery.folder.chosen', { folder: asked.value.folder })}</p>
            ) : null}
          </div>
          {asked.kind === 'refused' ? <RecoveryRefused failure={asked.failure} /> : null}
        </>
      )}
      <KeepLine />
    </section>
  );
};
