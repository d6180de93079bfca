import type { AuditFilter, AuditRow } from '#shared/contract/audit.ts';
import { kindsOf } from '#shared/domain/audit/topics.ts';
import type { AuditSource } from '#shared/domain/audit/topics.ts';
import type { ConversationId, CustomerId, MemberId } from '#shared/kit/brand.ts';
import type { ReadableDb, SqlValue } from '../driver.ts';
import { eventValues } from './event-values.ts';
import { memberName } from './members.ts';

/** A log and the columns by which it is in order, newest last. */
type Log = {
  readonly table: string;
  readonly keys: readonly string[];
  readonly columns: string;
  /** Whether what nobody did is left out: a message that came in is no act. */
  readonly authored: boolean;
};

const logs: Readonly<Record<AuditSource, Log>> = {
  act: { table: 'act', keys: ['id'], columns: 'id', authored: false },
  customer: {
    table: 'customer_event',
    keys: ['customer_id', 'rev'],
    columns: 'customer_id, rev',
    authored: true,
  },
  conversation: { table: 'event', keys: ['seq'], columns: 'seq, conversation_num', authored: true },
};

/** The order of things of the same time in different logs. */
const sources: readonly AuditSource[] = ['act', 'customer', 'conversation'];

/** Where a page ended: the time, which log, and the last row's place in it. */
type Place = { readonly at: number; readonly source: number; readonly key: readonly (string | number)[] };

type Row = {
  readonly at: number;
  readonly author: MemberId | null;
  readonly kind: string;
  readonly payload: string;
  readonly id?: string;
  readonly customer_id?: CustomerId;
  readonly rev?: number;
  readonly seq?: number;
  readonly conversation_num?: number;
};

type Placed = Row & { readonly source: AuditSource; readonly key: readonly (string | number)[] };

/** No id and no number is greater, or smaller. */
const last: Readonly<Record<string, string | number>> = {
  ...{ id: '\u{10ffff}', customer_id: '\u{10ffff}', rev: Number.MAX_SAFE_INTEGER },
  seq: Number.MAX_SAFE_INTEGER,
};
const first: Readonly<Record<string, string | number>> = { id: '', customer_id: '', rev: 0, seq: 0 };

/** A statement with its values; the test of query plans explains it. */
type Statement = { readonly sql: string; readonly params: readonly SqlValue[] };

/** The statements that read one log before a place; several where it is read once for each kind. */
export const auditStatements = (
  source: AuditSource,
  { person, topic, from }: AuditFilter,
  before: Place,
  limit: number,
): readonly Statement[] => {
  const { table, keys, columns, authored } = logs[source];
  const own = sources.indexOf(source);
  // At the time at which the page ended, logs that stand later in the list are shown whole, earlier ones were.
  const edge = own < before.source ? last : first;
  const end = own === before.source ? before.key : keys.map((key) => edge[key] ?? 0);
  const order = keys.map((key) => `${key} DESC`).join(', ');
  const places = `(at, ${keys.join(', ')}) < (?, ${keys.map(() => '?').join(', ')}) AND at >= ?`;
  const read = (index: string, where: string, values: readonly SqlValue[]): Statement => ({
    sql: `SELECT ${columns}, at, author, kind, payload FROM ${table} INDEXED BY ${table}_${index}
      WHERE ${where}${places} ORDER BY at DESC, ${order} LIMIT ?`,
    params: [...values, before.at, ...end, from ?? 0, limit],
  });
  const kinds = topic === null ? null : kindsOf(source, topic);
  const byAuthor = authored ? 'author IS NOT NULL AND ' : '';
  if (kinds?.length === 0) return [];
  if (person !== null) {
    const narrowed = kinds === null ? '' : 'kind IN (SELECT value FROM json_each(?)) AND ';
    return [
      read('of_author', `author = ? AND ${narrowed}`, [
        person,
        ...(kinds === null ? [] : [JSON.stringify(kinds)]),
      ]),
    ];
  }
  if (kinds === null) return [read('newest', byAuthor, [])];
  return kinds.map((kind) => read('of_kind', `${byAuthor}kind = ? AND `, [kind]));
};

const compare = (a: Placed, b: Placed): number => {
  if (a.at !== b.at) return b.at - a.at;
  if (a.source !== b.source) return sources.indexOf(b.source) - sources.indexOf(a.source);
  for (const [index, one] of a.key.entries()) {
    const other = b.key[index] ?? one;
    if (one !== other) return one < other ? 1 : -1;
  }
  return 0;
};

const keyOf = (source: AuditSource, row: Row): readonly (string | number)[] =>
  source === 'act'
    ? [row.id ?? '']
    : source === 'customer'
      ? [row.customer_id ?? '', row.rev ?? 0]
      : [row.seq ?? 0];

/** The end of all: everything is before it. */
const theEnd = (to: number | null): Place =>
  to === null
    ? { at: Number.MAX_SAFE_INTEGER, source: sources.length, key: [] }
    : // Before the first of all that happened at that time.
      { at: to, source: -1, key: [] };

const placeOf = (cursor: string | null, to: number | null): Place => {
  if (cursor === null) return theEnd(to);
  const [at, source, ...key] = cursor.split('|');
  const log = sources[Number(source)];
  const isWhole =
    log !== undefined && Number.isSafeInteger(Number(at)) && key.length === logs[log].keys.length;
  if (!isWhole) return theEnd(to);
  const typed = logs[log].keys.map((name, index) =>
    name === 'rev' || name === 'seq' ? Number(key[index]) : (key[index] ?? ''),
  );
  return { at: Number(at), source: Number(source), key: typed };
};

/** Mergers of mergers: further than this nobody follows. */
const longestChain = 100;

/** A conversation as it can be opened now: where it is part of another, that one. */
const conversationOf = (db: ReadableDb, num: number): AuditRow['conversation'] => {
  type Columns = { id: ConversationId; subject: string; merged_into: ConversationId | null };
  let row = db.get<Columns>('SELECT id, subject, merged_into FROM conversation WHERE num = ?', [num]);
  const subject = row?.subject ?? '';
  for (let step = 0; step < longestChain && row !== undefined && row.merged_into !== null; step += 1) {
    row = db.get<Columns>('SELECT id, subject, merged_into FROM conversation WHERE id = ?', [
      row.merged_into,
    ]);
  }
  return row === undefined ? null : { id: row.id, subject };
};

const customerNamed = (db: ReadableDb, id: CustomerId): AuditRow['customer'] => {
  const row = db.get<{ name: string }>(
    `SELECT CASE c.name WHEN '' THEN ifnull((SELECT address FROM identity WHERE customer_id = c.id ORDER BY num), '')
       ELSE c.name END AS name FROM customer c WHERE c.id = ?`,
    [id],
  );
  return { id, name: row?.name ?? '' };
};

/** Members and customers by their names; lists by how many they hold. Texts of notes and messages stay where they are. */
const valuesOf = (db: ReadableDb, { source, payload }: Placed): AuditRow['values'] => {
  if (source === 'conversation') {
    const { text: _text, ...rest } = eventValues(db, payload);
    return rest;
  }
  const value: unknown = JSON.parse(payload);
  const pairs: readonly [string, unknown][] =
    typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(
    pairs.flatMap(([key, one]): [string, string | number][] => {
      if (source === 'act' && key === 'member' && typeof one === 'string')
        return [[key, memberName(db, one as MemberId)]];
      if (key === 'identity' && typeof one === 'object' && one !== null && 'address' in one)
        return [['address', String(one.address)]];
      // What an agent wrote about a customer is read there.
      if (source === 'customer') {
        return (key === 'name' || key === 'company') && typeof one === 'string' ? [['value', one]] : [];
      }
      if (Array.isArray(one)) return [[key, one.map(String).join(', ')]];
      if (typeof one === 'boolean') return [[key, one ? 'yes' : 'no']];
      return typeof one === 'string' || typeof one === 'number' ? [[key, one]] : [];
    }),
  );
};

const customerOf = (db: ReadableDb, row: Placed): AuditRow['customer'] => {
  if (row.customer_id !== undefined) return customerNamed(db, row.customer_id);
  if (row.source !== 'act') return null;
  const value: unknown = JSON.parse(row.payload);
  return typeof value === 'object' &&
    value !== null &&
    'customer' in value &&
    typeof value.customer === 'string'
    ? customerNamed(db, value.customer as CustomerId)
    : null;
};

const asRow = (db: ReadableDb, row: Placed): AuditRow => ({
  id: [row.source, ...row.key].join('|'),
  at: row.at,
  by: row.author === null ? null : { id: row.author, name: memberName(db, row.author) },
  source: row.source,
  kind: row.kind,
  values: valuesOf(db, row),
  conversation: row.conversation_num === undefined ? null : conversationOf(db, row.conversation_num),
  customer: customerOf(db, row),
});

/** Who did what, newest first, out of the logs of conversations, of customers and of acts. */
export const listAudit = (
  db: ReadableDb,
  filter: AuditFilter,
  after: string | null,
  limit: number,
): { readonly rows: readonly AuditRow[]; readonly next: string | null } => {
  const before = placeOf(after, filter.to);
  const found = sources
    .flatMap((source) =>
      auditStatements(source, filter, before, limit + 1).flatMap(({ sql, params }) =>
        db.all<Row>(sql, params).map((row): Placed => ({ ...row, source, key: keyOf(source, row) })),
      ),
    )
    .sort(compare);
  const shown = found.slice(0, limit);
  const end = shown.at(-1);
  return {
    rows: shown.map((row) => asRow(db, row)),
    next:
      found.length > limit && end !== undefined
        ? [end.at, sources.indexOf(end.source), ...end.key].join('|')
        : null,
  };
};
