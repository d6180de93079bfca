import { setTimeout as delay } from 'node:timers/promises';
import type { MailServer } from '../../support/mail-server/mail-server.ts';
import { letter } from '../../support/mailbox-generator/letter.ts';
import type { PeerMailbox } from '../kit/peers.ts';
import { percentile, tell } from '../kit/rows.ts';
import type { Line } from './desk-words.ts';
import type { Desk } from './desk.ts';
import { serverOpens } from './raw-imap.ts';
import { watchLine } from './watched-line.ts';
import type { WatchedLine } from './watched-line.ts';

/** The engine keeps this long between two logins of an account, ms. */
const loginGap = 5_500;

type Place = {
  readonly desk: Desk;
  readonly server: MailServer;
  readonly line: Line;
  readonly size: number;
  readonly peer: PeerMailbox | null;
};

type Look = { readonly ms: number; readonly heardKiB: number };

/** Lets the engine connect anew, perhaps after something has changed meanwhile. */
const connectAnew = async (
  desk: Desk,
  watched: WatchedLine,
  meanwhile: () => Promise<void>,
): Promise<Look> => {
  await desk.pause();
  await meanwhile();
  await delay(loginGap);
  const before = watched.heardKiB();
  const ms = await desk.resume();
  return { ms, heardKiB: watched.heardKiB() - before };
};

const nothing = (): Promise<void> => Promise.resolve();

/** P4 and P5: nothing has changed, by a new and by the connection at hand; then one flag of one mail. */
const tellLooks = async (
  { desk, server, line, size, peer }: Place,
  watched: WatchedLine,
  times: number,
): Promise<void> => {
  const anew: Look[] = [];
  const theirs: number[] = [];
  const flagged: Look[] = [];
  for (let n = 0; n < times; n += 1) {
    anew.push(await connectAnew(desk, watched, nothing));
    if (peer !== null) theirs.push(peer.fetch().seconds * 1_000);
    const mail = [n + 1];
    flagged.push(
      await connectAnew(desk, watched, () =>
        server.addFlags(line.user, 'INBOX', mail, ['\\Flagged', '\\Answered']),
      ),
    );
    // What the peer has to catch up with is not part of its next look at nothing.
    peer?.fetch();
  }
  const ms = anew.map((look) => look.ms);
  const bars = size >= 100_000 ? { goal: 0.1, gate: 0.25 } : { goal: 0.5, gate: 1 };
  tell({
    measure: 'P4',
    what: 'nothing changed, by a new connection',
    size,
    unit: 'ms',
    values: ms,
    limit: { goal: 25, gate: 25 },
    ...(theirs.length === 0 ? {} : { against: { what: 'mbsync', values: theirs, ...bars } }),
  });
  tellHeard('P4', 'nothing changed: heard from the server', size, anew);
  tell({
    measure: 'P5',
    what: 'one flag changed, by a new connection',
    size,
    unit: 'ms',
    values: flagged.map((look) => look.ms),
    limit: { goal: 50, gate: 50 },
    against: { what: 'nothing changed', values: ms, goal: 2, gate: 2 },
  });
  tellHeard('P5', 'one flag changed: heard from the server', size, flagged);
};

/** A look that asks for the flags of all mails hears some 40 bytes of each. */
const heardAtMost = 64;

const tellHeard = (measure: string, what: string, size: number, looks: readonly Look[]): void =>
  tell({
    measure,
    what,
    size,
    unit: 'KiB',
    values: looks.map(({ heardKiB }) => heardKiB),
    limit: { goal: heardAtMost, gate: heardAtMost },
  });

const tellWarm = async ({ desk, size }: Place, watched: WatchedLine, times: number): Promise<void> => {
  const looks: Look[] = [];
  for (let n = 0; n < times; n += 1) {
    const before = watched.heardKiB();
    const ms = await desk.look();
    looks.push({ ms, heardKiB: watched.heardKiB() - before });
  }
  tell({
    measure: 'P4',
    what: 'nothing changed, by the connection at hand',
    size,
    unit: 'ms',
    values: looks.map(({ ms }) => ms),
    limit: { goal: 5, gate: 5 },
  });
  tellHeard('P4', 'nothing changed, by the connection at hand: heard from the server', size, looks);
};

/** P6: from the server's word to the row that a search finds and of which the page was told. */
const tellArrivals = async (
  { desk, server, line, size }: Place,
  watched: WatchedLine,
  times: number,
): Promise<void> => {
  const took: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const text = `qzarrival${String(n)}x${String(size)}`;
    const { found } = await desk.await(text);
    const told = watched.nextNews();
    await server.append(
      line.user,
      'INBOX',
      letter({ subject: `News ${text}`, text: `There is ${text}.`, date: new Date() }),
    );
    const at = await told;
    took.push((await found) - at);
  }
  const row = { measure: 'P6', size, unit: 'ms' } as const;
  const what = 'from the server’s word to a searchable row that the page is told of';
  tell({ ...row, what, values: took });
  tell({ ...row, what: `${what}, p95`, values: [percentile(took, 0.95)], limit: { goal: 15, gate: 15 } });
};

/** What of P5 is the server's own. It comes last: what it changes is no part of anything else. */
const tellOpening = async ({ server, line, size }: Place, times: number): Promise<void> => {
  const opened: number[] = [];
  for (let n = 0; n < times; n += 1) {
    await server.addFlags(line.user, 'INBOX', [times + n + 1], ['\\Flagged']);
    opened.push(await serverOpens(line));
  }
  tell({
    measure: 'P5',
    what: 'one flag changed: of it the server’s own time to open the folder',
    size,
    unit: 'ms',
    values: opened,
    note: 'Dovecot looks through its files, one for each mail',
  });
};

/** Everything after the import: what staying in step costs. */
export const tellStaying = async (
  place: Place,
  times: { readonly looks: number; readonly arrivals: number },
): Promise<void> => {
  const watched = await watchLine(place.line.port);
  try {
    await place.desk.move({ ...place.line, port: watched.port });
    await tellLooks(place, watched, times.looks);
    await tellWarm(place, watched, times.looks);
    await tellArrivals(place, watched, times.arrivals);
    await tellOpening(place, times.looks);
  } finally {
    await watched.stop();
  }
};
