import type { ConversationPage, ConversationRow, ListPlace } from '#shared/contract/conversations.ts';
import type { ConversationId } from '#shared/kit/brand.ts';

/** Rows asked for at once: three screens of a large window, and still well under a frame to read and send. */
export const pageRows = 100;

/** Pages around the screen whose rows are kept, each way; the others keep their place and length only. */
const keptAround = 15;

/** Rows that a guessed place leaves to an end that was not reached yet, so that nobody scrolls into it by surprise. */
const margin = 5 * pageRows;

/** One stretch of a list. `rows` is null where they were let go; `have` behind `want` means that they may be old. */
type Page = {
  readonly after: string | null;
  readonly next: string | null;
  readonly count: number;
  readonly rows: readonly ConversationRow[] | null;
  readonly have: number;
  readonly want: number;
};

/**
 * What is known of a list: pages that follow each other without a hole, from some place on. `after` of the first one leads
 * back and is null at the top, `next` of the last one leads on and is null at the end. Whoever goes far away from them
 * begins anew there: a list of 100,000 is never walked through.
 */
export type Pages = {
  readonly pages: readonly Page[];
  /** The place of the first row of the first page; a guess unless the pages reach the top, or the end of a list whose length is known. */
  readonly start: number;
  /** How many rows there are by the engine's counts, which may be a moment older; null where nobody counts them. */
  readonly total: number | null;
  /** Grows with every change that the engine tells of. */
  readonly version: number;
};

/** A list of which nothing is known. */
export const noPages: Pages = { pages: [], start: 0, total: null, version: 1 };

/** Which page to ask for, and the version that the answer will be of. */
export type Wish = { readonly version: number } & (
  | { readonly kind: 'page'; readonly after: string | null }
  | { readonly kind: 'before'; readonly until: string }
  /** Begins anew elsewhere; `first` and `last` are the rows that shall be seen there. */
  | {
      readonly kind: 'place';
      readonly to: 'top' | 'end' | 'middle';
      readonly first: number;
      readonly last: number;
    }
);

/** How many rows are known to be there, one after the other. */
const knownRows = ({ pages }: Pages): number => pages.reduce((sum, page) => sum + page.count, 0);

const reachesTop = ({ pages }: Pages): boolean => pages.length === 0 || pages[0]?.after === null;
const reachesEnd = ({ pages }: Pages): boolean => pages.at(-1)?.next === null;

/** How long the list is, as far as anybody knows: with room behind the last known row where more come. */
export const lengthOf = (list: Pages): number => {
  const end = list.start + knownRows(list);
  if (reachesEnd(list)) return end;
  return list.total === null || list.total <= end ? end + pageRows : list.total;
};

/** Whether any answer has come. */
export const isEmptyHanded = ({ pages }: Pages): boolean => pages.length === 0;

const pageAt = (
  { pages, start: begin }: Pages,
  row: number,
): { readonly index: number; readonly start: number } => {
  let start = begin;
  let index = 0;
  for (const page of pages) {
    if (row < start + page.count) break;
    start += page.count;
    index += 1;
  }
  return { index, start };
};

/** The row at a place, or null where it is not here. */
export const rowAt = (list: Pages, row: number): ConversationRow | null => {
  const { index, start } = pageAt(list, row);
  return list.pages[index]?.rows?.[row - start] ?? null;
};

/** The place of a conversation among the rows that are here, or -1. */
export const placeOf = ({ pages, start: begin }: Pages, id: string): number => {
  let start = begin;
  for (const page of pages) {
    const found = page.rows?.findIndex((row) => row.id === id) ?? -1;
    if (found >= 0) return start + found;
    start += page.count;
  }
  return -1;
};

/** How far the row that is seen first has moved from one list to the next: a screen below the top stays with it. */
export const movedBy = (before: Pages, after: Pages, first: number): number => {
  const seen = first > 0 ? rowAt(before, first) : null;
  const place = seen === null ? -1 : placeOf(after, seen.id);
  return place < 0 ? 0 : place - first;
};

/** The conversations that are here, in the order of the list. */
export const loadedIds = ({ pages }: Pages): readonly ConversationId[] =>
  pages.flatMap((page) => page.rows?.map((row) => row.id) ?? []);

/** Where to begin anew so that these rows can be seen, or null where the pages that are known lead there. */
export const elsewhere = (list: Pages, first: number, last: number): 'top' | 'end' | 'middle' | null => {
  const end = list.start + knownRows(list);
  const length = lengthOf(list);
  const isTop = first < pageRows;
  const isEnd = last >= length - pageRows;
  const near = last >= list.start - pageRows && first <= end + pageRows;
  // At the very edge somebody means the edge, however near a guess has put the known rows to it.
  if (first <= 0 && !reachesTop(list)) return 'top';
  if (last >= length - 1 && !reachesEnd(list) && !reachesTop(list)) return 'end';
  if (near) return null;
  return isTop ? 'top' : isEnd ? 'end' : 'middle';
};

/** The pages that have to be asked for so that the rows from `first` to `last` are here and not old; next ones first come first. */
export const wishes = (list: Pages, first: number, last: number): readonly Wish[] => {
  const { pages, version, start } = list;
  const head = pages[0];
  const end = pages.at(-1);
  if (head === undefined || end === undefined) return [{ kind: 'page', after: null, version }];
  const to = elsewhere(list, first, last);
  if (to !== null) return [{ kind: 'place', to, first, last, version }];
  const wished: Wish[] = [];
  // The last page answers for what is behind it: an empty list has one, in which the first row appears.
  const onScreen = (row: number): number => Math.min(pageAt(list, row).index, pages.length - 1);
  for (const known of pages.slice(onScreen(first), onScreen(last) + 1)) {
    if (known.rows === null || known.have < known.want)
      wished.push({ kind: 'page', after: known.after, version });
  }
  // Half a page ahead, so that scrolling at the usual pace never meets a row that is not here.
  const near = pageRows / 2;
  if (last + near >= start + knownRows(list) && end.next !== null && end.have === end.want)
    wished.push({ kind: 'page', after: end.next, version });
  if (first - near < start && head.after !== null && head.have === head.want)
    wished.push({ kind: 'before', until: head.after, version });
  return wished;
};

/** What a wish asks the engine. */
export const askedBy = (
  list: Pages,
  wish: Wish,
): { readonly after: string | null; readonly limit: number; readonly at?: ListPlace } => {
  const limit = pageRows;
  if (wish.kind === 'page') return { after: wish.after, limit };
  if (wish.kind === 'before') return { after: null, limit, at: { kind: 'until', cursor: wish.until } };
  if (wish.to === 'top') return { after: null, limit };
  if (wish.to === 'end') return { after: null, limit, at: { kind: 'until', cursor: null } };
  return { after: null, limit, at: { kind: 'about', share: Math.min(1, wish.first / lengthOf(list)) } };
};

/** Everything may be old now. */
export const grownOld = (list: Pages): Pages => ({
  ...list,
  version: list.version + 1,
  pages: list.pages.map((page) => ({ ...page, want: list.version + 1 })),
});

/** Where the first known row stands as far as that is known: at the top, as far from the end as there are rows, or with room to both. */
const placeOfStart = (list: Pages): number => {
  if (reachesTop(list)) return 0;
  const { total, start } = list;
  const most = total === null ? null : total - knownRows(list);
  if (reachesEnd(list)) return Math.max(1, most ?? start);
  return Math.max(margin, most === null ? start : Math.min(start, most - margin));
};

const placed = (list: Pages): Pages => {
  const start = placeOfStart(list);
  return start === list.start ? list : { ...list, start };
};

/** The list with its length by the engine's counts. */
export const counted = (list: Pages, total: number | null): Pages =>
  list.total === total ? list : placed({ ...list, total });

const isElsewhere = (pages: readonly Page[], page: number, id: ConversationId): boolean =>
  pages.some((other, index) => index !== page && other.rows?.some((row) => row.id === id) === true);

/** The answered rows, with the one that is being read put back at its place if it just left the list. */
const withHeld = (
  list: Pages,
  page: number,
  rows: readonly ConversationRow[],
  held: ConversationId | null,
): readonly ConversationRow[] => {
  const before = list.pages[page]?.rows ?? [];
  const place = before.findIndex((row) => row.id === held);
  const row = before[place];
  if (row === undefined || rows.some(({ id }) => id === held)) return rows;
  if (isElsewhere(list.pages, page, row.id)) return rows;
  return [...rows.slice(0, place), { ...row, unread: 0 }, ...rows.slice(place)];
};

const pageOf = (
  answer: ConversationPage,
  rows: readonly ConversationRow[],
  have: number,
  want: number,
): Page => ({
  after: answer.after,
  next: answer.next,
  count: rows.length,
  rows,
  have,
  want,
});

/** With the page before the first one; where there is nothing before it, it is the top, and is asked for as that. */
const receivedBefore = (
  list: Pages,
  wish: Extract<Wish, { kind: 'before' }>,
  answer: ConversationPage,
): Pages => {
  const [head, ...rest] = list.pages;
  if (head?.after !== wish.until) return list;
  if (answer.rows.length === 0)
    return placed({ ...list, pages: [{ ...head, after: null, have: 0 }, ...rest] });
  const page = pageOf(answer, answer.rows, wish.version, list.version);
  return placed({ ...list, start: list.start - page.count, pages: [page, ...list.pages] });
};

/** Begun anew at a place. */
const receivedPlace = (
  list: Pages,
  wish: Extract<Wish, { kind: 'place' }>,
  answer: ConversationPage,
): Pages => {
  const page = pageOf(answer, answer.rows, wish.version, list.version);
  const length = lengthOf(list);
  const start = wish.to === 'top' ? 0 : wish.to === 'end' ? length - page.count : wish.first;
  return placed({ ...list, pages: [page], start });
};

const receivedPage = (
  list: Pages,
  wish: Extract<Wish, { kind: 'page' }>,
  answer: ConversationPage,
  held: ConversationId | null,
): Pages => {
  const found = list.pages.findIndex(({ after }) => after === wish.after);
  const leadsOn = list.pages.length === 0 ? null : list.pages.at(-1)?.next;
  if (found < 0 && leadsOn !== wish.after) return list;
  const place = found < 0 ? list.pages.length : found;
  const rows = withHeld(list, place, answer.rows, held);
  const page = pageOf(answer, rows, wish.version, list.pages[place]?.want ?? list.version);
  const rest = answer.next === null ? [] : list.pages.slice(place + 1);
  const following = rest[0];
  if (following !== undefined && following.after !== answer.next) {
    rest[0] = { ...following, after: answer.next, have: 0 };
  }
  return placed({ ...list, pages: [...list.pages.slice(0, place), page, ...rest] });
};

/**
 * The list with an answer put in its place, or unchanged if the page starts elsewhere by now. Where the page ends
 * elsewhere than before, the following page starts there and has to be asked for again: rows that came or went never
 * leave a hole or stand twice for longer than that takes. `held` is the conversation being read: it stays while it is.
 */
export const received = (
  list: Pages,
  wish: Wish,
  answer: ConversationPage,
  held: ConversationId | null,
): Pages => {
  switch (wish.kind) {
    case 'page':
      return receivedPage(list, wish, answer, held);
    case 'before':
      return receivedBefore(list, wish, answer);
    case 'place':
      return receivedPlace(list, wish, answer);
  }
};

/** The list without the rows that are far from the screen, so that 100,000 conversations do not stay in memory. */
export const trimmed = (list: Pages, first: number, last: number): Pages => {
  const from = pageAt(list, first).index - keptAround;
  const to = pageAt(list, last).index + keptAround;
  const isFar = (index: number): boolean => index < from || index > to;
  if (!list.pages.some((page, index) => page.rows !== null && isFar(index))) return list;
  return {
    ...list,
    pages: list.pages.map((page, index) => (isFar(index) ? { ...page, rows: null } : page)),
  };
};
