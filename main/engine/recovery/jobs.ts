import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  statfsSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { BackupReason, BackupTrouble } from '#shared/contract/recovery.ts';
import { backupsToDrop, backupsToThin } from '#shared/domain/backups/keep.ts';
import { backupsWithErased } from '#shared/domain/erasure/backups-with-erased.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import { copyIn, copyOut, inBackup, vaultSizes } from '../store/backup.ts';
import type { WorkspacePaths } from '../store/backup.ts';
import { openReader } from '../store/driver.ts';
import type { ReadableDb } from '../store/driver.ts';
import { StoreError, storeReason, withStoreErrors } from '../store/failure.ts';
import { deriveKeys } from '../store/keys.ts';
import { holdings } from '../store/read/recovery.ts';
import { schemaNumber } from '../store/migrate.ts';
import { VaultError, isWiped, openVaultReader } from '../store/vault.ts';
import { damageOf, damageOfCopy } from '../store/verify.ts';
import { workspaceFiles } from '../workspace-files.ts';
import { copyKeyFiles, keyFiles } from './key-files.ts';
import { backupsIn, isFromTheFuture, keyNameOf, readNote, writeNote } from './note.ts';
import { recoveryName } from './recovery-file.ts';
import { syncFolder } from './write-whole.ts';

/** Work on whole workspaces that takes minutes: it has a thread of its own. Plain data only. */
export type CopyJob =
  | {
      readonly kind: 'back-up';
      readonly workspaceDir: string;
      readonly root: Uint8Array;
      readonly folder: string;
      /** Whether the folder is made where it is not there; a disk that is not plugged in is not. */
      readonly makesFolder: boolean;
      readonly at: number;
      readonly why: BackupReason;
      readonly version: string;
      readonly keepDays: number | null;
      /** When something was last erased, in ms UTC: earlier backups still hold it. Null where nothing ever was. */
      readonly erasedAt: number | null;
      /** What stays free on the disk, in bytes. */
      readonly reserve: number;
    }
  | { readonly kind: 'check-backup'; readonly backup: string; readonly root: Uint8Array; readonly at: number }
  | { readonly kind: 'check-workspace'; readonly workspaceDir: string; readonly root: Uint8Array }
  | {
      readonly kind: 'copy-in';
      readonly backup: string;
      readonly partial: string;
      readonly root: Uint8Array;
      readonly reserve: number;
    };

/** Why a job came to nothing. */
export type JobFailure = {
  readonly kind: BackupTrouble['kind'] | 'other-key' | 'from-the-future' | 'disk-failing';
  readonly needs: number | null;
  /** For whoever helps. */
  readonly detail: string;
};
export type JobDone = Result<null, JobFailure>;

/** A part of the attachments is read in a check; the database is always read whole. */
const everyNthBlob = 50;

const pathsIn = (folder: string): WorkspacePaths => ({
  database: join(folder, workspaceFiles.database),
  vault: join(folder, workspaceFiles.vault),
});

const failed = (kind: JobFailure['kind'], detail: string, needs: number | null = null): JobDone =>
  fail({ kind, needs, detail });

const failureKinds: Readonly<Record<string, JobFailure['kind']>> = {
  'disk-full': 'no-space',
  'read-only': 'read-only',
  'disk-failing': 'disk-failing',
  damaged: 'damaged',
  'wrong-key': 'other-key',
  'from-the-future': 'from-the-future',
};

const failureOf = (error: unknown): JobDone => {
  const detail = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT' || code === 'ENOTDIR') return failed('not-there', detail);
  return failed(failureKinds[storeReason(error) ?? ''] ?? 'failed', detail);
};

const freeAt = (folder: string): number => {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
};

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** The bytes of all files in a folder and its folders. */
export const bytesIn = (folder: string): number =>
  readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    return sum + (entry.isDirectory() ? bytesIn(path) : entry.isFile() ? sizeOf(path) : 0);
  }, 0);

/** Some bytes more than there are are never in the way. */
const estimate = (workspaceDir: string, folder: string): number => {
  const { database, vault } = pathsIn(workspaceDir);
  const { shared, newest } = existsSync(vault) ? vaultSizes(vault) : { shared: 0, newest: 0 };
  const isSameDisk = statSync(workspaceDir).dev === statSync(folder).dev;
  const last = backupsIn(folder, null)[0];
  const before = last === undefined ? 0 : vaultSizesOf(join(folder, last.id)).shared;
  return (
    sizeOf(database) + sizeOf(`${database}-wal`) + newest + (isSameDisk ? 0 : Math.max(0, shared - before))
  );
};

const vaultSizesOf = (backup: string): { readonly shared: number; readonly newest: number } => {
  const { vault } = inBackup(backup);
  return existsSync(vault) ? vaultSizes(vault) : { shared: 0, newest: 0 };
};

/** Opening what is not there would make an empty database of it. */
const openCopy = (folder: string, key: Uint8Array): ReadableDb => {
  const { database } = inBackup(folder);
  if (sizeOf(database) === 0) throw new StoreError('damaged', 'the database is gone');
  return openReader({ path: database, key });
};

const isReadable = (
  root: Uint8Array,
  folder: string,
  everyNth: number,
  original: string | null,
): string | null => {
  const keys = deriveKeys(root);
  const { vault } = inBackup(folder);
  const db = openCopy(folder, keys.database);
  const blobs = openVaultReader({ folder: vault, key: keys.vault });
  const source =
    original === null ? null : openVaultReader({ folder: pathsIn(original).vault, key: keys.vault });
  try {
    return damageOfCopy(db, blobs, everyNth, (blob) => {
      // What was erased since is gone from the files that both share, and is erased again wherever this is restored.
      if (isWiped(vault, blob)) return true;
      if (source === null) return false;
      try {
        source.read(blob);
        return false;
      } catch (error) {
        if (error instanceof VaultError) return true;
        throw error;
      }
    });
  } finally {
    source?.close();
    blobs.close();
    db.close();
  }
};

const countsIn = (
  root: Uint8Array,
  folder: string,
): { readonly schema: number; readonly messages: number; readonly conversations: number } => {
  const db = openCopy(folder, deriveKeys(root).database);
  try {
    return { schema: schemaNumber(db), ...holdings(db) };
  } finally {
    db.close();
  }
};

const remove = (folder: string, id: string): void => {
  // Under another name first: a kill half-way leaves no backup that looks whole.
  const gone = join(folder, `${id}.partial`);
  rmSync(gone, { recursive: true, force: true });
  renameSync(join(folder, id), gone);
  rmSync(gone, { recursive: true, force: true });
};

const ownBackups = (folder: string, key: string) =>
  backupsIn(folder, key)
    .filter(({ id, stand }) => id.endsWith(key.slice(0, 8)) && (stand === 'good' || stand === 'damaged'))
    .map(({ id, at, stand }) => ({ id, at, good: stand === 'good' }));

/** Makes room by giving up the oldest; answers how many bytes are missing all the same. */
const makeRoom = (folder: string, key: string, needed: number): number => {
  for (const id of backupsToThin(ownBackups(folder, key))) {
    if (freeAt(folder) >= needed) return 0;
    remove(folder, id);
  }
  return Math.max(0, needed - freeAt(folder));
};

const cleanUp = (folder: string, key: string): void => {
  for (const name of readdirSync(folder)) {
    if (name.endsWith(`${key.slice(0, 8)}.partial`))
      rmSync(join(folder, name), { recursive: true, force: true });
  }
};

const nameAt = (at: number, key: string): string =>
  `${new Date(at).toISOString().replace(/\D/gu, '').slice(0, 17)}-${key.slice(0, 8)}`;

const backUp = (job: Extract<CopyJob, { kind: 'back-up' }>): JobDone => {
  const { workspaceDir, root, folder, at, why, version } = job;
  const key = keyNameOf(root);
  if (job.makesFolder) mkdirSync(folder, { recursive: true, mode: 0o700 });
  cleanUp(folder, key);
  const missing = makeRoom(folder, key, estimate(workspaceDir, folder) + job.reserve);
  if (missing > 0) return failed('no-space', 'too little room', missing);
  const id = nameAt(at, key);
  const partial = join(folder, `${id}.partial`);
  try {
    mkdirSync(partial, { mode: 0o700 });
    // Files that were copied before something was erased still hold it, and are not taken on.
    const last = backupsIn(folder, key).find(
      ({ stand, at: made }) => stand === 'good' && made > (job.erasedAt ?? -Infinity),
    );
    const earlier = last === undefined ? null : inBackup(join(folder, last.id)).vault;
    copyOut(pathsIn(workspaceDir), deriveKeys(root).database, partial, earlier);
    // What wraps the key goes along: without it a copy could be opened on this machine only.
    copyKeyFiles(workspaceDir, partial, keyFiles);
    const damage = isReadable(root, partial, everyNthBlob, workspaceDir);
    if (damage !== null) throw new StoreError('damaged', damage);
    const bytes = bytesIn(partial);
    writeNote(partial, {
      ...{ format: 1, at, why, version, bytes, verified: at, key, damaged: false },
      ...countsIn(root, partial),
    });
    syncFolder(partial);
    renameSync(partial, join(folder, id));
    syncFolder(folder);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
  const own = ownBackups(folder, key);
  const withErased = backupsWithErased(
    own.map(({ good, ...backup }) => ({ ...backup, verified: good })),
    job.erasedAt,
  );
  const dropped = new Set([
    ...backupsToDrop(own, at, job.keepDays),
    ...withErased.map((backup) => backup.id),
  ]);
  for (const old of dropped) remove(folder, old);
  return ok(null);
};

const checkBackup = ({ backup, root, at }: Extract<CopyJob, { kind: 'check-backup' }>): JobDone => {
  const note = readNote(backup);
  if (note === null) return failed('damaged', 'this folder is not a backup');
  if (isFromTheFuture(note)) return failed('from-the-future', 'a backup of a newer version');
  const damage = withDamage(() => isReadable(root, backup, 1, null));
  if (damage === null) {
    writeNote(backup, { ...note, verified: at, damaged: false });
    return ok(null);
  }
  // The first page of another key's database and a damaged first page look alike: the name of the key tells them apart.
  if (note.key !== '' && note.key !== keyNameOf(root)) return failed('other-key', damage);
  writeNote(backup, { ...note, damaged: true });
  return failed('damaged', damage);
};

/** What a check says or throws about damage. */
const withDamage = (check: () => string | null): string | null => {
  try {
    return check();
  } catch (error) {
    const reason = storeReason(error);
    if (reason === 'damaged' || reason === 'wrong-key') return reason;
    throw error;
  }
};

const checkWorkspace = ({ workspaceDir, root }: Extract<CopyJob, { kind: 'check-workspace' }>): JobDone => {
  const damage = withDamage(() => {
    const db = openCopy(workspaceDir, deriveKeys(root).database);
    try {
      return damageOf(db);
    } finally {
      db.close();
    }
  });
  return damage === null ? ok(null) : failed('damaged', damage);
};

const copyBackupIn = ({ backup, partial, root, reserve }: Extract<CopyJob, { kind: 'copy-in' }>): JobDone => {
  const note = readNote(backup);
  if (note === null) return failed('damaged', 'this folder is not a backup');
  if (isFromTheFuture(note)) return failed('from-the-future', 'a backup of a newer version');
  const needed = bytesIn(backup) + reserve - freeAt(dirname(partial));
  if (needed > 0) return failed('no-space', 'too little room', needed);
  rmSync(partial, { recursive: true, force: true });
  try {
    mkdirSync(partial, { mode: 0o700 });
    copyIn(backup, pathsIn(partial));
    if (existsSync(join(backup, recoveryName)))
      copyFileSync(join(backup, recoveryName), join(partial, recoveryName));
    const damage = withDamage(() => isReadable(root, partial, everyNthBlob, null));
    if (damage === null) return ok(null);
    rmSync(partial, { recursive: true, force: true });
    const isOther = note.key === '' ? damage === 'wrong-key' : note.key !== keyNameOf(root);
    return failed(isOther ? 'other-key' : 'damaged', damage);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
};

/** Does one job on the calling thread. Never throws. */
export const doCopyJob = (job: CopyJob): JobDone => {
  try {
    return withStoreErrors(() => {
      switch (job.kind) {
        case 'back-up':
          return backUp(job);
        case 'check-backup':
          return checkBackup(job);
        case 'check-workspace':
          return checkWorkspace(job);
        case 'copy-in':
          return copyBackupIn(job);
      }
    });
  } catch (error) {
    return failureOf(error);
  }
};
