import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, inProject } from './paths.mjs';
import { runNode } from './processes.mjs';
import { blueskyNode, ensureBluesky } from './setup/bluesky.mjs';

// `npm run bench -- SCENARIO [--seconds=60] [--cpu-prof]`: measures the engine on sources, outside the tests, and ends in failure when
// something is over its limit. `channels-idle` takes [--share=1] [--settle=30]; `team` takes [--quick] [--messages=1000000] [--members=50].

const outdir = join(cacheDir, 'bench');

/** @param {Record<string, string>} entryPoints @param {'esm' | 'cjs'} format @param {string} extension */
const bundle = async (entryPoints, format, extension) => {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: inProject(),
    entryPoints,
    outdir,
    outExtension: { '.js': extension },
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format,
    sourcemap: 'linked',
    logLevel: 'warning',
  });
};

/** Bluesky's own servers where they can be had; a scenario does without otherwise. @returns {Promise<NodeJS.ProcessEnv>} */
const blueskyPlace = async () => {
  try {
    const home = await ensureBluesky();
    return { STEWARD_BLUESKY: home, STEWARD_BLUESKY_NODE: blueskyNode(home) };
  } catch {
    console.log("Without Bluesky's own servers, which could not be installed.");
    return {};
  }
};

const [scenario = 'channels-idle', ...args] = process.argv.slice(2);
const source = `test/bench/${scenario}/scenario.ts`;
if (existsSync(inProject(source))) {
  const staging = `test/bench/${scenario}/staging.ts`;
  await bundle({ scenario: source, ...(existsSync(inProject(staging)) ? { staging } : {}) }, 'esm', '.mjs');
  await bundle(
    { writer: 'main/engine/host/writer-thread.ts', parser: 'main/engine/host/parser-thread.ts' },
    'cjs',
    '.cjs',
  );
  const profile = args.includes('--cpu-prof')
    ? ['--cpu-prof', '--cpu-prof-dir', join(outdir, 'profile')]
    : [];
  const { code } = await runNode(
    '--enable-source-maps',
    [...profile, join(outdir, 'scenario.mjs'), ...args.filter((arg) => arg !== '--cpu-prof')],
    { show: true, env: { ...process.env, ...(scenario === 'channels-idle' ? await blueskyPlace() : {}) } },
  );
  process.exitCode = code;
} else {
  console.log(`There is no scenario ${scenario} in test/bench.`);
  process.exitCode = 1;
}
