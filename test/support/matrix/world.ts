import { randomBytes } from 'node:crypto';

/** An event as the server keeps it. `stream` is its place in the order in which the server took events. */
export type StoredEvent = {
  readonly stream: number;
  readonly event_id: string;
  readonly room_id: string;
  readonly type: string;
  readonly sender: string;
  readonly origin_server_ts: number;
  content: Readonly<Record<string, unknown>>;
  readonly state_key?: string;
  /** What the state said before, for state events. */
  readonly before?: Readonly<Record<string, unknown>>;
  readonly device?: string;
  readonly transaction?: string;
  redactedBecause?: StoredEvent;
};

/** Up to where somebody has read. */
export type Receipt = {
  readonly stream: number;
  readonly event: string;
  readonly user: string;
  readonly type: string;
  readonly ts: number;
  readonly thread?: string;
};

/** A room with everything said in it, in the order of the server. */
export type StoredRoom = {
  readonly id: string;
  readonly events: StoredEvent[];
  readonly state: Map<string, StoredEvent>;
  readonly receipts: Map<string, Receipt>;
  /** The last valid edit of each message. */
  readonly edits: Map<string, StoredEvent>;
};

/** An access token and whose it is. */
export type Token = {
  readonly user: string;
  readonly device: string;
  readonly expiresAt: number | null;
  /** Good, ended with its device kept (soft logout), or gone altogether. */
  state: 'good' | 'soft' | 'gone';
};

/** A user of this server. */
export type Person = {
  readonly id: string;
  password: string;
  displayname: string;
  readonly accountData: Map<string, Readonly<Record<string, unknown>>>;
};

/** What is said of a new event beside what it says itself. */
export type EventFacts = {
  readonly state_key?: string;
  readonly ts?: number;
  readonly device?: string;
  readonly transaction?: string;
};

const stateName = (type: string, key: string): string => `${type}\n${key}`;

// What redaction leaves (room version 11, client-server API "Redactions"); of messages and reactions nothing.
const survivors: Readonly<Record<string, readonly string[]>> = {
  'm.room.member': ['membership', 'join_authorised_via_users_server', 'third_party_invite'],
  'm.room.redaction': ['redacts'],
};

/** Everything a homeserver remembers. Time is its own clock, which may differ from ours. */
export class World {
  readonly name: string;
  readonly people = new Map<string, Person>();
  readonly tokens = new Map<string, Token>();
  readonly refreshTokens = new Map<string, { readonly token: string; used: boolean }>();
  readonly rooms = new Map<string, StoredRoom>();
  readonly transactions = new Map<string, string>();
  readonly media = new Map<
    string,
    { readonly bytes: Buffer; readonly type: string; readonly name: string | null }
  >();
  readonly filters = new Map<string, unknown>();
  readonly #waiting = new Set<() => void>();
  /** Part of every point in time, so that those of another life of the server are not understood. */
  epoch = randomBytes(3).toString('hex');
  stream = 0;
  /** How far the server's clock is ahead of ours, in ms. */
  skew = 0;

  constructor(name: string) {
    this.name = name;
  }

  now(): number {
    return Date.now() + this.skew;
  }

  room(id: string): StoredRoom | undefined {
    return this.rooms.get(id);
  }

  newRoom(id = `!${randomBytes(9).toString('base64url')}:${this.name}`): StoredRoom {
    const room: StoredRoom = { id, events: [], state: new Map(), receipts: new Map(), edits: new Map() };
    this.rooms.set(id, room);
    return room;
  }

  membership(room: StoredRoom, user: string): string {
    const found = room.state.get(stateName('m.room.member', user))?.content['membership'];
    return typeof found === 'string' ? found : 'leave';
  }

  stateOf(room: StoredRoom, type: string, key: string): StoredEvent | undefined {
    return room.state.get(stateName(type, key));
  }

  members(room: StoredRoom, membership: string): readonly string[] {
    return [...room.state.values()]
      .filter(({ type, content }) => type === 'm.room.member' && content['membership'] === membership)
      .map(({ state_key }) => state_key ?? '');
  }

  /** Takes an event; whoever waits for news hears of it. */
  add(
    room: StoredRoom,
    sender: string,
    type: string,
    content: Readonly<Record<string, unknown>>,
    facts: EventFacts = {},
  ): StoredEvent {
    this.stream += 1;
    const before =
      facts.state_key === undefined ? undefined : room.state.get(stateName(type, facts.state_key))?.content;
    const event: StoredEvent = {
      stream: this.stream,
      event_id: `$${randomBytes(32).toString('base64url')}`,
      room_id: room.id,
      type,
      sender,
      origin_server_ts: facts.ts ?? this.now(),
      content,
      ...(facts.state_key === undefined ? {} : { state_key: facts.state_key }),
      ...(before === undefined ? {} : { before }),
      ...(facts.device === undefined ? {} : { device: facts.device }),
      ...(facts.transaction === undefined ? {} : { transaction: facts.transaction }),
    };
    room.events.push(event);
    if (facts.state_key !== undefined) room.state.set(stateName(type, facts.state_key), event);
    const relation = content['m.relates_to'];
    if (
      isRecord(relation) &&
      relation['rel_type'] === 'm.replace' &&
      typeof relation['event_id'] === 'string'
    ) {
      const edited = room.events.find(({ event_id }) => event_id === relation['event_id']);
      if (edited?.sender === sender) room.edits.set(edited.event_id, event);
    }
    const redacts = type === 'm.room.redaction' ? content['redacts'] : undefined;
    const target = room.events.find(({ event_id }) => event_id === redacts);
    if (target !== undefined) this.#prune(target, event);
    this.tell();
    return event;
  }

  member(
    room: StoredRoom,
    user: string,
    membership: string,
    by = user,
    more: Readonly<Record<string, unknown>> = {},
  ): StoredEvent {
    const displayname = this.people.get(user)?.displayname;
    const content = { membership, ...(displayname === undefined ? {} : { displayname }), ...more };
    return this.add(room, by, 'm.room.member', content, { state_key: user });
  }

  receipt(room: StoredRoom, user: string, type: string, event: string, thread?: string): void {
    this.stream += 1;
    const receipt: Receipt = {
      stream: this.stream,
      event,
      user,
      type,
      ts: this.now(),
      ...(thread === undefined ? {} : { thread }),
    };
    room.receipts.set(`${type}\n${user}\n${thread ?? ''}`, receipt);
    this.tell();
  }

  /** Wakes all who wait for news. */
  tell(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /** Waits for news, but no longer than `ms` or until the asker has gone. */
  async news(ms: number, gone: AbortSignal): Promise<void> {
    if (gone.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        gone.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#waiting.add(done);
      gone.addEventListener('abort', done, { once: true });
    });
  }

  #prune(target: StoredEvent, redaction: StoredEvent): void {
    const kept = survivors[target.type] ?? [];
    target.content = Object.fromEntries(
      Object.entries(target.content).filter(([name]) => kept.includes(name)),
    );
    target.redactedBecause = redaction;
  }
}

/** An event as it is given to one device: with its own transaction id for the one that sent it, edits bundled, and its age. */
export function served(world: World, event: StoredEvent, device: string): Readonly<Record<string, unknown>> {
  const {
    stream: _stream,
    before,
    device: sentBy,
    transaction,
    redactedBecause,
    room_id: _room,
    ...said
  } = event;
  const edit = world.room(event.room_id)?.edits.get(event.event_id);
  return {
    ...said,
    unsigned: {
      age: Math.max(0, world.now() - event.origin_server_ts),
      ...(before === undefined ? {} : { prev_content: before }),
      ...(transaction !== undefined && sentBy === device ? { transaction_id: transaction } : {}),
      ...(redactedBecause === undefined ? {} : { redacted_because: served(world, redactedBecause, device) }),
      ...(edit === undefined || event.type !== 'm.room.message'
        ? {}
        : { 'm.relations': { 'm.replace': bundled(edit) } }),
    },
  };
}

const bundled = ({ event_id, sender, origin_server_ts, type, content }: StoredEvent) => ({
  event_id,
  sender,
  origin_server_ts,
  type,
  content,
});

/** Whether a value is an object of JSON. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
