import type { Batch, Cursor } from '../../kit/channel.ts';
import type { Clock } from '#shared/kit/ports.ts';
import type { XmppConnection } from '../stream/connection.ts';
import type { Element } from '../stream/element.ts';
import { StanzaError } from '../stream/failures.ts';
import { readArchiveCursor } from './archive-cursor.ts';
import type { ArchiveCursor } from './archive-cursor.ts';
import { itemsOf } from './archive-item.ts';
import { readPage } from './archive-page.ts';
import type { ArchivePage, Where } from './archive-page.ts';

/** What a session remembers between pulls; losing it costs a question, never a message. */
export type ArchiveMemory = { lookedAt: number; readonly answered: Set<string> };

/** What to pull. */
export type PullRequest = {
  readonly own: string;
  /** Whose archive: our own address, or a room's. */
  readonly archive: string;
  /** Looks into results before they become items. */
  readonly note: (results: readonly Element[]) => Promise<readonly Element[]>;
  readonly cursor: Cursor | null;
  readonly maxItems: number;
  readonly clock: Clock;
};

// During an import news are asked for only after this long; they may wait five seconds, a thousand pages may not.
const betweenLooks = 5_000;
// Ids of this many people are remembered; beyond them the import counts a message as unread rather than grow.
const mostAnswered = 10_000;
/** Servers cut pages at their own size; more than this none gives. */
const largestPage = 250;

/** Brings the archive forward by one page: first what is new, oldest first, then older messages downwards. */
export async function pullArchive(
  connection: XmppConnection,
  request: PullRequest,
  memory: ArchiveMemory,
  signal: AbortSignal,
): Promise<Batch> {
  const { archive, clock } = request;
  const max = Math.max(1, Math.min(request.maxItems, largestPage));
  const page = (where: Where): Promise<ArchivePage> => readPage(connection, archive, where, max, signal);
  const cursor = readArchiveCursor(request.cursor);
  if (memory.answered.size > mostAnswered) memory.answered.clear();
  const newest = cursor?.newest ?? null;
  if (cursor === null || newest === null)
    return await fromTheTop(await page({ kind: 'newest' }), request, memory);
  const importing = cursor.before !== null;
  if (!importing || clock.monotonic() - memory.lookedAt >= betweenLooks) {
    const news = await orStartOver(page({ kind: 'after', id: newest }));
    if (news === null) return await fromTheTop(await page({ kind: 'newest' }), request, memory);
    memory.lookedAt = clock.monotonic();
    if (news.results.length > 0) {
      const next = { ...cursor, newest: news.last ?? newest };
      return await batchOf(news, next, !news.complete || importing, request, null);
    }
  }
  if (cursor.before === null) return await batchOf(nothing, cursor, false, request, null);
  const older = await orStartOver(page({ kind: 'before', id: cursor.before }));
  if (older === null) return await fromTheTop(await page({ kind: 'newest' }), request, memory);
  return await downwards(older, cursor, request, memory);
}

const nothing: ArchivePage = { results: [], first: null, last: null, complete: true, count: null };

/** The archive does not know the id: it forgot it or is another one now. Everything is told again, by identity. */
async function orStartOver(page: Promise<ArchivePage>): Promise<ArchivePage | null> {
  try {
    return await page;
  } catch (error) {
    if (error instanceof StanzaError && error.condition === 'item-not-found') return null;
    throw error;
  }
}

function fromTheTop(page: ArchivePage, request: PullRequest, memory: ArchiveMemory): Promise<Batch> {
  memory.lookedAt = request.clock.monotonic();
  const start: ArchiveCursor = { version: 1, channel: 'xmpp', newest: page.last, before: null, brought: 0 };
  return downwards(page, start, request, memory);
}

function downwards(
  page: ArchivePage,
  cursor: ArchiveCursor,
  request: PullRequest,
  memory: ArchiveMemory,
): Promise<Batch> {
  const over = page.complete || page.results.length === 0 || page.first === null;
  const next: ArchiveCursor = {
    ...cursor,
    before: over ? null : page.first,
    brought: cursor.brought + page.results.length,
  };
  return batchOf(page, next, !over, request, memory.answered);
}

async function batchOf(
  page: ArchivePage,
  next: ArchiveCursor,
  more: boolean,
  { own, clock, note }: PullRequest,
  answered: Set<string> | null,
): Promise<Batch> {
  const { count } = page;
  const results = await note(page.results.map(({ result }) => result));
  return {
    items: itemsOf(results, own, clock.now(), answered),
    changes: [],
    next,
    more,
    onServer: count,
    remaining: count === null || next.before === null ? null : Math.max(0, count - next.brought),
    gap: null,
  };
}
