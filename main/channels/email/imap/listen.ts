import type { ExistsEvent, ImapFlow } from 'imapflow';
import type { Clock } from '#shared/kit/ports.ts';
import { pause } from '../../kit/waiting.ts';
import type { Timeouts } from '../deadline.ts';
import type { ImapConnection } from './connection.ts';
import { fetchNews } from './fetch-slice.ts';
import type { News } from './fetch-slice.ts';

/** What to listen to, and whom to tell. */
export type Listening = {
  /** The folder that IDLE watches; its news are seconds away, the others' a cycle. */
  readonly watched: string;
  readonly others: readonly string[];
  readonly hint: (stream: string) => void;
  /** Hears what is new in the watched folder before the hint, where that is little. */
  readonly news: (news: News) => void;
  readonly timeouts: Timeouts;
  readonly clock: Clock;
};

const look = { messages: true, uidNext: true, uidValidity: true, highestModseq: true } as const;

/** What a folder looked like, as one comparable string. */
const print = (facts: {
  readonly uidValidity?: bigint | undefined;
  readonly uidNext?: number | undefined;
  readonly messages?: number | undefined;
  readonly highestModseq?: bigint | undefined;
}): string => [facts.uidValidity, facts.uidNext, facts.messages, facts.highestModseq].map(String).join(' ');

/**
 * Watches folders until the signal ends it or the connection fails. Every cycle looks at all folders before it waits, so that mail
 * that came between DONE and the next IDLE is found, and so that a server that announces IDLE and never pushes is only slow, not deaf.
 */
export async function listenOn(
  connection: ImapConnection,
  listening: Listening,
  signal: AbortSignal,
): Promise<never> {
  const { timeouts, clock, hint } = listening;
  const seen = new Map<string, string>();
  const compare = (stream: string, facts: string): void => {
    if (seen.get(stream) !== facts) hint(stream);
    seen.set(stream, facts);
  };
  const closed = new Promise<void>((resolve) => connection.client.once('close', resolve));
  let recheckAt = clock.monotonic() + timeouts.recheck;
  for (;;) {
    const heard = await connection.run(
      (client) => lookAround(client, listening, compare),
      signal,
      timeouts.silence,
    );
    if (clock.monotonic() >= recheckAt) {
      for (const stream of [listening.watched, ...listening.others]) hint(stream);
      recheckAt = clock.monotonic() + timeouts.recheck;
    }
    await waitForNews(connection, listening, heard, closed, signal);
  }
}

async function lookAround(
  client: ImapFlow,
  listening: Listening,
  compare: (stream: string, facts: string) => void,
): Promise<Heard> {
  for (const stream of listening.others) {
    const status = await client.status(stream, look);
    if (status !== false) compare(stream, print(status));
  }
  // The watched folder last: between this answer and IDLE the server keeps its news for us (RFC 2177).
  const mailbox = await client.mailboxOpen(listening.watched, { readOnly: true });
  compare(listening.watched, print({ ...mailbox, messages: mailbox.exists }));
  return { from: mailbox.uidNext, given: 0 };
}

/** What was heard of the watched folder since it was looked at: `from` is where news begin, 0 where nobody here knows, `given` how many. */
type Heard = { from: number; given: number };

const shortestIdle = 5_000;

/** More news than these at once are left to a pull, which takes them in portions. */
const fewNews = 16;

/**
 * Reads what is new by the connection that heard of it: it has the folder as it is now, where the working one would open it anew, and a
 * server that keeps a file for each mail looks through all of them for that.
 */
async function readNews(client: ImapFlow, { news }: Listening, heard: Heard): Promise<void> {
  const { given, from } = heard;
  const { mailbox } = client;
  heard.given = 0;
  heard.from = 0;
  if (mailbox === false || given > fewNews || !(from > 0)) return;
  const read = await fetchNews(client, String(mailbox.uidValidity), from);
  if (read === null) return;
  heard.from = read.next;
  if (read.count > 0) news(read);
}

const hasIdle = (client: ImapFlow): boolean =>
  client.capabilities.has('IDLE') || client.enabled.has('IMAP4REV2') || client.capabilities.has('IMAP4rev2');

/** Waits one cycle; news of the watched folder are told the moment they come in. */
async function waitForNews(
  connection: ImapConnection,
  listening: Listening,
  heard: Heard,
  closed: Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { client } = connection;
  const { timeouts, watched, hint, clock } = listening;
  if (!hasIdle(client)) {
    await Promise.race([pause(timeouts.poll, signal), closed]);
    return;
  }
  // One for the whole cycle, however often IDLE is left for news: each waits on the signal until its time.
  const over = pause(timeouts.idle, signal).then(() => 'over');
  over.catch(() => undefined);
  let arrived = (): void => undefined;
  const onExists = ({ count, prevCount }: ExistsEvent): void => {
    heard.given += Math.max(0, count - prevCount);
    arrived();
  };
  const onNews = (): void => hint(watched);
  const others = ['expunge', 'flags'] as const;
  client.on('exists', onExists);
  for (const event of others) client.on(event, onNews);
  try {
    for (let first = 'news'; first === 'news';) {
      if (heard.given > 0) {
        // Any command makes the library say DONE first; a server that does not answer it within the time-out is gone.
        await connection.run((idling) => readNews(idling, listening, heard), signal, timeouts.silence);
        hint(watched);
      }
      const began = clock.monotonic();
      const news = new Promise<string>((resolve) => {
        arrived = () => resolve('news');
        if (heard.given > 0) arrived();
      });
      const ended = client.idle().then(
        (answer) => (answer === false ? 'refused' : 'ended'),
        () => 'ended',
      );
      first = await connection.run(
        () => Promise.race([news, ended, over]),
        signal,
        timeouts.idle * 2 + timeouts.silence,
      );
      // A server that refuses IDLE, or ends it at once, is polled; asking again immediately would be a busy loop.
      const tooSoon = first === 'ended' && clock.monotonic() - began < shortestIdle;
      if (first === 'refused' || tooSoon) await Promise.race([pause(timeouts.poll, signal), closed]);
    }
    await connection.run((idling) => idling.noop(), signal, Math.min(timeouts.silence, 30_000));
  } finally {
    client.off('exists', onExists);
    for (const event of others) client.off(event, onNews);
  }
}
