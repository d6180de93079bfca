import { closeSync, fdatasyncSync, openSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { WritableDb } from '../driver.ts';

/** Up to this size a file is written anew at once (256 MiB, some two seconds); larger ones when the workspace is next opened. */
const rewrittenAtOnce = 256 * 1024 * 1024;

const sizeOf = (db: WritableDb): number =>
  (db.get<{ page_count: number }>('PRAGMA page_count')?.page_count ?? 0) *
  (db.get<{ page_size: number }>('PRAGMA page_size')?.page_size ?? 0);

const pathOf = (db: WritableDb): string =>
  db.all<{ name: string; file: string }>('PRAGMA database_list').find(({ name }) => name === 'main')?.file ??
  '';

/** Copies of the database that a newer version of the program made before it changed anything: they hold what was erased. */
const dropCopies = (path: string): void => {
  if (path === '') return;
  const prefix = `${basename(path)}.before-`;
  for (const name of readdirSync(dirname(path)))
    if (name.startsWith(prefix)) rmSync(join(dirname(path), name), { force: true });
};

const sync = (path: string): void => {
  const file = openSync(path, 'r+');
  try {
    fdatasyncSync(file);
  } finally {
    closeSync(file);
  }
};

const wanted = 'erasure.rewrite';

/** Writes a file anew that was too large for it when something was erased; to be called before anybody waits. */
export const emptyPagesLeft = (db: WritableDb): void => {
  if (db.get('SELECT 1 AS yes FROM setting WHERE name = ?', [wanted]) === undefined) return;
  rewrite(db);
  db.run('DELETE FROM setting WHERE name = ?', [wanted]);
};

const rewrite = (db: WritableDb): void => {
  db.exec('VACUUM');
  emptyLog(db);
};

const emptyLog = (db: WritableDb): void => {
  db.all('PRAGMA wal_checkpoint(TRUNCATE)');
  const path = pathOf(db);
  if (path !== '') sync(path);
};

/**
 * Leaves nothing of what was deleted in the file: it is written anew without its free pages, and the write-ahead log is
 * emptied. Not in a transaction. A file that is too large for it waits until the workspace is next opened.
 */
export const emptyPages = (db: WritableDb): void => {
  dropCopies(pathOf(db));
  if (sizeOf(db) <= rewrittenAtOnce) {
    rewrite(db);
    return;
  }
  db.run("INSERT OR IGNORE INTO setting (name, value) VALUES (?, 'true')", [wanted]);
  emptyLog(db);
};
