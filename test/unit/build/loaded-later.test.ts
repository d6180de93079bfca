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
      asked.push(name.replace(/^node:/, ''));
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
