import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changesSince, readBaseline, record } from '#test/bench/kit/baseline.ts';
import { isWhole, withLater } from '#test/bench/kit/results.ts';
import type { Results } from '#test/bench/kit/results.ts';
import { markdownTable } from '#test/bench/kit/table.ts';
import type { KeptRow } from '#test/bench/kit/rows.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import type { TempDirectory } from '#test/support/temp.ts';

const row = (changes: Partial<KeptRow>): KeptRow => ({
  measure: 'P4',
  what: 'nothing changed',
  size: 10_000,
  unit: 'ms',
  values: [20],
  load: 0,
  ...changes,
});

const run = (rows: readonly KeptRow[], processor = 'one'): Results => ({
  date: '2026-11-23T00:00:00.000Z',
  mode: 'full',
  commit: 'abc',
  machine: { processor, cores: 2, memoryGiB: 24, system: 'Debian', node: '20' },
  peers: {},
  load: { before: 0, after: 0 },
  scenarios: [],
  rows,
});

const beside = (ours: number, theirs: number): KeptRow =>
  row({ values: [ours], against: { what: 'mbsync', values: [theirs], goal: 0.5, gate: 1 } });

describe('the baseline', () => {
  let home: TempDirectory;
  let file: string;
  beforeEach(() => {
    home = makeTempDirectory('baseline');
    file = join(home.path, 'baseline.json');
  });
  afterEach(() => home.remove());

  const recordedFrom = (results: Results): NonNullable<ReturnType<typeof readBaseline>> => {
    record(file, results);
    const baseline = readBaseline(file, 'full');
    if (baseline === null) throw new Error('nothing was recorded');
    return baseline;
  };

  it('compares ratios where there are some, however slow the machine is today', () => {
    const baseline = recordedFrom(run([beside(20, 60)]));
    expect(changesSince(baseline, run([beside(200, 600)]))).toEqual([]);
    expect(changesSince(baseline, run([beside(40, 60)]))).toMatchObject([{ factor: 2, byRatio: true }]);
    expect(changesSince(baseline, run([beside(40, 60)], 'another'))).toHaveLength(1);
  });

  it('compares numbers by themselves on the same machine alone, and only beyond noise', () => {
    const baseline = recordedFrom(run([row({})]));
    expect(changesSince(baseline, run([row({ values: [27] })]))).toEqual([]);
    expect(changesSince(baseline, run([row({ values: [30] })]))).toMatchObject([{ was: 20, is: 30 }]);
    expect(changesSince(baseline, run([row({ values: [30] })], 'another'))).toEqual([]);
  });

  it('knows that fewer messages a second are worse', () => {
    const rate = (value: number): KeptRow => row({ unit: 'msg/s', values: [value] });
    const baseline = recordedFrom(run([rate(1_000)]));
    expect(changesSince(baseline, run([rate(500)]))).toMatchObject([{ factor: 2 }]);
    expect(changesSince(baseline, run([rate(2_000)]))).toMatchObject([{ factor: 0.5 }]);
  });

  it('keeps what another scenario recorded', () => {
    recordedFrom(run([row({})]));
    const both = recordedFrom(run([row({ what: 'one flag changed' })]));
    expect(Object.keys(both.rows)).toHaveLength(2);
    expect(readBaseline(file, 'quick')).toBeNull();
  });
});

describe('a part that is measured anew', () => {
  const scenarios = [
    { name: 'sync', seconds: 10, code: 0 },
    { name: 'window', seconds: 5, code: 0 },
  ];
  const whole: Results = {
    ...run([row({}), row({ measure: 'P10', what: 'cold start', values: [900] })]),
    scenarios,
  };
  const later: Results = {
    ...run([
      row({ measure: 'P10', what: 'cold start', values: [700] }),
      row({ measure: 'P10', what: 'its processor time', values: [3] }),
    ]),
    date: '2026-11-24T00:00:00.000Z',
    commit: 'def',
    scenarios: [{ name: 'window', seconds: 6, code: 0 }],
  };

  it('takes the place of its rows in the whole run, which says so', () => {
    const together = withLater(whole, later);
    expect(together.rows.map(({ what, values }) => [what, values[0]])).toEqual([
      ['nothing changed', 20],
      ['cold start', 700],
      ['its processor time', 3],
    ]);
    expect(markdownTable(together)).toContain('window measured anew on 2026-11-24 at def');
    expect(markdownTable(together)).not.toContain('sync measured anew');
    expect(isWhole(together, ['sync', 'window'])).toBe(true);
  });

  it('is no whole run by itself, and neither is one that broke off', () => {
    expect(isWhole(later, ['sync', 'window'])).toBe(false);
    expect(isWhole({ ...whole, mode: 'quick' }, ['sync', 'window'])).toBe(false);
    const broken = { ...whole, scenarios: [{ name: 'sync', seconds: 1, code: 1 }, ...scenarios.slice(1)] };
    expect(isWhole(broken, ['sync', 'window'])).toBe(false);
  });

  it('counts how the rows of each measure stand, and names what is furthest from its goal', () => {
    const slow = row({ values: [60], limit: { goal: 20, gate: 40 } });
    const right = row({ what: 'one flag', values: [10], limit: { goal: 20, gate: 40 } });
    expect(markdownTable(run([slow, right]))).toContain(
      '| P4 | 1 | 0 | 1 | 3× the goal: nothing changed [10 k] |',
    );
  });
});
