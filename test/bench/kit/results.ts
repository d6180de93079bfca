import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import type { KeptRow } from './rows.ts';

const bar = { goal: v.number(), gate: v.number() };
const values = v.pipe(v.array(v.pipe(v.number(), v.finite())), v.minLength(1));

/** A row as a scenario wrote it; one without a finite value is none. */
const row = v.object({
  measure: v.string(),
  what: v.string(),
  size: v.nullable(v.number()),
  unit: v.picklist(['ms', 's', 'KiB', 'MiB', '%', 'msg/s', '/min', 'x']),
  values,
  limit: v.exactOptional(v.object(bar)),
  against: v.exactOptional(v.object({ ...bar, what: v.string(), values })),
  cpuSeconds: v.exactOptional(v.number()),
  memory: v.exactOptional(v.record(v.string(), v.number())),
  note: v.exactOptional(v.string()),
  load: v.number(),
});

/** What a run was made on: numbers of different machines are not compared, ratios are. */
const machine = v.object({
  processor: v.string(),
  cores: v.number(),
  memoryGiB: v.number(),
  system: v.string(),
  node: v.string(),
});

/** What the tool knows about a run beside its rows. */
export const run = v.object({
  date: v.string(),
  mode: v.picklist(['full', 'quick']),
  commit: v.string(),
  machine,
  /** The versions of the programs that were compared with, by name. */
  peers: v.record(v.string(), v.string()),
  load: v.object({ before: v.number(), after: v.number() }),
  /** `later` where it was measured after the run, which it is put into. */
  scenarios: v.array(
    v.object({
      name: v.string(),
      seconds: v.number(),
      code: v.number(),
      later: v.exactOptional(v.object({ date: v.string(), commit: v.string() })),
    }),
  ),
});

const results = v.object({ ...run.entries, rows: v.array(row) });

/** Everything that one `npm run bench` has measured. */
export type Results = Readonly<Omit<v.InferOutput<typeof results>, 'rows'>> & {
  readonly rows: readonly KeptRow[];
};

/** The rows of the scenarios, one JSON object a line. Throws with the line that is none. */
export const readRows = (file: string): readonly KeptRow[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const read = v.safeParse(row, JSON.parse(line));
      if (!read.success) throw new Error(`this is no row: ${line}\n${v.summarize(read.issues)}`);
      return read.output;
    });

/** Results as they were kept. Throws where the file holds something else. */
export const readResults = (file: string): Results =>
  v.parse(results, JSON.parse(readFileSync(file, 'utf8')));

/** The name of a row, which is the same in every run. */
export const nameOf = ({ measure, what, size, unit }: KeptRow): string =>
  [measure, what, size ?? '', unit].join(' | ');

/** Whether a full run measured all scenarios of these names to their end. */
export const isWhole = ({ mode, scenarios }: Results, names: readonly string[]): boolean =>
  mode === 'full' && names.every((name) => scenarios.some((one) => one.name === name && one.code === 0));

/** A whole run with what was measured anew by a later one on the same machine in the place of its own. */
export const withLater = (whole: Results, later: Results): Results => {
  const { date, commit } = later;
  const anew = new Map(later.rows.map((row) => [nameOf(row), row]));
  const kept = new Set(whole.rows.map(nameOf));
  return {
    ...whole,
    scenarios: whole.scenarios.map((one) => {
      const again = later.scenarios.find(({ name }) => name === one.name);
      return again === undefined ? one : { ...again, later: { date, commit } };
    }),
    rows: [
      ...whole.rows.map((row) => anew.get(nameOf(row)) ?? row),
      ...later.rows.filter((row) => !kept.has(nameOf(row))),
    ],
  };
};
