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
};

/** All parts, the newest first. */
export const partRows = (db: WritableDb): readonly PartRow[] =>
  db.all<PartRow>('SELECT num, lowest, messages, gone FROM search_part ORDER BY lowest DESC');

/**
 * Makes the table of a new part and names it. Sixteen segments before they are merged into one: a quarter of the rewriting,
 * at no cost that a search shows.
 */
export const makePart = (db: WritableDb, lowest: number): PartRow => {
  const num = (db.get<{ n: number }>('SELECT max(num) AS n FROM search_part')?.n ?? 0) + 1;
  const table = partTable(num);
  db.exec(`
CREATE VIRTUAL TABLE ${table} USING fts5 (
  subject, people, text, files,
  content = '', contentless_delete = 1, tokenize = 'signal_tokenizer'
);
INSERT INTO ${table} (${table}, rank) VALUES ('automerge', 16);
INSERT INTO ${table} (${table}, rank) VALUES ('crisismerge', 64);`);
  db.run('INSERT INTO search_part (num, lowest, messages) VALUES (?, ?, 0)', [num, lowest]);
  return { num, lowest, messages: 0, gone: 0 };
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
