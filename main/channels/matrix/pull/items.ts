import type { Clock } from '#shared/kit/ports.ts';
import type { RawItem } from '../../kit/inbound.ts';
import type { MatrixEvent } from '../api/events.ts';
import {
  isSpoken,
  isWorthKeeping,
  readEvent,
  redactedBy,
  redactionOf,
  relationOf,
  textField,
} from '../api/events.ts';
import { roomPath } from '../api/homeserver.ts';
import type { Homeserver } from '../api/homeserver.ts';
import * as v from 'valibot';
import { encodeItem } from '../map/raw-item.ts';
import type { RawEvent } from '../map/raw-item.ts';
import type { KnownEvent, Memory } from './memory.ts';
import { roomOf } from './rooms.ts';

/** Events of one room as one answer of the server brought them, and what it said of the people in it. */
export type RoomPage = {
  readonly room: string;
  readonly events: readonly MatrixEvent[];
  readonly state: readonly MatrixEvent[];
  /** Whether the events go backwards in time, before everything known of the room. */
  readonly backwards: boolean;
};

// Older than this nobody waits for an answer any more, whoever wrote last.
const stale = 30 * 86_400_000;
const longestName = 200;
/** So many unread items of one room are remembered, to mark them when we read them elsewhere. */
const mostUnread = 200;

/** The server's name of an item: both halves are needed to ask for it again. */
export const keyOf = (room: string, event: string): string => `${room} ${event}`;

/** The two halves of a key. */
export function readKey(key: string): { readonly room: string; readonly event: string } {
  const at = key.indexOf(' ');
  return at < 0 ? { room: key, event: '' } : { room: key.slice(0, at), event: key.slice(at + 1) };
}

/** Asks for one event; null where there is none or it is hidden from us. */
export async function fetchEvent(
  server: Homeserver,
  room: string,
  event: string,
  signal: AbortSignal,
): Promise<MatrixEvent | null> {
  const found = await server.find(
    { method: 'GET', path: roomPath(room, 'event', event) },
    v.unknown(),
    signal,
  );
  return readEvent(found);
}

/** Makes items of events: with names, with who wrote what is to be changed, and whether we have read them. */
export class ItemMaker {
  readonly #server: Homeserver;
  readonly #memory: Memory;
  readonly #clock: Clock;

  constructor(server: Homeserver, memory: Memory, clock: Clock) {
    this.#server = server;
    this.#memory = memory;
    this.#clock = clock;
  }

  /** The items of a page in its order, without what says nothing. */
  async make(page: RoomPage, signal: AbortSignal): Promise<readonly RawItem[]> {
    const { room, events } = page;
    const kept = events.filter(isWorthKeeping);
    if (kept.length === 0) return [];
    for (const event of kept) this.#note(event);
    const { name, others } = await roomOf(this.#server, this.#memory, room, signal);
    const names = namesIn([...page.state, ...events]);
    const items: RawItem[] = [];
    for (const event of kept) {
      const raw: RawEvent = {
        steward: 'matrix-event',
        room: { id: room, name, others: [...others] },
        sender: names.get(event.sender) ?? '',
        event,
        ...(await this.#circumstances(room, event, signal)),
      };
      const bytes = encodeItem(raw);
      items.push({
        key: keyOf(room, event.event_id),
        bytes,
        partial: false,
        size: bytes.byteLength,
        receivedAt: event.origin_server_ts,
        seen: this.#isSeen(room, event, page.backwards),
        answered: false,
      });
    }
    this.#noteUnread(room, items, page.backwards);
    return items;
  }

  #note(event: MatrixEvent): void {
    const { type, event: about, key } = relationOf(event);
    const isReaction =
      event.type === 'm.reaction' && type === 'm.annotation' && about !== null && key !== null;
    this.#memory.events.set(event.event_id, {
      sender: event.sender,
      at: event.origin_server_ts,
      reaction: isReaction ? { about, emoji: key } : null,
    });
  }

  /** What is to be known of another event to understand this one. */
  async #circumstances(
    room: string,
    event: MatrixEvent,
    signal: AbortSignal,
  ): Promise<Pick<RawEvent, 'target' | 'undone'>> {
    if (redactionOf(event) !== undefined) return {};
    if (event.type === 'm.room.redaction') {
      const known = this.#memory.events.get(redactedBy(event) ?? '');
      return known?.reaction ? { undone: { ...known.reaction, sender: known.sender } } : {};
    }
    const { type, event: about } = relationOf(event);
    if (!isSpoken(event) || type !== 'm.replace' || about === null) return {};
    const target = await this.#known(room, about, signal);
    return { target: target === null ? null : { sender: target.sender } };
  }

  async #known(room: string, id: string, signal: AbortSignal): Promise<Pick<KnownEvent, 'sender'> | null> {
    const known = this.#memory.events.get(id);
    if (known !== undefined) return known;
    const event = await fetchEvent(this.#server, room, id, signal);
    if (event !== null) this.#note(event);
    return event;
  }

  /**
   * A homeserver knows what we have read, but tells it only as one point in each room. Read counts as well what we answered later, and in
   * what lies behind us what is old.
   */
  #isSeen(room: string, event: MatrixEvent, backwards: boolean): boolean {
    const at = event.origin_server_ts;
    if (event.sender === this.#server.settings.userId) {
      if (backwards && isSpoken(event)) this.#memory.answered.set(room, true);
      return true;
    }
    if (at <= (this.#memory.readAt.get(room) ?? Number.NEGATIVE_INFINITY)) return true;
    if (!backwards) return false;
    return this.#memory.answered.get(room) === true || at < this.#clock.now() - stale;
  }

  #noteUnread(room: string, items: readonly RawItem[], backwards: boolean): void {
    const keys = items.filter(({ seen }) => !seen).map(({ key }) => key);
    if (keys.length === 0) return;
    const known = this.#memory.unread.get(room) ?? [];
    const all = backwards ? [...keys.toReversed(), ...known] : [...known, ...keys];
    this.#memory.unread.set(room, all.slice(-mostUnread));
  }
}

/** Names that people have in a room, by their latest member event here. */
function namesIn(events: readonly MatrixEvent[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { type, state_key, content } of events) {
    if (type !== 'm.room.member' || state_key === undefined) continue;
    const name = textField(content, 'displayname');
    if (name !== null) names.set(state_key, name.slice(0, longestName));
  }
  return names;
}
