import type { FollowUpId, MemberId } from '#shared/kit/brand.ts';
import type { WritableDb } from '../driver.ts';

/** Takes away the marks of follow-ups that have ended. */
export const sweepMissed = (db: WritableDb): void => {
  db.run('DELETE FROM missed_follow_up WHERE follow_up_id NOT IN (SELECT id FROM follow_up)');
};

/** Marks a follow-up that has just come up as missed; one that ended with that is not. */
export const markMissed = (db: WritableDb, id: FollowUpId): void => {
  db.run(
    `INSERT OR REPLACE INTO missed_follow_up (follow_up_id, fell_at)
     SELECT id, fell_at FROM follow_up WHERE id = ? AND fell_at IS NOT NULL`,
    [id],
  );
};

/** What a member missed has been seen; answers how many that were. */
export const dismissMissed = (db: WritableDb, member: MemberId): number =>
  db.run('DELETE FROM missed_follow_up WHERE follow_up_id IN (SELECT id FROM follow_up WHERE owner_id = ?)', [
    member,
  ]);
