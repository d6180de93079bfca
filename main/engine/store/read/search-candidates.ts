import type { SearchFilter } from '#shared/domain/search/query.ts';
import type { ReadableDb, SqlValue } from '../driver.ts';
import type { SearchPart } from './search-parts.ts';
import type { Match, Term } from './search-match.ts';

/** A message that may be shown, with what filters are decided from; its words are read for those that are. */
export type Candidate = {
  readonly seq: number;
  readonly conversation_num: number;
  readonly at: number;
  readonly attachments: number;
  /** 1 where it lies in every place that was asked for. */
  readonly placed: number;
  /** These two are null where nothing asks for them: a conversation is another page to read. */
  readonly status: string | null;
  readonly unread: number | null;
};

/** An account, or one stream of it. */
export type Place = { readonly account: string; readonly stream: string | null };

/** A search ready to be run: row ids from `lowest` to `highest`, in one of each list of `places`. */
export type Search = {
  readonly match: Match;
  readonly terms: readonly Term[];
  readonly filters: readonly SearchFilter[];
  readonly lowest: number;
  readonly highest: number;
  readonly places: readonly (readonly Place[])[];
  readonly parts: readonly SearchPart[];
};

/** The row id of the first message of a second; see `freeSequence`. */
export const seqAt = (at: number): number => Math.floor(at / 1_000) * 64;
/** How far a crowded second may have run over. */
export const overrun = 1_000_000;

/** What a statement of candidates has to take into account beside the words. */
export type Narrowed = {
  /** Whether a filter asks how the conversation stands. */
  readonly stands: boolean;
  /** Folders and accounts it must lie in: one of each list. */
  readonly places: readonly (readonly Place[])[];
};

const placed = (places: readonly Place[], list: number): string =>
  places
    .map(({ stream }, place) => {
      const name = `${String(list)}_${String(place)}`;
      return stream === null
        ? `m.account_id = $account${name}`
        : `EXISTS (SELECT 1 FROM location l WHERE l.seq = m.seq AND l.account_id = $account${name} AND l.stream = $stream${name})`;
    })
    .join(' OR ');

const placesSql = (lists: readonly (readonly Place[])[]): string =>
  lists.map((places, list) => (places.length === 0 ? '0' : `(${placed(places, list)})`)).join(' AND ') || '1';

const placeParams = (lists: readonly (readonly Place[])[]): Record<string, SqlValue> =>
  Object.fromEntries(
    lists.flatMap((places, list) =>
      places.flatMap(({ account, stream }, place) => {
        const name = `${String(list)}_${String(place)}`;
        const of = [`account${name}`, account] as const;
        return stream === null ? [of] : [of, [`stream${name}`, stream] as const];
      }),
    ),
  );

/** Where candidates come from: the words of one part of the index, or a list of row ids. */
export type CandidateSource = { readonly kind: 'words'; readonly table: string } | { readonly kind: 'list' };

const sourceSql = (source: CandidateSource): string =>
  source.kind === 'words'
    ? `SELECT rowid AS seq FROM ${source.table} WHERE ${source.table} MATCH $match
       AND rowid BETWEEN $lowest AND $highest ORDER BY rowid DESC LIMIT $limit`
    : 'SELECT value AS seq FROM json_each($seqs)';

/** The statement that fetches candidates in the order of their source; the test of query plans explains it. */
export const candidateStatement = (source: CandidateSource, { stands, places }: Narrowed): string =>
  `SELECT m.seq, m.conversation_num, m.at, m.attachments, ${placesSql(places)} AS placed,
     ${stands ? 'c.status, c.unread' : 'NULL AS status, NULL AS unread'}
   FROM (${sourceSql(source)}) s CROSS JOIN message m ON m.seq = s.seq${
     stands ? ' CROSS JOIN conversation c ON c.num = m.conversation_num' : ''
   }`;

const narrowedOf = ({ filters, places }: Search): Narrowed => ({
  stands: filters.some(({ kind }) => kind === 'status' || kind === 'unread'),
  places,
});

/** Row ids, both ends among them. */
export type Range = { readonly lowest: number; readonly highest: number };

/** The parts of the index that have to do with a range, the newest first. */
export const partsWithin = (
  parts: readonly SearchPart[],
  { lowest, highest }: Range,
): readonly (SearchPart & Range)[] =>
  parts
    .filter((part) => part.lowest <= highest && part.end > lowest)
    .map((part) => ({
      ...part,
      lowest: Math.max(part.lowest, lowest),
      highest: Math.min(part.end - 1, highest),
    }));

/** The newest messages of a range that have the words; fewer than `limit` where there are no more. */
export const withWords = (
  db: ReadableDb,
  search: Search,
  match: string,
  range: Range,
  limit: number,
): readonly Candidate[] => {
  const narrowed = narrowedOf(search);
  const places = placeParams(search.places);
  const rows: Candidate[] = [];
  for (const { table, lowest, highest } of partsWithin(search.parts, range)) {
    const params = { ...places, match, lowest, highest, limit: limit - rows.length };
    rows.push(...db.all<Candidate>(candidateStatement({ kind: 'words', table }, narrowed), params));
    if (rows.length >= limit) break;
  }
  return rows;
};

/** Messages by their row ids, in the order of these. */
export const ofList = (db: ReadableDb, search: Search, seqs: readonly number[]): readonly Candidate[] =>
  seqs.length === 0
    ? []
    : db.all<Candidate>(candidateStatement({ kind: 'list' }, narrowedOf(search)), {
        ...placeParams(search.places),
        seqs: JSON.stringify(seqs),
      });

/** Which of the messages of a list, newest first, a match finds. The plus has the words walked once, not once for each message. */
const found = (
  db: ReadableDb,
  { parts }: Search,
  match: string,
  seqs: readonly number[],
): ReadonlySet<number> => {
  const range = { lowest: seqs.at(-1) ?? 0, highest: seqs[0] ?? 0 };
  const hits = new Set<number>();
  for (const { table, lowest, highest } of partsWithin(parts, range)) {
    const asked = seqs.filter((seq) => seq >= lowest && seq <= highest);
    const [newest, oldest] = [asked[0], asked.at(-1)];
    if (newest === undefined || oldest === undefined) continue;
    const rows = db.all<{ seq: number }>(
      `SELECT rowid AS seq FROM ${table} WHERE ${table} MATCH $match AND rowid BETWEEN $oldest AND $newest
       AND +rowid IN (SELECT value FROM json_each($asked))`,
      { match, oldest, newest, asked: JSON.stringify(asked) },
    );
    for (const { seq } of rows) hits.add(seq);
  }
  return hits;
};

/** Those of a list, newest first, that a search's words find, or do not leave out. */
export const foundAmong = (db: ReadableDb, search: Search, seqs: readonly number[]): readonly number[] => {
  const { match } = search;
  if (match.kind === 'find') {
    const hits = found(db, search, match.match, seqs);
    return seqs.filter((seq) => hits.has(seq));
  }
  if (match.exclude === null) return seqs;
  const unwanted = found(db, search, match.exclude, seqs);
  return seqs.filter((seq) => !unwanted.has(seq));
};
