import type { ConversationPage, ListQuery, View } from '#shared/contract/conversations.ts';
import type { CustomerId, MemberId } from '#shared/kit/brand.ts';
import type { ReadableDb, SqlValue } from '../driver.ts';
import { asConversationRow, selectConversations } from './conversation-row.ts';
import type { ConversationColumns } from './conversation-row.ts';
import { readCursor, writeCursor } from './page-cursor.ts';

const workable = "c.status = 'open' AND c.snoozed_until IS NULL";

/**
 * What each view shows. The words are those of the partial indexes, so that SQLite can see that one applies; each
 * list is then a walk over an index in its own order, from the cursor on.
 */
const conditions: Readonly<Record<View, string>> = {
  'my-turn': `${workable} AND c.turn = 'ours' AND c.outbox <> 'waiting'`,
  waiting: `${workable} AND (c.turn = 'theirs' OR c.outbox = 'waiting')`,
  unowned: `${workable} AND c.turn = 'ours' AND c.outbox <> 'waiting'`,
  member: "c.status = 'open'",
  snoozed: "c.status = 'open' AND c.snoozed_until IS NOT NULL",
  inbox: "c.status = 'open'",
  unread: "c.unread > 0 AND c.status <> 'merged'",
  drafts: "c.draft = 1 AND c.status <> 'merged'",
  problems: "c.outbox IN ('failed', 'unknown') AND c.status <> 'merged'",
  done: "c.status IN ('resolved', 'done')",
  all: "c.status <> 'merged'",
};

/** Whose queues are shown: those of one member of a team, or those of somebody who works alone. */
export type Viewer = { readonly me: MemberId; readonly alone: boolean };

/** The owner that a view asks for; undefined where it asks for none. */
const ownerAsked = (query: ListQuery, viewer: Viewer): MemberId | null | undefined => {
  switch (query.view) {
    case 'my-turn':
    case 'waiting':
      return viewer.alone ? undefined : viewer.me;
    case 'unowned':
      return null;
    case 'member':
      return query.owner ?? viewer.me;
    default:
      return undefined;
  }
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
  sql: 'c.customer_waiting_since, c.num',
  after: '(c.customer_waiting_since, c.num) > (?, ?)',
  cursor: (row) => writeCursor(row.customer_waiting_since ?? 0, row.num),
};

/** Who waits first, then those who do not; the words are those of the index. */
const waitersFirst: Order = {
  sql: 'ifnull(c.customer_waiting_since, 9007199254740991), c.num',
  after: '(ifnull(c.customer_waiting_since, 9007199254740991), c.num) > (?, ?)',
  cursor: (row) => writeCursor(row.customer_waiting_since ?? Number.MAX_SAFE_INTEGER, row.num),
};

const soonestAwakeFirst: Order = {
  sql: 'c.snoozed_until, c.num',
  after: '(c.snoozed_until, c.num) > (?, ?)',
  cursor: (row) => writeCursor(row.snoozed_until ?? 0, row.num),
};

const orders: Partial<Readonly<Record<View, Order>>> = {
  'my-turn': longestWaitFirst,
  unowned: longestWaitFirst,
  member: waitersFirst,
  snoozed: soonestAwakeFirst,
};

/** Without being told, SQLite takes the index of all conversations for these, which has the same order, and reads every row. */
const indexes: Partial<Readonly<Record<View, readonly [whole: string, ofAccount: string]>>> = {
  unread: ['conversation_unread', 'conversation_unread_account'],
  drafts: ['conversation_draft', 'conversation_draft'],
  problems: ['conversation_problem', 'conversation_problem'],
};

const selectBy = ({ view, account }: ListQuery): string => {
  const index = indexes[view]?.[account === null ? 0 : 1];
  return index === undefined
    ? selectConversations
    : selectConversations.replace('FROM conversation c ', `FROM conversation c INDEXED BY ${index} `);
};

/** The statement of a list and its values; also what the test of query plans explains. */
export const listStatement = (
  query: ListQuery,
  viewer: Viewer,
  after: string | null,
  limit: number,
): { readonly sql: string; readonly params: readonly SqlValue[]; readonly order: Order } => {
  const order = orders[query.view] ?? newestFirst;
  const cursor = readCursor(after, 2);
  const where = [conditions[query.view]];
  const params: SqlValue[] = [];
  const owner = ownerAsked(query, viewer);
  if (owner === null) where.push('c.owner_id IS NULL');
  if (owner !== null && owner !== undefined) {
    where.push('c.owner_id = ?');
    params.push(owner);
  }
  if (query.tag !== undefined) {
    // Asked of each row of the walk: a list of numbers would be sorted anew for every page.
    where.push('EXISTS (SELECT 1 FROM conversation_tag t WHERE t.tag = ? AND t.conversation_num = c.num)');
    params.push(query.tag);
  }
  if (query.account !== null) {
    // Where no index begins with the account, the plus keeps SQLite from taking another one and sorting.
    where.push(`${orders[query.view] === undefined ? '' : '+'}c.account_id = ?`);
    params.push(query.account);
  }
  if (cursor !== null) {
    where.push(order.after);
    params.push(...cursor);
  }
  // One more than asked for says whether there is a next page.
  params.push(limit + 1);
  return {
    sql: `${selectBy(query)} WHERE ${where.join(' AND ')} ORDER BY ${order.sql} LIMIT ?`,
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
  viewer: Viewer,
  after: string | null,
  limit: number,
): ConversationPage => {
  const { sql, params, order } = listStatement(query, viewer, after, limit);
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
  readonly owner_id: string;
  readonly status: string;
  readonly turn: string;
  readonly outbox: string;
  readonly unread: number;
  readonly draft: number;
  readonly snoozed: number;
  readonly n: number;
};

const isWorkable = (row: TallyRow): boolean => row.status === 'open' && row.snoozed === 0;
const isMine = (row: TallyRow, viewer: Viewer): boolean => viewer.alone || row.owner_id === viewer.me;
const awaitsUs = (row: TallyRow): boolean =>
  isWorkable(row) && row.turn === 'ours' && row.outbox !== 'waiting';

/** The same conditions over a row of the tally; a test holds them equal to the lists. `member` counts those of the viewer. */
export const inView: Readonly<Record<View, (row: TallyRow, viewer: Viewer) => boolean>> = {
  'my-turn': (row, viewer) => awaitsUs(row) && isMine(row, viewer),
  waiting: (row, viewer) =>
    isWorkable(row) && (row.turn === 'theirs' || row.outbox === 'waiting') && isMine(row, viewer),
  unowned: (row) => awaitsUs(row) && row.owner_id === '',
  member: (row, viewer) => row.status === 'open' && row.owner_id === viewer.me,
  snoozed: (row) => row.status === 'open' && row.snoozed === 1,
  inbox: (row) => row.status === 'open',
  unread: (row) => row.unread === 1 && row.status !== 'merged',
  drafts: (row) => row.draft === 1 && row.status !== 'merged',
  problems: (row) => (row.outbox === 'failed' || row.outbox === 'unknown') && row.status !== 'merged',
  done: (row) => row.status === 'resolved' || row.status === 'done',
  all: (row) => row.status !== 'merged',
};
