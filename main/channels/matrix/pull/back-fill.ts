import * as v from 'valibot';
import { jsonOf } from '../../kit/http/http-client.ts';
import { ChannelError, failure } from '../../kit/failure.ts';
import { joinedRoomsAnswer, messagesAnswer } from '../api/answers.ts';
import { readEvents } from '../api/events.ts';
import { roomPath } from '../api/homeserver.ts';
import type { Homeserver } from '../api/homeserver.ts';
import type { Job } from './cursor.ts';
import { historyFilter } from './filters.ts';
import type { RoomPage } from './items.ts';

/** What one step of a job brought, and what is left of the job; null when it is done. */
export type Step = { readonly page: RoomPage | null; readonly job: Job | null };

type RoomJob = Extract<Job, { kind: 'room' }>;
type RoomsJob = Extract<Job, { kind: 'rooms' }>;

/** Does one request's worth of a job: a page of history, newest first. */
export const stepOf = (server: Homeserver, job: Job, limit: number, signal: AbortSignal): Promise<Step> =>
  job.kind === 'room' ? stepInRoom(server, job, limit, signal) : stepThroughRooms(server, job, limit, signal);

/**
 * Reads one page backwards (client-server API, "Getting events for a room"). An empty page does not mean the end; the missing `end` does.
 */
async function stepInRoom(
  server: Homeserver,
  job: RoomJob,
  limit: number,
  signal: AbortSignal,
): Promise<Step> {
  const { room, from, to } = job;
  const answer = await server.ask(
    {
      method: 'GET',
      path: roomPath(room, 'messages'),
      query: {
        dir: 'b',
        limit: String(limit),
        filter: historyFilter,
        ...(from === null ? {} : { from }),
        ...(to === null ? {} : { to }),
      },
      maxBytes: 64 * 1024 * 1024,
    },
    signal,
  );
  // We are no longer in it, or it is gone: there is nothing more to be had.
  if (answer.status === 403 || answer.status === 404) return { page: null, job: null };
  if (answer.status === 400) {
    // The server has forgotten its own points in time: the whole room again, from its end.
    return { page: null, job: from === null && to === null ? null : { ...job, from: null, to: null } };
  }
  if (answer.status !== 200) throw server.refusal(answer);
  const read = v.safeParse(messagesAnswer, jsonOf(answer));
  if (!read.success) throw new ChannelError(failure('protocol', server.settings.base.host));
  const { chunk, state, end } = read.output;
  const page: RoomPage = { room, events: readEvents(chunk), state: readEvents(state), backwards: true };
  // A server that answers with the point we came from would be asked for ever.
  return { page, job: end === null || end === from ? null : { ...job, from: end } };
}

async function stepThroughRooms(
  server: Homeserver,
  job: RoomsJob,
  limit: number,
  signal: AbortSignal,
): Promise<Step> {
  const room = job.from === null ? await nextRoom(server, job.at, signal) : job.at;
  if (room === null) return { page: null, job: null };
  const { to } = job;
  const step = await stepInRoom(server, { kind: 'room', room, from: job.from ?? job.top, to }, limit, signal);
  if (step.job?.kind !== 'room') return { page: step.page, job: { ...job, at: room, from: null } };
  // A room whose points the server has forgotten is read from its end, apart from the walk.
  if (step.job.from === null) return wholeRoom(server, job, room, limit, signal);
  return { page: step.page, job: { ...job, at: room, from: step.job.from } };
}

async function wholeRoom(
  server: Homeserver,
  job: RoomsJob,
  room: string,
  limit: number,
  signal: AbortSignal,
): Promise<Step> {
  const step = await stepInRoom(server, { kind: 'room', room, from: null, to: null }, limit, signal);
  const from = step.job?.kind === 'room' ? step.job.from : null;
  return { page: step.page, job: { ...job, at: room, from } };
}

/** The room after this one among those we are in, by id. */
async function nextRoom(
  server: Homeserver,
  after: string | null,
  signal: AbortSignal,
): Promise<string | null> {
  const request = { method: 'GET', path: '_matrix/client/v3/joined_rooms' } as const;
  const { joined_rooms } = await server.need(request, joinedRoomsAnswer, signal);
  return joined_rooms.filter((room) => after === null || room > after).sort()[0] ?? null;
}
