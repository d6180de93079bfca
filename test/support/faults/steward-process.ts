import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '../eventually.ts';
import { makeTempDirectory } from '../temp.ts';

/** How a process ended: its exit code, or the signal that killed it. */
export type Ended = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
};

/** A running command of the built product. */
export type StewardProcess = {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  readonly hasEnded: () => boolean;
  readonly err: () => string;
  /** SIGKILL, also for a tracer around it. */
  readonly kill: () => void;
};

/** What surrounds a command: the workspace's key, and words put before it such as a tracer's. */
export type StewardOptions = {
  readonly keyHex: string;
  readonly around?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

const bundle = fileURLToPath(new URL('../../../dist/main/cli.cjs', import.meta.url));

const killGroup = (child: ChildProcess): void => {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
};

const running = new Set<ChildProcess>();
// A test that is thrown out of its turn leaves no process behind.
process.once('exit', () => {
  for (const child of running) killGroup(child);
});

/** Starts the built command line in a process group of its own. */
export function startSteward(args: readonly string[], options: StewardOptions): StewardProcess {
  const [command = '', ...rest] = [...(options.around ?? []), process.execPath, bundle, ...args];
  const child = spawn(command, rest, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, STEWARD_KEY: options.keyHex, ...options.env },
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} could not be started`);
  running.add(child);
  let out = '';
  let err = '';
  let over = false;
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => {
      over = true;
      running.delete(child);
      resolve({ code, signal, out, err });
    });
  });
  return {
    pid,
    ended,
    hasEnded: () => over,
    err: () => err,
    kill: () => killGroup(child),
  };
}

/** Runs a command to its end. */
export const runSteward = (args: readonly string[], options: StewardOptions): Promise<Ended> =>
  startSteward(args, options).ended;

/** A tracer that is asked about nothing but these calls: the process runs at its own speed in between. */
const tracer: readonly string[] = ['strace', '-f', '--seccomp-bpf', '-q', '-o', '/dev/null'];

/**
 * A tracer that kills the process as a thread of it enters its `nth` call of this kind (strace counts for each thread). It looks at every
 * call: with `--seccomp-bpf` strace 6.1 sends no signal but at a thread's first call.
 */
export const killAt = (calls: string, nth: number): readonly string[] => [
  ...['strace', '-f', '-q', '-o', '/dev/null'],
  ...['-e', `trace=${calls}`, '-e', `inject=${calls}:signal=KILL:when=${String(nth)}`],
];

/** A tracer that makes calls on one file fail with an error of the system, from the `nth` on. */
export const failAt = (calls: string, path: string, error: string, nth: number): readonly string[] => [
  ...[...tracer, '-P', path],
  ...['-e', `trace=${calls}`, '-e', `inject=${calls}:error=${error}:when=${String(nth)}+`],
];

/** A tracer that makes the `nth` call of this kind of each thread fail with an error of the system, and no other one. */
export const failOnce = (call: string, error: string, nth: number): readonly string[] => [
  ...tracer,
  ...['-e', `trace=${call}`, '-e', `inject=${call}:error=${error}:when=${String(nth)}`],
];

/** Words before a command that let it have so many files open at a time and no more. */
export const fewHandles = (most: number): readonly string[] => ['prlimit', `--nofile=${String(most)}`];

/** Runs a command that must succeed, and answers how often its busiest thread made each of these calls. */
export async function countCalls(
  args: readonly string[],
  calls: readonly string[],
  options: StewardOptions,
): Promise<ReadonlyMap<string, number>> {
  const folder = makeTempDirectory('calls');
  try {
    const out = join(folder.path, 'calls');
    const around = ['strace', '-f', '--seccomp-bpf', '-q', '-o', out, '-e', `trace=${calls.join(',')}`];
    const ended = await runSteward(args, { ...options, around });
    if (ended.code !== 0) throw new Error(`${args.join(' ')} ended with ${String(ended.code)}: ${ended.err}`);
    const byThread = new Map<string, number>();
    for (const [, thread = '', call = ''] of readFileSync(out, 'utf8').matchAll(/^(\d+) +(\w+)\(/gmu))
      byThread.set(`${thread} ${call}`, (byThread.get(`${thread} ${call}`) ?? 0) + 1);
    return new Map(
      calls.map((call) => [
        call,
        Math.max(0, ...[...byThread].filter(([of]) => of.endsWith(` ${call}`)).map(([, count]) => count)),
      ]),
    );
  } finally {
    folder.remove();
  }
}

/** Lies in wait in a running process and kills it as a thread enters its `nth` call of this kind from now on. */
export async function killAtNext(
  pid: number,
  calls: string,
  nth = 1,
): Promise<{ readonly stop: () => void }> {
  const tracer = spawn(
    'strace',
    [
      ...['-f', '-o', '/dev/null', '-p', String(pid)],
      ...['-e', `trace=${calls}`, '-e', `inject=${calls}:signal=KILL:when=${String(nth)}`],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  tracer.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await eventually(() => said.includes('attached'), {
    message: `strace attaches: ${said}`,
    withinMs: 60_000,
  });
  return { stop: () => tracer.kill('SIGTERM') };
}
