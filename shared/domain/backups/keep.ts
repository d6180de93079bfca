/** A backup as the rule sees it; `good` when it was read from end to end and opens. */
export type KeptBackup = { readonly id: string; readonly at: number; readonly good: boolean };

const dayMs = 24 * 60 * 60_000;
const daily = 7;
const weekly = 4;
const monthly = 6;
/** A month of the rule, so that it needs no calendar. */
const monthDays = 30;

/** The newest of each of the last `count` stretches that have one. */
const newestOfEach = (
  newestFirst: readonly KeptBackup[],
  stretchOf: (at: number) => number,
  count: number,
): readonly KeptBackup[] => {
  const stretches = new Map<number, KeptBackup>();
  for (const backup of newestFirst) {
    const stretch = stretchOf(backup.at);
    if (!stretches.has(stretch)) stretches.set(stretch, backup);
  }
  return [...stretches.values()].slice(0, count);
};

/**
 * The backups that are not kept, oldest first: kept are the newest of each of seven days, four weeks and six months
 * (of 30 days) that have one, none older than `keepDays`, and the newest good one whatever its age.
 */
export const backupsToDrop = (
  backups: readonly KeptBackup[],
  now: number,
  keepDays: number | null,
): readonly string[] => {
  const newestFirst = [...backups].sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
  const good = newestFirst.filter((backup) => backup.good);
  const last = good[0];
  const days = (count: number) => (at: number) => Math.floor(at / (count * dayMs));
  const kept = new Set([
    ...newestOfEach(good, days(1), daily),
    ...newestOfEach(good, days(7), weekly),
    ...newestOfEach(good, days(monthDays), monthly),
  ]);
  const oldest = keepDays === null ? -Infinity : now - keepDays * dayMs;
  return newestFirst
    .filter((backup) => backup !== last && (!kept.has(backup) || backup.at < oldest))
    .map(({ id }) => id)
    .reverse();
};

/** Which go next where the disk is short: the oldest first, never the last good one. */
export const backupsToThin = (backups: readonly KeptBackup[]): readonly string[] => {
  const oldestFirst = [...backups].sort((a, b) => a.at - b.at);
  const last = oldestFirst.findLast(({ good }) => good);
  return oldestFirst.filter((backup) => backup !== last).map(({ id }) => id);
};

/** Times of one backup after another, in ms. */
const betweenMs = dayMs;
const afterTroubleMs = 60 * 60_000;

/** When the next backup is due, ms UTC: a day after the last good one, or an hour after one that came to nothing. */
export const nextBackupAt = (
  lastGoodAt: number | null,
  lastTroubleAt: number | null,
  now: number,
): number => {
  // A time that is ahead is a clock that was wrong: it must not put backups off.
  const due = lastGoodAt === null || lastGoodAt > now ? now : lastGoodAt + betweenMs;
  return lastTroubleAt === null || lastTroubleAt > now ? due : Math.max(due, lastTroubleAt + afterTroubleMs);
};
