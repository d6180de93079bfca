import type { RetentionRule } from '#shared/domain/erasure/retention.ts';
import type { WritableDb } from '../driver.ts';
import { readTeamRetention, teamRetentionKey } from '../read/retention.ts';

/** Keeps the rule that the team's database told; answers whether it is another one than before. */
export const keepTeamRetention = (db: WritableDb, rule: RetentionRule | null): boolean => {
  const before = readTeamRetention(db);
  if (before?.days === rule?.days && before?.since === rule?.since) return false;
  if (rule === null) db.run('DELETE FROM setting WHERE name = ?', [teamRetentionKey]);
  else
    db.run('INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)', [
      ...[teamRetentionKey, JSON.stringify({ days: rule.days, since: rule.since })],
    ]);
  return true;
};
