import type { Correspondent } from '#shared/domain/message.ts';
import type { SessionContext } from '../../kit/channel.ts';

/** What is remembered of an event: who wrote it, when, and for a reaction what it was. */
export type KnownEvent = {
  readonly sender: string;
  readonly at: number;
  readonly reaction: { readonly about: string; readonly emoji: string } | null;
};

/** What is remembered of a room. */
export type KnownRoom = { readonly name: string; readonly others: readonly Correspondent[] };

/** A map that forgets what was put in first when it is full. */
export class Bounded<Value> {
  readonly #most: number;
  readonly #map = new Map<string, Value>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): Value | undefined {
    return this.#map.get(key);
  }

  set(key: string, value: Value): void {
    this.#map.delete(key);
    this.#map.set(key, value);
    const [oldest] = this.#map.keys();
    if (this.#map.size > this.#most && oldest !== undefined) this.#map.delete(oldest);
  }
}

/** What an account remembers between pulls; losing it costs a question, never a message. */
export type Memory = {
  /** When news were last asked for, by the monotonic clock. */
  lookedAt: number;
  /** The server's point in time up to which news were read; null before the first time. */
  since: string | null;
  readonly events: Bounded<KnownEvent>;
  readonly rooms: Bounded<KnownRoom>;
  /** When we last read in a room, in ms UTC, as another program of ours told the server. */
  readonly readAt: Bounded<number>;
  /** Rooms in which we wrote something later than what is being read. */
  readonly answered: Bounded<true>;
  /** Newest unread items of a room, oldest first. */
  readonly unread: Bounded<readonly string[]>;
  /** When an invitation may be tried again, by the monotonic clock. */
  readonly rejoinAt: Bounded<number>;
  /** When invitations were accepted lately, by the monotonic clock. */
  joins: readonly number[];
};

const memories = new WeakMap<SessionContext, Memory>();

/** The memory of an account, shared by its sessions; bounded, some two megabytes at most. */
export function memoryOf(context: SessionContext): Memory {
  const known = memories.get(context) ?? {
    lookedAt: Number.NEGATIVE_INFINITY,
    since: null,
    events: new Bounded<KnownEvent>(5_000),
    rooms: new Bounded<KnownRoom>(1_000),
    readAt: new Bounded<number>(2_000),
    answered: new Bounded<true>(2_000),
    unread: new Bounded<readonly string[]>(500),
    rejoinAt: new Bounded<number>(64),
    joins: [],
  };
  memories.set(context, known);
  return known;
}
