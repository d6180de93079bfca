import type { DocumentKey, DocumentKind } from '../../team/wire.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';

/** What the team is known to have of a document; version 0: nothing. */
export type Known = { readonly version: number; readonly rev: number; readonly beside: Beside };

/** What a conversation's body says and its rows cannot hold: names that lead elsewhere here, moves of messages not here. */
export type Beside = {
  readonly names: readonly string[];
  readonly moved: readonly Moved[];
};

/** One row of what a merge or a split moved, with messages by their id. */
export type Moved = { readonly kind: string; readonly item: string; readonly was: string | null };

/** Rows hold all of it. */
export const nothingBeside: Beside = { names: [], moved: [] };

type Row = { readonly version: number; readonly rev: number | null; readonly beside: string | null };

/** Written by this program alone, from bodies that were looked at before. */
const besideOf = (json: string | null): Beside =>
  json === null ? nothingBeside : (JSON.parse(json) as Beside);

/** What the team is known to have of a document. */
export const knownOf = (db: ReadableDb, { kind, id }: DocumentKey): Known => {
  const row = db.get<Row>('SELECT version, rev, beside FROM team_document WHERE kind = ? AND id = ?', [
    kind,
    id,
  ]);
  return { version: row?.version ?? 0, rev: row?.rev ?? 0, beside: besideOf(row?.beside ?? null) };
};

/** Notes that the team has this version of a document, and of a conversation this revision. */
export const noteKnown = (
  db: WritableDb,
  { kind, id }: DocumentKey,
  {
    version,
    rev,
    beside = nothingBeside,
  }: { readonly version: number; readonly rev: number | null; readonly beside?: Beside },
): void => {
  const isAside = beside.names.length + beside.moved.length > 0;
  db.run('INSERT OR REPLACE INTO team_document (kind, id, version, rev, beside) VALUES (?, ?, ?, ?, ?)', [
    ...[kind, id, version, rev, isAside ? JSON.stringify(beside) : null],
  ]);
};

/** The same after our own push: what stands beside the rows stays. */
export const noteAccepted = (db: WritableDb, key: DocumentKey, version: number, rev: number | null): void => {
  noteKnown(db, key, { version, rev, beside: knownOf(db, key).beside });
};

/** Whether a document has changes of ours that the team does not have. */
export const isChanged = (db: ReadableDb, { kind, id }: DocumentKey): boolean =>
  db.get('SELECT 1 AS yes FROM team_change WHERE kind = ? AND id = ? LIMIT 1', [kind, id]) !== undefined;

/** One text for a key, for sets and maps. */
export const wordOf = ({ kind, id }: DocumentKey): string => `${kind} ${id}`;

/** Each key once. */
export const uniqueKeys = <Key extends DocumentKey>(keys: Iterable<Key>): readonly Key[] => [
  ...new Map([...keys].map((key) => [wordOf(key), key])).values(),
];

const tables: Readonly<Record<DocumentKind, string>> = {
  member: 'SELECT 1 AS yes FROM member WHERE id = ?',
  account: 'SELECT 1 AS yes WHERE ? IS NOT NULL',
  customer: 'SELECT 1 AS yes FROM customer WHERE id = ?',
  conversation: 'SELECT 1 AS yes FROM conversation WHERE id = ?',
  message: 'SELECT 1 AS yes FROM message WHERE id = ?',
  snippet: 'SELECT 1 AS yes FROM snippet WHERE id = ?',
  targets: 'SELECT 1 AS yes WHERE ? IS NOT NULL',
};

/** Whether there are rows of a document here. */
export const isHere = (db: ReadableDb, { kind, id }: DocumentKey): boolean =>
  db.get(tables[kind], [id]) !== undefined;
