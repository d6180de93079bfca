import { describe, expect, it } from 'vitest';
import { growthOf, lacksExplanation, ratioOf, verdictOf } from '#test/bench/kit/judge.ts';
import type { KeptRow } from '#test/bench/kit/rows.ts';

const row = (changes: Partial<KeptRow> = {}): KeptRow => ({
  measure: 'P1',
  what: 'first sync',
  size: 10_000,
  unit: 's',
  values: [6, 5, 7],
  load: 0,
  ...changes,
});

describe('what a row is held to', () => {
  it('is its median against the median of its peer', () => {
    const beside = row({
      against: { what: 'mbsync + notmuch', values: [80, 60, 90], goal: 0.1, gate: 0.25 },
    });
    expect(ratioOf(beside)).toBeCloseTo(0.075);
    expect(verdictOf(beside)).toBe('goal');
  });

  it('is the worse of its own limit and its ratio', () => {
    const against = { what: 'mbsync', values: [80], goal: 0.1, gate: 0.25 };
    expect(verdictOf(row({ limit: { goal: 5, gate: 7 }, against }))).toBe('gate');
    expect(verdictOf(row({ limit: { goal: 4, gate: 5 }, against }))).toBe('over');
    expect(verdictOf(row({ limit: { goal: 7, gate: 7 }, against: { ...against, values: [10] } }))).toBe(
      'over',
    );
  });

  it('is nothing where nothing is promised', () => {
    expect(verdictOf(row())).toBe('free');
  });
});

describe('how a value grows', () => {
  const small = row();

  it('is compared with the next smaller size of the same measure', () => {
    const large = row({ size: 100_000, values: [60] });
    const rows = [row({ size: 1_000, values: [1] }), small, large, row({ what: 'another', size: 50_000 })];
    expect(growthOf(large, rows)).toEqual({ from: 10_000, data: 10, value: 10, isSteep: false });
    expect(growthOf(rows[0] ?? small, rows)).toBeNull();
  });

  it('is steep when it outgrows the data, and then asks for a word why', () => {
    const large = row({ size: 100_000, values: [67] });
    expect(growthOf(large, [small, large])?.isSteep).toBe(true);
    expect(lacksExplanation(large, [small, large])).toBe(true);
    expect(lacksExplanation({ ...large, note: 'the index is merged more often' }, [small, large])).toBe(
      false,
    );
  });

  it('says nothing of rates and shares', () => {
    const large = row({ size: 100_000, unit: 'msg/s', values: [9_000] });
    expect(growthOf(large, [row({ unit: 'msg/s' }), large])).toBeNull();
  });
});
