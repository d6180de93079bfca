import { Notice, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import type { NoticeTone } from '#renderer/ui/index.ts';
import { isShutOut } from '#shared/domain/team/line.ts';
import { lineTone, lineWords, type LineTone } from '../model/line-words.ts';
import type { InTeam } from '../model/use-team-status.ts';

const tones: Readonly<Record<LineTone, NoticeTone>> = {
  good: 'good',
  busy: 'note',
  warn: 'warn',
  bad: 'bad',
};

/** When it is tried again, counted down by the second. */
const Again = ({ at }: { readonly at: number }) => {
  const words = useWords();
  const now = useNow('quick');
  return (
    <p className="team-again">
      {at - now < 1_000
        ? words('team.line.away.now')
        : words('team.line.away.again', { seconds: Math.round((at - now) / 1_000) })}
    </p>
  );
};

/** How the line to the team's database stands, why, since when, and what one can do meanwhile. */
export const LineNotice = ({ status }: { readonly status: InTeam }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const { connection, team, pending, past } = status;
  return (
    <Notice tone={tones[lineTone(connection)]} live>
      <p>{lineWords(connection, team.where, words, times, now)}</p>
      {connection.kind === 'connected' && past !== 'whole' ? <p>{words(`team.line.past.${past}`)}</p> : null}
      {connection.kind === 'away' ? (
        <>
          <Again at={connection.retryAt} />
          <p>{words(isShutOut(connection.reason) ? 'team.line.shut-out.what' : 'team.line.away.what')}</p>
        </>
      ) : null}
      {pending > 0 && connection.kind !== 'connected' ? (
        <p>{words('team.line.pending', { count: pending })}</p>
      ) : null}
    </Notice>
  );
};
