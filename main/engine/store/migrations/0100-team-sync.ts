import type { Migration } from './migration.ts';

/**
 * How far this device has come with its team's database. `team_progress` has one row while `team_link` has one; joining
 * and leaving make and end it by themselves, whoever does it.
 */
export const teamSync: Migration = {
  number: 100,
  sql: `
CREATE TABLE team_progress (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  -- Which course of the database's history was followed; null before the first time, or where it does not say.
  history TEXT,
  -- What we may see, counted by the database; null before the first time.
  access INTEGER,
  -- 'recent': the newest conversations are on their way; 'older': the rest is; 'whole': everything is here.
  phase TEXT NOT NULL CHECK (phase IN ('recent', 'older', 'whole')),
  -- The oldest conversation that was fetched so far; null before the first page.
  before_at INTEGER,
  before_id TEXT
) STRICT;

-- In triggers nothing is left to OR REPLACE and OR IGNORE: the statement that fires one has the last word on conflicts.
-- Documents in the order in which the team was last known to have them: a server that lost its last commits is asked for these.
CREATE TABLE team_recent (
  num INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  UNIQUE (kind, id)
) STRICT;
CREATE TRIGGER team_recent_inserted AFTER INSERT ON team_document BEGIN
  DELETE FROM team_recent WHERE kind = new.kind AND id = new.id;
  INSERT INTO team_recent (kind, id) VALUES (new.kind, new.id);
  DELETE FROM team_recent WHERE num <= (SELECT max(num) FROM team_recent) - 20000;
END;
CREATE TRIGGER team_recent_updated AFTER UPDATE OF version ON team_document BEGIN
  DELETE FROM team_recent WHERE kind = new.kind AND id = new.id;
  INSERT INTO team_recent (kind, id) VALUES (new.kind, new.id);
  DELETE FROM team_recent WHERE num <= (SELECT max(num) FROM team_recent) - 20000;
END;

-- The last pushes that were accepted, with what it takes to make them again: a standby that takes over may not have them.
CREATE TABLE team_sent (
  num INTEGER PRIMARY KEY,
  push TEXT NOT NULL,
  txns TEXT NOT NULL,
  ops TEXT NOT NULL,
  changes TEXT NOT NULL
) STRICT;

-- Bytes here that colleagues may want: a message's source (part '') or a file, until the team's database has them.
CREATE TABLE team_upload (
  seq INTEGER NOT NULL REFERENCES message (seq) ON DELETE CASCADE,
  part TEXT NOT NULL,
  PRIMARY KEY (seq, part)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER team_upload_message AFTER INSERT ON message
WHEN new.source IS NOT NULL AND EXISTS (SELECT 1 FROM team_link) BEGIN
  INSERT INTO team_upload (seq, part) SELECT new.seq, ''
    WHERE NOT EXISTS (SELECT 1 FROM team_upload WHERE seq = new.seq AND part = '');
END;
CREATE TRIGGER team_upload_source AFTER UPDATE OF source ON message
WHEN new.source IS NOT NULL AND new.source IS NOT old.source AND EXISTS (SELECT 1 FROM team_link WHERE applying = 0) BEGIN
  INSERT INTO team_upload (seq, part) SELECT new.seq, ''
    WHERE NOT EXISTS (SELECT 1 FROM team_upload WHERE seq = new.seq AND part = '');
END;
CREATE TRIGGER team_upload_attachment AFTER INSERT ON attachment
WHEN new.blob IS NOT NULL AND EXISTS (SELECT 1 FROM team_link WHERE applying = 0) BEGIN
  INSERT INTO team_upload (seq, part) SELECT new.seq, new.part
    WHERE NOT EXISTS (SELECT 1 FROM team_upload WHERE seq = new.seq AND part = new.part);
END;
CREATE TRIGGER team_upload_file AFTER UPDATE OF blob ON attachment
WHEN new.blob IS NOT NULL AND EXISTS (SELECT 1 FROM team_link WHERE applying = 0) BEGIN
  INSERT INTO team_upload (seq, part) SELECT new.seq, new.part
    WHERE NOT EXISTS (SELECT 1 FROM team_upload WHERE seq = new.seq AND part = new.part);
END;

CREATE TRIGGER team_progress_begun AFTER INSERT ON team_link BEGIN
  INSERT OR REPLACE INTO team_progress (one, phase) VALUES (1, 'recent');
  INSERT OR IGNORE INTO team_upload (seq, part)
    SELECT seq, '' FROM message WHERE source IS NOT NULL
    UNION ALL SELECT seq, part FROM attachment WHERE blob IS NOT NULL;
END;
CREATE TRIGGER team_progress_ended AFTER DELETE ON team_link BEGIN
  DELETE FROM team_progress;
  DELETE FROM team_recent;
  DELETE FROM team_sent;
  DELETE FROM team_upload;
END;
`,
};
