import type { Output } from '#shared/contract/contract.ts';
import type { BlobId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';

type Page = Output<'quarantine.list'>;
type Row = Page['rows'][number];

/** The statement of the list; the test of query plans explains it. */
export const quarantineSql = `SELECT q.id, q.at, ifnull(a.label, '') AS account, q.stream AS "where", q.reason, q.size
  FROM quarantine q LEFT JOIN account a ON a.id = q.account_id
  WHERE (-q.at, q.id) > (?, ?) ORDER BY -q.at, q.id LIMIT ?`;

const readPlace = (cursor: string | null): readonly [at: number, id: string] => {
  const dot = cursor?.indexOf('.') ?? -1;
  const at = Number(cursor?.slice(0, dot));
  return cursor === null || dot < 1 || !Number.isSafeInteger(at)
    ? [Number.MAX_SAFE_INTEGER, '']
    : [at, cursor.slice(dot + 1)];
};

/** A page of what could not be understood, newest first. */
export const listQuarantine = (db: ReadableDb, after: string | null, limit: number): Page => {
  const [at, id] = readPlace(after);
  const rows = db.all<Row>(quarantineSql, [-at, id, limit + 1]);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    rows: shown,
    next: rows.length > limit && last !== undefined ? `${String(last.at)}.${last.id}` : null,
  };
};

/** Where the bytes of an unreadable item are kept; undefined when it is no longer listed. */
export const quarantineSource = (
  db: ReadableDb,
  id: string,
): { readonly source: BlobId | null } | undefined =>
  db.get<{ source: BlobId | null }>('SELECT source FROM quarantine WHERE id = ?', [id]);
