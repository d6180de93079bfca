import type { Clock } from '#shared/kit/ports.ts';
import { postCollection } from '../names.ts';
import { remembered } from './walk-cursor.ts';
import type { WalkCursor } from './walk-cursor.ts';

/** One entry of a list. `mark` says where it stands: greater as text means nearer to the top. */
export type Entry<T> = { readonly uri: string; readonly mark: string; readonly what: T };

/** A page, newest first; `next` leads to the one below, null at the end. */
export type Page<T> = { readonly entries: readonly Entry<T>[]; readonly next: string | null };

/** A list that is read backwards in pages. */
export type List<T> = {
  page(cursor: string | null, limit: number, signal: AbortSignal): Promise<Page<T>>;
  /** Whether what is older than the first look is brought, too. */
  readonly history: boolean;
};

/** What a session remembers between pulls; losing it costs a question, never an entry. */
export type WalkMemory = { lookedAt: number };

/** What one pull found. `live` is true for news, false for what the first import brings. */
export type Walked<T> = {
  readonly fresh: readonly Entry<T>[];
  readonly live: boolean;
  readonly next: WalkCursor;
  readonly more: boolean;
};

// During an import news are asked for only after this long; they may wait five seconds, a thousand pages may not.
const betweenLooks = 5_000;
/** Servers give no more (lexicons of listNotifications and listRecords). */
const largestPage = 100;

const prefix = 'at://';

/** A name without what all of them have in common, because forty have to fit into a cursor. */
const shortName = (uri: string): string => uri.replace(prefix, '').replace(`/${postCollection}/`, '//');

/** The name that {@link shortName} made short. */
const longName = (short: string): string => `${prefix}${short.replace('//', `/${postCollection}/`)}`;

/** Brings a list forward by one page: first what is new, then older entries downwards. */
export async function walk<T>(
  list: List<T>,
  cursor: WalkCursor | null,
  request: { readonly maxItems: number; readonly clock: Clock },
  memory: WalkMemory,
  signal: AbortSignal,
): Promise<Walked<T>> {
  const { clock } = request;
  const limit = Math.max(1, Math.min(request.maxItems, largestPage));
  if (cursor === null) {
    const page = await list.page(null, limit, signal);
    memory.lookedAt = clock.monotonic();
    return fromTheTop(page, list.history);
  }
  const { news, older } = cursor;
  if (news !== null) return onwards(await list.page(news.page, limit, signal), cursor, news.until);
  if (older === null || clock.monotonic() - memory.lookedAt >= betweenLooks) {
    const page = await list.page(null, limit, signal);
    memory.lookedAt = clock.monotonic();
    const found = onwards(page, cursor, cursor.newest);
    if (found.fresh.length > 0 || older === null) return found;
  }
  return downwards(await list.page(older.page, limit, signal), cursor, older);
}

function fromTheTop<T>(page: Page<T>, history: boolean): Walked<T> {
  const { entries, next } = page;
  const older =
    history && next !== null && entries.length > 0 ? { page: next, brought: entries.length } : null;
  const floor = next === null ? null : (entries.at(-1)?.mark ?? null);
  const start: WalkCursor = {
    version: 1,
    channel: 'bluesky',
    known: [],
    newest: '',
    floor,
    news: null,
    older,
  };
  return { fresh: entries, live: false, next: remember(start, entries), more: older !== null };
}

/** News end where the list stands as it did before. What is new further down came late, and counts as well. */
function onwards<T>(page: Page<T>, cursor: WalkCursor, until: string): Walked<T> {
  const known = new Set(cursor.known.map(([name]) => name));
  const { floor, older } = cursor;
  const fresh = page.entries.filter(
    ({ uri, mark }) => !known.has(shortName(uri)) && (floor === null || mark > floor),
  );
  const last = page.entries.at(-1);
  const met = last === undefined || (until !== '' && last.mark <= until);
  const news = met || page.next === null ? null : { page: page.next, until };
  return {
    fresh,
    live: true,
    next: { ...remember(cursor, fresh), news },
    more: news !== null || older !== null,
  };
}

function downwards<T>(page: Page<T>, cursor: WalkCursor, older: NonNullable<WalkCursor['older']>): Walked<T> {
  const brought = older.brought + page.entries.length;
  const next = page.next === null || page.entries.length === 0 ? null : { page: page.next, brought };
  return { fresh: page.entries, live: false, next: { ...cursor, older: next }, more: next !== null };
}

/** Keeps the newest by name; the rest is known by standing at the floor or below. */
function remember<T>(cursor: WalkCursor, fresh: readonly Entry<T>[]): WalkCursor {
  const all = [...fresh.map(({ uri, mark }): [string, string] => [shortName(uri), mark]), ...cursor.known];
  all.sort(([, one], [, other]) => (one < other ? 1 : one > other ? -1 : 0));
  const known = all.slice(0, remembered);
  const [, newest] = known[0] ?? ['', cursor.newest];
  const [, lowest] = known.at(-1) ?? ['', cursor.floor];
  const floor = all.length > known.length ? lowest : cursor.floor;
  return { ...cursor, known, newest: newest > cursor.newest ? newest : cursor.newest, floor };
}

/** The entries that a list remembers, by their whole names. */
export const rememberedIn = (cursor: WalkCursor): readonly string[] =>
  cursor.known.map(([name]) => longName(name));

/** The same list without entries that are gone from the server. */
export const withoutGone = (cursor: WalkCursor, gone: readonly string[]): WalkCursor =>
  gone.length === 0
    ? cursor
    : { ...cursor, known: cursor.known.filter(([name]) => !gone.includes(longName(name))) };
