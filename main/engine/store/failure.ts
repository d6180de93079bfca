import { closeSync, openSync } from 'node:fs';

/** Why a workspace cannot be used, as the screen `app.failure.<reason>` says it. */
export type StoreReason =
  'from-the-future' | 'damaged' | 'wrong-key' | 'in-use' | 'read-only' | 'disk-full' | 'disk-failing';

/** A failure of the disk or of the files on it; everything else that SQLite throws is a fault of ours. */
export class StoreError extends Error {
  readonly reason: StoreReason;

  constructor(reason: StoreReason, detail: string, cause?: unknown) {
    super(detail, { cause });
    this.name = 'StoreError';
    this.reason = reason;
  }
}

/** Result codes of SQLite (sqlite.org/rescode.html) and of the system that mean the place, not the statement, is at fault. */
const reasons: readonly (readonly [prefix: string, reason: StoreReason])[] = [
  ['SQLITE_NOTADB', 'wrong-key'],
  ['SQLITE_CORRUPT', 'damaged'],
  ['SQLITE_FULL', 'disk-full'],
  // The file beside the database that its connections share could not grow: a full disk, and no damage.
  ['SQLITE_IOERR_SHMSIZE', 'disk-full'],
  // A write or a sync that the disk refuses leaves what was committed as it was; only what cannot be read may be damaged.
  ['SQLITE_IOERR_WRITE', 'disk-failing'],
  ['SQLITE_IOERR_FSYNC', 'disk-failing'],
  ['SQLITE_IOERR_DIR_FSYNC', 'disk-failing'],
  ['SQLITE_IOERR_TRUNCATE', 'disk-failing'],
  ['SQLITE_IOERR_DELETE', 'disk-failing'],
  ['SQLITE_IOERR_SHM', 'disk-failing'],
  ['SQLITE_IOERR_LOCK', 'disk-failing'],
  ['SQLITE_IOERR_UNLOCK', 'disk-failing'],
  ['SQLITE_IOERR_RDLOCK', 'disk-failing'],
  ['SQLITE_IOERR_FSTAT', 'disk-failing'],
  ['SQLITE_IOERR_CLOSE', 'disk-failing'],
  ['EIO', 'disk-failing'],
  ['EMFILE', 'disk-failing'],
  ['ENFILE', 'disk-failing'],
  // A thread could not begin: Node has no files for it, or no memory.
  ['ERR_WORKER_INIT_FAILED', 'disk-failing'],
  ['ERR_WORKER_OUT_OF_MEMORY', 'disk-failing'],
  ['ENOSPC', 'disk-full'],
  ['EDQUOT', 'disk-full'],
  ['SQLITE_BUSY', 'in-use'],
  ['SQLITE_LOCKED', 'in-use'],
  ['SQLITE_READONLY', 'read-only'],
  ['SQLITE_CANTOPEN', 'read-only'],
  ['SQLITE_PERM', 'read-only'],
  ['EROFS', 'read-only'],
  ['EACCES', 'read-only'],
  ['SQLITE_IOERR', 'damaged'],
];

/** So many files SQLite has open at once while it opens a database, at most. */
const handlesToOpen = 8;

/** SQLite says of a file that it could not open it, and not why: this process may have no more of them open. */
const mayOpenMore = (): boolean => {
  const handles: number[] = [];
  try {
    while (handles.length < handlesToOpen) handles.push(openSync(process.execPath, 'r'));
    return true;
  } catch {
    return false;
  } finally {
    for (const handle of handles) closeSync(handle);
  }
};

/** Says what an error from SQLite or the file system means for the workspace; null when it is not about the disk. */
export const storeReason = (error: unknown): StoreReason | null => {
  if (error instanceof StoreError) return error.reason;
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  const { code } = error;
  // SQLCipher reports a page whose HMAC is wrong without a code or words of its own; a mistake in SQL has words.
  if (code === 'SQLITE_ERROR' && error.message.endsWith(': SQL logic error')) return 'damaged';
  if (code.startsWith('SQLITE_CANTOPEN') && !mayOpenMore()) return 'disk-failing';
  return reasons.find(([prefix]) => code.startsWith(prefix))?.[1] ?? null;
};

/** Runs `work`; what the disk throws comes out as a {@link StoreError}, everything else as it is. */
export const withStoreErrors = <Value>(work: () => Value): Value => {
  try {
    return work();
  } catch (error) {
    const reason = storeReason(error);
    if (reason === null || error instanceof StoreError) throw error;
    throw new StoreError(reason, error instanceof Error ? error.message : String(error), error);
  }
};
