import { DatabaseBackup } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useAsked } from '#renderer/engine-client/index.ts';
import { Busy, Button, Notice, useNow, useSizes, useTimes, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { BackupTrouble, RecoveryState } from '#shared/contract/recovery.ts';
import type { Words } from '#shared/messages/format.ts';
import type { Times } from '#shared/messages/times.ts';
import { lastGood } from '../model/last-good.ts';
import { RecoveryRefused } from './RecoveryRefused.tsx';

const Trouble = ({ trouble }: { readonly trouble: BackupTrouble }) => {
  const words = useWords();
  const times = useTimes();
  const sizes = useSizes();
  const now = useNow();
  const { kind, at, needs } = trouble;
  return (
    <Notice tone="warn" title={words('recovery.trouble.title', { when: times.words(at, now) })}>
      <p>
        {words.of(
          `recovery.trouble.${kind}`,
          { needs: needs === null ? 'none' : sizes(needs) },
          'recovery.trouble.failed',
        )}{' '}
        {words('recovery.trouble.kept')}
      </p>
    </Notice>
  );
};

const standWords = (words: Words, times: Times, { backups }: RecoveryState, now: number): string => {
  const last = lastGood({ backups });
  return last === null
    ? words(backups.length === 0 ? 'recovery.stand.none' : 'recovery.stand.none-good')
    : words('recovery.stand.last', { when: times.words(last.at, now), count: last.messages });
};

/** Has the screen reader say how a backup ended; what is shown changes by itself with the time and is not said. */
const useEndSaid = (state: RecoveryState): void => {
  const words = useWords();
  const times = useTimes();
  const { say } = useToasts();
  const was = useRef(state.running);
  useEffect(() => {
    if (was.current && !state.running) {
      const now = Date.now();
      say(
        state.trouble === null
          ? standWords(words, times, state, now)
          : words('recovery.trouble.title', { when: times.words(state.trouble.at, now) }),
      );
    }
    was.current = state.running;
  }, [state, say, words, times]);
};

const StandWords = ({ state }: { readonly state: RecoveryState }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const { nextAt } = state;
  const next =
    nextAt === null
      ? null
      : nextAt <= now
        ? words('recovery.stand.next-now')
        : words(lastGood(state) === null ? 'recovery.stand.first' : 'recovery.stand.next', {
            when: times.words(nextAt, now),
          });
  return (
    <p className="recovery-stand-words">
      {standWords(words, times, state, now)} {next}
    </p>
  );
};

/** How things stand with the backups, in words, and the way to one more. */
export const StandLines = ({ state }: { readonly state: RecoveryState }) => {
  const words = useWords();
  const { asked, ask } = useAsked('backup.now');
  useEndSaid(state);
  const busy = state.running || asked.kind === 'busy';
  return (
    <section className="recovery-part" aria-labelledby="recovery-stand">
      <h3 className="recovery-head" id="recovery-stand">
        <DatabaseBackup aria-hidden size={16} />
        {words('recovery.stand')}
      </h3>
      <StandWords state={state} />
      {busy ? <Busy subject={words('recovery.stand.running')} /> : null}
      {state.trouble === null || busy ? null : <Trouble trouble={state.trouble} />}
      <p className="settings-soft">{words('recovery.stand.why')}</p>
      {asked.kind === 'refused' ? <RecoveryRefused failure={asked.failure} /> : null}
      <div>
        <Button
          kind="primary"
          aria-disabled={busy}
          aria-busy={busy}
          onClick={() => {
            if (!busy) void ask({});
          }}
        >
          {words(busy ? 'recovery.now.busy' : 'recovery.now')}
        </Button>
      </div>
    </section>
  );
};
