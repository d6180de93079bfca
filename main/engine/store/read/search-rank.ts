import type { ReadableDb } from '../driver.ts';
import { partsWithin } from './search-candidates.ts';
import type { Candidate, Search } from './search-candidates.ts';
import type { SearchPart } from './search-parts.ts';
import { wantedExpressions } from './search-match.ts';

/** What a word counts for by where it stands. Subject and people are short and chosen with care. */
const weight = { subject: '6.0', people: '4.0', text: '1.0', files: '2.0' } as const;
/** The weights in the order of a part's columns. */
const weightsOf = ({ layout }: Pick<SearchPart, 'layout'>): string => {
  const { subject, people, text, files } = weight;
  return (layout === 0 ? [subject, people, text, files] : [text, subject, people, files]).join(', ');
};

/** The weight of a word by how rare it is, as bm25 of FTS5 has it; never nothing, so that how often it occurs still counts. */
const rarity = (messages: number, having: number): number =>
  Math.max(1e-6, Math.log((messages - having + 0.5) / (having + 0.5)));

type PartScores = {
  readonly messages: number;
  /** How many messages of the part have each of the expressions. */
  readonly having: readonly number[];
  readonly scores: readonly { readonly seq: number; readonly score: number }[];
};

const scoresOf = (db: ReadableDb, search: Search, rows: readonly Candidate[]): readonly PartScores[] => {
  const { match, terms } = search;
  if (match.kind !== 'find') return [];
  const expressions = wantedExpressions(terms);
  const range = { lowest: rows.at(-1)?.seq ?? 0, highest: rows[0]?.seq ?? 0 };
  return partsWithin(search.parts, range).flatMap((part) => {
    const { table, messages, lowest, highest } = part;
    const seqs = rows.map(({ seq }) => seq).filter((seq) => seq >= lowest && seq <= highest);
    if (seqs.length === 0) return [];
    const having = expressions.map(
      (expression) =>
        db.get<{ n: number }>(`SELECT count(*) AS n FROM ${table} WHERE ${table} MATCH ?`, [expression])?.n ??
        0,
    );
    const scores = db.all<{ seq: number; score: number }>(
      `SELECT rowid AS seq, -bm25(${table}, ${weightsOf(part)}) AS score FROM ${table} WHERE ${table} MATCH $match
       AND rowid BETWEEN $lowest AND $highest AND +rowid IN (SELECT value FROM json_each($seqs))`,
      { match: match.match, lowest, highest, seqs: JSON.stringify(seqs) },
    );
    return [{ messages, having, scores }];
  });
};

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

/**
 * The best matches first, the newer one of two that are as good; each conversation once, by the best of its messages. Each part of the
 * index knows only for itself how rare a word is, so its scores are brought to what all parts together say.
 */
export const rankHits = (
  db: ReadableDb,
  search: Search,
  rows: readonly Candidate[],
): readonly Candidate[] => {
  const parts = scoresOf(db, search, rows);
  const all = sum(parts.map(({ messages }) => messages));
  const together = (parts[0]?.having ?? []).map((_, place) =>
    sum(parts.map(({ having }) => having[place] ?? 0)),
  );
  const everywhere = sum(together.map((having) => rarity(all, having)));
  const scores = new Map(
    parts.flatMap(({ messages, having, scores: own }) => {
      const here = sum(having.map((n) => rarity(messages, n)));
      return own.map(({ seq, score }) => [seq, (score / here) * everywhere] as const);
    }),
  );
  const score = ({ seq }: Candidate): number => scores.get(seq) ?? 0;
  const seen = new Set<number>();
  return rows
    .toSorted((one, other) => score(other) - score(one) || other.seq - one.seq)
    .filter(({ conversation_num: num }) => {
      if (seen.has(num)) return false;
      seen.add(num);
      return true;
    });
};
