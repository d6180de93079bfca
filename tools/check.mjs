import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkFileNames } from './file-names.mjs';
import { cacheDir, inProject } from './paths.mjs';
import { runNode } from './processes.mjs';

/**
 * @typedef {object} Check
 * @property {string} name what is checked, in words
 * @property {() => Promise<{ code: number, output: string }>} run
 */

/** One project per layer: what a layer may use is what its own tsconfig offers. */
const layers = ['shared', 'main', 'main/shell', 'main/preload', 'renderer', 'widget', 'test', 'tools'];

/** Two at a time: each takes a core and up to a gigabyte. */
const atOnce = 2;

/** Folders of the product and the files at the top that the dependency rules look at. */
const ruled = ['shared', 'main', 'renderer', 'widget', 'test', 'tools', 'bin'];

/** @param {string} name @param {string} script @param {readonly string[]} args @returns {Check} */
const program = (name, script, args) => ({
  name,
  run: () => runNode(inProject('node_modules', script), args),
});

/** Remembers what it has seen, so that the second run of a layer takes a third of the time. @param {string} layer */
const types = (layer) =>
  program(`types in ${layer}`, 'typescript/bin/tsc', [
    '-p',
    inProject(layer),
    '--pretty',
    'false',
    '--incremental',
    '--tsBuildInfoFile',
    join(cacheDir, 'types', `${layer.replace('/', '-')}.tsbuildinfo`),
  ]);

/** @param {string} folder */
const hasSources = (folder) =>
  readdirSync(inProject(folder), { recursive: true }).some((file) => /\.(m?ts|tsx|mjs)$/.test(String(file)));

/** Everything that is checked without running the product. @returns {readonly Check[]} */
const allChecks = () => [
  program('lint', 'eslint/bin/eslint.js', ['.', '--max-warnings', '0', '--no-error-on-unmatched-pattern']),
  ...layers.filter(hasSources).map(types),
  program('import directions', 'dependency-cruiser/bin/dependency-cruise.mjs', [
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'err-long',
    ...ruled,
  ]),
  program('dead code', 'knip/bin/knip.js', ['--no-progress']),
  program('format', 'prettier/bin/prettier.cjs', [
    '--check',
    '.',
    '--log-level',
    'warn',
    '--cache',
    '--cache-strategy',
    'content',
    '--cache-location',
    join(cacheDir, 'prettier'),
  ]),
  { name: 'file names', run: checkFileNames },
];

/**
 * Runs all checks, each reported in words as it ends, and the full output of those that failed.
 *
 * @returns {Promise<{ passed: string[], failed: string[] }>} the names of the checks
 */
export const runChecks = async () => {
  const waiting = [...allChecks()];
  /** @type {{ passed: string[], failed: string[] }} */
  const outcome = { passed: [], failed: [] };
  const worker = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const started = Date.now();
      const { code, output } = await check.run();
      const took = `${((Date.now() - started) / 1_000).toFixed(1)} s`;
      (code === 0 ? outcome.passed : outcome.failed).push(check.name);
      console.log(code === 0 ? `  good    ${check.name} (${took})` : `  FAILED  ${check.name} (${took})`);
      if (code !== 0) console.log(output.trimEnd().replace(/^/gm, '          '));
    }
  };
  console.log('Checks:');
  await Promise.all(Array.from({ length: atOnce }, worker));
  return outcome;
};

if (process.argv[1] === import.meta.filename) {
  const { passed, failed } = await runChecks();
  console.log(
    failed.length === 0
      ? `All ${passed.length} checks are good.`
      : `${failed.length} of ${passed.length + failed.length} checks failed: ${failed.join(', ')}.`,
  );
  process.exitCode = failed.length === 0 ? 0 : 1;
}
