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
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { copyDatabase, openReader } from './driver.ts';
import { StoreError, withStoreErrors } from './failure.ts';
import { schemaNumber } from './migrate.ts';

/** Where a workspace keeps its two halves. */
export type WorkspacePaths = { readonly database: string; readonly vault: string };

/** What a backup says of itself, readable without the key. */
export type BackupNote = { readonly format: 1; readonly at: number; readonly schema: number };

const inBackup = (folder: string): WorkspacePaths => ({
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

/** A segment that has a successor never changes again, so it may be shared; the newest one is copied. */
const copySegment = (from: string, to: string, share: boolean): void => {
  if (share) {
    try {
      linkSync(from, to);
      return;
    } catch {
      // Another file system, or one without links.
    }
  }
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
  syncFile(to);
};

const copyVault = (from: string, to: string, share: boolean): void => {
  mkdirSync(to, { recursive: true });
  const names = segments(from);
  for (const name of names) copySegment(join(from, name), join(to, name), share && name !== names.at(-1));
};

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
    copyDatabase({ path: from.database, key }, to.database);
    syncFile(to.database);
    schema = checkOpens(to.database, key);
    copyVault(from.vault, to.vault, true);
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
    copyFileSync(from.database, moved(to.database));
    syncFile(moved(to.database));
    copyVault(from.vault, moved(to.vault), false);
  });
};
