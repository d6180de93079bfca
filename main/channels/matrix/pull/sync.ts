import * as v from 'valibot';
import type { InferOutput } from 'valibot';
import { ChannelError, failure } from '../../kit/failure.ts';
import { jsonOf } from '../../kit/http/http-client.ts';
import type { HttpAnswer } from '../../kit/http/http-client.ts';
import { syncAnswer } from '../api/answers.ts';
import { field, readEvents, textField } from '../api/events.ts';
import type { MatrixEvent } from '../api/events.ts';
import type { Homeserver } from '../api/homeserver.ts';
import { syncFilter } from './filters.ts';

/** What the server says has happened. */
export type Sync = InferOutput<typeof syncAnswer>;

/** Events of each room in one sync; more are fetched page by page. */
const usualLimit = 50;
const firstLimit = 10;
/** Some thousand rooms with ten messages each. */
const largest = 64 * 1024 * 1024;

/**
 * Asks what has happened since a point in time, or how everything stands, without waiting for anything to happen. Null when the server does
 * not know that point: it was set up anew or went back in time.
 */
export async function syncOnce(
  server: Homeserver,
  since: string | null,
  ms: number,
  signal: AbortSignal,
): Promise<Sync | null> {
  const ask = (limit: number): Promise<HttpAnswer> =>
    server.ask(
      {
        method: 'GET',
        path: '_matrix/client/v3/sync',
        query: {
          filter: syncFilter(limit),
          timeout: '0',
          set_presence: 'offline',
          ...(since === null ? {} : { since }),
        },
        ms,
        maxBytes: largest,
      },
      signal,
    );
  const answer = await ask(since === null ? firstLimit : usualLimit).catch((error: unknown) => {
    // Too much at once: what is left out is fetched page by page.
    if (error instanceof ChannelError && error.failure.kind === 'quota') return ask(1);
    throw error;
  });
  if (answer.status === 400 && since !== null) return null;
  if (answer.status !== 200) throw server.refusal(answer);
  const read = v.safeParse(syncAnswer, jsonOf(answer));
  if (!read.success) throw new ChannelError(failure('protocol', server.settings.base.host));
  return read.output;
}

/** One room of a sync, read. */
export type RoomNews = {
  readonly room: string;
  /** Oldest first. */
  readonly events: readonly MatrixEvent[];
  readonly state: readonly MatrixEvent[];
  readonly ephemeral: readonly unknown[];
  /** Where what was left out ends; null when nothing was. */
  readonly gap: string | null;
  /** Whether we came into the room just now, so that everything said before is news, too. */
  readonly entered: boolean;
};

/** Reads what a sync says of the rooms that we are in or were in until just now; `lastAt` is when the one before was asked, in ms UTC. */
export const roomNews = (
  sync: Sync,
  own: string,
  { lastAt, now }: { readonly lastAt: number; readonly now: number },
): readonly RoomNews[] =>
  [...Object.entries(sync.rooms.leave), ...Object.entries(sync.rooms.join)].map(([room, said]) => {
    const events = readEvents(said.timeline.events);
    const state = readEvents(said.state.events);
    const { limited, prev_batch } = said.timeline;
    const isRecent = (event: MatrixEvent): boolean => ageOf(event, now) <= now - lastAt + clocksDiffer;
    return {
      room,
      events,
      state,
      ephemeral: said.ephemeral.events,
      gap: limited ? prev_batch : null,
      // Among the state stands whoever wrote something, however long they have been here.
      entered:
        events.some((event) => isEntrance(event, own)) ||
        (limited && state.some((event) => isEntrance(event, own) && isRecent(event))),
    };
  });

/** Taking an old entrance for a new one costs reading a room again; the other way round something would be missing. */
const clocksDiffer = 600_000;

/** How old an event is: as the server says by its own clock, or else by ours. */
function ageOf({ unsigned, origin_server_ts }: MatrixEvent, now: number): number {
  const age = field(unsigned, 'age');
  return typeof age === 'number' ? age : now - origin_server_ts;
}

/** Whether an event is our coming in, and not only a new name of ours; where the server does not say, it may be. */
function isEntrance({ type, state_key, content, unsigned }: MatrixEvent, own: string): boolean {
  if (type !== 'm.room.member' || state_key !== own || textField(content, 'membership') !== 'join')
    return false;
  return textField(field(unsigned, 'prev_content'), 'membership') !== 'join';
}
