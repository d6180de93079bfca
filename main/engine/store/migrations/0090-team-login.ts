import type { Migration } from './migration.ts';

/**
 * How this device comes into its team's database: like the login of an account it is nowhere but in this encrypted file.
 * The row is there before the invitation is redeemed, so that an answer lost on the way costs nothing; it counts once
 * `team_link` has its row.
 */
export const teamLogin: Migration = {
  number: 90,
  sql: `
CREATE TABLE team_login (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  device TEXT NOT NULL,
  address TEXT NOT NULL,
  secret TEXT NOT NULL
) STRICT;
`,
};
