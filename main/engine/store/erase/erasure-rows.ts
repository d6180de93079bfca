import type { MemberId } from '#shared/kit/brand.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';
import type { ErasureLedger, LedgerEntry } from './ledger.ts';

/** Why something is erased: a person asked for it, its time had come, or a colleague's device did it for the team. */
export type ErasureReason = 'request' | 'retention' | 'team';

/** How far an erasure is; the order is the order of the work. */
export type ErasureStep =
  'begin' | 'conversations' | 'elsewhere' | 'emptied' | 'people' | 'files' | 'index' | 'pages';

/** One erasure. Times are ms UTC. */
export type ErasureRow = {
  readonly id: string;
  readonly reason: ErasureReason;
  readonly author: MemberId | null;
  readonly asked_at: number;
  readonly again: number;
  readonly step: ErasureStep;
  readonly walked: number;
  readonly conversations: number;
  readonly messages: number;
  readonly files: number;
  readonly done_at: number | null;
};

/** The erasure that is worked at: the oldest that is not done; undefined where there is none. */
export const openErasure = (db: ReadableDb): ErasureRow | undefined =>
  db.get<ErasureRow>('SELECT * FROM erasure WHERE done_at IS NULL ORDER BY asked_at, id LIMIT 1');

/** The last erasures, newest first. */
export const listErasures = (db: ReadableDb, limit: number): readonly ErasureRow[] =>
  db.all<ErasureRow>('SELECT * FROM erasure ORDER BY asked_at DESC, id DESC LIMIT ?', [limit]);

/** When the last erasure was finished, in ms UTC: backups from before still hold what went. Null where nothing was erased. */
export const erasedAt = (db: ReadableDb): number | null =>
  db.get<{ at: number | null }>('SELECT max(done_at) AS at FROM erasure WHERE done_at IS NOT NULL')?.at ??
  null;

/** A new erasure at its first step. */
export const insertErasure = (
  db: WritableDb,
  one: Pick<ErasureRow, 'id' | 'reason' | 'author' | 'asked_at'> & { readonly again: boolean },
  customers: readonly string[],
): void => {
  db.run(
    "INSERT OR IGNORE INTO erasure (id, reason, author, asked_at, again, step) VALUES (?, ?, ?, ?, ?, 'begin')",
    [one.id, one.reason, one.author, one.asked_at, Number(one.again)],
  );
  for (const customer of customers)
    db.run('INSERT OR IGNORE INTO erasure_customer (erasure, customer) VALUES (?, ?)', [one.id, customer]);
};

/** Goes on to another step. */
export const setStep = (db: WritableDb, id: string, step: ErasureStep): void => {
  db.run('UPDATE erasure SET step = ?, walked = 0 WHERE id = ?', [step, id]);
};

/** Whom an erasure is about. */
export const customersOf = (db: ReadableDb, id: string): readonly string[] =>
  db
    .all<{ customer: string }>('SELECT customer FROM erasure_customer WHERE erasure = ?', [id])
    .map(({ customer }) => customer);

const entryOf = (db: ReadableDb, row: ErasureRow): LedgerEntry => ({
  id: row.id,
  reason: row.reason,
  author: row.author,
  askedAt: row.asked_at,
  doneAt: row.done_at,
  conversations: row.conversations,
  messages: row.messages,
  files: row.files,
  customers: [...customersOf(db, row.id)],
  tombstones: db
    .all<{ hash: string }>('SELECT hash FROM tombstone WHERE erasure = ? ORDER BY hash', [row.id])
    .map(({ hash }) => hash),
});

/** Writes all erasures down beside the database. */
export const saveLedger = (db: ReadableDb, ledger: ErasureLedger): void => {
  const rows = db.all<ErasureRow>('SELECT * FROM erasure ORDER BY asked_at, id');
  ledger.write(rows.map((row) => entryOf(db, row)));
};

/**
 * Has erased again what an older copy of the workspace brought back; to be called when a workspace is opened for
 * writing. It compares the list beside the database with the database, and does nothing where both say the same.
 */
export const eraseAgain = (db: WritableDb, ledger: ErasureLedger): void => {
  const written = ledger.read();
  const known = new Map(
    db.all<ErasureRow>('SELECT * FROM erasure').map((row) => [row.id, row.done_at !== null] as const),
  );
  const lost = written.filter(
    ({ id, doneAt }) => !known.has(id) || (doneAt !== null && known.get(id) === false),
  );
  if (lost.length > 0) db.transaction(() => lost.forEach((one) => lay(db, one)));
  const ids = new Map(written.map(({ id, doneAt }) => [id, doneAt !== null]));
  if ([...known].some(([id, done]) => !ids.has(id) || (done && ids.get(id) === false)))
    saveLedger(db, ledger);
};

const lay = (db: WritableDb, one: LedgerEntry): void => {
  const author = one.author as MemberId | null;
  insertErasure(
    db,
    { id: one.id, reason: one.reason, author, asked_at: one.askedAt, again: true },
    one.customers,
  );
  // One that the copy holds half-done begins anew, with all that is known of it.
  db.run("UPDATE erasure SET again = 1, step = 'begin', walked = 0 WHERE id = ?", [one.id]);
  for (const hash of one.tombstones)
    db.run('INSERT OR IGNORE INTO tombstone (hash, erasure) VALUES (?, ?)', [hash, one.id]);
};
