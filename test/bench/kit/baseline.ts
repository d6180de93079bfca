import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import { median } from './rows.ts';
import type { KeptRow } from './rows.ts';
import { ratioOf } from './judge.ts';
import { nameOf } from './results.ts';
import type { Results } from './results.ts';

const entry = v.object({ value: v.number(), ratio: v.nullable(v.number()) });
const recorded = v.object({
  date: v.string(),
  commit: v.string(),
  processor: v.string(),
  cores: v.number(),
  rows: v.record(v.string(), entry),
});
const baselines = v.record(v.string(), recorded);

/** What an earlier run measured, by the names of its rows. */
type Recorded = v.InferOutput<typeof recorded>;

/** A row that stands otherwise than in the baseline, beyond noise. */
export type Change = {
  readonly row: KeptRow;
  readonly was: number;
  readonly is: number;
  /** How many times worse (over 1) or better (under 1). */
  readonly factor: number;
  /** Whether ratios were compared, which a busy or another machine changes less than milliseconds. */
  readonly byRatio: boolean;
};

/** Under this, single runs say nothing (performance.md, section 8: peers alone spread by 1.4). */
const noise = 1.4;

const readAll = (file: string): Readonly<Record<string, Recorded>> =>
  existsSync(file) ? v.parse(baselines, JSON.parse(readFileSync(file, 'utf8'))) : {};

/** What was recorded for this mode; null where nothing was. */
export const readBaseline = (file: string, mode: Results['mode']): Recorded | null =>
  readAll(file)[mode] ?? null;

/** Records these results as what later ones of the same mode are compared with. Rows of scenarios that did not run stay as they were. */
export const record = (file: string, results: Results): void => {
  const all = readAll(file);
  const { processor, cores } = results.machine;
  const before = all[results.mode];
  const isSameMachine = before?.processor === processor && before.cores === cores;
  const rows = Object.fromEntries(
    results.rows.map((row) => [nameOf(row), { value: median(row.values), ratio: ratioOf(row) }]),
  );
  const now: Recorded = {
    date: results.date,
    commit: results.commit,
    processor,
    cores,
    rows: { ...(isSameMachine ? before.rows : {}), ...rows },
  };
  writeFileSync(file, `${JSON.stringify({ ...all, [results.mode]: now }, null, 2)}\n`);
};

const changeOf = (row: KeptRow, baseline: Recorded, isSameMachine: boolean): Change | null => {
  const before = baseline.rows[nameOf(row)];
  if (before === undefined) return null;
  const ratio = ratioOf(row);
  const byRatio = ratio !== null && before.ratio !== null;
  if (!byRatio && !isSameMachine) return null;
  const [was, is] = byRatio ? [before.ratio ?? 0, ratio] : [before.value, median(row.values)];
  if (was <= 0 || is <= 0) return null;
  const moreIsWorse = row.unit !== 'msg/s';
  const factor = moreIsWorse ? is / was : was / is;
  return factor > noise || factor < 1 / noise ? { row, was, is, factor, byRatio } : null;
};

/** What got worse and what got better beyond noise, worst first. Without a peer's ratio only the same machine is compared. */
export const changesSince = (baseline: Recorded, results: Results): readonly Change[] => {
  const { processor, cores } = results.machine;
  const isSameMachine = processor === baseline.processor && cores === baseline.cores;
  return results.rows
    .map((row) => changeOf(row, baseline, isSameMachine))
    .filter((change) => change !== null)
    .toSorted((a, b) => b.factor - a.factor);
};
