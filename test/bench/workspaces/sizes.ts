import { isQuick } from '../kit/rows.ts';
import { workspaceOf } from './workspace.ts';
import type { BenchWorkspace } from './workspace.ts';

const asked = process.argv.find((one) => one.startsWith('--size='))?.slice('--size='.length);

/** The sizes of a run, in conversations: `--size=` asks for one. */
const sizes: readonly number[] =
  asked !== undefined ? [Number(asked)] : isQuick ? [10_000] : [10_000, 100_000, 1_000_000];

/** Runs the same measures at every size, the smallest first. */
export const atEverySize = async (measure: (workspace: BenchWorkspace) => Promise<void>): Promise<void> => {
  for (const size of sizes) {
    const workspace = workspaceOf(size);
    if (workspace.madeIn !== null)
      process.stdout.write(
        `Made ${workspace.messages.toLocaleString('en')} messages in ${workspace.madeIn.toFixed(0)} s.\n`,
      );
    await measure(workspace);
  }
};
