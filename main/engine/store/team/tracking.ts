import type { DocumentKind } from '../../team/wire.ts';
import type { WritableDb } from '../driver.ts';

type Tracked = {
  readonly table: string;
  readonly kind: DocumentKind;
  /** The document's id, from a row called `new` or `old`. */
  readonly id: (row: 'new' | 'old') => string;
  readonly on: readonly ('insert' | 'update' | 'delete')[];
  /** Which columns are shared; an update of others is nobody else's business. */
  readonly columns?: readonly string[];
  readonly when?: (row: 'new' | 'old') => string;
};

const conversationOf = (row: 'new' | 'old'): string =>
  `(SELECT id FROM conversation WHERE num = ${row}.conversation_num)`;
const messageOf = (row: 'new' | 'old'): string => `(SELECT id FROM message WHERE seq = ${row}.seq)`;
const own = (row: 'new' | 'old'): string => `${row}.id`;
const isTargets = (row: 'new' | 'old'): string => `${row}.name IN ('targets', 'schedule')`;

/** Counters that every device keeps by itself (heard, written, unread, messages ...) are no change of a document. */
const tracked: readonly Tracked[] = [
  {
    table: 'member',
    kind: 'member',
    id: own,
    on: ['insert', 'update'],
    columns: ['name', 'address', 'away_until', 'substitute_id'],
  },
  {
    table: 'account',
    kind: 'account',
    id: own,
    on: ['insert', 'update'],
    columns: ['label', 'address', 'sender_name'],
  },
  {
    table: 'customer',
    kind: 'customer',
    id: own,
    on: ['insert', 'update', 'delete'],
    columns: ['rev', 'given_name', 'company', 'note', 'merged_into'],
  },
  {
    table: 'identity',
    kind: 'customer',
    id: (row) => `${row}.customer_id`,
    on: ['insert', 'update', 'delete'],
    columns: ['customer_id', 'name', 'visit', 'named_at'],
  },
  { table: 'named_address', kind: 'customer', id: (row) => `${row}.customer_id`, on: ['insert'] },
  {
    table: 'conversation',
    kind: 'conversation',
    id: own,
    on: ['insert', 'update', 'delete'],
    columns: ['rev', 'account_id', 'customer_address', 'subject', 'first_at', 'first_id'],
  },
  {
    table: 'thread_name',
    kind: 'conversation',
    id: conversationOf,
    on: ['insert', 'update', 'delete'],
    columns: ['conversation_num'],
  },
  {
    table: 'message',
    kind: 'message',
    id: own,
    on: ['insert', 'update', 'delete'],
    columns: [
      ...['conversation_num', 'external_id', 'client_id', 'at', 'snippet', 'has_html', 'oddities', 'source'],
      ...['bounced', 'name', 'permalink', 'version', 'edited_at', 'removed_at', 'receipt', 'receipt_at'],
    ],
  },
  { table: 'message_version', kind: 'message', id: messageOf, on: ['insert'] },
  { table: 'reaction', kind: 'message', id: messageOf, on: ['insert', 'update'] },
  { table: 'attachment', kind: 'message', id: messageOf, on: ['update'], columns: ['blob'] },
  { table: 'snippet', kind: 'snippet', id: own, on: ['insert', 'update', 'delete'] },
  { table: 'setting', kind: 'targets', id: () => "'targets'", on: ['insert', 'update'], when: isTargets },
];

// Not OR IGNORE: the statement that fires a trigger has the last word on conflicts, and an upsert's is to fail.
const note = (kind: DocumentKind, id: string): string =>
  `INSERT INTO team_change (txn, kind, id) SELECT l.txn, '${kind}', ${id} FROM team_link l WHERE l.applying = 0 AND ${id} IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM team_change c WHERE c.txn = l.txn AND c.kind = '${kind}' AND c.id = ${id});`;

const nameOf = ({ table }: Tracked, on: string): string => `team_notes_${table}_${on}`;

const create = (one: Tracked, on: Tracked['on'][number]): string => {
  const rows =
    on === 'insert' ? (['new'] as const) : on === 'delete' ? (['old'] as const) : (['new', 'old'] as const);
  const ids = [...new Set(rows.map((row) => one.id(row)))];
  const columns = on === 'update' && one.columns !== undefined ? ` OF ${one.columns.join(', ')}` : '';
  const when = one.when === undefined ? '' : ` WHEN ${one.when(on === 'delete' ? 'old' : 'new')}`;
  return `CREATE TRIGGER ${nameOf(one, on)} AFTER ${on}${columns} ON ${one.table}${when} BEGIN
    ${ids.map((id) => note(one.kind, id)).join('\n    ')}
  END;`;
};

/** Notes from now on which documents every transaction changes. */
export const startTracking = (db: WritableDb): void => {
  for (const one of tracked) for (const on of one.on) db.exec(create(one, on));
};

/** Notes nothing any more; people alone pay for none of it. */
export const stopTracking = (db: WritableDb): void => {
  for (const one of tracked) for (const on of one.on) db.exec(`DROP TRIGGER IF EXISTS ${nameOf(one, on)}`);
};
