import { median } from './rows.ts';
import type { Bar, KeptRow } from './rows.ts';

/** How a row stands to what it is held to; `free` is held to nothing. */
export type Verdict = 'goal' | 'gate' | 'over' | 'free';

/** The median over the median of what it is compared with; null where there is none. */
export const ratioOf = ({ values, against }: KeptRow): number | null =>
  against === undefined ? null : median(values) / median(against.values);

const stands = (value: number, { goal, gate }: Bar): Verdict =>
  value <= goal ? 'goal' : value <= gate ? 'gate' : 'over';

const worst: readonly Verdict[] = ['over', 'gate', 'goal', 'free'];

/** The worse of its two verdicts: by itself, and against its peer. */
export const verdictOf = (row: KeptRow): Verdict => {
  const ratio = ratioOf(row);
  const verdicts: readonly Verdict[] = [
    row.limit === undefined ? 'free' : stands(median(row.values), row.limit),
    row.against === undefined || ratio === null ? 'free' : stands(ratio, row.against),
  ];
  return worst.find((one) => verdicts.includes(one)) ?? 'free';
};

/** How many times its goal a row is, by itself or against its peer, whichever is more; 0 where it has none. */
export const timesOfGoal = (row: KeptRow): number => {
  const ratio = ratioOf(row);
  return Math.max(
    row.limit === undefined ? 0 : median(row.values) / row.limit.goal,
    row.against === undefined || ratio === null ? 0 : ratio / row.against.goal,
  );
};

/** The least and the most of its runs. */
export const spreadOf = ({ values }: KeptRow): readonly [least: number, most: number] => [
  Math.min(...values),
  Math.max(...values),
];

/** How a value grew from one size of its data to the next. */
export type Growth = {
  readonly from: number;
  readonly data: number;
  readonly value: number;
  /** It grew faster than its data, beyond `tolerated`. */
  readonly isSteep: boolean;
};

/** P2's own measure of linear: eleven times the time for ten times the data. */
const tolerated = 1.1;

const growing: ReadonlySet<string> = new Set(['ms', 's', 'KiB', 'MiB']);

const isSameMeasure = (one: KeptRow, other: KeptRow): boolean =>
  one.measure === other.measure && one.what === other.what && one.unit === other.unit;

/** How this row's value grew from the next smaller size of the same measure; null for the smallest, and for rates and shares. */
export const growthOf = (row: KeptRow, rows: readonly KeptRow[]): Growth | null => {
  const { size } = row;
  if (size === null || !growing.has(row.unit)) return null;
  const smaller = rows
    .filter((other) => isSameMeasure(other, row) && other.size !== null && other.size < size)
    .toSorted((a, b) => (b.size ?? 0) - (a.size ?? 0))[0];
  if (smaller?.size === undefined || smaller.size === null) return null;
  const data = size / smaller.size;
  const value = median(row.values) / median(smaller.values);
  return { from: smaller.size, data, value, isSteep: value > data * tolerated };
};

/** A row that grows faster than its data and does not say why. */
export const lacksExplanation = (row: KeptRow, rows: readonly KeptRow[]): boolean =>
  growthOf(row, rows)?.isSteep === true && (row.note ?? '') === '';
