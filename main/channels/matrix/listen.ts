import * as v from 'valibot';
import type { Clock } from '#shared/kit/ports.ts';
import { ChannelError, failure } from '../kit/failure.ts';
import { jsonOf } from '../kit/http/http-client.ts';
import { pause } from '../kit/waiting.ts';
import { syncAnswer } from './api/answers.ts';
import type { Homeserver } from './api/homeserver.ts';
import type { Timeouts } from './deadlines.ts';
import { listenFilter } from './pull/filters.ts';
import type { Memory } from './pull/memory.ts';

/** What to listen with, and whom to tell. */
export type Listening = {
  readonly server: Homeserver;
  readonly memory: Memory;
  readonly clock: Clock;
  readonly timeouts: Timeouts;
  readonly hint: () => void;
};

/** How often it is looked whether a first pull has found out where we are, in ms. */
const patience = 250;
/** A poll that is answered sooner than this brought something or was not waited for by the server; it is not repeated faster. */
const shortest = 200;

/**
 * Waits by long polls of `/sync` from where the last pull ended, on a thread of its own: what they bring is only a hint, and the words
 * themselves are pulled. A look is asked for again and again in any case, in ms of the monotonic clock.
 */
export async function listenOn(listening: Listening, signal: AbortSignal): Promise<void> {
  const { server, memory, clock, timeouts, hint } = listening;
  hint();
  let hintedAt = clock.monotonic();
  const tell = (): void => {
    hint();
    hintedAt = clock.monotonic();
  };
  let since: string | null = null;
  for (;;) {
    since ??= memory.since;
    const left = Math.max(0, timeouts.recheck - (clock.monotonic() - hintedAt));
    if (since === null) await pause(Math.min(patience, Math.max(left, 1)), signal);
    else {
      const began = clock.monotonic();
      const news = await poll(server, since, Math.min(timeouts.poll, left), timeouts.answer, signal);
      // A point in time that the server has forgotten is the next pull's business, too.
      if (news === null || news.some) tell();
      since = news === null ? null : news.next;
      if (news === null) memory.since = null;
      const took = clock.monotonic() - began;
      if (took < shortest) await pause(shortest - took, signal);
    }
    if (clock.monotonic() - hintedAt >= timeouts.recheck) tell();
  }
}

async function poll(
  server: Homeserver,
  since: string,
  wait: number,
  answer: number,
  signal: AbortSignal,
): Promise<{ readonly next: string; readonly some: boolean } | null> {
  const said = await server.ask(
    {
      method: 'GET',
      path: '_matrix/client/v3/sync',
      query: { since, timeout: String(Math.round(wait)), filter: listenFilter, set_presence: 'offline' },
      ms: wait + answer,
      maxBytes: 64 * 1024 * 1024,
    },
    signal,
  );
  if (said.status === 400) return null;
  if (said.status !== 200) throw server.refusal(said);
  const read = v.safeParse(syncAnswer, jsonOf(said));
  if (!read.success) throw new ChannelError(failure('protocol', server.settings.base.host));
  const { next_batch, rooms } = read.output;
  const some = [rooms.join, rooms.leave, rooms.invite].some((group) => Object.keys(group).length > 0);
  return { next: next_batch, some };
}
