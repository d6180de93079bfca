import { build } from 'esbuild';
import type { BuildOptions, Plugin } from 'esbuild';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeTempDirectory } from '../../support/temp.ts';
import type { TempDirectory } from '../../support/temp.ts';

// The set-up is plain JavaScript of a layer of its own.
const { laterEntries, laterShared, loadedLater } = (await import(
  new URL('../../../tools/build/loaded-later.mjs', import.meta.url).href
)) as {
  readonly laterEntries: Readonly<Record<string, string>>;
  readonly laterShared: Plugin;
  readonly loadedLater: Plugin;
};

const asTheProductIs = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  logLevel: 'silent',
} as const satisfies BuildOptions;

let place: TempDirectory;

beforeAll(async () => {
  place = makeTempDirectory('later');
  await build({
    ...asTheProductIs,
    entryPoints: { ...laterEntries },
    outdir: place.path,
    plugins: [laterShared],
  });
});
afterAll(() => place.remove());

const real = createRequire(import.meta.url);

/** Bundles a program as the product's are, and answers its exports and what it has asked for so far: Node's own and files beside it. */
const run = async (source: string) => {
  const { outputFiles } = await build({
    ...asTheProductIs,
    stdin: { contents: source, resolveDir: process.cwd(), loader: 'ts' },
    write: false,
    external: ['electron', '@signalapp/sqlcipher'],
    plugins: [loadedLater],
  });
  const asked: string[] = [];
  const loaded = new Map<string, { exports: Record<string, () => unknown> }>();
  const load = (key: string, text: string): Record<string, () => unknown> => {
    const program = loaded.get(key) ?? { exports: {} };
    if (loaded.has(key)) return program.exports;
    loaded.set(key, program);
    const start = runInThisContext(`(function (require, module, exports) {${text}\n})`) as (
      require: (name: string) => unknown,
      module: object,
      exports: object,
    ) => void;
    const ask = (name: string): unknown => {
      asked.push(name.replace(/^node:/, ''));
      // There is none outside of Electron, and nobody looks at it before the application runs.
      if (name === 'electron') return {};
      if (!name.startsWith('./')) return real(name);
      const file = join(place.path, 'later', name.replace('./later/', ''));
      return load(file, readFileSync(file, 'utf8'));
    };
    start(ask, program, program.exports);
    return program.exports;
  };
  return { asked, exports: load('program', outputFiles[0]?.text ?? '') };
};

it('loads a package when something of it is first used, and not when the program starts', async () => {
  const { asked, exports } = await run(
    `import { ZipFile } from 'yazl'; export const make = () => new ZipFile();`,
  );
  expect(asked).toEqual([]);
  expect(exports['make']?.()).toHaveProperty('addBuffer');
  expect(asked).toContain('./later/yazl.cjs');
  expect(asked).toContain('zlib');
});

it('hands on what a package exports as a whole', async () => {
  const { exports } = await run(
    `import iconv from 'iconv-lite'; export const read = () => iconv.decode(Buffer.from([0xe4]), 'latin1');`,
  );
  expect(exports['read']?.()).toBe('ä');
});

it('loads a package when a class that extends one of it is first used', async () => {
  const { asked, exports } = await run(
    `import { CheckedClient } from './main/channels/email/imap/checked-client.ts'; export const kind = () => typeof CheckedClient;`,
  );
  expect(asked).toEqual([]);
  expect(exports['kind']?.()).toBe('function');
  expect(asked).toContain('tls');
});

it('loads one package without another', async () => {
  const { asked, exports } = await run(
    `import { ImapFlow } from 'imapflow'; import iconv from 'iconv-lite';
     export const known = () => iconv.encodingExists('latin1'); export const connects = () => typeof ImapFlow.prototype.connect;`,
  );
  expect(exports['known']?.()).toBe(true);
  expect(asked).not.toContain('tls');
  expect(exports['connects']?.()).toBe('function');
  expect(asked).toContain('tls');
});

it('has one of a package that another one needs too', async () => {
  const { asked, exports } = await run(
    `import { CancellationToken } from 'builder-util-runtime'; import { CancellationToken as theirs } from 'electron-updater';
     export const isOne = () => typeof CancellationToken === 'function' && CancellationToken === theirs;`,
  );
  expect(asked).toEqual([]);
  expect(exports['isOne']?.()).toBe(true);
});

it('reads the words of another language when they are wanted', async () => {
  const { asked, exports } = await run(
    `import { loadWords } from './shared/messages/locale.ts';
     export const speak = async () => (await loadWords('de-DE'))('word.loading');`,
  );
  expect(asked).toEqual([]);
  await expect(exports['speak']?.()).resolves.toBe('Wird geladen …');
  expect(asked).toContain('./later/words-de.cjs');
});

it.each([
  ['the shell', './main/shell/application.ts'],
  ['the engine', './main/engine/engine.ts'],
  ['every channel', './main/channels/registry.ts'],
])('loads nothing of what comes later with %s', async (_what, file) => {
  const { asked } = await run(`export * from '${file}';`);
  expect(asked).not.toEqual([]);
  expect(asked.filter((name) => name.startsWith('./later/'))).toEqual([]);
});
