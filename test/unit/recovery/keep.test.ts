import { describe, expect, it } from 'vitest';
import { backupsToDrop, backupsToThin, nextBackupAt } from '#shared/domain/backups/keep.ts';
import type { KeptBackup } from '#shared/domain/backups/keep.ts';

const day = 24 * 60 * 60_000;
const now = 20_000 * day + day / 2;
const daysAgo = (days: number, good = true): KeptBackup => ({
  id: `b${String(days).padStart(4, '0')}`,
  at: now - days * day,
  good,
});
const everyDay = (days: number): readonly KeptBackup[] =>
  Array.from({ length: days }, (_, ago) => daysAgo(ago));

const kept = (backups: readonly KeptBackup[], keepDays: number | null = null): readonly number[] => {
  const dropped = new Set(backupsToDrop(backups, now, keepDays));
  return backups.filter(({ id }) => !dropped.has(id)).map(({ at }) => Math.round((now - at) / day));
};

describe('which backups are kept', () => {
  it.each([
    ['none', [], null, []],
    ['the only one, however old it is', [daysAgo(900)], 30, [900]],
    ['seven of seven days', everyDay(7), null, [0, 1, 2, 3, 4, 5, 6]],
    ['a damaged one never', [daysAgo(0, false), daysAgo(1)], null, [1]],
    ['the last good one, where newer ones are damaged', [daysAgo(1, false), daysAgo(400)], 10, [400]],
    ['nothing older than the policy says', everyDay(60), 8, [0, 1, 2, 3, 4, 5, 6]],
    ['one of several of a day: the newest', [daysAgo(0), daysAgo(0.1), daysAgo(0.2)], null, [0]],
  ] as const)('keeps %s', (_what, backups, keepDays, left) => {
    expect(kept(backups, keepDays)).toEqual(left);
  });

  it('thins a year of daily ones to days, weeks and months', () => {
    const left = kept(everyDay(365));
    expect(left.slice(0, 7)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(left.length).toBeLessThanOrEqual(7 + 4 + 6);
    expect(left.filter((days) => days > 28).length).toBeGreaterThanOrEqual(4);
    expect(Math.max(...left)).toBeGreaterThan(120);
  });

  it('comes to the same whether it is asked every day or once', () => {
    let held: readonly KeptBackup[] = [];
    for (let today = 364; today >= 0; today -= 1) {
      held = [...held, daysAgo(today)];
      const dropped = new Set(backupsToDrop(held, now - today * day, null));
      held = held.filter(({ id }) => !dropped.has(id));
    }
    expect(held.length).toBeGreaterThanOrEqual(10);
    expect(held.some(({ at }) => now - at > 100 * day)).toBe(true);
  });

  it('gives up the oldest first where the disk is short, and never the last good one', () => {
    expect(backupsToThin([daysAgo(0, false), daysAgo(1), daysAgo(9), daysAgo(4)])).toEqual([
      'b0009',
      'b0004',
      'b0000',
    ]);
  });

  it.each([
    ['at once where there is none', null, null, now],
    ['a day after the last good one', now - 1_000, null, now - 1_000 + day],
    ['an hour after one that came to nothing', null, now - 1_000, now - 1_000 + 60 * 60_000],
    ['at once where the last one is from the future', now + 5 * day, null, now],
  ] as const)('is due %s', (_what, lastGood, lastTrouble, due) => {
    expect(nextBackupAt(lastGood, lastTrouble, now)).toBe(due);
  });
});
