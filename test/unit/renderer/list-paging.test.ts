import { describe, expect, it } from 'vitest';
import {
  askedBy,
  counted,
  grownOld,
  lengthOf,
  loadedIds,
  movedBy,
  noPages,
  pageRows,
  placeOf,
  received,
  rowAt,
  trimmed,
  wishes,
  type Pages,
  type Wish,
} from '#renderer/features/list/model/paging.ts';
import type { ConversationPage, ConversationRow } from '#shared/contract/conversations.ts';
import type { ConversationId, CustomerId } from '#shared/kit/brand.ts';

const rowOf = (id: string): ConversationRow => ({
  id: id as ConversationId,
  rev: 1,
  channel: 'email',
  account: null,
  subject: id,
  snippet: '',
  customer: { id: 'customer' as CustomerId, name: '', address: '' },
  status: 'open',
  owner: null,
  coveredFor: null,
  hadBy: null,
  snoozedUntil: null,
  followUp: null,
  checks: 0,
  tags: [],
  customerWaitingSince: null,
  target: null,
  turn: 'ours',
  waitingSince: null,
  lastAt: 0,
  messages: 1,
  unread: 1,
  attachments: false,
  draft: false,
  outbox: 'none',
});

type Server = (asked: ReturnType<typeof askedBy>) => ConversationPage;

/** How wrong a guessed place is: the engine knows no better than this. */
const guessed = (share: number): number => share ** 1.1;

/** A server side with keyset pages: a page starts behind the row that its cursor names, and `about` is a guess. */
const serverOf = (ids: readonly string[]): Server => {
  const behind = (cursor: string | null): number => {
    const found = cursor === null ? 0 : ids.findIndex((id) => id > cursor);
    return found < 0 ? ids.length : found;
  };
  const page = (from: number, to: number): ConversationPage => ({
    rows: ids.slice(from, to).map(rowOf),
    after: from === 0 ? null : (ids[from - 1] ?? null),
    next: to < ids.length ? (ids[to - 1] ?? null) : null,
  });
  return ({ after, limit, at }) => {
    if (at?.kind === 'until') {
      const to = at.cursor === null ? ids.length : behind(at.cursor);
      return page(Math.max(0, to - limit), to);
    }
    const from = at === undefined ? behind(after) : Math.floor(guessed(at.share) * ids.length);
    return page(from, Math.min(ids.length, from + limit));
  };
};

const numbered = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `c${String(index).padStart(6, '0')}`);

/** How many answers it took since the last time that somebody looked. */
let asked = 0;

/** Answers wishes until there are none. */
const settled = (
  list: Pages,
  server: Server,
  first: number,
  last: number,
  held: ConversationId | null = null,
): Pages => {
  let now = list;
  let moved = 0;
  for (let round = 0; round < 2_000; round += 1) {
    const [wish] = wishes(now, first + moved, last + moved);
    if (wish === undefined) return now;
    asked += 1;
    const next = received(now, wish, server(askedBy(now, wish)), held);
    moved += movedBy(now, next, first + moved);
    now = trimmed(next, first + moved, last + moved);
  }
  throw new Error('the list never comes to rest');
};

const rowsOfScreen = 10;

/** Scrolls from a row on, as the wheel does: the row that is seen first stays where it is while others come. */
const scrolled = (
  list: Pages,
  server: Server,
  from: number,
  by: number,
  steps: number,
): { readonly list: Pages; readonly seen: readonly (string | null)[] } => {
  let now = list;
  let first = from;
  const seen: (string | null)[] = [];
  for (let step = 0; step < steps; step += 1) {
    first = Math.max(0, Math.min(lengthOf(now) - rowsOfScreen, first + by));
    const named = rowAt(now, first)?.id ?? null;
    seen.push(named);
    now = settled(now, server, first, first + rowsOfScreen);
    if (named !== null) first = placeOf(now, named);
  }
  return { list: now, seen };
};

const many = 100_000;
const ids = numbered(many);
const server = serverOf(ids);
const top = settled(counted(noPages, many), server, 0, rowsOfScreen);

describe('a long list', () => {
  it('asks for what is on screen and half a page ahead, and for nothing else', () => {
    const list = settled(noPages, serverOf(numbered(1_000)), 0, 10);
    expect(loadedIds(list)).toHaveLength(pageRows);
    expect(wishes(list, 0, 49)).toEqual([]);
    expect(wishes(list, 50, 60)).toHaveLength(1);
  });

  it('goes to the end of 100,000 with one answer, and back to the top with another', () => {
    expect(lengthOf(top)).toBe(many);
    asked = 0;
    const end = settled(top, server, many - rowsOfScreen, many - 1);
    expect(asked).toBe(1);
    expect(lengthOf(end)).toBe(many);
    expect(rowAt(end, many - 1)?.id).toBe(ids.at(-1));
    const back = settled(end, server, 0, rowsOfScreen);
    expect(asked).toBe(2);
    expect(rowAt(back, 0)?.id).toBe(ids[0]);
  });

  it('shows rows where the scroll bar was let go, with a few answers', () => {
    asked = 0;
    const middle = settled(top, server, 50_000, 50_000 + rowsOfScreen);
    expect(asked).toBeLessThan(4);
    expect(rowAt(middle, 50_000)).not.toBeNull();
    expect(rowAt(middle, 50_009)).not.toBeNull();
    expect(loadedIds(middle).length).toBeLessThan(4 * pageRows);
  });

  it.each([
    ['down', 7, 98_000],
    ['up', -7, 9_000],
  ] as const)('meets every row between a guessed place and the edge while scrolling %s', (_, by, place) => {
    const begun = settled(top, server, place, place + rowsOfScreen);
    const { list, seen } = scrolled(begun, server, place, by, 1_500);
    expect(seen).not.toContain(null);
    const rows = seen.map((id) => ids.indexOf(id ?? ''));
    const steps = rows.slice(1).map((row, at) => row - (rows[at] ?? 0));
    const edge = by > 0 ? many - rowsOfScreen : 0;
    expect(rows.at(-1)).toBe(edge);
    // Step by step until the edge, where it stays.
    expect(new Set(steps.slice(0, steps.lastIndexOf(by)))).toEqual(new Set([by]));
    expect(lengthOf(list)).toBe(many);
    expect(placeOf(list, ids[edge] ?? '')).toBe(edge);
  });

  it('reaches its end by scrolling all of it, without keeping it all', () => {
    const few = numbered(20_000);
    const { list } = scrolled(
      settled(counted(noPages, 20_000), serverOf(few), 0, rowsOfScreen),
      serverOf(few),
      0,
      60,
      400,
    );
    expect(rowAt(list, 19_999)?.id).toBe(few.at(-1));
    expect(lengthOf(list)).toBe(20_000);
    expect(loadedIds(list).length).toBeLessThan(40 * pageRows);
  });

  it('goes to its end although more have come at the top than were counted', () => {
    const more = [...Array.from({ length: 150 }, (_, n) => `b${String(n).padStart(6, '0')}`), ...ids];
    const end = settled(top, serverOf(more), many - rowsOfScreen, many - 1);
    expect(rowAt(end, many - 1)?.id).toBe(ids.at(-1));
    const known = counted(end, more.length);
    expect(placeOf(known, ids.at(-1) ?? '')).toBe(more.length - 1);
  });

  it('keeps at the end what is read there while the counts grow', () => {
    const end = settled(top, server, many - rowsOfScreen, many - 1);
    const grown = counted(end, many + 40);
    expect(rowAt(grown, many + 39)?.id).toBe(ids.at(-1));
    expect(lengthOf(grown)).toBe(many + 40);
  });

  it('that was empty shows the first that comes', () => {
    const empty = settled(counted(noPages, 0), serverOf([]), 0, 1);
    expect(lengthOf(empty)).toBe(0);
    expect(wishes(empty, 0, 1)).toEqual([]);
    const one = settled(grownOld(empty), serverOf(['c1']), 0, 1);
    expect(lengthOf(one)).toBe(1);
  });

  it('where nobody counts its rows, grows as it is scrolled and ends where it ends', () => {
    const few = serverOf(numbered(250));
    const begun = settled(noPages, few, 0, rowsOfScreen);
    expect(lengthOf(begun)).toBeGreaterThan(pageRows);
    const { list } = scrolled(begun, few, 0, 9, 60);
    expect(lengthOf(list)).toBe(250);
  });

  it('fetches again what it let go when one scrolls back', () => {
    const few = serverOf(numbered(10_000));
    const down = scrolled(settled(noPages, few, 0, 10), few, 0, 60, 100).list;
    expect(rowAt(down, 0)).toBeNull();
    const back = settled(down, few, 0, 10);
    expect(rowAt(back, 0)?.id).toBe('c000000');
  });

  it('has every conversation once after rows came and went in the middle of it', () => {
    const before = numbered(350);
    const list = settled(noPages, serverOf(before), 0, 349);
    const after = [
      ...before.filter((_, index) => index % 7 !== 3),
      'c000010a',
      'c000120a',
      'c000120b',
    ].sort();
    const again = settled(grownOld(list), serverOf(after), 0, after.length - 1);
    expect(loadedIds(again)).toEqual(after);
  });

  it('has every conversation once after rows came above a place in its middle', () => {
    const few = numbered(5_000);
    const begun = settled(counted(noPages, 5_000), serverOf(few), 0, rowsOfScreen);
    const middle = settled(begun, serverOf(few), 2_500, 2_510);
    const seen = rowAt(middle, 2_500)?.id ?? '';
    const after = [...few, `${few[few.indexOf(seen) - 30] ?? ''}a`, `${seen}a`].sort();
    const place = placeOf(middle, seen);
    const again = settled(grownOld(middle), serverOf(after), place - 60, place + 60);
    const loaded = loadedIds(again);
    const from = after.indexOf(loaded[0] ?? '');
    expect(loaded).toEqual(after.slice(from, from + loaded.length));
    expect(loaded).toContain(`${seen}a`);
  });

  it('ignores an answer to a page that starts elsewhere by now', () => {
    const list = settled(noPages, serverOf(numbered(300)), 0, 120);
    const late: Wish = { kind: 'page', after: 'c000001', version: list.version };
    expect(received(list, late, serverOf(numbered(300))(askedBy(list, late)), null)).toBe(list);
  });

  it('asks again for a page that grew old while its answer was on its way', () => {
    const few = serverOf(numbered(50));
    const [wish] = wishes(noPages, 0, 10);
    if (wish === undefined) throw new Error('nothing wished');
    const list = grownOld(settled(noPages, few, 0, 10));
    const stale = received(list, wish, few(askedBy(list, wish)), null);
    expect(wishes(stale, 0, 10)).toHaveLength(1);
  });
});

describe('the conversation being read', () => {
  const held = 'c000002' as ConversationId;

  it('stays in its place, as read, when it no longer belongs to the list', () => {
    const list = settled(noPages, serverOf(numbered(5)), 0, 10);
    const gone = serverOf(numbered(5).filter((id) => id !== held));
    const again = settled(grownOld(list), gone, 0, 10, held);
    expect(placeOf(again, held)).toBe(2);
    expect(rowAt(again, 2)?.unread).toBe(0);
  });

  it('leaves with the next answer once another one is read', () => {
    const list = settled(noPages, serverOf(numbered(5)), 0, 10);
    const gone = serverOf(numbered(5).filter((id) => id !== held));
    const kept = settled(grownOld(list), gone, 0, 10, held);
    expect(placeOf(settled(grownOld(kept), gone, 0, 10, null), held)).toBe(-1);
  });
});
