import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { laterEntries, laterShared, loadedLater } from './build/loaded-later.mjs';
import { fingerprint } from './inputs.mjs';
import { versionIn } from './json-file.mjs';
import { alone } from './locks.mjs';
import { cacheDir, inProject } from './paths.mjs';

/** What each process starts with: the bundle's name and its first source file. */
const entries = {
  shell: 'main/shell/main.ts',
  preload: 'main/preload/preload.ts',
  engine: 'main/engine/host/utility-process.ts',
  'working-engine': 'main/engine/host/run-engine.ts',
  writer: 'main/engine/host/writer-thread.ts',
  vault: 'main/engine/host/vault-thread.ts',
  parser: 'main/engine/host/parser-thread.ts',
  keeper: 'main/engine/host/keeper-thread.ts',
  cli: 'main/cli/steward.ts',
};

/** The documents of the page: the window, and the frame that shows one HTML message. */
const documents = ['renderer/index.html', 'renderer/frame.html'];

const inputs = [
  'shared',
  'main',
  'renderer',
  'widget',
  'package.json',
  'package-lock.json',
  'vite.config.ts',
  'tools/build.mjs',
  'tools/build',
  'tools/packaging/native-addon.cjs',
];
const stampFile = inProject('dist', 'stamp');

/** @param {Record<string, string>} entryPoints @param {import('esbuild').Plugin[]} plugins */
const bundleMain = async (entryPoints, plugins) => {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: inProject(),
    entryPoints,
    outdir: inProject('dist', 'main'),
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    // Node 20.18 runs inside Electron 33, the oldest the product runs on.
    target: 'node20',
    format: 'cjs',
    sourcemap: 'linked',
    legalComments: 'none',
    external: ['electron'],
    minifySyntax: true,
    minifyWhitespace: true,
    plugins,
    alias: {
      // Its other half finds its folder by the address of a module, which a bundle has not.
      '@signalapp/sqlcipher': inProject('node_modules', '@signalapp', 'sqlcipher', 'dist', 'index.cjs'),
      'node-gyp-build': inProject('tools', 'packaging', 'native-addon.cjs'),
    },
    define: { STEWARD_VERSION: JSON.stringify(versionIn(inProject('package.json'))) },
    logLevel: 'warning',
  });
};

/** What several bundles load later is there once, and loads all of what it needs itself. */
const buildMain = () =>
  Promise.all([bundleMain(entries, [loadedLater]), bundleMain(laterEntries, [laterShared])]);

/** The prebuilt SQLite of every system, each in a folder that `native-addon.cjs` looks for; a package takes one of them. */
const copyNative = () => {
  const prebuilds = inProject('node_modules', '@signalapp', 'sqlcipher', 'prebuilds');
  for (const target of readdirSync(prebuilds)) {
    const folder = inProject('dist', 'native', target);
    mkdirSync(folder, { recursive: true });
    const path = join(folder, 'sqlcipher.node');
    copyFileSync(join(prebuilds, target, '@signalapp+sqlcipher.node'), `${path}.new`);
    // Written over, the file would be changed under every process that has it loaded, and end it.
    renameSync(`${path}.new`, path);
  }
};

/** The website chat: one classic script for browsers of the last four years, whose policies may be strict. */
const buildWidget = async () => {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: inProject(),
    entryPoints: { 'steward-chat': 'widget/steward-chat.ts' },
    outdir: inProject('dist', 'widget'),
    bundle: true,
    minify: true,
    platform: 'browser',
    target: ['chrome111', 'firefox115', 'safari16.4'],
    format: 'iife',
    legalComments: 'none',
    banner: { js: `/* Steward website chat ${versionIn(inProject('package.json'))}, AGPL-3.0-only */` },
    logLevel: 'warning',
  });
};

/** Vite asks this variable which React to take, and under Vitest it says `test`: the slow one with all its checks. */
const buildPage = async () => {
  const { build } = await import('vite');
  const said = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = 'production';
  try {
    await build({
      configFile: inProject('vite.config.ts'),
      logLevel: 'warn',
      build: {
        rolldownOptions: {
          input: Object.fromEntries(documents.map((file) => [basename(file, '.html'), inProject(file)])),
        },
      },
    });
  } finally {
    if (said === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = said;
  }
};

/**
 * Makes dist/ from the sources, or does nothing where it is already made from these very sources.
 *
 * @param {{ force?: boolean }} [options]
 * @returns {Promise<'built' | 'unchanged'>} rejects when the sources do not compile; dist/ then counts as stale
 */
export const buildProduct = async ({ force = false } = {}) => {
  const stamp = fingerprint(inputs);
  if (!force && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return 'unchanged';
  return alone(join(cacheDir, 'build.lock'), async () => {
    rmSync(stampFile, { force: true });
    mkdirSync(inProject('dist'), { recursive: true });
    await Promise.all([buildMain(), buildPage(), buildWidget()]);
    copyNative();
    writeFileSync(stampFile, stamp);
    return /** @type {const} */ ('built');
  });
};

if (process.argv[1] === import.meta.filename) {
  const outcome = await buildProduct({ force: process.argv.includes('--force') });
  console.log(outcome === 'built' ? 'Built dist/.' : 'dist/ is up to date.');
}
