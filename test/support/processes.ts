import { execFile, spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { eventually } from './eventually.ts';

/** A server process and all its children, which form one process group. */
export type ServerProcess = {
  readonly pid: number;
  /** Ends with the exit code once the first process is gone. */
  readonly exited: Promise<number | null>;
  /** What it wrote to standard output and standard error so far. */
  readonly output: () => string;
  /** Sends a signal to the process and every child. */
  readonly signal: (name: NodeJS.Signals) => void;
  /** Asks with SIGTERM, insists with SIGKILL after `graceMs` (default 2 s), and returns when the whole group is gone. */
  readonly stop: (graceMs?: number) => Promise<void>;
};

const running = new Set<number>();

process.once('exit', () => {
  for (const pid of running) signalGroup(pid, 'SIGKILL');
});

/**
 * Starts a server in a process group of its own.
 * `setpriv --pdeathsig` (util-linux) ends it too when the test process is killed and can no longer do so itself.
 */
export function startProcess(
  command: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): ServerProcess {
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', command, ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: options.env ?? process.env,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} could not be started: is it (and setpriv) installed?`);
  running.add(pid);
  const written: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => written.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => written.push(chunk.toString()));
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
    child.once('error', (error) => {
      written.push(String(error));
      resolve(null);
    });
  });
  return {
    pid,
    exited,
    output: () => written.join(''),
    signal: (name) => {
      signalGroup(pid, name);
    },
    stop: async (graceMs = 2_000) => {
      await stopGroup(pid, graceMs);
      // Until its end is taken note of, a dead process still counts as running for a server that is started in its place.
      await exited;
      running.delete(pid);
    },
  };
}

/** Runs a program to its end and returns its standard output; throws with its standard error when it fails. */
export function run(command: string, args: readonly string[], input?: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, { maxBuffer: 256 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else
        reject(
          new Error(`${command} ${args.join(' ')}: ${stderr.trim() || error.message}`, { cause: error }),
        );
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** The living processes of a group (zombies are not counted); Linux only, read from /proc. */
export function processesInGroup(group: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isAliveIn(pid, group));
}

async function stopGroup(group: number, graceMs: number): Promise<void> {
  const gone = (): boolean => processesInGroup(group).length === 0;
  // A stopped process cannot hear SIGTERM.
  signalGroup(group, 'SIGCONT');
  // Only the first process is asked: it ends its children in order.
  signalProcess(group, 'SIGTERM');
  try {
    await eventually(gone, {
      message: `process group ${String(group)} ends`,
      withinMs: graceMs,
      everyMs: 15,
    });
  } catch {
    signalGroup(group, 'SIGKILL');
    await eventually(gone, {
      message: `process group ${String(group)} is killed`,
      withinMs: 60_000,
      everyMs: 15,
    });
  }
}

function signalGroup(group: number, name: NodeJS.Signals): void {
  signalProcess(-group, name);
}

function signalProcess(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function isAliveIn(pid: number, group: number): boolean {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // "pid (name) state ppid pgrp ...": the name may itself hold blanks and brackets.
    const [state, , pgrp] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(pgrp) === group && state !== 'Z' && state !== 'X';
  } catch {
    return false;
  }
}
