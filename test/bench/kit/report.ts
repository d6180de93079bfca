import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { changesSince, readBaseline, record } from './baseline.ts';
import { lacksExplanation, verdictOf } from './judge.ts';
import { isWhole, readResults, readRows, run, withLater } from './results.ts';
import type { Results } from './results.ts';
import { changeWords, markdownTable, textTable } from './table.ts';

// What `npm run bench` does with the rows when its scenarios are done: a program that takes its order as JSON.

/** Where a report reads and writes: all absolute. */
const places = v.object({
  /** The folder of results-DATE.json. */
  folder: v.string(),
  /** What the scenarios told, one row a line. */
  rowsFile: v.string(),
  baselineFile: v.string(),
  readmeFile: v.string(),
});

/**
 * Keep and print what was measured, where `isRecorded` also as the new baseline and in the README, which quotes all scenarios (`names`): those
 * that were not measured now as they stand there. Or print the newest results in Markdown.
 */
const order = v.variant('kind', [
  v.object({ kind: v.literal('finish'), run, places, isRecorded: v.boolean(), names: v.array(v.string()) }),
  v.object({ kind: v.literal('table'), places }),
]);

type Places = v.InferOutput<typeof places>;
type Finish = Extract<v.InferOutput<typeof order>, { kind: 'finish' }>;

/** Between these two the README quotes the newest recorded table. */
const markers = ['<!-- bench: begin -->', '<!-- bench: end -->'] as const;

const quoteIn = (readme: string, table: string): void => {
  const text = readFileSync(readme, 'utf8');
  const [begin, end] = markers.map((marker) => text.indexOf(marker));
  if (begin === undefined || end === undefined || begin < 0 || end < begin)
    throw new Error(`${readme} has no ${markers.join(' ... ')}`);
  writeFileSync(readme, `${text.slice(0, begin + markers[0].length)}\n\n${table}\n${text.slice(end)}`);
};

const tellChanges = (results: Results, baselineFile: string): void => {
  const baseline = readBaseline(baselineFile, results.mode);
  if (baseline === null) {
    process.stdout.write(
      `There is no baseline of a ${results.mode} run yet: \`npm run bench -- --record\` makes one.\n`,
    );
    return;
  }
  const changes = changesSince(baseline, results);
  const since = `since ${baseline.date.slice(0, 10)} (${baseline.commit})`;
  process.stdout.write(
    changes.length === 0
      ? `Nothing changed beyond noise ${since}.\n`
      : `Changed beyond noise ${since}:\n${changes.map((change) => `  ${changeWords(change)}\n`).join('')}`,
  );
};

const tellSum = ({ rows }: Results): void => {
  const count = (verdict: string): string => String(rows.filter((row) => verdictOf(row) === verdict).length);
  const steep = rows.filter((row) => lacksExplanation(row, rows)).length;
  process.stdout.write(
    `${String(rows.length)} rows: ${count('goal')} at their goal, ${count('gate')} within the gate, ${count('over')} over it` +
      `${steep === 0 ? '' : `, ${String(steep)} growing faster than their data without a word why`}.\n`,
  );
};

/** What the README quotes, as it was last put together here. */
const quotedFile = 'quoted.json';

/** What the README is to quote from now on; null where a part was measured and there is nothing to put it into. */
const toQuote = (results: Results, names: readonly string[], folder: string): Results | null => {
  if (isWhole(results, names)) return results;
  const file = join(folder, quotedFile);
  if (results.mode !== 'full' || !existsSync(file)) return null;
  const whole = readResults(file);
  const isSameMachine = JSON.stringify(whole.machine) === JSON.stringify(results.machine);
  return isSameMachine ? withLater(whole, results) : null;
};

const finish = ({
  run: ran,
  places: { folder, rowsFile, baselineFile, readmeFile },
  isRecorded,
  names,
}: Finish): void => {
  const results: Results = { ...ran, rows: existsSync(rowsFile) ? readRows(rowsFile) : [] };
  const file = join(folder, `results-${ran.date.replaceAll(/[:.]/g, '-')}.json`);
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  process.stdout.write(`\n${textTable(results)}\n`);
  tellSum(results);
  tellChanges(results, baselineFile);
  if (isRecorded) {
    record(baselineFile, results);
    process.stdout.write(`Recorded in ${baselineFile}.\n`);
  }
  const quoted = isRecorded ? toQuote(results, names, folder) : null;
  if (quoted !== null) {
    quoteIn(readmeFile, markdownTable(quoted));
    writeFileSync(join(folder, quotedFile), `${JSON.stringify(quoted, null, 2)}\n`);
  }
  process.stdout.write(`Everything is in ${file}.\n`);
};

const showTable = ({ folder }: Places): void => {
  const newest = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /^results-.*\.json$/.test(name))
        .toSorted()
        .at(-1)
    : undefined;
  if (newest === undefined) throw new Error('Nothing was measured here yet: `npm run bench` does it.');
  process.stdout.write(markdownTable(readResults(join(folder, newest))));
};

const given = v.parse(order, JSON.parse(process.argv[2] ?? 'null'));
if (given.kind === 'finish') finish(given);
else showTable(given.places);
