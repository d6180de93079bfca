import type { Migration } from './migration.ts';

/**
 * Sends that an older database than the one that was worked with last still had to do: they may have gone out since, so
 * they never leave by themselves again, whatever a look for them finds.
 */
export const doubtful: Migration = {
  number: 130,
  sql: `
ALTER TABLE outbox ADD COLUMN doubtful INTEGER NOT NULL DEFAULT 0;
`,
};
