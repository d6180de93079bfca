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

/** Two columns, both rising or both falling; the words are those of an index. */
type Order = {
  readonly at: string;
  readonly falls: boolean;
  readonly cursor: (row: ConversationColumns) => string;
};

const newestFirst: Order = {
  at: 'c.last_at',
  falls: true,
  cursor: (row) => writeCursor(row.last_at, row.num),
};

const longestWaitFirst: Order = {
  at: 'c.customer_waiting_since',
  falls: false,
  cursor: (row) => writeCursor(row.customer_waiting_since ?? 0, row.num),
};

/** Who waits first, then those who do not. */
const waitersFirst: Order = {
  at: 'ifnull(c.customer_waiting_since, 9007199254740991)',
  falls: false,
  cursor: (row) => writeCursor(row.customer_waiting_since ?? Number.MAX_SAFE_INTEGER, row.num),
};

const soonestAwakeFirst: Order = {
  at: 'c.snoozed_until',
  falls: false,
  cursor: (row) => writeCursor(row.snoozed_until ?? 0, row.num),
};

/** `ORDER BY` of a walk along an order, or against it. */
const sorted = ({ at, falls }: Order, back = false): string => {
  const way = falls === back ? '' : ' DESC';
  return `${at}${way}, c.num${way}`;
};

/** What lies behind a cursor; or, walking back, what ends with it. */
const beyond = ({ at, falls }: Order, back = false): string =>
  `(${at}, c.num) ${falls === back ? '>' : '<'}${back ? '=' : ''} (?, ?)`;

const orders: Partial<Readonly<Record<View, Order>>> = {
  'my-turn': longestWaitFirst,
  unowned: longestWaitFirst,
  member: waitersFirst,
  snoozed: soonestAwakeFirst,
};

/** From where a page is read: on from a cursor, or back from one; null is the start, and going back the end. */
export type PageFrom = string | null | { readonly until: string | null };

type Statement = { readonly sql: string; readonly params: readonly SqlValue[]; readonly order: Order };

/** Without being told, SQLite takes the index of all conversations for these, which has the same order, and reads every row. */
const indexes: Partial<Readonly<Record<View, readonly [whole: string, ofAccount: string]>>> = {
  inbox: ['conversation_open', 'conversation_open_account'],
  done: ['conversation_done', 'conversation_done_account'],
  unread: ['conversation_unread', 'conversation_unread_account'],
  drafts: ['conversation_draft', 'conversation_draft'],
  problems: ['conversation_problem', 'conversation_problem'],
};

const selectBy = ({ view, account }: Pick<ListQuery, 'view' | 'account'>): string => {
  const index = indexes[view]?.[account === null ? 0 : 1];
  return index === undefined
    ? selectConversations
    : selectConversations.replace('FROM conversation c ', `FROM conversation c INDEXED BY ${index} `);
};

/** All conversations are those that are open and those that are not: two walks side by side, and no index of their own. */
const halves = ['inbox', 'done'] as const;

/** What a list asks of a row, and its values. */
const asked = (
  query: ListQuery,
  viewer: Viewer,
): { readonly where: string[]; readonly params: SqlValue[]; readonly order: Order } => {
  const order = orders[query.view] ?? newestFirst;
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
  return { where, params, order };
};

/** The statement of a list and its values; also what the test of query plans explains. */
export const listStatement = (query: ListQuery, viewer: Viewer, from: PageFrom, limit: number): Statement => {
  if (query.view === 'all') return allStatement(query, viewer, from, limit);
  const { where, params, order } = asked(query, viewer);
  const back = from !== null && typeof from === 'object';
  const cursor = readCursor(back ? from.until : from, 2);
  if (cursor !== null) {
    where.push(beyond(order, back));
    params.push(...cursor);
  }
  // One more than asked for says whether there is another page.
  params.push(limit + 1);
  return {
    sql: `${selectBy(query)} WHERE ${where.join(' AND ')} ORDER BY ${sorted(order, back)} LIMIT ?`,
    params,
    order,
  };
};

const allStatement = (query: ListQuery, viewer: Viewer, from: PageFrom, limit: number): Statement => {
  const back = from !== null && typeof from === 'object';
  const cursor = readCursor(back ? from.until : from, 2);
  const parts = halves.map((view) => {
    const { where, params } = asked({ ...query, view }, viewer);
    const behind = cursor === null ? [] : [beyond(newestFirst, back)];
    return {
      sql: `${selectBy({ ...query, view })} WHERE ${[...where, ...behind].join(' AND ')}`,
      params: [...params, ...(cursor ?? [])],
    };
  });
  return {
    sql: `${parts.map(({ sql }) => sql).join(' UNION ALL ')} ORDER BY ${sorted(newestFirst, back).replaceAll('c.', '')} LIMIT ?`,
    params: [...parts.flatMap(({ params }) => params), limit + 1],
    order: newestFirst,
  };
};

const pageOf = (
  rows: readonly ConversationColumns[],
  after: string | null,
  limit: number,
  order: Order,
): ConversationPage => {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    rows: shown.map(asConversationRow),
    after,
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
  return pageOf(db.all<ConversationColumns>(sql, params), after, limit, order);
};

/** The page that ends with a cursor, or with the end of the queue. */
export const listBack = (
  db: ReadableDb,
  query: ListQuery,
  viewer: Viewer,
  until: string | null,
  limit: number,
): ConversationPage => {
  const { sql, params, order } = listStatement(query, viewer, { until }, limit);
  const rows = db.all<ConversationColumns>(sql, params);
  // The row that is one too many is where this page begins.
  const before = rows[limit];
  return {
    rows: rows.slice(0, limit).reverse().map(asConversationRow),
    after: before === undefined ? null : order.cursor(before),
    next: until,
  };
};

/** So many conversations of the whole workspace are looked at to guess where a share of a queue ends: a few ms at a million. */
const looked = 400;

type Key = { readonly at: number; readonly num: number };

/** The statement that reads the keys of those that are in the queue, in its order; its last value is a list of numbers as JSON. */
export const keysStatement = (query: ListQuery, viewer: Viewer, nums: readonly number[]): Statement => {
  const { where, params, order } = asked(query, viewer);
  return {
    // Each is looked up by its number; an index of the queue would be walked from end to end.
    sql: `SELECT ${order.at} AS at, c.num FROM json_each(?) AS asked CROSS JOIN conversation c ON c.num = asked.value WHERE ${where.join(' AND ')} ORDER BY ${sorted(order)}`,
    params: [JSON.stringify(nums), ...params],
    order,
  };
};

const between = (from: Key, to: Key, share: number): string => {
  const part = (a: number, b: number): number => Math.round(a + (b - a) * share);
  return from.at === to.at
    ? writeCursor(from.at, part(from.num, to.num))
    : writeCursor(part(from.at, to.at), from.num);
};

const keyOf = (cursor: string): Key => {
  const [at = 0, num = 0] = readCursor(cursor, 2) ?? [];
  return { at, num };
};

/**
 * Guesses the cursor behind which the rest of a queue begins, by the keys of some of its conversations: no count of a
 * queue's rows up to a place is cheap. Null where the queue is empty.
 */
const cursorAt = (db: ReadableDb, query: ListQuery, viewer: Viewer, share: number): string | null => {
  const first = listStatement(query, viewer, null, 0);
  const last = listStatement(query, viewer, { until: null }, 0);
  const ends = [first, last].flatMap(({ sql, params }) => db.all<ConversationColumns>(sql, params));
  const [from, to] = ends.map((row) => keyOf(first.order.cursor(row)));
  if (from === undefined || to === undefined) return null;
  const most = db.all<{ most: number | null }>('SELECT max(num) AS most FROM conversation')[0]?.most ?? 0;
  const step = Math.max(1, most / looked);
  const nums = Array.from({ length: Math.min(looked, most) }, (_, n) => Math.round((n + 0.5) * step));
  const { sql, params } = keysStatement(query, viewer, nums);
  const keys = [from, ...db.all<Key>(sql, params), to];
  const place = share * (keys.length - 1);
  const before = keys[Math.floor(place)] ?? to;
  return between(before, keys[Math.floor(place) + 1] ?? to, place - Math.floor(place));
};

/** A page that begins about where this share of the queue ends: somewhere in its middle, by a guess. */
export const listAbout = (
  db: ReadableDb,
  query: ListQuery,
  viewer: Viewer,
  share: number,
  limit: number,
): ConversationPage => {
  const after = cursorAt(db, query, viewer, share);
  const page = listConversations(db, query, viewer, after, limit);
  return page.rows.length > 0 ? page : listBack(db, query, viewer, null, limit);
};

/** The statement of a customer's conversations. */
export const customerListStatement = (
  customer: CustomerId,
  after: string | null,
  limit: number,
): { readonly sql: string; readonly params: readonly SqlValue[] } => {
  const cursor = readCursor(after, 2);
  const where = `c.customer_id = ? AND ${conditions.all}${cursor === null ? '' : ` AND ${beyond(newestFirst)}`}`;
  return {
    sql: `${selectConversations} WHERE ${where} ORDER BY ${sorted(newestFirst)} LIMIT ?`,
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
  return pageOf(db.all<ConversationColumns>(sql, params), after, limit, newestFirst);
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
