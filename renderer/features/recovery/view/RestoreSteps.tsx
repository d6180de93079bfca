import { useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import type { Backup } from '#shared/contract/recovery.ts';

/** What a restore does and does not do, point by point. */
export const RestoreSteps = ({
  backup,
  keepsKey,
}: {
  readonly backup: Backup;
  /** The backup is one of this workspace, so that its key and its words go on. */
  readonly keepsKey: boolean;
}) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const { at, messages, conversations } = backup;
  return (
    <section aria-label={words('recovery.restore.what')}>
      <ul className="recovery-steps">
        <li>{words('recovery.restore.back', { when: times.words(at, now), messages, conversations })}</li>
        <li>{words('recovery.restore.aside')}</li>
        <li>{words('recovery.restore.again')}</li>
        <li>{words('recovery.restore.unsent')}</li>
        {keepsKey ? <li>{words('recovery.restore.key')}</li> : null}
        <li>{words('recovery.restore.other')}</li>
      </ul>
    </section>
  );
};
