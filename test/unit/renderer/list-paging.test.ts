import { describe, expect, it } from 'vitest';
import {
  grownOld,
  isComplete,
  knownRows,
  loadedIds,
  noPages,
  pageRows,
  placeOf,
  received,
  rowAt,
  trimmed,
  wishes,
  type Pages,
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

/** A server side with keyset pages: a page starts after the row that its cursor names. */
const serverOf =
  (ids: readonly string[]) =>
  (after: string | null): ConversationPage => {
    const start = after === null ? 0 : ids.findIndex((id) => id > after);
    const from = start < 0 ? ids.length : start;
    const rows = ids.slice(from, from + pageRows).map(rowOf);
    return { rows, next: from + pageRows < ids.length ? (rows.at(-1)?.id ?? null) : null };
  };

const numbered = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `c${String(index).padStart(6, '0')}`);

/** Answers wishes until there are none. */
const settled = (
  list: Pages,
  server: ReturnType<typeof serverOf>,
  first: number,
  last: number,
  held: ConversationId | null = null,
): Pages => {
  let now = list;
  for (let round = 0; round < 2_000; round += 1) {
    const [wish] = wishes(now, first, last);
    if (wish === undefined) return now;
    now = trimmed(received(now, wish, server(wish.after), held), first, last);
  }
  throw new Error('the list never comes to rest');
};

describe('a long list', () => {
  it('asks for what is on screen and half a page ahead, and for nothing else', () => {
    const list = settled(noPages, serverOf(numbered(1_000)), 0, 10);
    expect(knownRows(list)).toBe(pageRows);
    expect(isComplete(list)).toBe(false);
    expect(wishes(list, 0, 49)).toEqual([]);
    expect(wishes(list, 50, 60)).toHaveLength(1);
  });

  it('reaches the end of 100,000 conversations without keeping them all', () => {
    const ids = numbered(100_000);
    const list = settled(noPages, serverOf(ids), ids.length - 10, ids.length - 1);
    expect(isComplete(list)).toBe(true);
    expect(knownRows(list)).toBe(ids.length);
    expect(rowAt(list, ids.length - 1)?.id).toBe(ids.at(-1));
    expect(loadedIds(list).length).toBeLessThan(40 * pageRows);
  });

  it('fetches again what it let go when one scrolls back', () => {
    const server = serverOf(numbered(10_000));
    const end = settled(noPages, server, 9_990, 9_999);
    expect(rowAt(end, 0)).toBeNull();
    const top = settled(end, server, 0, 10);
    expect(rowAt(top, 0)?.id).toBe('c000000');
    expect(knownRows(top)).toBe(10_000);
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

  it('ignores an answer to a page that starts elsewhere by now', () => {
    const server = serverOf(numbered(300));
    const list = settled(noPages, server, 0, 120);
    const late = { page: 1, after: 'c000001', version: list.version };
    expect(received(list, late, server('c000001'), null)).toBe(list);
  });

  it('asks again for a page that grew old while its answer was on its way', () => {
    const server = serverOf(numbered(50));
    const [wish] = wishes(noPages, 0, 10);
    if (wish === undefined) throw new Error('nothing wished');
    const list = grownOld(settled(noPages, server, 0, 10));
    const stale = received(list, wish, server(null), null);
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
