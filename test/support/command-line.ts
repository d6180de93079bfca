import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

/** What one run of the command line left behind. */
export type Ran = {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** Standard output as the one JSON value it is; throws when it is none. */
  json(): unknown;
};

/** A run that goes on. */
export type Running = {
  readonly out: () => string;
  readonly err: () => string;
  /** Asks it to end as Ctrl+C does, and waits for that. */
  interrupt(): Promise<Ran>;
  /** Asks it to end as a service manager does, and waits for that. */
  end(): Promise<Ran>;
  readonly ended: Promise<Ran>;
};

/** Runs the built command line in a process of its own, with the environment of a script. */
export class CommandLine {
  readonly #env: Readonly<Record<string, string>>;
  readonly #running = new Set<ChildProcess>();

  constructor(env: Readonly<Record<string, string>>) {
    this.#env = env;
  }

  start(args: readonly string[], input = ''): Running {
    const child = spawn(process.execPath, [join('dist', 'main', 'cli.cjs'), ...args], {
      // Only what is needed: nothing of the person's own Steward may be found.
      env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', TZ: 'UTC', ...this.#env },
      stdio: ['pipe', 'pipe', 'pipe'],
      // Without a controlling terminal nobody can be asked.
      detached: true,
    });
    this.#running.add(child);
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const ended = new Promise<Ran>((resolve) => {
      child.once('close', (code) => {
        this.#running.delete(child);
        resolve({ code, out, err, json: (): unknown => JSON.parse(out) });
      });
    });
    return {
      out: () => out,
      err: () => err,
      ended,
      interrupt: async () => {
        child.kill('SIGINT');
        return ended;
      },
      end: async () => {
        child.kill('SIGTERM');
        return ended;
      },
    };
  }

  run(args: readonly string[], input = ''): Promise<Ran> {
    return this.start(args, input).ended;
  }

  /** Runs what must succeed; the error it wrote is told otherwise. */
  async ok(args: readonly string[], input = ''): Promise<Ran> {
    const ran = await this.run(args, input);
    if (ran.code !== 0)
      throw new Error(`steward ${args.join(' ')} ended with ${String(ran.code)}: ${ran.err}`);
    return ran;
  }

  /** Ends what a failed test left running. */
  async stop(): Promise<void> {
    for (const child of this.#running) child.kill('SIGKILL');
    await eventually(() => this.#running.size === 0, { message: 'no command line is left running' });
  }
}
