import * as v from 'valibot';
import type { TeamConnection } from './connection.ts';
import { TeamError } from './connection-failure.ts';
import { clientSchema } from './wire.ts';
import type { TeamTombstone } from '../store/erase/team-tombstones.ts';
import type {
  DocumentKey,
  Hello,
  Page,
  Push,
  PushAnswer,
  RecentPage,
  RecentPlace,
  TeamErasure,
} from './wire.ts';

const whole = v.pipe(v.number(), v.safeInteger());
const id = v.pipe(v.string(), v.maxLength(200));
const key = v.object({
  kind: v.picklist(['member', 'account', 'customer', 'conversation', 'message', 'snippet', 'targets']),
  id,
});
const object = v.record(v.string(), v.unknown());

const page = v.object({
  documents: v.array(
    v.object({
      ...key.entries,
      account: v.nullable(id),
      activeAt: whole,
      body: v.nullable(object),
      version: whole,
      seq: whole,
    }),
  ),
  events: v.array(
    v.object({
      id,
      stream: id,
      rev: whole,
      schema: whole,
      kind: v.string(),
      payload: object,
      author: v.nullable(id),
      at: whole,
      undo: v.nullable(id),
    }),
  ),
  upTo: whole,
  more: v.boolean(),
  erased: v.optional(whole),
});

const recentPage = v.object({
  ...page.entries,
  next: v.nullable(v.object({ activeAt: whole, id })),
});

const answer = v.variant('kind', [
  v.object({
    kind: v.literal('accepted'),
    seq: whole,
    versions: v.array(v.object({ ...key.entries, version: whole })),
  }),
  v.object({ kind: v.literal('conflict'), keys: v.array(key) }),
  v.object({ kind: v.literal('refused'), reason: v.string(), key: v.nullable(key) }),
]);

const hello = v.object({
  team: v.object({ id, name: v.string(), slug: v.string() }),
  me: v.object({ member: id, device: id, role: v.string() }),
  schema: whole,
  oldest: whole,
  tooOld: v.boolean(),
  channel: v.pipe(v.string(), v.minLength(1), v.maxLength(63)),
  seq: whole,
  access: whole,
  now: whole,
  erased: v.optional(whole),
  retention: v.optional(v.nullable(v.object({ days: whole, since: whole }))),
});

const erasures = v.object({
  salt: v.pipe(v.string(), v.minLength(1)),
  erasures: v.array(
    v.object({
      ...{ id, seq: whole, reason: v.picklist(['request', 'retention']), member: v.nullable(id), at: whole },
      ...{ conversations: whole, messages: whole, files: whole },
    }),
  ),
});
const tombstones = v.array(
  v.object({ hash: id, kind: v.picklist(['customer', 'conversation', 'kept', 'message']) }),
);

// Whether a server's words have the shape that wire.ts gives them; what stands in the bodies is looked at where they are read.
const isHello = (value: unknown): value is Hello => v.is(hello, value);
const isPage = (value: unknown): value is Page => v.is(page, value);
const isRecentPage = (value: unknown): value is RecentPage => v.is(recentPage, value);
const areErasures = (value: unknown): value is Erasures => v.is(erasures, value);
const areTombstones = (value: unknown): value is readonly TeamTombstone[] => v.is(tombstones, value);
const isPushAnswer = (value: unknown): value is PushAnswer => v.is(answer, value);

/** The next erasures after a place among the pushes, and what their tombstones are salted with. */
type Erasures = { readonly salt: string; readonly erasures: readonly TeamErasure[] };

/** The team's functions over one connection, their answers checked. All throw {@link TeamError}. */
export class TeamCalls {
  readonly #connection: TeamConnection;

  constructor(connection: TeamConnection) {
    this.#connection = connection;
  }

  async #ask<Shape>(
    name: string,
    parameters: readonly unknown[],
    isRight: (value: unknown) => value is Shape,
  ): Promise<Shape> {
    const value = await this.#connection.call(name, parameters);
    if (isRight(value)) return value;
    throw new TeamError({ kind: 'protocol', where: this.#connection.where, said: name });
  }

  /** Says which protocol we speak; answers who we are there and how far the team is. */
  hello(): Promise<Hello> {
    return this.#ask('hello', [clientSchema], isHello);
  }

  push({ id: push, documents, events }: Push): Promise<PushAnswer> {
    return this.#ask('push', [push, JSON.stringify(documents), JSON.stringify(events)], isPushAnswer);
  }

  /** What changed after a push, whole pushes together. */
  pull(after: number, howMany: number): Promise<Page> {
    return this.#ask('pull', [after, howMany], isPage);
  }

  /** Documents as they are now, with the logs of the conversations among them from their beginning. */
  fetch(keys: readonly DocumentKey[], withNeeds: boolean): Promise<Page> {
    return this.#ask(
      'fetch_documents',
      [JSON.stringify(keys.map(({ kind, id: name }) => ({ kind, id: name }))), withNeeds],
      isPage,
    );
  }

  /** Conversations with all they need, newest first; `before` null for the newest. */
  recent(before: RecentPlace | null, howMany: number): Promise<RecentPage> {
    return this.#ask('recent', [before?.activeAt ?? null, before?.id ?? null, howMany], isRecentPage);
  }

  /** What was erased for everybody after a place among the pushes; at most a hundred. */
  erasures(after: number): Promise<Erasures> {
    return this.#ask('erasures', [after], areErasures);
  }

  /** Tombstones of an erasure by their hashes, after one of them; `after` null for the first. */
  tombstones(erasure: string, after: string | null, howMany: number): Promise<readonly TeamTombstone[]> {
    return this.#ask('tombstones', [erasure, after, howMany], areTombstones);
  }

  /** Tells that this device has heard of all erasures up to a place among the pushes. */
  async erasuresHeard(upTo: number): Promise<void> {
    await this.#connection.call('erasures_heard', [upTo]);
  }

  /** Tells in which conversations this device has a draft or something on its way: nothing of it goes by its age. */
  async hold(conversations: readonly string[]): Promise<void> {
    await this.#connection.call('hold', [JSON.stringify(conversations)]);
  }

  /**
   * Which course of the database's history this is: a standby that took over, or a copy that was restored, goes on under
   * another one. Null where the server does not say.
   */
  async history(): Promise<string | null> {
    try {
      const [row] = await this.#connection.query(
        `SELECT system_identifier::text || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8) AS history
         FROM pg_control_system()`,
        [],
      );
      const said = row?.['history'];
      return typeof said === 'string' ? said : null;
    } catch (error) {
      // Some rented servers keep it to themselves; a broken line is told by whatever is asked next.
      if (error instanceof TeamError) return null;
      throw error;
    }
  }
}
