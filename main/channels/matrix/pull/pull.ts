import type { Batch, Cursor, SessionContext, StreamChange } from '../../kit/channel.ts';
import type { RawItem } from '../../kit/inbound.ts';
import type { Timeouts } from '../deadlines.ts';
import type { Homeserver } from '../api/homeserver.ts';
import { isWorthKeeping } from '../api/events.ts';
import { stepOf } from './back-fill.ts';
import { boundedJobs, readMatrixCursor } from './cursor.ts';
import type { Job, MatrixCursor } from './cursor.ts';
import { acceptInvites, directInvites } from './invites.ts';
import { ItemMaker } from './items.ts';
import type { Memory } from './memory.ts';
import { readReceipts } from './receipts.ts';
import { roomNews, syncOnce } from './sync.ts';
import type { RoomNews, Sync } from './sync.ts';

/** What one pull may bring. */
export type Limits = { readonly maxItems: number; readonly maxBytes: number };

/** An event has at most so many bytes, and as many again with names and its circumstances in the worst case. */
const largestEvent = 65_536;
/** Servers cut pages at their own size; more than this none gives. */
const largestPage = 250;
/** Requests for history in one pull; most rooms have little, and the cursor is saved only after. */
const mostSteps = 8;

/**
 * Brings an account forward. What is new comes by `/sync` with the point in time after it; what a sync leaves out (`limited`), what was said
 * before we came into a room, and the history of the first import are jobs in the cursor: stretches read backwards, page by page.
 */
export class Puller {
  readonly #server: Homeserver;
  readonly #context: SessionContext;
  readonly #memory: Memory;
  readonly #timeouts: Timeouts;
  readonly #maker: ItemMaker;

  constructor(server: Homeserver, context: SessionContext, memory: Memory, timeouts: Timeouts) {
    this.#server = server;
    this.#context = context;
    this.#memory = memory;
    this.#timeouts = timeouts;
    this.#maker = new ItemMaker(server, memory, context.clock);
  }

  async pull(saved: Cursor | null, limits: Limits, signal: AbortSignal): Promise<Batch> {
    const cursor = readMatrixCursor(saved);
    if (cursor === null) return this.#fromTheTop(limits, signal);
    const now = this.#context.clock.monotonic();
    if (cursor.jobs.length > 0 && now - this.#memory.lookedAt < this.#timeouts.betweenLooks)
      return this.#older(cursor, limits, signal);
    const sync = await syncOnce(this.#server, cursor.since, this.#timeouts.answer, signal);
    if (sync === null) return this.#fromTheTop(limits, signal);
    const news = await this.#news(sync, cursor, limits, signal);
    if (news.items.length > 0 || news.changes.length > 0 || cursor.jobs.length === 0) return news;
    // Nothing new: the time is used for what is old.
    return this.#older(readMatrixCursor(news.next) ?? cursor, limits, signal);
  }

  /** How everything stands: the newest words of every room at once; what was before them is read room by room, the liveliest first. */
  async #fromTheTop(limits: Limits, signal: AbortSignal): Promise<Batch> {
    const sync = await syncOnce(this.#server, null, this.#timeouts.first, signal);
    if (sync === null) throw new Error('a sync from nowhere has no point in time to forget');
    this.#looked(sync);
    const now = this.#context.clock.now();
    const rooms = roomNews(sync, this.#server.settings.userId, { lastAt: now, now });
    // Receipts first: they say what we have read.
    const receipts = rooms.map((news) => this.#receiptsOf(news));
    const newest = (news: RoomNews): number => news.events.at(-1)?.origin_server_ts ?? 0;
    const items: RawItem[] = [];
    const jobs: Job[] = [];
    for (const news of rooms.toSorted((one, other) => newest(other) - newest(one))) {
      const { room, gap } = news;
      const events = news.events.filter(isWorthKeeping).toReversed();
      const left = limits.maxItems - items.length;
      const from = events.length > left ? sync.next_batch : gap;
      // The newest room's job comes last, for that is the one done next.
      if (from !== null) jobs.unshift({ kind: 'room', room, from, to: null });
      if (left > 0)
        items.push(
          ...(await this.#maker.make({ ...news, events: events.slice(0, left), backwards: true }, signal)),
        );
    }
    const start: MatrixCursor = {
      version: 1,
      channel: 'matrix',
      since: sync.next_batch,
      at: now,
      jobs: [...boundedJobs(jobs, sync.next_batch)],
      invites: [],
    };
    const said = receipts.flatMap((one) => one.items).slice(0, limits.maxItems - items.length);
    return this.#batch([...items, ...said], [], await this.#withInvites(start, sync, signal));
  }

  async #news(sync: Sync, cursor: MatrixCursor, limits: Limits, signal: AbortSignal): Promise<Batch> {
    this.#looked(sync);
    const items: RawItem[] = [];
    const said: RawItem[] = [];
    const changes: StreamChange[] = [];
    const jobs: Job[] = [];
    const now = this.#context.clock.now();
    for (const news of roomNews(sync, this.#server.settings.userId, { lastAt: cursor.at, now })) {
      const { room, gap } = news;
      // What was said before we came in was never looked at.
      const to = news.entered ? null : cursor.since;
      const events = news.events.filter(isWorthKeeping);
      const fits = events.length <= limits.maxItems - items.length;
      if (fits) items.push(...(await this.#maker.make({ ...news, events, backwards: false }, signal)));
      if (!fits) jobs.push({ kind: 'room', room, from: sync.next_batch, to });
      else if (gap !== null) jobs.push({ kind: 'room', room, from: gap, to });
      else if (news.entered) jobs.push({ kind: 'room', room, from: sync.next_batch, to });
      const receipts = this.#receiptsOf(news);
      said.push(...receipts.items);
      changes.push(...receipts.changes);
    }
    const next: MatrixCursor = {
      ...cursor,
      since: sync.next_batch,
      at: now,
      jobs: [...boundedJobs([...cursor.jobs, ...jobs], sync.next_batch)],
    };
    const fitting = said.slice(0, limits.maxItems - items.length);
    return this.#batch([...items, ...fitting], changes, await this.#withInvites(next, sync, signal));
  }

  /** Goes on with the newest job: gaps before the import, since they are younger. */
  async #older(cursor: MatrixCursor, limits: Limits, signal: AbortSignal): Promise<Batch> {
    const page = Math.max(1, Math.min(largestPage, Math.floor(limits.maxBytes / largestEvent)));
    const jobs = [...cursor.jobs];
    const items: RawItem[] = [];
    for (let step = 0; step < mostSteps && items.length < limits.maxItems; step += 1) {
      const job = jobs.pop();
      if (job === undefined) break;
      const limit = Math.min(page, limits.maxItems - items.length);
      const done = await stepOf(this.#server, job, limit, signal);
      if (done.page !== null) items.push(...(await this.#maker.make(done.page, signal)));
      if (done.job !== null) jobs.push(done.job);
      // A server may count otherwise than it was asked to; what is here is kept, and no more is asked for.
      if (items.length > limits.maxItems / 2) break;
    }
    // Whatever came in meanwhile is looked for before the import is said to be over.
    if (jobs.length === 0) this.#memory.lookedAt = Number.NEGATIVE_INFINITY;
    return this.#batch(items, [], { ...cursor, jobs });
  }

  #receiptsOf({ room, ephemeral }: RoomNews): ReturnType<typeof readReceipts> {
    return readReceipts(room, ephemeral, this.#server.settings.userId, this.#memory);
  }

  #looked(sync: Sync): void {
    this.#memory.lookedAt = this.#context.clock.monotonic();
    this.#memory.since = sync.next_batch;
  }

  async #withInvites(cursor: MatrixCursor, sync: Sync, signal: AbortSignal): Promise<MatrixCursor> {
    const fresh = directInvites(sync.rooms.invite, this.#server.settings.userId);
    if (fresh.length === 0 && cursor.invites.length === 0) return cursor;
    const inbox = { memory: this.#memory, context: this.#context, rejoin: this.#timeouts.rejoin };
    const { waiting, joined } = await acceptInvites(this.#server, inbox, cursor.invites, fresh, signal);
    // The next sync brings the rooms that we are in by now.
    if (joined > 0) this.#memory.lookedAt = Number.NEGATIVE_INFINITY;
    return { ...cursor, invites: [...waiting] };
  }

  #batch(items: readonly RawItem[], changes: readonly StreamChange[], next: MatrixCursor): Batch {
    return {
      items,
      changes,
      next,
      // Also when a look is wanted at once: an import has just ended, or we have come into a room.
      more: next.jobs.length > 0 || this.#memory.lookedAt === Number.NEGATIVE_INFINITY,
      onServer: null,
      remaining: null,
      gap: null,
    };
  }
}
