import * as v from 'valibot';
import { ChannelError } from '../../kit/failure.ts';
import { directRooms, joinedMembersAnswer } from '../api/answers.ts';
import { textField } from '../api/events.ts';
import { pathOf, roomPath } from '../api/homeserver.ts';
import type { Homeserver } from '../api/homeserver.ts';
import type { KnownRoom, Memory } from './memory.ts';

/** So many of the others are named as recipients of what we said; a direct chat has one. */
const mostOthers = 5;
/** Some twenty thousand members; a longer list says nothing to anybody. */
const longestMemberList = 2 * 1024 * 1024;
const longestName = 200;

/** Account data `m.direct` (client-server API, "Direct Messaging"); empty where there is none. */
export const readDirectRooms = async (
  server: Homeserver,
  signal: AbortSignal,
): Promise<Readonly<Record<string, readonly string[]>>> =>
  (await server.find({ method: 'GET', path: directPath(server) }, directRooms, signal)) ?? {};

const directPath = (server: Homeserver): string =>
  pathOf('_matrix/client/v3/user', server.settings.userId, 'account_data', 'm.direct');

/** Adds a room to the direct rooms with a person, as other programs of ours look for it; nothing when it is there. */
export async function addDirectRoom(
  server: Homeserver,
  person: string,
  room: string,
  signal: AbortSignal,
): Promise<void> {
  const known = await readDirectRooms(server, signal);
  const rooms = known[person] ?? [];
  if (rooms.includes(room)) return;
  const body = { ...known, [person]: [...rooms, room] };
  await server.need({ method: 'PUT', path: directPath(server), body }, v.unknown(), signal);
}

const nameEvent = v.looseObject({ name: v.fallback(v.string(), '') });

/** What a room is called and who else is in it, asked once; a room that has become too large or strange has nobody in particular. */
export async function roomOf(
  server: Homeserver,
  memory: Memory,
  room: string,
  signal: AbortSignal,
): Promise<KnownRoom> {
  const known = memory.rooms.get(room);
  if (known !== undefined) return known;
  const named = await server.find(
    { method: 'GET', path: roomPath(room, 'state', 'm.room.name') },
    nameEvent,
    signal,
  );
  const members = await membersOf(server, room, signal);
  const others = Object.entries(members)
    .filter(([id]) => id !== server.settings.userId)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .slice(0, mostOthers)
    .map(([address, { display_name }]) => ({ name: (display_name ?? '').slice(0, longestName), address }));
  const found: KnownRoom = {
    name: (textField(named, 'name') ?? '').slice(0, longestName),
    // Who left, or has not come yet, is still whom a direct chat is with.
    others: others.length > 0 ? others : await partnersOf(server, room, signal),
  };
  memory.rooms.set(room, found);
  return found;
}

async function membersOf(
  server: Homeserver,
  room: string,
  signal: AbortSignal,
): Promise<v.InferOutput<typeof joinedMembersAnswer>['joined']> {
  const request = {
    method: 'GET',
    path: roomPath(room, 'joined_members'),
    maxBytes: longestMemberList,
  } as const;
  try {
    return (await server.find(request, joinedMembersAnswer, signal))?.joined ?? {};
  } catch (error) {
    if (error instanceof ChannelError && error.failure.kind === 'quota') return {};
    throw error;
  }
}

async function partnersOf(
  server: Homeserver,
  room: string,
  signal: AbortSignal,
): Promise<KnownRoom['others']> {
  const direct = await readDirectRooms(server, signal);
  return Object.entries(direct)
    .filter(([, rooms]) => rooms.includes(room))
    .slice(0, mostOthers)
    .map(([address]) => ({ name: '', address }));
}
