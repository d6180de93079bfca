import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, openSync, readSync, rmSync, statSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FuseVersion, flipFuses, type FuseV1Options } from '@electron/fuses';
import { WebSocket } from 'ws';
import { eventually } from '../../support/eventually.ts';
import type { Driven } from './lockdown.ts';

const run = promisify(execFile);

/** Starting a program and waiting for a window may take this long on a machine that has much else to do. */
export const startWithinMs = 60_000;

/** The folder that `npm run dist -- --dir` makes, and the program in it. */
export const packedFolder = join('dist', 'packages', 'linux-unpacked');
export const programName = 'steward-desktop';

/** Makes the package's folder from these very sources, as `npm run dist -- --dir` does. */
export const packNow = async (): Promise<void> => {
  await run(process.execPath, [join('tools', 'dist.mjs'), '--dir'], { maxBuffer: 64 * 1024 * 1024 });
};

/** The same folder once more, its files shared with the first, but for a program of its own whose fuses may be set. */
export const twinOf = async (
  folder: string,
  fuses: Readonly<Partial<Record<FuseV1Options, boolean>>>,
): Promise<string> => {
  await run('cp', ['--archive', '--link', packedFolder, folder]);
  const program = join(folder, programName);
  rmSync(program);
  copyFileSync(join(packedFolder, programName), program);
  if (Object.keys(fuses).length > 0) await flipFuses(program, { version: FuseVersion.V1, ...fuses });
  return program;
};

const chunkBytes = 1024 * 1024;

/** How many bytes of two files differ. */
export const differentBytes = (one: string, other: string): number => {
  if (statSync(one).size !== statSync(other).size) return Infinity;
  const files = [openSync(one, 'r'), openSync(other, 'r')] as const;
  const chunks = [Buffer.alloc(chunkBytes), Buffer.alloc(chunkBytes)] as const;
  let different = 0;
  try {
    for (;;) {
      const read = readSync(files[0], chunks[0], 0, chunkBytes, null);
      readSync(files[1], chunks[1], 0, chunkBytes, null);
      if (read === 0) return different;
      if (chunks[0].subarray(0, read).equals(chunks[1].subarray(0, read))) continue;
      for (let place = 0; place < read; place += 1) if (chunks[0][place] !== chunks[1][place]) different += 1;
    }
  } finally {
    for (const file of files) closeSync(file);
  }
};

/** A started program, its words so far, and its end. */
export type Started = {
  readonly child: ChildProcess;
  readonly said: () => string;
  readonly ended: Promise<number | null>;
};

/** Starts a program of a package; it ends with this process at the latest. */
export const startProgram = (
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Started => {
  const child = spawn(program, [...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const words: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => words.push(text));
  }
  const onExit = () => child.kill('SIGKILL');
  process.once('exit', onExit);
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      process.off('exit', onExit);
      resolve(code);
    });
  });
  return { child, said: () => words.join(''), ended };
};

/** What every start on a test machine needs: no sandbox for root, no bus, a folder of its own. */
export const startArgs = (state: string): readonly string[] => [
  '--no-sandbox',
  '--log-level=3',
  '--password-store=basic',
  `--user-data-dir=${state}`,
];

/** Titles of the windows on the display. */
export const windowTitles = async (): Promise<string> => (await run('xwininfo', ['-root', '-tree'])).stdout;

type Reply = {
  readonly id?: number;
  readonly result?: {
    readonly result?: { readonly value?: unknown };
    readonly exceptionDetails?: { readonly exception?: { readonly description?: string } };
  };
};

/** Speaks to the debugger of a twin whose fuse lets it have one. */
class Inspector {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #next = 1;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (bytes: Buffer) => {
      const reply = JSON.parse(bytes.toString()) as Reply;
      if (reply.id !== undefined) this.#waiting.get(reply.id)?.(reply);
    });
  }

  /** The value of an expression in the main process; rejects with what it threw. */
  async value(expression: string): Promise<unknown> {
    const id = this.#next;
    this.#next += 1;
    const reply = await new Promise<Reply>((resolve) => {
      this.#waiting.set(id, resolve);
      const params = { expression, awaitPromise: true, returnByValue: true };
      this.#socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params }));
    });
    const thrown = reply.result?.exceptionDetails;
    if (thrown !== undefined) throw new Error(thrown.exception?.description ?? 'it threw');
    return reply.result?.result?.value;
  }

  close(): void {
    this.#socket.close();
  }
}

/** A twin with a debugger, ready to be asked. */
export type DrivenTwin = Driven & { readonly started: Started; readonly stop: () => Promise<void> };

/** Starts a twin that may be debugged and waits until its page has drawn something. */
export const driveTwin = async (
  program: string,
  state: string,
  env: Readonly<Record<string, string>>,
): Promise<DrivenTwin> => {
  const started = startProgram(program, [...startArgs(state), '--inspect=127.0.0.1:0'], env);
  const address = await eventually(() => /ws:\/\/\S+/.exec(started.said())?.[0], {
    message: 'the twin says where its debugger is',
    withinMs: startWithinMs,
  });
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const inspector = new Inspector(socket);
  const shell = (source: string, given: readonly string[]): Promise<unknown> =>
    inspector.value(`(${source})(process.mainModule.require('electron'), ${JSON.stringify(given)})`);
  const driven: Driven = {
    inShell: async (work, given) => (await shell(String(work), given)) as Awaited<ReturnType<typeof work>>,
    inPage: async (work, given) =>
      (await shell(
        '({ BrowserWindow }, [script]) => BrowserWindow.getAllWindows()[0].webContents.executeJavaScript(script)',
        [`(${String(work)})(${JSON.stringify(given)})`],
      )) as Awaited<ReturnType<typeof work>>,
  };
  await eventually(
    async () =>
      (await driven.inShell(({ BrowserWindow }) => BrowserWindow.getAllWindows().length, [])) > 0 &&
      (await driven.inPage(() => document.querySelector('h1') !== null, [])),
    { message: 'the twin has drawn its page', withinMs: startWithinMs },
  );
  return {
    ...driven,
    started,
    stop: async () => {
      inspector.close();
      started.child.kill('SIGTERM');
      await started.ended;
    },
  };
};
