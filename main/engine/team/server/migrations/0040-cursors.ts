import type { TeamMigration } from '../schema-part.ts';

/**
 * How far an account was read and is in the team: whoever reads it next goes on there. Written by the device that reads the account,
 * once everything before that place was pushed. Times are ms UTC by the server's clock.
 */
export const cursors: TeamMigration = {
  number: 40,
  sql: `
CREATE TABLE account_cursor (
  account text NOT NULL,
  stream text NOT NULL,
  -- The channel's own words for a place; nobody else reads them.
  cursor jsonb NOT NULL,
  -- Whether what was there at first has all been read.
  imported boolean NOT NULL,
  device text NOT NULL REFERENCES device (id),
  at bigint NOT NULL,
  PRIMARY KEY (account, stream)
);
`,
};
