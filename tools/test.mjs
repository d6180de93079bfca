import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runChecks } from './check.mjs';
import { isRecord, readRecord } from './json-file.mjs';
import { cacheDir, inProject } from './paths.mjs';
import { runNode } from './processes.mjs';
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

/**
 * Everything, or with a filter (part of a file name, or any of vitest's own arguments) only those tests and no checks.
 *
 * @param {readonly string[]} filter
 */
const runAll = async (filter) => {
  await ensureDependencies();
  await ensureSystemPackages({ tests: true });
  await ensureElectron();
  await buildProduct();
  const checks = filter.length === 0 ? await runChecks() : { passed: [], failed: [] };
  const tests = await runTests(filter);
  if (checks.failed.length > 0) console.log(`Checks that failed: ${checks.failed.join(', ')}.`);
  return { passed: tests.passed, failed: tests.failed + checks.failed.length };
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
