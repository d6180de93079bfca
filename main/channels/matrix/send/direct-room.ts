import * as v from 'valibot';
import { ChannelError } from '../../kit/failure.ts';
import { jsonOf } from '../../kit/http/http-client.ts';
import { joinedRoomsAnswer } from '../api/answers.ts';
import { errorIn } from '../api/errors.ts';
import { field, textField } from '../api/events.ts';
import { roomPath } from '../api/homeserver.ts';
import type { Homeserver } from '../api/homeserver.ts';
import { addDirectRoom, readDirectRooms } from '../pull/rooms.ts';

/** Where the first word to somebody goes, or why it cannot be said. */
export type DirectRoom =
  | { readonly kind: 'room'; readonly room: string }
  | { readonly kind: 'refused'; readonly said: string; readonly code: string }
  | { readonly kind: 'later'; readonly said: string; readonly afterMs: number | null };

const roomAnswer = v.object({ room_id: v.string() });
/** Rooms that are nobody's direct room on record and may be one all the same: a crash can only have left the newest. */
const mostLooks = 50;

/**
 * The direct room with somebody: the one on record (`m.direct`), else one that is there all the same, else a new one. Making a room is not
 * idempotent: a try that was lost left a room in which they are invited as a direct chat, and the next try finds that.
 */
export async function directRoomWith(
  server: Homeserver,
  person: string,
  signal: AbortSignal,
): Promise<DirectRoom> {
  const direct = await readDirectRooms(server, signal);
  const request = { method: 'GET', path: '_matrix/client/v3/joined_rooms' } as const;
  const { joined_rooms } = await server.need(request, joinedRoomsAnswer, signal);
  const joined = new Set(joined_rooms);
  const recorded = (direct[person] ?? []).filter((room) => joined.has(room));
  for (const room of recorded.toReversed())
    if ((await membership(server, room, person, signal)).present) return { kind: 'room', room };
  const taken = new Set(Object.values(direct).flat());
  for (const room of joined_rooms.filter((one) => !taken.has(one)).slice(-mostLooks)) {
    const { present, isDirect } = await membership(server, room, person, signal);
    if (present && isDirect) return recordedRoom(server, person, room, signal);
  }
  return makeRoom(server, person, signal);
}

async function membership(
  server: Homeserver,
  room: string,
  person: string,
  signal: AbortSignal,
): Promise<{ readonly present: boolean; readonly isDirect: boolean }> {
  const path = roomPath(room, 'state', 'm.room.member', person);
  const found = await server.find({ method: 'GET', path }, v.unknown(), signal);
  return {
    present: ['join', 'invite'].includes(textField(found, 'membership') ?? ''),
    isDirect: field(found, 'is_direct') === true,
  };
}

async function makeRoom(server: Homeserver, person: string, signal: AbortSignal): Promise<DirectRoom> {
  const body = { preset: 'trusted_private_chat', is_direct: true, invite: [person] };
  const outcome = await server.say({ method: 'POST', path: '_matrix/client/v3/createRoom', body }, signal);
  switch (outcome.kind) {
    case 'not-said':
      throw outcome.error;
    case 'unknown':
      return { kind: 'later', said: outcome.said, afterMs: null };
    case 'answered': {
      const { answer } = outcome;
      const made = v.safeParse(roomAnswer, jsonOf(answer));
      if (answer.status === 200 && made.success)
        return recordedRoom(server, person, made.output.room_id, signal);
      const { said, code, retryAfterMs } = errorIn(answer);
      if (answer.status === 429 || answer.status >= 500 || answer.status === 401)
        return { kind: 'later', said, afterMs: retryAfterMs };
      return { kind: 'refused', said, code };
    }
  }
}

/** Notes the room, as our other programs look for it; what is noted is also found first the next time. */
async function recordedRoom(
  server: Homeserver,
  person: string,
  room: string,
  signal: AbortSignal,
): Promise<DirectRoom> {
  try {
    await addDirectRoom(server, person, room, signal);
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
  }
  return { kind: 'room', room };
}
