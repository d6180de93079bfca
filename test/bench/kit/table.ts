import { growthOf, lacksExplanation, ratioOf, spreadOf, timesOfGoal, verdictOf } from './judge.ts';
import type { Verdict } from './judge.ts';
import { median } from './rows.ts';
import type { BenchRow, KeptRow } from './rows.ts';
import type { Results } from './results.ts';
import type { Change } from './baseline.ts';

const number = (value: number): string => {
  if (value === 0) return '0';
  const digits = value >= 1_000 ? 0 : value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  return value.toLocaleString('en', { minimumFractionDigits: 0, maximumFractionDigits: digits });
};

const withUnit = (value: number, unit: BenchRow['unit']): string =>
  unit === '%' || unit === '/min'
    ? `${number(value)} ${unit}`
    : `${number(value)} ${unit === 'x' ? '×' : unit}`;

const sizeWords = (size: number | null): string =>
  size === null
    ? ''
    : size >= 1_000_000
      ? `${number(size / 1_000_000)} M`
      : size >= 1_000
        ? `${number(size / 1_000)} k`
        : String(size);

const spreadWords = (row: KeptRow): string => {
  const [least, most] = spreadOf(row);
  return row.values.length === 1
    ? 'one run'
    : `${number(least)}–${number(most)} (${String(row.values.length)})`;
};

const barWords = (row: KeptRow): string => {
  const { limit, against } = row;
  return [
    ...(limit === undefined ? [] : [`≤ ${withUnit(limit.goal, row.unit)} / ${number(limit.gate)}`]),
    ...(against === undefined ? [] : [`≤ ${number(against.goal)} / ${number(against.gate)} of it`]),
  ].join('; ');
};

const ratioWords = (row: KeptRow): string => {
  const ratio = ratioOf(row);
  if (ratio === null || row.against === undefined) return '';
  return `${number(ratio)} of ${row.against.what} (${withUnit(median(row.against.values), row.unit)})`;
};

const verdictWords: Readonly<Record<Verdict, string>> = {
  goal: 'goal',
  gate: 'gate',
  over: 'OVER',
  free: '',
};

const memoryWords = ({ memory }: KeptRow): string =>
  Object.entries(memory ?? {})
    .map(([who, mebibytes]) => `${who} ${number(mebibytes)}`)
    .join(', ');

const growthWords = (row: KeptRow, rows: readonly KeptRow[]): string => {
  const growth = growthOf(row, rows);
  if (growth === null) return '';
  return `${number(growth.value)}× for ${number(growth.data)}×${growth.isSteep ? ' STEEP' : ''}`;
};

const noteWords = (row: KeptRow, rows: readonly KeptRow[]): string =>
  lacksExplanation(row, rows) ? 'grows faster than its data: no explanation given' : (row.note ?? '');

const heads = [
  '#',
  'what',
  'size',
  'median',
  'spread (runs)',
  'against',
  'goal / gate',
  'holds',
  'CPU s',
  'memory MiB',
  'growth',
  'note',
] as const;

const cellsOf = (row: KeptRow, rows: readonly KeptRow[]): readonly string[] => [
  row.measure,
  row.what,
  sizeWords(row.size),
  withUnit(median(row.values), row.unit),
  spreadWords(row),
  ratioWords(row),
  barWords(row),
  verdictWords[verdictOf(row)],
  row.cpuSeconds === undefined ? '' : number(row.cpuSeconds),
  memoryWords(row),
  growthWords(row, rows),
  noteWords(row, rows),
];

/** P2 before P10, and what has no number behind what has one. */
const rankOf = ({ measure }: KeptRow): number => {
  const found = /^P(\d+)/.exec(measure)?.[1];
  return found === undefined ? Number.MAX_SAFE_INTEGER : Number(found);
};

/** By measure, and within one in the order of telling, the sizes of one thing together. */
const ordered = (rows: readonly KeptRow[]): readonly KeptRow[] => {
  const firstOf = (row: KeptRow): number =>
    rows.findIndex((other) => other.measure === row.measure && other.what === row.what);
  return rows.toSorted(
    (a, b) =>
      rankOf(a) - rankOf(b) ||
      a.measure.localeCompare(b.measure) ||
      firstOf(a) - firstOf(b) ||
      (a.size ?? 0) - (b.size ?? 0),
  );
};

/** The run in one sentence: when, on what, from which commit, beside what other work. */
const runWords = ({ date, machine, commit, load, mode, peers, scenarios }: Results): string => {
  const { processor, cores, memoryGiB, system, node } = machine;
  const peerWords = Object.entries(peers).map(([name, version]) => `${name} ${version}`);
  const later = scenarios.flatMap(({ name, later: again }) =>
    again === undefined ? [] : [`${name} measured anew on ${again.date.slice(0, 10)} at ${again.commit}`],
  );
  return (
    `${mode === 'quick' ? 'Quick run' : 'Full run'} of ${date.slice(0, 10)} at ${commit} on ${processor}, ${String(cores)} cores, ` +
    `${number(memoryGiB)} GiB, ${system}, Node ${node}; load ${number(load.before)} before, ${number(load.after)} after${
      peerWords.length === 0 ? '' : `; beside ${peerWords.join(', ')}`
    }${later.length === 0 ? '' : `; ${later.join(', ')}`}.`
  );
};

/** The table for a terminal: a block for each measure, and under a row what belongs to it alone. */
export const textTable = (results: Results): string => {
  const rows = ordered(results.rows);
  const shown = heads.slice(1, 8);
  const cells = rows.map((row) => cellsOf(row, rows));
  const widths = shown.map((head, at) =>
    Math.max(head.length, ...cells.map((line) => line[at + 1]?.length ?? 0)),
  );
  const line = (parts: readonly string[]): string =>
    `  ${parts.map((part, at) => part.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd();
  const out: string[] = [runWords(results), ''];
  let block = '';
  for (const parts of cells) {
    const [measure = '', ...rest] = parts;
    if (measure !== block) out.push(...(block === '' ? [] : ['']), measure, line(shown));
    block = measure;
    out.push(line(rest.slice(0, 7)));
    const beside = heads.slice(8).flatMap((head, at) => {
      const words = parts[at + 8] ?? '';
      return words === '' ? [] : [`${head}: ${words}`];
    });
    if (beside.length > 0) out.push(`      ${beside.join('; ')}`);
  }
  return `${out.join('\n')}\n`;
};

const cells = (parts: readonly string[]): string =>
  `| ${parts.map((part) => part.replaceAll('|', '\\|')).join(' | ')} |`;

const markdown = (columns: readonly string[], lines: readonly (readonly string[])[]): readonly string[] => [
  cells(columns),
  cells(columns.map(() => '---')),
  ...lines.map(cells),
];

const inBrackets = (size: number | null): string => (size === null ? '' : ` [${sizeWords(size)}]`);

/** How many rows of each measure stand how, and what is furthest from its goal. */
const summary = (rows: readonly KeptRow[]): readonly string[] => {
  const judged = rows.filter((row) => verdictOf(row) !== 'free');
  const lines = [...new Set(judged.map(({ measure }) => measure))].map((measure) => {
    const own = judged.filter((row) => row.measure === measure);
    const count = (verdict: string): string => String(own.filter((row) => verdictOf(row) === verdict).length);
    const [furthest] = own
      .map((row) => ({ row, times: timesOfGoal(row) }))
      .toSorted((a, b) => b.times - a.times);
    const words =
      furthest === undefined || furthest.times <= 1
        ? ''
        : `${number(furthest.times)}× the goal: ${furthest.row.what}${inBrackets(furthest.row.size)}`;
    return [measure, count('goal'), count('gate'), count('over'), words];
  });
  return markdown(['#', 'rows at their goal', 'within the gate', 'over it', 'furthest away'], lines);
};

/** The same in Markdown: how the measures stand, and folded up all rows. */
export const markdownTable = (results: Results): string => {
  const rows = ordered(results.rows);
  return [
    runWords(results),
    '',
    ...summary(rows),
    '',
    `<details><summary>All ${String(rows.length)} rows</summary>`,
    '',
    ...markdown(
      heads,
      rows.map((row) => cellsOf(row, rows)),
    ),
    '',
    '</details>',
    '',
  ].join('\n');
};

/** What differs from the baseline, in words. */
export const changeWords = ({ row, was, is, factor, byRatio }: Change): string => {
  const values = byRatio
    ? `${number(was)} to ${number(is)} of ${row.against?.what ?? 'its peer'}`
    : `${withUnit(was, row.unit)} to ${withUnit(is, row.unit)}`;
  const size = inBrackets(row.size);
  const how = factor > 1 ? `${number(factor)}× worse` : `${number(1 / factor)}× better`;
  return `${row.measure} ${row.what}${size}: ${how}, ${values}`;
};
