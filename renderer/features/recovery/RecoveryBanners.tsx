import { useEngine, useLive } from '#renderer/engine-client/index.ts';
import { Button, Notice, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import { useNavigation } from '#renderer/workbench/index.ts';
import type { RecoveryState } from '#shared/contract/recovery.ts';
import { lastGood } from './model/last-good.ts';
import { useLater } from './model/later.ts';

/** How old the last good backup may be before the desk says that there is trouble, in ms: three days. */
const tooOldMs = 3 * 24 * 3_600_000;

const SteppedBack = ({
  steppedBack,
}: {
  readonly steppedBack: NonNullable<RecoveryState['steppedBack']>;
}) => {
  const words = useWords();
  const engine = useEngine();
  const { go } = useNavigation();
  const { toBeAsked } = steppedBack;
  return (
    <Notice
      tone="warn"
      live
      title={words('recovery.stepped.title')}
      actions={
        <>
          {toBeAsked === 0 ? null : (
            <Button
              small
              onClick={() => {
                go({ kind: 'settings', section: 'outbox' });
              }}
            >
              {words('recovery.stepped.see')}
            </Button>
          )}
          <Button
            small
            onClick={() => {
              void engine.call('recovery.seenSteppedBack', {});
            }}
          >
            {words('recovery.stepped.seen')}
          </Button>
        </>
      }
    >
      <p>{words('recovery.stepped.what', { count: toBeAsked })}</p>
    </Notice>
  );
};

const useMatters = () => {
  const now = useNow();
  const { place } = useNavigation();
  const { data } = useLive('recovery.state', {});
  const later = useLater(now);
  const { screen } = place;
  const isThere = screen.kind === 'settings' && screen.section === 'recovery';
  if (data === undefined) return null;
  const last = lastGood(data);
  return {
    steppedBack: data.steppedBack,
    // The section itself says all the rest.
    noBackup:
      !isThere && data.trouble !== null && !data.running && (last === null || now - last.at > tooOldMs)
        ? { last: last?.at ?? null }
        : null,
    remind:
      isThere || later.isPutOff || (data.words.kind === 'made' && data.words.confirmed)
        ? null
        : data.words.kind === 'none'
          ? ('none' as const)
          : ('unconfirmed' as const),
    putOff: later.putOff,
    now,
  };
};

/**
 * What the desk says about backups and words: that the database went back in time, that backups do not succeed, and,
 * calmly and one at a time, that there are no recovery words. For a workspace in which there is something to lose.
 */
export const RecoveryBanners = () => {
  const words = useWords();
  const times = useTimes();
  const { go } = useNavigation();
  const matters = useMatters();
  if (matters === null) return null;
  const { steppedBack, noBackup, remind, putOff, now } = matters;
  const toSection = (): void => {
    go({ kind: 'settings', section: 'recovery' });
  };
  // One at a time: the desk is for customers.
  if (steppedBack !== null) return <SteppedBack steppedBack={steppedBack} />;
  if (noBackup !== null)
    return (
      <Notice
        tone="warn"
        live
        actions={
          <Button small onClick={toSection}>
            {words('recovery.desk.see')}
          </Button>
        }
      >
        <p>
          {words('recovery.desk.trouble', {
            when: noBackup.last === null ? 'never' : times.words(noBackup.last, now),
          })}
        </p>
      </Notice>
    );
  if (remind === null) return null;
  return (
    <Notice
      tone="note"
      actions={
        <>
          <Button small onClick={toSection}>
            {words('recovery.remind.do')}
          </Button>
          <Button small kind="quiet" onClick={putOff}>
            {words('recovery.remind.later')}
          </Button>
        </>
      }
    >
      <p>{words(`recovery.remind.${remind}`)}</p>
    </Notice>
  );
};
