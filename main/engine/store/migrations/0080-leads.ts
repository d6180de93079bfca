import type { Migration } from './migration.ts';

/** What the overview of a team counts of each member comes from these indexes alone. */
export const leads: Migration = {
  number: 80,
  sql: `
CREATE INDEX conversation_late ON conversation (owner_id, target_at)
  WHERE status = 'open' AND target_at IS NOT NULL;
CREATE INDEX follow_up_purpose ON follow_up (owner_id, purpose, due_at);
`,
};
