import { join } from 'node:path';
import { runChecks } from './check.mjs';
import { cacheDir, inProject } from './paths.mjs';
import { runNode } from './processes.mjs';
import { recordedRun } from './recording/recorded-run.mjs';
import { ensureBluesky } from './setup/bluesky.mjs';
import { ensureDependencies } from './setup/dependencies.mjs';
import { ensureElectron } from './setup/electron.mjs';
import { ensureSystemPackages } from './setup/system-packages.mjs';
import { buildProduct } from './build.mjs';
import { readReport, reportTo } from './test-report.mjs';

/** @typedef {import('./test-report.mjs').Counted} Counted */

/** @param {readonly Counted[]} counts @returns {Counted} */
const total = (counts) => ({
  passed: counts.reduce((sum, { passed }) => sum + passed, 0),
  failed: counts.reduce((sum, { failed }) => sum + failed, 0),
  told: counts.flatMap(({ told }) => told),
});

const vitest = inProject('node_modules', 'vitest', 'vitest.mjs');

/** @param {string} name */
const reportFile = (name) => join(cacheDir, `tests-${name}.json`);

/** @param {string} name @param {readonly string[]} args */
const runTests = async (name, args) => {
  const file = reportFile(name);
  const { code } = await runNode(vitest, ['run', ...reportTo(file), ...args], { show: true });
  return readReport(file, code);
};

/** The same where the network is recorded; that it was asked for nothing that nobody named counts as one test. @param {readonly string[]} args */
const runRecorded = async (args) => {
  const file = reportFile('recorded');
  const command = [vitest, 'run', ...reportTo(file), ...args];
  const { code, passed, failed } = await recordedRun(process.execPath, command);
  const recorder = failed > 0 ? ['the recorder of the network: see what it says above'] : [];
  return total([readReport(file, code), { passed, failed, told: recorder }]);
};

/** The project whose tests run in the real application. */
const inApplication = 'e2e';

/** Tests in the real application alone: nothing else is to be found in the record. @param {readonly string[]} filter */
const runsInApplication = (filter) => {
  const joined = ` ${filter.join(' ')} `.replaceAll('--project=', '--project ');
  return joined.split(' --project ').length === 2 && joined.includes(` --project ${inApplication} `);
};

/** @param {string} name */
const runProject = (name) => runTests(name, ['--project', name]);

/** One after the other: a window that shares two cores with other tests is too slow for those who wait for it. */
const runEverything = async () =>
  total([
    await runProject('unit'),
    await runProject('integration'),
    await runRecorded(['--project', inApplication]),
  ]);

/** @param {readonly string[]} filter */
const runWanted = async (filter) => {
  if (filter.length === 0) return runEverything();
  return runsInApplication(filter) ? runRecorded(filter) : runTests('chosen', filter);
};

/** Whatever the tests need that is not there yet. A second time all of it takes a moment. */
const setUp = async () => {
  const packages = ensureSystemPackages({ tests: true });
  // Takes minutes, and few tests need it: they wait for it, try again, and say what is wrong.
  void packages.then(ensureBluesky).catch(() => undefined);
  await Promise.all([packages, ensureElectron(), buildProduct()]);
};

/**
 * Everything, or with a filter (part of a file name, or any of vitest's own arguments) only those tests and no checks. The
 * network is recorded in a run of everything and with `--project e2e`.
 *
 * @param {readonly string[]} filter
 */
const runAll = async (filter) => {
  await ensureDependencies();
  // Downloads wait for the network while the checks compute; a set-up that fails is told when those have been.
  const [ready, checked] = await Promise.allSettled([
    setUp(),
    filter.length === 0 ? runChecks() : { passed: [], failed: [] },
  ]);
  if (ready.status === 'rejected') throw ready.reason;
  if (checked.status === 'rejected') throw checked.reason;
  const tests = await runWanted(filter);
  const { failed } = checked.value;
  return total([
    tests,
    { passed: 0, failed: failed.length, told: failed.map((name) => `the check ${name}`) },
  ]);
};

/** @type {Counted} */
let outcome = { passed: 0, failed: 1, told: [] };
try {
  outcome = await runAll(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
}
// Once more at the end, where it is looked for: the output of an hour lies above.
for (const failure of outcome.told) console.log(`FAILED ${failure}`);
console.log(`${outcome.passed} passed, ${outcome.failed} failed`);
process.exitCode = outcome.failed === 0 ? 0 : 1;
