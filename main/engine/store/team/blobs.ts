import type { BlobId } from '#shared/kit/brand.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';

/** Bytes here that the team's database may not have yet: a message's source (part '') or a file of it. */
export type Upload = {
  readonly seq: number;
  readonly part: string;
  /** Where they lie; null where they are gone. */
  readonly blob: BlobId | null;
  readonly account: string | null;
};

type UploadRow = {
  readonly seq: number;
  readonly part: string;
  readonly account_id: string | null;
  readonly blob: BlobId | null;
};

/** The statement that lists what waits, the newest first; the test of query plans explains it. */
export const uploadSql = `SELECT u.seq, u.part, m.account_id,
    CASE u.part WHEN '' THEN m.source ELSE (SELECT a.blob FROM attachment a WHERE a.seq = u.seq AND a.part = u.part) END AS blob
  FROM team_upload u JOIN message m ON m.seq = u.seq
  WHERE EXISTS (SELECT 1 FROM team_document d WHERE d.kind = 'message' AND d.id = m.id AND d.version > 0)
  ORDER BY u.seq DESC, u.part DESC LIMIT ?`;

/** The newest of what waits to be uploaded and whose message the team has. */
export const nextUploads = (db: ReadableDb, limit: number): readonly Upload[] =>
  db
    .all<UploadRow>(uploadSql, [limit])
    .map(({ seq, part, account_id: account, blob }) => ({ seq, part, blob, account }));

/** These need not be uploaded any more. */
export const uploaded = (db: WritableDb, done: readonly Pick<Upload, 'seq' | 'part'>[]): void => {
  for (const { seq, part } of done) db.run('DELETE FROM team_upload WHERE seq = ? AND part = ?', [seq, part]);
};

/** What the bytes of a message's source (part '') or of a file would be, where the team has them and this device does not. */
export const blobElsewhere = (db: ReadableDb, seq: number, part: string): string | null =>
  db.get<{ hash: string }>('SELECT hash FROM team_blob WHERE seq = ? AND part = ?', [seq, part])?.hash ??
  null;

/** Everything whose bytes these are is here from now on. */
export const blobsArrived = (db: WritableDb, hash: string, blob: BlobId): void => {
  const places = db.all<{ seq: number; part: string }>('SELECT seq, part FROM team_blob WHERE hash = ?', [
    hash,
  ]);
  for (const { seq, part } of places) {
    if (part === '') db.run('UPDATE message SET source = ? WHERE seq = ?', [blob, seq]);
    else db.run('UPDATE attachment SET blob = ? WHERE seq = ? AND part = ?', [blob, seq, part]);
  }
  db.run('DELETE FROM team_blob WHERE hash = ?', [hash]);
};
