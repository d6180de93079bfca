import type { Migration } from './migration.ts';

/**
 * What follow-ups need beside themselves. `missed_follow_up` marks those that came up while nobody was there to see it;
 * a mark counts as long as the follow-up is open and has not been moved or come up since. `no_reply_days` is after how
 * many working days without an answer an account's replies come back by themselves; null for never.
 */
export const reminders: Migration = {
  number: 50,
  sql: `
CREATE TABLE missed_follow_up (
  follow_up_id TEXT PRIMARY KEY,
  fell_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE account ADD COLUMN no_reply_days INTEGER CHECK (no_reply_days BETWEEN 1 AND 90);

CREATE INDEX member_away ON member (away_until) WHERE away_until IS NOT NULL;
`,
};
