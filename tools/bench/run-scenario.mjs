import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, inProject } from '../paths.mjs';
import { runNode } from '../processes.mjs';

/** Where everything that the bench makes is kept. */
export const benchDir = join(cacheDir, 'bench');

/** @param {Record<string, string>} entryPoints @param {'esm' | 'cjs'} format @param {string} outdir */
const bundle = async (entryPoints, format, outdir) => {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: inProject(),
    entryPoints,
    outdir,
    outExtension: { '.js': format === 'esm' ? '.mjs' : '.cjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format,
    sourcemap: 'linked',
    logLevel: 'warning',
  });
};

/** @param {string} name */
const sourceOf = (name) => `test/bench/${name}/scenario.ts`;

/** @param {string} name */
export const isScenario = (name) => existsSync(inProject(sourceOf(name)));

/**
 * Has the rows reported by test/bench/kit/report.ts, which is written beside the scenarios because both speak of the same rows.
 *
 * @param {Readonly<Record<string, unknown>>} order what to do, as that file describes it
 */
export const report = async (order) => {
  const outdir = join(benchDir, 'kit');
  await bundle({ report: 'test/bench/kit/report.ts' }, 'esm', outdir);
  const { code } = await runNode(
    '--enable-source-maps',
    [join(outdir, 'report.mjs'), JSON.stringify(order)],
    { show: true },
  );
  if (code !== 0) throw new Error('What was measured could not be reported.');
};

/**
 * Runs a scenario in a process of its own, with the engine's threads and the scenario's `staging` bundled beside it.
 *
 * @param {string} name
 * @param {readonly string[]} args `--cpu-prof` profiles it into .cache/bench/NAME/profile
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} its exit code
 */
export const runScenario = async (name, args, env) => {
  const outdir = join(benchDir, name);
  const staging = `test/bench/${name}/staging.ts`;
  await bundle(
    { scenario: sourceOf(name), ...(existsSync(inProject(staging)) ? { staging } : {}) },
    'esm',
    outdir,
  );
  await bundle(
    {
      writer: 'main/engine/host/writer-thread.ts',
      vault: 'main/engine/host/vault-thread.ts',
      parser: 'main/engine/host/parser-thread.ts',
      keeper: 'main/engine/host/keeper-thread.ts',
    },
    'cjs',
    outdir,
  );
  const profile = args.includes('--cpu-prof')
    ? ['--cpu-prof', '--cpu-prof-dir', join(outdir, 'profile')]
    : [];
  const { code } = await runNode(
    '--enable-source-maps',
    [...profile, join(outdir, 'scenario.mjs'), ...args.filter((arg) => arg !== '--cpu-prof')],
    { show: true, env: { ...process.env, ...env } },
  );
  return code;
};
