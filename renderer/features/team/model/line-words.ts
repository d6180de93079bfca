import type { TeamConnection } from '#shared/contract/team.ts';
import { isShutOut } from '#shared/domain/team/line.ts';
import type { Words } from '#shared/messages/format.ts';
import type { Times } from '#shared/messages/times.ts';
import type { InTeam } from './use-team-status.ts';

/** How pressing the state of the line to the team's database is. */
export type LineTone = 'good' | 'busy' | 'warn' | 'bad';

/** With so much still to come the rail says so: less is here before somebody has read it. */
const muchToCome = 500;

/** The colour of the line. */
export const lineTone = (connection: TeamConnection): LineTone => {
  switch (connection.kind) {
    case 'connecting':
      return 'busy';
    case 'connected':
      return connection.behind > 0 ? 'busy' : 'good';
    case 'away':
      return isShutOut(connection.reason) ? 'bad' : 'warn';
    case 'too-old':
      return 'warn';
    case 'cut':
      return 'bad';
  }
};

/** How the line stands, in a sentence; `where` is the database's host and port. */
export const lineWords = (
  connection: TeamConnection,
  where: string,
  words: Words,
  times: Times,
  now: number,
): string => {
  switch (connection.kind) {
    case 'connecting':
      return words('team.line.connecting');
    case 'connected':
      return connection.behind === 0
        ? words('team.line.connected')
        : words('team.line.connected.behind', { count: connection.behind });
    case 'away':
      return words(isShutOut(connection.reason) ? 'team.line.shut-out' : 'team.line.away', {
        time: times.short(connection.since, now),
        why: words.of(`team.why.${connection.reason}`, { where }, 'team.why.other'),
      });
    case 'too-old':
      return words('team.line.too-old');
    case 'cut':
      return words('team.line.cut');
  }
};

/** What the rail says of the team, or null where everything is as it should be: it is quiet then. */
export const railWords = (
  { connection, pending, refusals, past }: InTeam,
  words: Words,
  times: Times,
  now: number,
): { readonly said: string; readonly tone: LineTone } | null => {
  const tone = lineTone(connection);
  switch (connection.kind) {
    case 'connecting':
      return pending === 0 ? null : { said: words('team.rail.connecting'), tone };
    case 'away': {
      const time = times.short(connection.since, now);
      if (isShutOut(connection.reason))
        return { said: words('team.rail.shut-out', { time, count: pending }), tone };
      return {
        said:
          pending === 0
            ? words('team.rail.away', { time })
            : words('team.rail.away.pending', { time, count: pending }),
        tone,
      };
    }
    case 'too-old':
      return { said: words('team.rail.too-old'), tone };
    case 'cut':
      return { said: words('team.rail.cut'), tone };
    case 'connected':
      if (refusals > 0) return { said: words('team.rail.refusals', { count: refusals }), tone: 'warn' };
      if (past === 'recent') return { said: words('team.rail.past'), tone: 'busy' };
      return connection.behind < muchToCome
        ? null
        : { said: words('team.rail.behind', { count: connection.behind }), tone };
  }
};
