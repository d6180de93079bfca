import { appendFileSync } from 'node:fs';
import { loadavg } from 'node:os';

/** What a value is held to: `goal` is what we want, `gate` the least we take; both are the most that is allowed. */
export type Bar = { readonly goal: number; readonly gate: number };

/** One line of the table that `npm run bench` prints, and one object of its JSON. */
export type BenchRow = {
  /** The number in the table of goals, such as `P7`. */
  readonly measure: string;
  /** What was measured, in words that stand in the table. */
  readonly what: string;
  /** How many messages or conversations the data had; null where size has no part in it. */
  readonly size: number | null;
  readonly unit: 'ms' | 's' | 'KiB' | 'MiB' | '%' | 'msg/s' | '/min' | 'x';
  /** Every run's value in `unit`, in the order of running; never empty. */
  readonly values: readonly number[];
  /** What the median is held to by itself. */
  readonly limit?: Bar;
  /** The same work done by a peer, or by the bare limit of the machine, in the same run and the same unit. */
  readonly against?: Bar & { readonly what: string; readonly values: readonly number[] };
  /** CPU time of all processes taking part in one run, s; the steadier number on a busy machine. */
  readonly cpuSeconds?: number;
  /** The most memory held while it was measured, MiB, by process: engine, page, shell, or a peer. */
  readonly memory?: Readonly<Record<string, number>>;
  /** Why a value grows faster than its data, or what stands in the way of the goal. */
  readonly note?: string;
};

/** A row as it is kept: with the machine's load while it was measured. */
export type KeptRow = BenchRow & { readonly load: number };

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) throw new Error('there is no median of nothing');
  return (lower + upper) / 2;
};

/** The value that `share` (0 to 1) of all values do not exceed: the nearest rank. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('there is no percentile of nothing');
  return value;
};

/** Tells a row: at once on the screen, and to the report that collects all scenarios (STEWARD_BENCH_ROWS, JSON lines). */
export const tell = (row: BenchRow): void => {
  if (row.values.length === 0) throw new Error(`${row.measure} ${row.what}: nothing was measured`);
  const kept: KeptRow = { ...row, load: loadavg()[0] ?? 0 };
  const against =
    row.against === undefined
      ? ''
      : `, ${(median(row.values) / median(row.against.values)).toFixed(3)} of ${row.against.what}`;
  const size = row.size === null ? '' : ` [${row.size.toLocaleString('en')}]`;
  process.stdout.write(
    `${row.measure}${size} ${row.what}: ${median(row.values).toPrecision(3)} ${row.unit}${against}\n`,
  );
  const file = process.env['STEWARD_BENCH_ROWS'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(kept)}\n`);
};

/** `--quick` asks for the sizes that fit in five minutes altogether. */
export const isQuick = process.argv.includes('--quick');
