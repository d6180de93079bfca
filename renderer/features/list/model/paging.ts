import type { ConversationPage, ConversationRow } from '#shared/contract/conversations.ts';
import type { ConversationId } from '#shared/kit/brand.ts';

/** Rows asked for at once: three screens of a large window, and still well under a frame to read and send. */
export const pageRows = 100;

/** Pages around the screen whose rows are kept, each way; the others keep their place and length only. */
const keptAround = 15;

/** One stretch of a list. `rows` is null where they were let go; `have` behind `want` means that they may be old. */
type Page = {
  readonly after: string | null;
  readonly next: string | null;
  readonly count: number;
  readonly rows: readonly ConversationRow[] | null;
  readonly have: number;
  readonly want: number;
};

/** What is known of a list: its pages from the top on, without a hole; `next` of the last one leads on. */
export type Pages = {
  readonly pages: readonly Page[];
  /** Grows with every change that the engine tells of. */
  readonly version: number;
};

/** A list of which nothing is known. */
export const noPages: Pages = { pages: [], version: 1 };

/** Which page to ask for: its number, where it starts, and the version that the answer will be of. */
export type Wish = { readonly page: number; readonly after: string | null; readonly version: number };

/** How many rows are known to be there. */
export const knownRows = ({ pages }: Pages): number => pages.reduce((sum, page) => sum + page.count, 0);

/** Whether the last page is known. */
export const isComplete = ({ pages }: Pages): boolean => pages.length > 0 && pages.at(-1)?.next === null;

/** Whether any answer has come. */
export const isEmptyHanded = ({ pages }: Pages): boolean => pages.length === 0;

const pageAt = (pages: readonly Page[], row: number): { readonly index: number; readonly start: number } => {
  let start = 0;
  for (const [index, page] of pages.entries()) {
    if (row < start + page.count) return { index, start };
    start += page.count;
  }
  return { index: pages.length, start };
};

/** The row at a place, or null where it is not here. */
export const rowAt = ({ pages }: Pages, row: number): ConversationRow | null => {
  const { index, start } = pageAt(pages, row);
  return pages[index]?.rows?.[row - start] ?? null;
};

/** The place of a conversation among the rows that are here, or -1. */
export const placeOf = ({ pages }: Pages, id: string): number => {
  let start = 0;
  for (const page of pages) {
    const found = page.rows?.findIndex((row) => row.id === id) ?? -1;
    if (found >= 0) return start + found;
    start += page.count;
  }
  return -1;
};

/** The conversations that are here, in the order of the list. */
export const loadedIds = ({ pages }: Pages): readonly ConversationId[] =>
  pages.flatMap((page) => page.rows?.map((row) => row.id) ?? []);

/** The pages that have to be asked for so that the rows from `first` to `last` are here and not old; next ones first come first. */
export const wishes = (list: Pages, first: number, last: number): readonly Wish[] => {
  const { pages, version } = list;
  if (pages.length === 0) return [{ page: 0, after: null, version }];
  const from = pageAt(pages, Math.max(0, first)).index;
  const to = pageAt(pages, last).index;
  const wished: Wish[] = [];
  for (let page = Math.min(from, pages.length - 1); page <= Math.min(to, pages.length - 1); page += 1) {
    const known = pages[page];
    if (known !== undefined && (known.rows === null || known.have < known.want)) {
      wished.push({ page, after: known.after, version });
    }
  }
  const end = pages.at(-1);
  // Half a page ahead, so that scrolling at the usual pace never meets a row that is not here.
  const near = last + pageRows / 2 >= knownRows(list);
  if (near && end !== undefined && end.next !== null && end.have === end.want) {
    wished.push({ page: pages.length, after: end.next, version });
  }
  return wished;
};

/** Everything may be old now. */
export const grownOld = ({ pages, version }: Pages): Pages => ({
  version: version + 1,
  pages: pages.map((page) => ({ ...page, want: version + 1 })),
});

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
  const known = list.pages[wish.page];
  const previous = list.pages[wish.page - 1];
  const expected = wish.page === 0 ? null : previous?.next;
  if (wish.after !== (known === undefined ? expected : known.after)) return list;

  const rows = withHeld(list, wish.page, answer.rows, held);
  const page: Page = {
    after: wish.after,
    next: answer.next,
    count: rows.length,
    rows,
    have: wish.version,
    want: known?.want ?? list.version,
  };
  const rest = answer.next === null ? [] : list.pages.slice(wish.page + 1);
  const following = rest[0];
  if (following !== undefined && following.after !== answer.next) {
    rest[0] = { ...following, after: answer.next, have: 0 };
  }
  return { ...list, pages: [...list.pages.slice(0, wish.page), page, ...rest] };
};

/** The list without the rows that are far from the screen, so that 100,000 conversations do not stay in memory. */
export const trimmed = (list: Pages, first: number, last: number): Pages => {
  const from = pageAt(list.pages, first).index - keptAround;
  const to = pageAt(list.pages, last).index + keptAround;
  const isFar = (index: number): boolean => index < from || index > to;
  if (!list.pages.some((page, index) => page.rows !== null && isFar(index))) return list;
  return {
    ...list,
    pages: list.pages.map((page, index) => (isFar(index) ? { ...page, rows: null } : page)),
  };
};
