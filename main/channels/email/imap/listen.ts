import type { ImapFlow } from 'imapflow';
import type { Clock } from '#shared/kit/ports.ts';
import { pause } from '../../kit/waiting.ts';
import type { Timeouts } from '../deadline.ts';
import type { ImapConnection } from './connection.ts';

/** What to listen to, and whom to tell. */
export type Listening = {
  /** The folder that IDLE watches; its news are seconds away, the others' a cycle. */
  readonly watched: string;
  readonly others: readonly string[];
  readonly hint: (stream: string) => void;
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
    await connection.run((client) => lookAround(client, listening, compare), signal, timeouts.silence);
    if (clock.monotonic() >= recheckAt) {
      for (const stream of [listening.watched, ...listening.others]) hint(stream);
      recheckAt = clock.monotonic() + timeouts.recheck;
    }
    await waitForNews(connection, listening, closed, signal);
  }
}

async function lookAround(
  client: ImapFlow,
  listening: Listening,
  compare: (stream: string, facts: string) => void,
): Promise<void> {
  for (const stream of listening.others) {
    const status = await client.status(stream, look);
    if (status !== false) compare(stream, print(status));
  }
  // The watched folder last: between this answer and IDLE the server keeps its news for us (RFC 2177).
  const mailbox = await client.mailboxOpen(listening.watched, { readOnly: true });
  compare(listening.watched, print({ ...mailbox, messages: mailbox.exists }));
}

const shortestIdle = 5_000;

const hasIdle = (client: ImapFlow): boolean =>
  client.capabilities.has('IDLE') || client.enabled.has('IMAP4REV2') || client.capabilities.has('IMAP4rev2');

/** Waits one cycle; news of the watched folder are told the moment they come in, without leaving IDLE. */
async function waitForNews(
  connection: ImapConnection,
  listening: Listening,
  closed: Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { client } = connection;
  const { timeouts, watched, hint, clock } = listening;
  if (!hasIdle(client)) {
    await Promise.race([pause(timeouts.poll, signal), closed]);
    return;
  }
  const began = clock.monotonic();
  const onNews = (): void => hint(watched);
  const events = ['exists', 'expunge', 'flags'] as const;
  for (const event of events) client.on(event, onNews);
  try {
    const ended = client.idle().then(
      (answer) => (answer === false ? 'refused' : 'ended'),
      () => 'ended',
    );
    const first = await connection.run(
      () => Promise.race([ended, pause(timeouts.idle, signal).then(() => 'over')]),
      signal,
      timeouts.idle * 2 + timeouts.silence,
    );
    // A server that refuses IDLE, or ends it at once, is polled; asking again immediately would be a busy loop.
    const tooSoon = first === 'ended' && clock.monotonic() - began < shortestIdle;
    if (first === 'refused' || tooSoon) await Promise.race([pause(timeouts.poll, signal), closed]);
    // Any command makes the library say DONE first; a server that does not answer it within the time-out is gone.
    await connection.run((idling) => idling.noop(), signal, Math.min(timeouts.silence, 30_000));
  } finally {
    for (const event of events) client.off(event, onNews);
  }
}
