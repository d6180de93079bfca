import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { copyDatabase, openReader } from './driver.ts';
import { StoreError, withStoreErrors } from './failure.ts';
import { schemaNumber } from './migrate.ts';
import { growingSegments } from './vault.ts';

/** Where a workspace keeps its two halves. */
export type WorkspacePaths = { readonly database: string; readonly vault: string };

/** What a copy made by hand says of itself, readable without the key. */
type BackupNote = { readonly format: 1; readonly at: number; readonly schema: number };

/** Where a backup keeps its two halves. */
export const inBackup = (folder: string): WorkspacePaths => ({
  database: join(folder, 'workspace.db'),
  vault: join(folder, 'vault'),
});
const notePath = (folder: string): string => join(folder, 'backup.json');

const syncFile = (path: string): void => {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

const segments = (vault: string): readonly string[] =>
  existsSync(vault)
    ? readdirSync(vault)
        .filter((name) => name.endsWith('.seg'))
        .sort()
    : [];

/** Enough of a segment's end to tell it from another one: its records are encrypted with random nonces. */
const tellingBytes = 4096;

const endOf = (path: string, size: number): Buffer => {
  const end = Buffer.alloc(Math.min(size, tellingBytes));
  const file = openSync(path, 'r');
  try {
    readSync(file, end, 0, end.byteLength, size - end.byteLength);
  } finally {
    closeSync(file);
  }
  return end;
};

/** Whether two files of one name are the same segment; after a restore another one may grow under that name. */
const isSameSegment = (one: string, other: string): boolean => {
  const sizes = [one, other].map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? -1);
  const [size = -1] = sizes;
  return size > 0 && sizes[1] === size && endOf(one, size).equals(endOf(other, size));
};

const isLinked = (from: string, to: string): boolean => {
  try {
    linkSync(from, to);
    return true;
  } catch {
    // Another file system, or one without links.
    return false;
  }
};

/** Segments that may still grow; what they hold is copied. One that has a successor never changes again, so it may be shared. */
const growing = (names: readonly string[]): ReadonlySet<string> => {
  const numbers = names.map((name) => Number.parseInt(name, 10));
  const still = new Set(growingSegments(numbers));
  return new Set(names.filter((_, place) => still.has(numbers[place] ?? 0)));
};

const copySegment = (from: string, to: string, share: boolean, earlier: string | null): void => {
  if (share && isLinked(from, to)) return;
  if (share && earlier !== null && isSameSegment(from, earlier) && isLinked(earlier, to)) return;
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
  syncFile(to);
};

const copyVault = (from: string, to: string, share: boolean, earlier: string | null = null): void => {
  mkdirSync(to, { recursive: true });
  const names = segments(from);
  const grow = growing(names);
  for (const name of names) {
    const before = earlier === null ? null : join(earlier, name);
    copySegment(join(from, name), join(to, name), share && !grow.has(name), before);
  }
};

/** How many bytes of a vault a copy on the same disk shares, and how many it takes there. */
export const vaultSizes = (folder: string): { readonly shared: number; readonly newest: number } => {
  const names = segments(folder);
  const grow = growing(names);
  const sizeOf = (some: readonly string[]): number =>
    some.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  return {
    shared: sizeOf(names.filter((name) => !grow.has(name))),
    newest: sizeOf(names.filter((name) => grow.has(name))),
  };
};

/**
 * Writes a consistent, encrypted copy of a workspace in use into a folder that is there. The database is copied first:
 * the vault only grows, so every record the copy refers to is in the segments copied afterwards. What does not change any
 * more is shared with the workspace, or with an earlier copy's vault.
 */
export const copyOut = (
  from: WorkspacePaths,
  key: Uint8Array,
  folder: string,
  earlierVault: string | null,
): void =>
  withStoreErrors(() => {
    const to = inBackup(folder);
    copyDatabase({ path: from.database, key }, to.database);
    syncFile(to.database);
    copyVault(from.vault, to.vault, true, earlierVault);
  });

/** Copies a backup into a folder that is there; nothing is shared, because the copy will be written to. */
export const copyIn = (backup: string, to: WorkspacePaths): void =>
  withStoreErrors(() => {
    const from = inBackup(backup);
    copyFileSync(from.database, to.database);
    syncFile(to.database);
    copyVault(from.vault, to.vault, false);
  });

/** Fills a folder beside its final name and moves it there whole; a kill in between leaves what was there before. */
const whole = (target: string, fill: (partial: string) => void): void =>
  withStoreErrors(() => {
    if (existsSync(target)) throw new Error(`there is something at ${basename(target)} already`);
    const partial = `${target}.partial`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    fill(partial);
    mkdirSync(dirname(target), { recursive: true });
    renameSync(partial, target);
  });

/**
 * Writes a consistent, encrypted copy of a workspace in use into a new folder. The database is copied first: the
 * vault only grows, so every record the copy refers to is in the segments copied afterwards.
 */
export const backUp = (from: WorkspacePaths, key: Uint8Array, target: string, at: number): BackupNote => {
  let schema = 0;
  whole(target, (partial) => {
    const to = inBackup(partial);
    copyOut(from, key, partial, null);
    schema = checkOpens(to.database, key);
    writeFileSync(notePath(partial), JSON.stringify({ format: 1, at, schema } satisfies BackupNote));
  });
  return { format: 1, at, schema };
};

const checkOpens = (path: string, key: Uint8Array): number => {
  const db = openReader({ path, key });
  try {
    return schemaNumber(db);
  } finally {
    db.close();
  }
};

const readNote = (folder: string): unknown => {
  try {
    return JSON.parse(readFileSync(notePath(folder), 'utf8'));
  } catch (error) {
    throw new StoreError('damaged', 'this folder is not a backup', error);
  }
};

/**
 * Puts a backup where no workspace is yet. The key is tried before anything is moved into place; throws
 * {@link StoreError} `wrong-key` or `damaged` and leaves nothing behind but a `.partial` folder after a kill.
 */
export const restore = (backup: string, key: Uint8Array, target: string, to: WorkspacePaths): void => {
  const note = readNote(backup);
  if (typeof note !== 'object' || note === null || !('format' in note) || note.format !== 1) {
    throw new StoreError('from-the-future', 'a backup of a newer version');
  }
  const from = inBackup(backup);
  checkOpens(from.database, key);
  whole(target, (partial) => {
    const moved = (path: string): string => join(partial, basename(path));
    copyIn(backup, { database: moved(to.database), vault: moved(to.vault) });
  });
};
