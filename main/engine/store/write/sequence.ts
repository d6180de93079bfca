import type { WritableDb } from '../driver.ts';

/** 64 places for each second: a message's number grows with its date, so newest-first is a walk over row ids. */
const perSecond = 64;

const isFree = (db: WritableDb, seq: number): boolean =>
  db.get('SELECT 1 AS taken FROM message WHERE seq = ?', [seq]) === undefined;

/**
 * A free number for a message written at `at` (ms UTC). A full second runs over into the next ones; the search
 * doubles its step and then halves it, so that ten thousand messages of one second cost 20 look-ups each at most.
 */
export const freeSequence = (db: WritableDb, at: number): number => {
  const base = Math.max(1, Math.floor(at / 1_000) * perSecond);
  if (isFree(db, base)) return base;
  let taken = base;
  let step = 1;
  while (!isFree(db, base + step)) {
    taken = base + step;
    step *= 2;
  }
  let free = base + step;
  while (free - taken > 1) {
    const middle = Math.floor((free + taken) / 2);
    if (isFree(db, middle)) free = middle;
    else taken = middle;
  }
  return free;
};
