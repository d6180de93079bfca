import type { Migration } from './migration.ts';

/**
 * What the team erased for everybody, as far as this device has heard: tombstones under the team's salt. They stay when
 * the team is left, so that the same mail is not taken in again.
 */
export const teamErasure: Migration = {
  number: 170,
  sql: `
CREATE TABLE team_salt (
  salt TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE team_tombstone (
  hash TEXT PRIMARY KEY,
  erasure TEXT NOT NULL,
  kind TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Up to which erasure of the team, by its place among the pushes, this device has heard.
ALTER TABLE team_progress ADD COLUMN erased_seq INTEGER NOT NULL DEFAULT 0;
`,
};
