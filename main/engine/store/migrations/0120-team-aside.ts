import type { Migration } from './migration.ts';

/**
 * What of a team's documents is set aside: it could not be written here, or the team would not have it. Everything else
 * goes on without it; it is tried again at every start of the program and when somebody asks for it.
 */
export const teamAside: Migration = {
  number: 120,
  sql: `
CREATE TABLE team_aside (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  -- Why the team would not have it; 'failed' where it could not be written or done again here.
  why TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER team_aside_ended AFTER DELETE ON team_link BEGIN
  DELETE FROM team_aside;
END;

-- Set for a push that is a part of what hangs together: what was not in it is still to be told.
ALTER TABLE team_push ADD COLUMN cut INTEGER NOT NULL DEFAULT 0;

-- By how much the team's clock is ahead of this device's, in ms, when it was last heard.
ALTER TABLE team_progress ADD COLUMN clock_ahead INTEGER NOT NULL DEFAULT 0;
`,
};
