import type { Clock } from '#shared/kit/ports.ts';
import type { Batch, Cursor } from '../../kit/channel.ts';
import { ChannelError } from '../../kit/failure.ts';
import type { RawItem } from '../../kit/inbound.ts';
import type { MastodonApi, Range, ReadStatus } from '../api/mastodon-api.ts';
import type { SentMemory } from '../sent-memory.ts';
import { comesByItself } from './correspondence.ts';
import { editItem, goneItem, statusItem } from './item.ts';
import { mostRecent, readCursor, withRecent } from './stream-cursor.ts';
import type { Recent, StreamCursor } from './stream-cursor.ts';
import type { Threads } from './threads.ts';

/** One entry of a stream, whatever list it is in. */
export type Entry = {
  /** By which the list is paged. */
  readonly id: string;
  readonly at: string;
  readonly what:
    | { readonly kind: 'status'; readonly status: ReadStatus }
    /** A status that was changed, told as news. */
    | { readonly kind: 'edit'; readonly status: ReadStatus }
    | { readonly kind: 'item'; readonly item: RawItem }
    | { readonly kind: 'nothing' };
};

/** One page of entries, newest first. */
export type EntryPage = { readonly entries: readonly Entry[]; readonly older: string | null };

/** A list of the server that is pulled as a stream. */
export type Feed = {
  readonly mostAtOnce: number;
  /** A page for the first import. */
  history(range: Range, signal: AbortSignal): Promise<EntryPage>;
  /** A page of what is new; may tell of more than messages. */
  news(range: Range, signal: AbortSignal): Promise<EntryPage>;
};

/** What pulling needs to know of its account. */
export type PullContext = {
  readonly api: MastodonApi;
  readonly clock: Clock;
  readonly threads: Threads;
  readonly sent: SentMemory;
  /** Our own id at the server, address, and the server's name in addresses. */
  readonly ownId: string;
  readonly own: string;
  readonly home: string;
};

export type Limits = { readonly maxItems: number; readonly maxBytes: number; readonly check: boolean };

/** Enough for the recent ones, with room for what is no message. */
const checkedAtOnce = 40;
/** So many statuses that have left the newest page are looked at one by one in a check. */
const mostLookedAt = 10;

const fresh: StreamCursor = { version: 1, newest: null, newestAt: '', before: null, recent: [] };

const asCursor = (cursor: StreamCursor): Cursor => ({ ...cursor });

/** What a pull brings, gathered while it runs and bounded by its limits. */
class Gathering {
  readonly items: RawItem[] = [];
  readonly #limits: Limits;
  #bytes = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Takes what belongs together, the first of it most of all; false when it has to wait for the next pull. */
  take(items: readonly RawItem[]): boolean {
    const isFirst = this.items.length === 0;
    const bytes = items.reduce((sum, { size }) => sum + size, 0);
    const fits =
      this.items.length + items.length <= this.#limits.maxItems &&
      this.#bytes + bytes <= this.#limits.maxBytes;
    if (!fits && !isFirst) return false;
    for (const item of fits ? items : items.slice(0, Math.max(1, this.#limits.maxItems))) {
      this.items.push(item);
      this.#bytes += item.size;
    }
    return true;
  }
}

/** Brings the next batch of a stream: news first when history is here, else the next older page. */
export async function pullStream(
  feed: Feed,
  context: PullContext,
  saved: Cursor | null,
  limits: Limits,
  signal: AbortSignal,
): Promise<Batch> {
  const cursor = readCursor(saved) ?? fresh;
  if (cursor.newest === null || cursor.before !== null)
    return pullHistory(feed, context, cursor, limits, signal);
  return pullNews(feed, context, cursor, limits, signal);
}

async function pullHistory(
  feed: Feed,
  context: PullContext,
  cursor: StreamCursor,
  limits: Limits,
  signal: AbortSignal,
): Promise<Batch> {
  const limit = Math.max(1, Math.min(feed.mostAtOnce, limits.maxItems));
  const page = await feed.history({ maxId: cursor.before, minId: null, limit }, signal);
  const [first] = page.entries;
  const gathering = new Gathering(limits);
  const read = await readEntries(page.entries, context, cursor.recent, 'back', gathering, signal);
  const { done, recent } = read;
  const last = page.entries[done - 1];
  const isWhole = done === page.entries.length;
  // A page that leads to itself, or nowhere, is the last one.
  const older = isWhole
    ? (page.older ?? (done >= limit ? (last?.id ?? null) : null))
    : (last?.id ?? cursor.before);
  const before = page.entries.length === 0 || older === cursor.before ? null : older;
  const next: StreamCursor = {
    ...cursor,
    newest: cursor.newest ?? first?.id ?? null,
    newestAt: cursor.newest === null ? (first?.at ?? '') : cursor.newestAt,
    before,
    recent: [...recent],
  };
  // What was written meanwhile is asked for right after the last page.
  return batchOf(gathering.items, next, next.newest !== null);
}

async function pullNews(
  feed: Feed,
  context: PullContext,
  cursor: StreamCursor,
  limits: Limits,
  signal: AbortSignal,
): Promise<Batch> {
  const limit = Math.max(1, Math.min(feed.mostAtOnce, limits.maxItems));
  const page = await feed.news({ maxId: null, minId: cursor.newest, limit }, signal);
  const entries = page.entries.toReversed();
  const gathering = new Gathering(limits);
  const { done, recent } = await readEntries(entries, context, cursor.recent, 'front', gathering, signal);
  const last = entries[done - 1];
  const next: StreamCursor = {
    ...cursor,
    newest: last?.id ?? cursor.newest,
    newestAt: last?.at ?? cursor.newestAt,
    recent: [...recent],
  };
  const moved = next.newest !== cursor.newest;
  const hasRoom = gathering.items.length + mostRecent <= limits.maxItems;
  if (!limits.check || (moved && !hasRoom)) return batchOf(gathering.items, next, moved);
  const checked = await check(feed, context, next, signal);
  return { ...checked, items: [...gathering.items, ...checked.items], more: moved || checked.more };
}

const batchOf = (items: readonly RawItem[], next: StreamCursor, more: boolean): Batch => ({
  items,
  changes: [],
  next: asCursor(next),
  more,
  onServer: null,
  remaining: null,
  gap: null,
});

/** Reads entries in their order until the batch is full or requests run short; answers how many, and the recent ones. */
async function readEntries(
  entries: readonly Entry[],
  context: PullContext,
  known: readonly Recent[],
  where: 'front' | 'back',
  gathering: Gathering,
  signal: AbortSignal,
): Promise<{ readonly done: number; readonly recent: readonly Recent[] }> {
  for (const { id, root } of known) context.threads.remember(id, root);
  let recent = known;
  for (const [done, entry] of entries.entries()) {
    try {
      const told = await readEntry(entry, context, recent, signal);
      if (!gathering.take(told.items)) return { done, recent };
      if (told.recent !== null) recent = withRecent(recent, told.recent, where);
      if (entry.what.kind === 'edit') recent = recent.map((one) => asEdited(one, entry.what));
    } catch (error) {
      const isShort = error instanceof ChannelError && error.failure.kind === 'rate-limited';
      // What has been read is kept; the refusal comes again with the next pull, and is reported then.
      if (isShort && done > 0) return { done, recent };
      throw error;
    }
  }
  return { done: entries.length, recent };
}

const asEdited = (one: Recent, what: Entry['what']): Recent =>
  what.kind === 'edit' && what.status.read.id === one.id
    ? { ...one, edited: what.status.read.edited_at ?? '' }
    : one;

async function readEntry(
  entry: Entry,
  context: PullContext,
  recent: readonly Recent[],
  signal: AbortSignal,
): Promise<{ readonly items: readonly RawItem[]; readonly recent: Recent | null }> {
  switch (entry.what.kind) {
    case 'nothing':
      return { items: [], recent: null };
    case 'item':
      return { items: [entry.what.item], recent: null };
    case 'edit': {
      const { status } = entry.what;
      const isKnown = recent.some(
        ({ id, edited }) => id === status.read.id && edited === (status.read.edited_at ?? ''),
      );
      return { items: isKnown ? [] : [editItem(status, context.home)], recent: null };
    }
    case 'status': {
      const { status } = entry.what;
      const { root, before } = await context.threads.placeOf(status, signal);
      const item = asItem(status, root, context, false);
      // Others' words come after those that are for us, so that whoever speaks to us is the customer.
      const around = before
        .filter(({ read }) => !comesByItself(read, context.ownId))
        .map((one) => asItem(one, root, context, true));
      return {
        items: [item, ...around],
        recent: { id: status.read.id, root, edited: status.read.edited_at ?? '' },
      };
    }
  }
}

const asItem = (
  status: ReadStatus,
  root: string,
  { home, own, sent, ownId }: PullContext,
  aside: boolean,
): RawItem =>
  statusItem(status, {
    home,
    root,
    aside,
    client: status.read.account.id === ownId ? sent.clientOf(own, status.read) : null,
  });

/**
 * Looks at the newest page for what was changed or taken back, which Mastodon tells nobody who asks for mentions: a status with a later
 * `edited_at` was changed, one that is missing is asked for by itself and gone when the server says so. Also finds a server that numbers
 * anew, as after a restored backup: there something is newer by its date than the newest we have, and not after it by its id.
 */
async function check(
  feed: Feed,
  context: PullContext,
  cursor: StreamCursor,
  signal: AbortSignal,
): Promise<Batch> {
  const page = await feed.history({ maxId: null, minId: null, limit: checkedAtOnce }, signal);
  const [first] = page.entries;
  if (first !== undefined && isLater(first.at, cursor.newestAt)) {
    // Asked for after the newest there was nothing, so this either came a moment ago or its number is lower.
    const after = await feed.news({ maxId: null, minId: cursor.newest, limit: 1 }, signal);
    if (after.entries.length === 0) return batchOf([], fresh, true);
    return batchOf([], cursor, true);
  }
  const there = new Map(
    page.entries.flatMap(({ what }) => (what.kind === 'status' ? [[what.status.read.id, what.status]] : [])),
  );
  const items: RawItem[] = [];
  const recent: Recent[] = [];
  let asked = 0;
  for (const one of cursor.recent) {
    let status = there.get(one.id) ?? null;
    if (status === null) {
      if (asked >= mostLookedAt || context.api.short !== null) {
        recent.push(one);
        continue;
      }
      asked += 1;
      status = await context.api.status(one.id, signal);
    }
    if (status === null) items.push(goneItem(one.id, context.clock.now()));
    else {
      const edited = status.read.edited_at ?? '';
      if (edited > one.edited) items.push(editItem(status, context.home));
      recent.push({ ...one, edited: edited > one.edited ? edited : one.edited });
    }
  }
  return batchOf(items, { ...cursor, recent }, false);
}

const isLater = (at: string, than: string): boolean => Date.parse(at) > Date.parse(than);
