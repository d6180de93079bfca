import type { ConversationPage, ListQuery, View } from '#shared/contract/conversations.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import type { ReadableDb, SqlValue } from '../driver.ts';
import { asConversationRow, selectConversations } from './conversation-row.ts';
import type { ConversationColumns } from './conversation-row.ts';
import { readCursor, writeCursor } from './page-cursor.ts';

/**
 * What each view shows. The words are those of the partial indexes, so that SQLite can see that one applies; each
 * list is then a walk over an index in its own order, from the cursor on.
 */
const conditions: Readonly<Record<View, string>> = {
  'my-turn': "c.status = 'open' AND c.turn = 'ours' AND c.outbox <> 'waiting'",
  waiting: "c.status = 'open' AND (c.turn = 'theirs' OR c.outbox = 'waiting')",
  inbox: "c.status = 'open'",
  unread: "c.unread > 0 AND c.status <> 'merged'",
  drafts: "c.draft = 1 AND c.status <> 'merged'",
  problems: "c.outbox IN ('failed', 'unknown') AND c.status <> 'merged'",
  done: "c.status = 'done'",
  all: "c.status <> 'merged'",
};

type Order = {
  readonly sql: string;
  readonly after: string;
  readonly cursor: (row: ConversationColumns) => string;
};

const newestFirst: Order = {
  sql: 'c.last_at DESC, c.num DESC',
  after: '(c.last_at, c.num) < (?, ?)',
  cursor: (row) => writeCursor(row.last_at, row.num),
};

const longestWaitFirst: Order = {
  sql: 'c.waiting_since, c.num',
  after: '(c.waiting_since, c.num) > (?, ?)',
  cursor: (row) => writeCursor(row.waiting_since ?? 0, row.num),
};

/** The statement of a list and its values; also what the test of query plans explains. */
export const listStatement = (
  query: ListQuery,
  after: string | null,
  limit: number,
): { readonly sql: string; readonly params: readonly SqlValue[]; readonly order: Order } => {
  const order = query.view === 'my-turn' ? longestWaitFirst : newestFirst;
  const cursor = readCursor(after, 2);
  const where = [conditions[query.view]];
  const params: SqlValue[] = [];
  if (query.account !== null) {
    where.push('c.account_id = ?');
    params.push(query.account);
  }
  if (cursor !== null) {
    where.push(order.after);
    params.push(...cursor);
  }
  // One more than asked for says whether there is a next page.
  params.push(limit + 1);
  return {
    sql: `${selectConversations} WHERE ${where.join(' AND ')} ORDER BY ${order.sql} LIMIT ?`,
    params,
    order,
  };
};

const pageOf = (rows: readonly ConversationColumns[], limit: number, order: Order): ConversationPage => {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    rows: shown.map(asConversationRow),
    next: rows.length > limit && last !== undefined ? order.cursor(last) : null,
  };
};

/** A page of a queue: the longest-waiting customer first in `my-turn`, the newest message first elsewhere. */
export const listConversations = (
  db: ReadableDb,
  query: ListQuery,
  after: string | null,
  limit: number,
): ConversationPage => {
  const { sql, params, order } = listStatement(query, after, limit);
  return pageOf(db.all<ConversationColumns>(sql, params), limit, order);
};

/** The statement of a customer's conversations. */
export const customerListStatement = (
  customer: CustomerId,
  after: string | null,
  limit: number,
): { readonly sql: string; readonly params: readonly SqlValue[] } => {
  const cursor = readCursor(after, 2);
  const where = `c.customer_id = ? AND ${conditions.all}${cursor === null ? '' : ` AND ${newestFirst.after}`}`;
  return {
    sql: `${selectConversations} WHERE ${where} ORDER BY ${newestFirst.sql} LIMIT ?`,
    params: [customer, ...(cursor ?? []), limit + 1],
  };
};

/** A page of all conversations with one customer, newest first. */
export const customerConversations = (
  db: ReadableDb,
  customer: CustomerId,
  after: string | null,
  limit: number,
): ConversationPage => {
  const { sql, params } = customerListStatement(customer, after, limit);
  return pageOf(db.all<ConversationColumns>(sql, params), limit, newestFirst);
};

/** How many conversations of each sort there are, by what a view asks of them. */
export type TallyRow = {
  readonly account_id: string;
  readonly status: string;
  readonly turn: string;
  readonly outbox: string;
  readonly unread: number;
  readonly draft: number;
  readonly n: number;
};

/** The same conditions over a row of the tally; a test holds them equal to the lists. */
export const inView: Readonly<Record<View, (row: TallyRow) => boolean>> = {
  'my-turn': (row) => row.status === 'open' && row.turn === 'ours' && row.outbox !== 'waiting',
  waiting: (row) => row.status === 'open' && (row.turn === 'theirs' || row.outbox === 'waiting'),
  inbox: (row) => row.status === 'open',
  unread: (row) => row.unread === 1 && row.status !== 'merged',
  drafts: (row) => row.draft === 1 && row.status !== 'merged',
  problems: (row) => (row.outbox === 'failed' || row.outbox === 'unknown') && row.status !== 'merged',
  done: (row) => row.status === 'done',
  all: (row) => row.status !== 'merged',
};
