import * as v from 'valibot';
import type { RemoteChange } from '../kit/channel.ts';
import { roomPath } from './api/homeserver.ts';
import type { Homeserver } from './api/homeserver.ts';
import { isEventId, isRoomId } from './identifiers.ts';
import { fetchEvent } from './pull/items.ts';
import type { Memory } from './pull/memory.ts';

/**
 * Tells the server up to where we have read in each room (client-server API, "Read markers"); the other side sees it as a receipt. There is
 * one marker a room, so it is set to the newest message, and reading taken back is not told.
 */
export async function markRead(
  server: Homeserver,
  memory: Memory,
  changes: readonly RemoteChange[],
  signal: AbortSignal,
): Promise<void> {
  const rooms = new Map<string, string[]>();
  for (const change of changes) {
    const { room, name } = change;
    if (change.kind !== 'seen' || !change.seen || room === null || name === null) continue;
    if (!isRoomId(room) || !isEventId(name)) continue;
    rooms.set(room, [...(rooms.get(room) ?? []), name]);
  }
  for (const [room, names] of rooms) {
    const event = await newestOf(server, memory, { room, names }, signal);
    if (event === null) continue;
    const body = { 'm.fully_read': event, 'm.read': event };
    // A room that we have left has no marker of ours any more.
    await server.find({ method: 'POST', path: roomPath(room, 'read_markers'), body }, v.unknown(), signal);
  }
}

/** More than these are not asked for; the newest told last is the likely one. */
const mostAsked = 10;

async function newestOf(
  server: Homeserver,
  memory: Memory,
  { room, names }: { readonly room: string; readonly names: readonly string[] },
  signal: AbortSignal,
): Promise<string | null> {
  if (names.length === 1) return names[0] ?? null;
  let newest: { readonly name: string; readonly at: number } | null = null;
  const known = names.filter((name) => memory.events.get(name) !== undefined);
  const unknown = names.filter((name) => memory.events.get(name) === undefined).slice(-mostAsked);
  for (const name of [...known, ...unknown]) {
    const at =
      memory.events.get(name)?.at ?? (await fetchEvent(server, room, name, signal))?.origin_server_ts ?? null;
    if (at !== null && (newest === null || at >= newest.at)) newest = { name, at };
  }
  return newest?.name ?? null;
}
