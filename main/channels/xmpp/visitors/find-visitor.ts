import { archivedIn } from '../archive/archive-item.ts';
import { readPage } from '../archive/archive-page.ts';
import type { ArchivePage } from '../archive/archive-page.ts';
import type { XmppConnection } from '../stream/connection.ts';
import { StanzaError } from '../stream/failures.ts';
import type { VisitorBook } from './visitor-book.ts';

/** The archive of our own account, and the book that is kept from it. */
export type Desk = {
  readonly connection: XmppConnection;
  readonly own: string;
  readonly book: VisitorBook;
  readonly now: () => number;
};

const pageSize = 100;
/** How far back somebody is looked for: visitors who said nothing for so many stanzas have long gone. */
const mostPages = 20;

/** Takes one page into the book. */
export function noteAll({ own, book, now }: Desk, page: Pick<ArchivePage, 'results'>): void {
  for (const { result } of page.results) {
    const archived = archivedIn(result);
    if (archived !== null) book.note(archived.message, own, archived.stampedAt ?? now());
  }
}

/** The newest session of a visitor as the archive has it now; null for somebody it does not know. */
export async function newestSession(desk: Desk, room: string, signal: AbortSignal): Promise<string | null> {
  await readNews(desk, signal);
  for (let page = 0; page < mostPages && desk.book.sessionsOf(room).length === 0; page += 1) {
    if (!(await readOlder(desk, signal))) break;
  }
  return desk.book.sessionsOf(room)[0] ?? null;
}

/** Reads what has come since the last look. */
async function readNews(desk: Desk, signal: AbortSignal): Promise<void> {
  const { connection, own, book } = desk;
  try {
    while (book.read !== null) {
      const { newest, oldest } = book.read;
      const page = await readPage(connection, own, { kind: 'after', id: newest }, pageSize, signal);
      noteAll(desk, page);
      if (page.last !== null) book.read = { newest: page.last, oldest };
      if (page.complete || page.results.length === 0) return;
    }
  } catch (error) {
    // The archive has forgotten what the book knows, or is another one: it is read anew.
    if (!(error instanceof StanzaError) || error.condition !== 'item-not-found') throw error;
    book.read = null;
  }
  const page = await readPage(connection, own, { kind: 'newest' }, pageSize, signal);
  noteAll(desk, page);
  if (page.last !== null) book.read = { newest: page.last, oldest: page.complete ? null : page.first };
}

/** Reads one page before what is known; false when there is none. */
async function readOlder(desk: Desk, signal: AbortSignal): Promise<boolean> {
  const { connection, own, book } = desk;
  if (book.read === null) return false;
  const { newest, oldest } = book.read;
  if (oldest === null) return false;
  const page = await readPage(connection, own, { kind: 'before', id: oldest }, pageSize, signal);
  noteAll(desk, page);
  book.read = { newest, oldest: page.complete ? null : page.first };
  return page.results.length > 0;
}
