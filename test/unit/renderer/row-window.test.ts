import { describe, expect, it } from 'vitest';
import { firstWindow, overscan, restedAt, scrolledTo } from '#renderer/ui/row-window.ts';
import type { RowWindow } from '#renderer/ui/row-window.ts';

const indexes = ({ slots }: RowWindow): readonly number[] => slots.map(({ index }) => index);
const sorted = (rows: readonly number[]): readonly number[] => rows.toSorted((one, other) => one - other);
const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, at) => from + at);
const keys = ({ slots }: RowWindow): readonly number[] => slots.map(({ key }) => key);

const at50 = restedAt(firstWindow, { first: 50, last: 60 });

describe('the rows that a long list draws', () => {
  it('are at rest those on screen and some beyond each edge, in the order of the list', () => {
    expect(indexes(at50)).toEqual(range(50 - overscan, 60 + overscan));
    expect(restedAt(at50, { first: 50, last: 60 })).toBe(at50);
  });

  it('stay the same while nobody scrolls past a row', () => {
    expect(scrolledTo(at50, { first: 50, last: 60 })).toBe(at50);
  });

  it.each([
    ['down', 3],
    ['up', -3],
  ])('scrolled %s, keep their elements and places, and only those that left show others', (_, by) => {
    const next = scrolledTo(at50, { first: 50 + by, last: 60 + by });
    expect(sorted(indexes(next))).toEqual(range(50 + by - overscan, 60 + by + overscan));
    expect(keys(next)).toEqual(keys(at50));
    expect(next.slots.filter((slot, n) => slot !== at50.slots[n])).toHaveLength(3);
  });

  it('are only those on screen after a leap, by the elements that are there', () => {
    const next = scrolledTo(at50, { first: 9_000, last: 9_010 });
    expect(sorted(indexes(next)).slice(-10)).toEqual(range(9_000, 9_010));
    expect(keys(next)).toEqual(keys(at50));
    expect(next.slots.filter((slot, n) => slot !== at50.slots[n])).toHaveLength(10);
  });

  it('are all there again when the screen rests after a leap, and no others', () => {
    const seen = { first: 9_000, last: 9_010 };
    const next = restedAt(scrolledTo(at50, seen), seen);
    expect(indexes(next)).toEqual(range(9_000 - overscan, 9_010 + overscan));
    expect(new Set(keys(next)).size).toBe(next.slots.length);
  });

  it('never begin above the first, and are as many as a larger screen needs', () => {
    expect(indexes(restedAt(at50, { first: 0, last: 30 }))).toEqual(range(0, 30 + overscan));
    expect(indexes(restedAt(at50, { first: 52, last: 55 }))).toEqual(range(52 - overscan, 55 + overscan));
  });
});
