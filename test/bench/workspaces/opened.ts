import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceFiles } from '#main/engine/workspace-files.ts';
import type { CallName, Input, Output } from '#shared/contract/contract.ts';
import { startEngine } from '../../support/engine.ts';
import { percentile, tell } from '../kit/rows.ts';
import type { Bar } from '../kit/rows.ts';
import { benchClock, keyHex } from './workspace.ts';
import type { BenchWorkspace } from './workspace.ts';

/** A workspace with the engine at work on it, as the page sees it. */
export type Opened = {
  readonly workspace: BenchWorkspace;
  /** One call as the page makes it: checked, answered, and copied as it is on its way to the page. */
  readonly ask: <Name extends CallName>(name: Name, input: Input<Name>) => Promise<Output<Name>>;
  readonly engine: Awaited<ReturnType<typeof startEngine>>['engine'];
  readonly close: () => Promise<void>;
};

/** Opens a workspace with nothing going on but what is asked. */
export const openBench = async (workspace: BenchWorkspace): Promise<Opened> => {
  const engine = await startEngine({
    workspaceDir: workspace.dir,
    key: { kind: 'given', hex: keyHex },
    clock: benchClock,
    traffic: 'off',
    reminders: 'off',
  });
  return {
    workspace,
    ask: async (name, input) => structuredClone(await engine.ask(name, input)),
    engine: engine.engine,
    close: engine.close,
  };
};

/** The most memory this process has held until now, MiB (VmHWM of proc(5)). */
export const mostMemory = (): number =>
  Number(/^VmHWM:\s+(\d+) kB$/mu.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1_024;

/** What the database takes on the disk, MiB. */
export const databaseMiB = ({ dir }: BenchWorkspace): number =>
  statSync(join(dir, workspaceFiles.database)).size / 1_048_576;

/** How long calls took, each in ms of the wall, and on average in ms of processor time, which a busy machine changes less. */
export type Times = { readonly wall: readonly number[]; readonly cpu: number };

/** Runs each so many rounds; a first round, which warms the cache, is not counted. */
export const timed = async (runs: readonly (() => unknown)[], rounds: number): Promise<Times> => {
  for (const run of runs) await run();
  const wall: number[] = [];
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1)
    for (const run of runs) {
      const began = performance.now();
      await run();
      wall.push(performance.now() - began);
    }
  const { user, system } = process.cpuUsage(before);
  return { wall, cpu: (user + system) / 1_000 / wall.length };
};

/** Tells a class of calls by its 95th percentile, with the middle and the processor's time beside it. */
export const tellClass = (
  row: { readonly measure: string; readonly what: string; readonly size: number },
  { wall, cpu }: Times,
  limit: Bar,
  note?: string,
): void => {
  const middle = `p50 ${percentile(wall, 0.5).toPrecision(3)} ms, ${cpu.toPrecision(3)} ms of a processor`;
  tell({
    ...row,
    what: `${row.what}, p95`,
    unit: 'ms',
    values: [percentile(wall, 0.95)],
    limit,
    cpuSeconds: cpu / 1_000,
    note: note === undefined ? middle : `${middle}; ${note}`,
  });
};
