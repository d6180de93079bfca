import type { AccountHealth } from '#shared/contract/accounts.ts';
import type { PulledStream } from '../store/read/account.ts';

/** How far a first import was when this run of it began. Times are ms. */
export type ImportStart = { readonly done: number; readonly monotonic: number };

/** What is done and what there is, over all streams whose first import has begun; null when none is under way. */
export const importProgress = (
  streams: readonly PulledStream[],
): { readonly done: number; readonly total: number; readonly startedAt: number } | null => {
  const chosen = streams.filter((stream) => stream.chosen);
  if (chosen.every((stream) => stream.importedAt !== null)) return null;
  let total = 0;
  let remaining = 0;
  let startedAt = Number.POSITIVE_INFINITY;
  for (const stream of chosen) {
    total += stream.importTotal ?? 0;
    remaining += stream.importedAt === null ? (stream.remaining ?? stream.importTotal ?? 0) : 0;
    startedAt = Math.min(startedAt, stream.importStartedAt ?? Number.POSITIVE_INFINITY);
  }
  if (!Number.isFinite(startedAt)) return null;
  // New mail during an import makes more to do than there was at its start.
  const all = Math.max(total, remaining);
  return { done: all - remaining, total: all, startedAt };
};

/** The health of an account that pulls: importing with the time left by the rate of this run, or in step. */
export const pullingHealth = (
  streams: readonly PulledStream[],
  start: ImportStart | null,
  monotonic: number,
  lastCheckedAt: number,
): AccountHealth => {
  const progress = importProgress(streams);
  if (progress === null) return { kind: 'listening', lastCheckedAt };
  const pulled = start === null ? 0 : progress.done - start.done;
  const seconds = start === null ? 0 : (monotonic - start.monotonic) / 1_000;
  // Three seconds of import say something about the rest; less does not.
  const secondsLeft =
    pulled > 0 && seconds >= 3 ? Math.ceil(((progress.total - progress.done) * seconds) / pulled) : null;
  return { kind: 'importing', ...progress, secondsLeft };
};
