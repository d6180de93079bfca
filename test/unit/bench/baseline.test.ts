import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changesSince, readBaseline, record } from '#test/bench/kit/baseline.ts';
import type { Results } from '#test/bench/kit/results.ts';
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
