import type { SearchAnswer, SearchOrder } from '#shared/contract/search.ts';
import { parseSearch } from '#shared/domain/search/query.ts';
import type { SearchContext, SearchFilter } from '#shared/domain/search/query.ts';
import type { ReadableDb } from '../driver.ts';
import { readCursor, writeCursor } from './page-cursor.ts';
import { foundAmong, ofList, overrun, seqAt, withWords } from './search-candidates.ts';
import type { Candidate, Search } from './search-candidates.ts';
import { fits, placesNamed } from './search-filter.ts';
import { hitsOf, marksOf } from './search-hit.ts';
import { matchOf, termsOf } from './search-match.ts';
import { searchParts } from './search-parts.ts';
import { rankHits } from './search-rank.ts';
import { rarestSource } from './search-sources.ts';
import type { FilterSource } from './search-sources.ts';

/** Somewhat more messages than conversations wanted are looked at first, then twice as many each time. */
const firstLook = (limit: number): number => Math.ceil(limit * 1.3);
const longestLook = 2_000;
/** After so many the page is answered as it is, with a cursor. */
const mostLookedAt = 5_000;
/** More messages of one conversation than these have nothing to add to whether it was shown before. */
const mostOfConversation = 500;
/** How many of the newest hits are put in order by how well they match: some 50 ms. Ordering all of a million takes seconds. */
const mostRanked = 1_000;

const rangeOf = (filters: readonly SearchFilter[]): readonly [lowest: number, highest: number] => {
  let lowest = 0;
  let highest = Number.MAX_SAFE_INTEGER;
  for (const filter of filters) {
    if (filter.kind === 'after') lowest = Math.max(lowest, seqAt(filter.at));
    if (filter.kind === 'before') highest = Math.min(highest, seqAt(filter.at) + overrun);
  }
  return [lowest, highest];
};

/** Candidates in the order of their dates: all there are down to `reached`, or to the end where that is null. */
type Look = { readonly rows: readonly Candidate[]; readonly reached: number | null };

const byWords = (db: ReadableDb, search: Search, match: string, highest: number, most: number): Look => {
  const rows = withWords(db, search, match, { lowest: search.lowest, highest }, most);
  return { rows, reached: rows.length < most ? null : (rows.at(-1)?.seq ?? null) };
};

const byFilter = (
  db: ReadableDb,
  search: Search,
  source: FilterSource,
  highest: number,
  most: number,
): Look => {
  const { seqs, reached } = source.next(highest, most);
  return { rows: ofList(db, search, foundAmong(db, search, seqs)), reached };
};

/** About how many messages there are from a row id on, by the parts of the index. */
const messagesFrom = ({ parts, highest }: Search, seq: number): number =>
  parts.reduce((sum, { lowest, end, messages }, place) => {
    // The newest part has no end; nothing in it is newer than what was found first.
    const until = place === 0 ? Math.max(lowest + 1, Math.min(end, highest)) : end;
    if (seq >= until) return sum;
    return sum + (seq <= lowest ? messages : (messages * (until - seq)) / (until - lowest));
  }, 0);

/** Whether a filter lets fewer messages through than have the words, as far as those that were looked at tell. */
const isRarer = (
  search: Search,
  source: FilterSource,
  first: Candidate | undefined,
  last: Candidate,
  n: number,
): boolean => {
  const all = search.parts.reduce((sum, { messages }) => sum + messages, 0);
  const spanned = messagesFrom({ ...search, highest: (first ?? last).seq + 1 }, last.seq);
  return source.size / all < n / Math.max(1, spanned);
};

/**
 * Goes through the candidates of a search newest first, driven by what is rarer: the words, or a filter. The first look is at
 * the words, and tells how common they are.
 */
const lookingAt = (db: ReadableDb, search: Search) => {
  const { match } = search;
  let source: FilterSource | null = match.kind === 'walk' ? rarestSource(db, search) : null;
  let isDecided = match.kind === 'walk' || (search.filters.length === 0 && search.places.length === 0);
  return (highest: number, most: number): Look => {
    if (source !== null) return byFilter(db, search, source, highest, most);
    const look = byWords(db, search, match.kind === 'find' ? match.match : '', highest, most);
    const last = look.rows.at(-1);
    if (!isDecided && last !== undefined && look.reached !== null) {
      isDecided = true;
      const rarest = rarestSource(db, search);
      if (isRarer(search, rarest, look.rows[0], last, look.rows.length)) source = rarest;
    }
    return look;
  };
};

/** A conversation is shown by its newest match; what an earlier page had does not come again. */
const shownBefore = (db: ReadableDb, search: Search, row: Candidate, start: number): boolean => {
  const seqs = db
    .all<{ seq: number }>(
      `SELECT seq FROM message WHERE conversation_num = $num AND seq BETWEEN $lowest AND $highest
       ORDER BY at DESC, seq DESC LIMIT $most`,
      {
        num: row.conversation_num,
        lowest: Math.max(search.lowest, start),
        highest: search.highest,
        most: mostOfConversation,
      },
    )
    .map(({ seq }) => seq)
    .toSorted((one, other) => other - one);
  if (seqs.length === 0) return false;
  return ofList(db, search, foundAmong(db, search, seqs)).some((newer) => fits(db, search, newer));
};

type Found = { readonly rows: readonly Candidate[]; readonly next: number | null };

/** Messages that fit, newest first; `takes` says which of them are wanted. */
const find = (
  db: ReadableDb,
  search: Search,
  start: number | null,
  limit: number,
  takes: (row: Candidate) => boolean,
): Found => {
  const rows: Candidate[] = [];
  const look = lookingAt(db, search);
  let highest = start === null ? search.highest : Math.min(search.highest, start - 1);
  let most = firstLook(limit);
  for (let lookedAt = 0; lookedAt < mostLookedAt; most = Math.min(longestLook, most * 2)) {
    const { rows: batch, reached } = look(highest, most);
    for (const row of batch) {
      if (!takes(row)) continue;
      rows.push(row);
      if (rows.length === limit) return { rows, next: row.seq };
    }
    if (reached === null) return { rows, next: null };
    highest = reached - 1;
    lookedAt += most;
  }
  return { rows, next: highest + 1 };
};

/** Conversations newest first, each by its newest match. */
const findNewest = (db: ReadableDb, search: Search, start: number | null, limit: number): Found => {
  const seen = new Set<number>();
  return find(db, search, start, limit, (row) => {
    if (seen.has(row.conversation_num) || !fits(db, search, row)) return false;
    seen.add(row.conversation_num);
    return start === null || !shownBefore(db, search, row, start);
  });
};

type Page = {
  readonly rows: readonly Candidate[];
  readonly next: string | null;
  readonly ranked: number | null;
};

const newestPage = (db: ReadableDb, search: Search, after: string | null, limit: number): Page => {
  const [start] = readCursor(after, 1) ?? [];
  const { rows, next } = findNewest(db, search, start ?? null, limit);
  return { rows, next: next === null ? null : writeCursor(next), ranked: null };
};

/**
 * The newest hits by how well they match. Later pages rank the same messages again, those from the cursor's row id down, so
 * that what comes in meanwhile moves nothing.
 */
const bestPage = (db: ReadableDb, search: Search, after: string | null, limit: number): Page => {
  const [from = null, done = 0] = readCursor(after, 2) ?? [];
  const highest = from === null ? search.highest : Math.min(search.highest, from);
  const among = { ...search, highest };
  const { rows, next } = find(db, among, null, mostRanked, (row) => fits(db, among, row));
  const ranked = rankHits(db, among, rows);
  const [newest] = rows;
  return {
    rows: ranked.slice(done, done + limit),
    next:
      newest === undefined || ranked.length <= done + limit
        ? null
        : writeCursor(from ?? newest.seq, done + limit),
    ranked: next === null ? null : rows.length,
  };
};

/** Messages that are here but not yet in the index; counting stops at a number that says "many". */
const notYetIndexed = (db: ReadableDb): number =>
  db.get<{ n: number }>('SELECT count(*) AS n FROM (SELECT 1 FROM message WHERE indexed = 0 LIMIT 10000)')
    ?.n ?? 0;

/** What is asked of a search beside its text. */
export type SearchAsked = {
  readonly after: string | null;
  readonly limit: number;
  /** The best matches can only be told where there are words to find. */
  readonly order?: SearchOrder | undefined;
};

/** Finds conversations by their messages, newest match first or best match first; an empty query finds nothing. */
export const runSearch = (
  db: ReadableDb,
  text: string,
  { after, limit, order = 'newest' }: SearchAsked,
  context: SearchContext,
): SearchAnswer =>
  db.snapshot(() => {
    const query = parseSearch(text, context);
    const terms = termsOf(db, query);
    const places = query.filters
      .filter((filter) => filter.kind === 'in')
      .map((filter) => placesNamed(db, filter.name));
    const [lowest, highest] = rangeOf(query.filters);
    const match = matchOf(terms);
    const search: Search = {
      ...{ match, terms, filters: query.filters, lowest, highest, places },
      parts: searchParts(db),
    };
    const isEmpty = terms.length === 0 && query.filters.length === 0;
    const page =
      isEmpty || places.some((list) => list.length === 0)
        ? { rows: [], next: null, ranked: null }
        : order === 'best' && match.kind === 'find'
          ? bestPage(db, search, after, limit)
          : newestPage(db, search, after, limit);
    const marks = marksOf(terms);
    return {
      hits: hitsOf(db, marks, page.rows),
      next: page.next,
      ranked: page.ranked,
      notYetIndexed: notYetIndexed(db),
      ignored: [...query.ignored],
    };
  });
