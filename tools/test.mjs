import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runChecks } from './check.mjs';
import { isRecord, readRecord } from './json-file.mjs';
import { cacheDir, inProject } from './paths.mjs';
import { runNode } from './processes.mjs';
import { recordedRun } from './recording/recorded-run.mjs';
import { ensureBluesky } from './setup/bluesky.mjs';
import { ensureDependencies } from './setup/dependencies.mjs';
import { ensureElectron } from './setup/electron.mjs';
import { ensureSystemPackages } from './setup/system-packages.mjs';
import { buildProduct } from './build.mjs';

/** @param {unknown} value */
const count = (value) => (typeof value === 'number' ? value : 0);

/** A file that could not even be loaded fails with no test inside. @param {unknown} results */
const filesThatDidNotLoad = (results) =>
  (Array.isArray(results) ? results : []).filter(
    (/** @type {unknown} */ result) =>
      isRecord(result) &&
      result['status'] === 'failed' &&
      Array.isArray(result['assertionResults']) &&
      result['assertionResults'].length === 0,
  ).length;

/**
 * Reads what vitest has counted. A test that did not run counts as failed: there is none that may be left out.
 *
 * @param {string} reportFile
 * @param {number} exitCode
 */
const readReport = (reportFile, exitCode) => {
  const report = readRecord(reportFile) ?? {};
  const failed =
    count(report['numFailedTests']) +
    count(report['numPendingTests']) +
    count(report['numTodoTests']) +
    filesThatDidNotLoad(report['testResults']);
  // Vitest also ends in failure for an error outside every test, or when it finds none.
  return { passed: count(report['numPassedTests']), failed: exitCode !== 0 && failed === 0 ? 1 : failed };
};

const vitest = inProject('node_modules', 'vitest', 'vitest.mjs');

/** Removes what an earlier run has counted. @param {string} name @param {readonly string[]} args */
const prepare = (name, args) => {
  const reportFile = join(cacheDir, `tests-${name}.json`);
  mkdirSync(cacheDir, { recursive: true });
  rmSync(reportFile, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  return { reportFile, command: ['run', ...reporters, ...args] };
};

/** @param {string} name @param {readonly string[]} args */
const runTests = async (name, args) => {
  const { reportFile, command } = prepare(name, args);
  const { code } = await runNode(vitest, command, { show: true });
  return readReport(reportFile, code);
};

/** The same where the network is recorded; that it was asked for nothing that nobody named counts as one test. @param {readonly string[]} args */
const runRecorded = async (args) => {
  const { reportFile, command } = prepare('recorded', args);
  const { code, passed, failed } = await recordedRun(process.execPath, [vitest, ...command]);
  const tests = readReport(reportFile, code);
  return { passed: tests.passed + passed, failed: tests.failed + failed };
};

/** The project whose tests run in the real application. */
const inApplication = 'e2e';

/** Tests in the real application alone: nothing else is to be found in the record. @param {readonly string[]} filter */
const runsInApplication = (filter) => {
  const joined = ` ${filter.join(' ')} `.replaceAll('--project=', '--project ');
  return joined.split(' --project ').length === 2 && joined.includes(` --project ${inApplication} `);
};

/** @param {readonly { passed: number, failed: number }[]} counts */
const total = (counts) => ({
  passed: counts.reduce((sum, { passed }) => sum + passed, 0),
  failed: counts.reduce((sum, { failed }) => sum + failed, 0),
});

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
  if (failed.length > 0) console.log(`Checks that failed: ${failed.join(', ')}.`);
  return { passed: tests.passed, failed: tests.failed + failed.length };
};

/** @type {{ passed: number, failed: number }} */
let outcome = { passed: 0, failed: 1 };
try {
  outcome = await runAll(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
}
console.log(`${outcome.passed} passed, ${outcome.failed} failed`);
process.exitCode = outcome.failed === 0 ? 0 : 1;
