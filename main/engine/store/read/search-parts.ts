import type { ReadableDb } from '../driver.ts';

/** One part of the index of words: the messages from `lowest` on, before `end`. */
export type SearchPart = {
  readonly num: number;
  readonly table: string;
  readonly lowest: number;
  readonly end: number;
  readonly messages: number;
  /** How its columns stand: 0 in the order of the first version, 1 with the text first. */
  readonly layout: number;
};

/** The table of a part. */
export const partTable = (num: number): string =>
  num === 0 ? 'message_search' : `message_search_${String(num)}`;

/** All parts of the index, the newest first; together they hold every row id there is. */
export const searchParts = (db: ReadableDb): readonly SearchPart[] => {
  let end = Number.MAX_SAFE_INTEGER;
  return db
    .all<Pick<SearchPart, 'num' | 'lowest' | 'messages' | 'layout'>>(
      'SELECT num, lowest, messages, layout FROM search_part ORDER BY lowest DESC',
    )
    .map((row) => {
      const part = { ...row, table: partTable(row.num), end };
      end = row.lowest;
      return part;
    });
};

/** The table that has a message, or would have it. */
export const tableOf = (db: ReadableDb, seq: number): { readonly num: number; readonly table: string } => {
  const row = db.get<{ num: number }>(
    'SELECT num FROM search_part WHERE lowest <= ? ORDER BY lowest DESC LIMIT 1',
    [seq],
  );
  if (row === undefined) throw new Error(`no part of the index is for ${String(seq)}`);
  return { num: row.num, table: partTable(row.num) };
};
