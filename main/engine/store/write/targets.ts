import type { TargetRules } from '#shared/contract/targets.ts';
import type { Schedule } from '#shared/domain/business-hours/schedule.ts';
import type { WritableDb } from '../driver.ts';
import { saveTarget } from '../project/save-target.ts';
import { stateColumns, stateOfRow } from '../read/conversation-state.ts';
import type { StateRow } from '../read/conversation-state.ts';
import { targetKeys } from '../read/targets.ts';

const put = (db: WritableDb, name: string, value: string): void => {
  db.run('INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)', [name, value]);
};

/** Saves targets or working hours; `mark` tells this change from others, so that the reckoning that follows knows which it is about. */
export const saveTargetSettings = (
  db: WritableDb,
  change: { readonly rules: TargetRules } | { readonly schedule: Schedule },
  mark: string,
): void => {
  if ('rules' in change) put(db, targetKeys.rules, JSON.stringify(change.rules));
  else put(db, targetKeys.schedule, JSON.stringify(change.schedule));
  put(db, targetKeys.recount, mark);
};

/** The breach of a target has been told. */
export const markTold = (db: WritableDb, conversation: number): void => {
  db.run('UPDATE conversation SET target_told = 1 WHERE num = ?', [conversation]);
};

/** The statement that walks open conversations; those that come in meanwhile are reckoned as they come. */
export const openSql = `SELECT num, last_at, ${stateColumns} FROM conversation
  WHERE status = 'open' AND (last_at, num) < (?, ?) ORDER BY last_at DESC, num DESC LIMIT ?`;

/** Where a walk over the open conversations stands. */
export type WalkPlace = { readonly lastAt: number; readonly num: number };

type OpenRow = StateRow & { readonly num: number; readonly last_at: number };

/** Reckons the targets of the next open conversations anew; answers where to go on, null at the end, and how many changed. */
export const recountTargets = (
  db: WritableDb,
  after: WalkPlace,
  limit: number,
): { readonly next: WalkPlace | null; readonly changed: number } => {
  const rows = db.all<OpenRow>(openSql, [after.lastAt, after.num, limit]);
  const changed = rows.filter((row) => saveTarget(db, row.num, stateOfRow(row))).length;
  const last = rows.at(-1);
  return {
    next: rows.length < limit || last === undefined ? null : { lastAt: last.last_at, num: last.num },
    changed,
  };
};

/** The walk that belongs to this mark is done; one for a later change goes on. */
export const recountDone = (db: WritableDb, mark: string): void => {
  db.run('DELETE FROM setting WHERE name = ? AND value = ?', [targetKeys.recount, mark]);
};
