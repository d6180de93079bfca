import { build } from 'esbuild';
import type { Plugin } from 'esbuild';
import { createRequire } from 'node:module';
import { runInThisContext } from 'node:vm';
import { expect, it } from 'vitest';

// The set-up is plain JavaScript of a layer of its own.
const { loadedLater } = (await import(
  new URL('../../../tools/build/loaded-later.mjs', import.meta.url).href
)) as { readonly loadedLater: Plugin };

/** Bundles a program as the product's are, and answers its exports and which of Node's own modules it has asked for so far. */
const run = async (source: string) => {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    plugins: [loadedLater],
    logLevel: 'silent',
  });
  const asked: string[] = [];
  const real = createRequire(import.meta.url);
  const program = { exports: {} as Record<string, () => unknown> };
  const start = runInThisContext(
    `(function (require, module, exports) {${outputFiles[0]?.text ?? ''}\n})`,
  ) as (require: (name: string) => unknown, module: object, exports: object) => void;
  start(
    (name: string): unknown => {
      asked.push(name);
      return real(name);
    },
    program,
    program.exports,
  );
  return { asked, exports: program.exports };
};

it('loads a package when something of it is first used, and not when the program starts', async () => {
  const { asked, exports } = await run(
    `import { ZipFile } from 'yazl'; export const make = () => new ZipFile();`,
  );
  expect(asked).toEqual([]);
  expect(exports['make']?.()).toHaveProperty('addBuffer');
  expect(asked).toContain('zlib');
});

it('hands on what a package exports as a whole', async () => {
  const { exports } = await run(
    `import iconv from 'iconv-lite'; export const read = () => iconv.decode(Buffer.from([0xe4]), 'latin1');`,
  );
  expect(exports['read']?.()).toBe('ä');
});
