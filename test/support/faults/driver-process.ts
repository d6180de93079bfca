import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import type { Plugin } from 'esbuild';
import { run } from '../processes.ts';
import { threadBundles } from '#main/engine/host/thread-bundles.ts';
import type { Life, Said } from './kill-driver.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

const loaderPath = join(root, '.cache', 'faults', 'load.cjs');

/** The threads of the built product, for lives that use them. */
export const builtThreads = threadBundles(join(root, 'dist', 'main'));

/** The driver speaks email alone: the other channels are named in files it takes other things from, and stay out. */
const onlyWhatIsUsed: Plugin = {
  name: 'only-what-is-used',
  setup: (building) => {
    building.onResolve({ filter: /^#main\/channels\/registry\.ts$/ }, () => ({
      path: join(root, 'main', 'channels', 'registry.ts'),
      sideEffects: false,
    }));
  },
};

/** Runs a bundle with what V8 made of it the last time: compiling it would be most of the time that a short life takes. */
const loader = `
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const { createRequire, wrap } = require('node:module');
const { dirname } = require('node:path');
const { Script } = require('node:vm');
const [, , bundle] = process.argv;
const compiled = bundle + '.compiled';
const cachedData = existsSync(compiled) ? readFileSync(compiled) : undefined;
const script = new Script(wrap(readFileSync(bundle, 'utf8')), { filename: bundle, cachedData });
const here = { exports: {} };
script.runInThisContext()(here.exports, createRequire(bundle), here, bundle, dirname(bundle));
if (cachedData === undefined) process.once('exit', () => writeFileSync(compiled, script.createCachedData()));
`;

/** Bundles the driver: loading hundreds of source files would take longer than all that is killed in it. */
export async function buildDriver(): Promise<string> {
  // Inside the project, where it finds the modules that it loads.
  const outfile = join(root, '.cache', 'faults', 'kill-driver.cjs');
  await build({
    absWorkingDir: root,
    entryPoints: [join(root, 'test', 'support', 'faults', 'kill-driver.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    legalComments: 'none',
    external: ['@signalapp/sqlcipher'],
    plugins: [onlyWhatIsUsed],
    logLevel: 'warning',
  });
  rmSync(`${outfile}.compiled`, { force: true });
  writeFileSync(loaderPath, loader);
  await run(process.execPath, [loaderPath, outfile]);
  return outfile;
}

const running = new Set<ChildProcess>();
// A test that is thrown out of its turn leaves no process behind.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A process with an engine in it that is there to be killed. */
export type Driver = {
  /** Answers when the driver has said this (so often); throws when it ends before that or says that the workspace is unusable. */
  readonly until: (kind: Said['kind'], times?: number) => Promise<void>;
  readonly live: (life: Life) => void;
  /** Asks it to close the workspace and end. */
  readonly close: () => void;
  /** SIGKILL; answers whether that ended it, or whether it had ended by itself. */
  readonly kill: () => Promise<'killed' | 'ended'>;
  readonly said: () => readonly Said[];
  /** Ends one that was never needed. */
  readonly discard: () => Promise<void>;
};

/** Starts a driver, which loads itself and waits for its life. */
export function startDriver(bundle: string): Driver {
  const child = spawn(process.execPath, [loaderPath, bundle], { stdio: ['pipe', 'pipe', 'pipe'] });
  running.add(child);
  const said: Said[] = [];
  let err = '';
  let wake = (): void => undefined;
  let over = false;
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  // Whoever is killed does not read what is still being written.
  child.stdin.on('error', () => undefined);
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(JSON.parse(line) as Said);
    wake();
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => {
      over = true;
      err += ` (it ended with ${String(code ?? signal)})`;
      running.delete(child);
      wake();
      resolve(signal);
    });
  });
  const fail = (what: string): never => {
    throw new Error(`${what}: ${JSON.stringify(said.at(-1))} ${err}`);
  };
  return {
    until: async (kind, times = 1) => {
      for (;;) {
        if (said.filter((one) => one.kind === kind).length >= times) return;
        if (said.some((one) => one.kind === 'unusable')) fail('the workspace was not to be used');
        if (over) fail(`the driver ended before it was ${kind}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    live: (life) => {
      child.stdin.write(`${JSON.stringify(life)}\n`);
    },
    close: () => {
      child.stdin.write('close\n');
    },
    kill: async () => {
      child.kill('SIGKILL');
      const signal = await ended;
      if (signal === 'SIGKILL') return 'killed';
      if (said.some((one) => one.kind === 'closed')) return 'ended';
      return fail('the driver ended by itself');
    },
    said: () => said,
    discard: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
