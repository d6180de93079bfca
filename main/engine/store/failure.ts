/** Why a workspace cannot be used, as the screen `app.failure.<reason>` says it. */
export type StoreReason = 'from-the-future' | 'damaged' | 'wrong-key' | 'in-use' | 'read-only' | 'disk-full';

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

/** Says what an error from SQLite or the file system means for the workspace; null when it is not about the disk. */
export const storeReason = (error: unknown): StoreReason | null => {
  if (error instanceof StoreError) return error.reason;
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  const { code } = error;
  // SQLCipher reports a page whose HMAC is wrong without a code or words of its own; a mistake in SQL has words.
  if (code === 'SQLITE_ERROR' && error.message.endsWith(': SQL logic error')) return 'damaged';
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
