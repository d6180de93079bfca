import { partTable } from '../read/search-parts.ts';
import type { WritableDb } from '../driver.ts';

/**
 * Messages in a part. The cost of a beginning of a word is that of all words of one part that begin so: 2 to 5 ms for two
 * letters at this size, and looking into one more part takes 0.05 ms (docs/adr/0024-search-parts.md).
 */
export const partSize = 16_384;

/** A part as the database has it. */
export type PartRow = {
  readonly num: number;
  readonly lowest: number;
  readonly messages: number;
  readonly gone: number;
  readonly layout: number;
  /** How many messages it had when it was last written into one segment. */
  readonly merged: number;
};

/** How the columns of a new part stand. */
export const newestLayout = 1;

/** All parts, the newest first. */
export const partRows = (db: WritableDb): readonly PartRow[] =>
  db.all<PartRow>('SELECT num, lowest, messages, gone, layout, merged FROM search_part ORDER BY lowest DESC');

/**
 * Bytes in a page of the index: with what SQLite adds it just fits into one page of the database, of whose 4,096 bytes SQLCipher
 * keeps 80 (sqlite.org/fileformat2.html section 1.6: at most 3,981 bytes of a row). The 4,050 that are usual need two.
 */
const indexPage = 3_960;

/**
 * Makes the table of a part. The text stands first, because FTS5 names the column of a word everywhere but in the first: two
 * bytes for each word of each message. Sixteen segments before they are merged into one: a quarter of the rewriting, at no cost
 * that a search shows.
 */
const createTable = (db: WritableDb, table: string): void => {
  db.exec(`
CREATE VIRTUAL TABLE ${table} USING fts5 (
  text, subject, people, files,
  content = '', contentless_delete = 1, tokenize = 'signal_tokenizer'
);
INSERT INTO ${table} (${table}, rank) VALUES ('pgsz', ${String(indexPage)});
INSERT INTO ${table} (${table}, rank) VALUES ('automerge', 16);
INSERT INTO ${table} (${table}, rank) VALUES ('crisismerge', 64);`);
};

/** Makes a new part, empty, and names it. */
export const makePart = (db: WritableDb, lowest: number): PartRow => {
  const num = (db.get<{ n: number }>('SELECT max(num) AS n FROM search_part')?.n ?? 0) + 1;
  createTable(db, partTable(num));
  db.run('INSERT INTO search_part (num, lowest, messages, layout) VALUES (?, ?, 0, ?)', [
    ...[num, lowest, newestLayout],
  ]);
  return { num, lowest, messages: 0, gone: 0, layout: newestLayout, merged: 0 };
};

/** Lets a part go; its range is the caller's to give away. */
export const dropPart = (db: WritableDb, { num }: Pick<PartRow, 'num'>): void => {
  db.exec(`DROP TABLE ${partTable(num)}`);
  db.run('DELETE FROM search_part WHERE num = ?', [num]);
};

/** Makes a part of an older layout anew where nothing is in it; answers whether it was. */
export const renewPart = (db: WritableDb, { num, layout, messages }: PartRow): boolean => {
  const table = partTable(num);
  if (layout === newestLayout || messages > 0) return false;
  if (db.get(`SELECT 1 AS yes FROM ${table}_docsize LIMIT 1`) !== undefined) return false;
  db.exec(`DROP TABLE ${table}`);
  createTable(db, table);
  db.run('UPDATE search_part SET layout = ?, messages = 0, gone = 0, merged = 0 WHERE num = ?', [
    ...[newestLayout, num],
  ]);
  return true;
};

/**
 * Writes so many pages of an index anew, without what was taken out of it; a negative number begins with all of it. Answers
 * whether there was anything to do: a merge that changes fewer than two rows had nothing (sqlite.org/fts5.html, "The merge
 * command").
 */
export const mergeIndex = (db: WritableDb, table: string, pages: number): boolean => {
  const changes = (): number => db.get<{ n: number }>('SELECT total_changes() AS n')?.n ?? 0;
  const before = changes();
  db.run(`INSERT INTO ${table} (${table}, rank) VALUES ('merge', ?)`, [pages]);
  return changes() - before >= 2;
};
