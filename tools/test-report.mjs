import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRecord, readRecord } from './json-file.mjs';
import { projectRoot } from './paths.mjs';

/**
 * What a run of tests came to. A test that did not run counts as failed: there is none that may be left out.
 *
 * @typedef {object} Counted
 * @property {number} passed
 * @property {number} failed
 * @property {readonly string[]} told every failure in a line or two: where, and the first words of why
 */

/** Names the file for the reporter, which vitest loads in a process of its own. */
const fileVariable = 'STEWARD_TEST_REPORT';

/** Characters of a reason that are told; the whole of it stands where it happened. */
const mostOfReason = 300;

/** @param {{ message?: string } | undefined} error */
const reason = (error) => (error?.message ?? 'it says no reason').trim().slice(0, mostOfReason);

/** @param {import('vitest/node').TestModule} file @param {string} name @param {{ message?: string } | undefined} error */
const failure = (file, name, error) =>
  `${relative(projectRoot, file.moduleId)} > ${name}\n    ${reason(error).replaceAll('\n', '\n    ')}`;

/** @param {import('vitest/node').TestCase} test */
const ofTest = (test) => {
  const { state, errors } = test.result();
  const error = state === 'failed' ? errors[0] : { message: `It did not run: ${state}.` };
  return failure(test.module, test.fullName, error);
};

/** What failed around the tests of a file: while it was loaded, before its tests or after them. @param {import('vitest/node').TestModule} file */
const aroundTests = (file) => {
  const suites = [...file.children.allSuites()];
  return [
    ...file.errors().map((error) => failure(file, 'the file', error)),
    ...suites.flatMap((suite) => suite.errors().map((error) => failure(file, suite.fullName, error))),
  ];
};

/** A reporter of vitest: counts, and writes down where each failure is, so that it can be told at the very end. */
export default class TestReport {
  /**
   * @param {readonly import('vitest/node').TestModule[]} files
   * @param {readonly import('vitest/node').SerializedError[]} unhandled
   */
  onTestRunEnd(files, unhandled) {
    const tests = files.flatMap((file) => [...file.children.allTests()]);
    const notPassed = tests.filter((test) => test.result().state !== 'passed');
    const told = [
      ...notPassed.map(ofTest),
      ...files.flatMap(aroundTests),
      ...unhandled.map((error) => `outside of every test\n    ${reason(error)}`),
    ];
    const file = process.env[fileVariable];
    if (file === undefined) return;
    writeFileSync(file, JSON.stringify({ passed: tests.length - notPassed.length, told }));
  }
}

/**
 * Prepares a run whose failures are counted: removes what an earlier one has counted.
 *
 * @param {string} file where the report goes
 * @returns {readonly string[]} the arguments for vitest
 */
export const reportTo = (file) => {
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { force: true });
  process.env[fileVariable] = file;
  return ['--reporter=default', `--reporter=${fileURLToPath(import.meta.url)}`];
};

/**
 * Reads what {@link TestReport} has counted.
 *
 * @param {string} file
 * @param {number} exitCode of the run: one that failed without a failure in its report counts as one
 * @returns {Counted}
 */
export const readReport = (file, exitCode) => {
  const report = readRecord(file);
  const told = isRecord(report) && Array.isArray(report['told']) ? report['told'].map(String) : [];
  const passed = isRecord(report) && typeof report['passed'] === 'number' ? report['passed'] : 0;
  const ended =
    exitCode === 0 || told.length > 0 ? told : [`the run of tests ended with the code ${exitCode}`];
  return { passed, failed: ended.length, told: ended };
};
