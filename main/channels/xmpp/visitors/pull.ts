import type { Batch, Cursor } from '../../kit/channel.ts';
import { readArchiveCursor } from '../archive/archive-cursor.ts';
import type { ArchiveCursor } from '../archive/archive-cursor.ts';
import { readPage } from '../archive/archive-page.ts';
import type { ArchivePage, Where } from '../archive/archive-page.ts';
import { StanzaError } from '../stream/failures.ts';
import type { Desk } from './find-visitor.ts';
import { visitorItems } from './visitor-items.ts';

/** What a session remembers between pulls; losing it costs a question, never a message. */
export type PullMemory = { lookedAt: number; readonly answered: Set<string> };

// During an import news are asked for only after this long; they may wait five seconds, a thousand pages may not.
const betweenLooks = 5_000;
// So many visitors are remembered as answered; beyond them the import counts a message as unread rather than grow.
const mostAnswered = 10_000;
/** Servers cut pages at their own size; more than this none gives. */
const largestPage = 250;

type Asked = { readonly cursor: Cursor | null; readonly maxItems: number; readonly monotonic: () => number };

const nothing: ArchivePage = { results: [], first: null, last: null, complete: true, count: null };

/** Brings the archive forward by one page: first what is new, oldest first, then older stanzas downwards. */
export async function pullVisitors(
  desk: Desk,
  { cursor: saved, maxItems, monotonic }: Asked,
  memory: PullMemory,
  signal: AbortSignal,
): Promise<Batch> {
  const max = Math.max(1, Math.min(maxItems, largestPage));
  const page = (where: Where): Promise<ArchivePage> =>
    readPage(desk.connection, desk.own, where, max, signal);
  if (memory.answered.size > mostAnswered) memory.answered.clear();
  const fromTheTop = async (): Promise<Batch> => {
    memory.lookedAt = monotonic();
    const newest = await page({ kind: 'newest' });
    const start: ArchiveCursor = {
      version: 1,
      channel: 'xmpp',
      newest: newest.last,
      before: null,
      brought: 0,
    };
    return downwards(desk, newest, start, memory);
  };
  try {
    const cursor = readArchiveCursor(saved);
    const newest = cursor?.newest ?? null;
    if (cursor === null || newest === null) return await fromTheTop();
    const importing = cursor.before !== null;
    if (!importing || monotonic() - memory.lookedAt >= betweenLooks) {
      const news = await page({ kind: 'after', id: newest });
      memory.lookedAt = monotonic();
      if (news.results.length > 0) {
        const next = { ...cursor, newest: news.last ?? newest };
        return batchOf(desk, news, next, !news.complete || importing, null);
      }
    }
    if (cursor.before === null) return batchOf(desk, nothing, cursor, false, null);
    return downwards(desk, await page({ kind: 'before', id: cursor.before }), cursor, memory);
  } catch (error) {
    // The archive does not know the id: it forgot it or is another one now. Everything is told again, by identity.
    if (error instanceof StanzaError && error.condition === 'item-not-found') return fromTheTop();
    throw error;
  }
}

function downwards(desk: Desk, page: ArchivePage, cursor: ArchiveCursor, memory: PullMemory): Batch {
  const over = page.complete || page.results.length === 0 || page.first === null;
  const brought = cursor.brought + page.results.length;
  return batchOf(
    desk,
    page,
    { ...cursor, before: over ? null : page.first, brought },
    !over,
    memory.answered,
  );
}

function batchOf(
  desk: Desk,
  page: ArchivePage,
  next: ArchiveCursor,
  more: boolean,
  answered: Set<string> | null,
): Batch {
  const { count } = page;
  return {
    items: visitorItems(
      desk,
      page.results.map(({ result }) => result),
      answered,
    ),
    changes: [],
    next,
    more,
    onServer: count,
    remaining: count === null || next.before === null ? null : Math.max(0, count - next.brought),
    gap: null,
  };
}
