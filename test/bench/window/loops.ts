import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The file that a window is started with so that it notes its stalls (`WindowStart.required`). */
export const loopFile = join(process.cwd(), 'test/bench/window/loop.cjs');

/** A stretch of time, ms UTC. */
export type Span = { readonly from: number; readonly to: number };

/** The longest stall of a process within a span, ms, as `loop.cjs` noted it in `folder`. */
export const longestStall = (folder: string, process: 'shell' | 'engine', { from, to }: Span): number => {
  const file = join(folder, process);
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  const stalls = lines
    .map((line) => line.split(' ').map(Number))
    .filter(([at = 0]) => at >= from && at <= to)
    .map(([, ms = 0]) => ms);
  if (stalls.length === 0) throw new Error(`nothing was noted of the ${process}'s loop`);
  return Math.max(...stalls);
};
