import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runChecks } from './check.mjs';
import { isRecord, readRecord } from './json-file.mjs';
import { cacheDir, inProject } from './paths.mjs';
import { runNode } from './processes.mjs';
import { ensureBluesky } from './setup/bluesky.mjs';
import { ensureDependencies } from './setup/dependencies.mjs';
import { ensureElectron } from './setup/electron.mjs';
import { ensureSystemPackages } from './setup/system-packages.mjs';
import { buildProduct } from './build.mjs';

const reportFile = join(cacheDir, 'tests.json');

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
 * @param {number} exitCode
 */
const readReport = (exitCode) => {
  const report = readRecord(reportFile) ?? {};
  const failed =
    count(report['numFailedTests']) +
    count(report['numPendingTests']) +
    count(report['numTodoTests']) +
    filesThatDidNotLoad(report['testResults']);
  // Vitest also ends in failure for an error outside every test, or when it finds none.
  return { passed: count(report['numPassedTests']), failed: exitCode !== 0 && failed === 0 ? 1 : failed };
};

/** @param {readonly string[]} args */
const runTests = async (args) => {
  mkdirSync(cacheDir, { recursive: true });
  rmSync(reportFile, { force: true });
  const { code } = await runNode(
    inProject('node_modules', 'vitest', 'vitest.mjs'),
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`, ...args],
    { show: true },
  );
  return readReport(code);
};

/** Whatever the tests need that is not there yet. A second time all of it takes a moment. */
const setUp = async () => {
  const bluesky = async () => {
    await ensureSystemPackages({ tests: true });
    // The set-up of the tests that need it tries again, and says what is wrong.
    await ensureBluesky().catch(() => undefined);
  };
  await Promise.all([bluesky(), ensureElectron(), buildProduct()]);
};

/**
 * Everything, or with a filter (part of a file name, or any of vitest's own arguments) only those tests and no checks.
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
  const tests = await runTests(filter);
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
