import type { Migration } from './migration.ts';

/**
 * How much of each stream is here: what the page shows beside every folder, at every change that it hears of. Counting the places
 * themselves takes longer the more there are.
 */
export const locationTally: Migration = {
  number: 210,
  sql: `
CREATE TABLE location_tally (
  account_id TEXT NOT NULL,
  stream TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (account_id, stream)
) STRICT, WITHOUT ROWID;
INSERT INTO location_tally SELECT account_id, stream, count(*) FROM location GROUP BY account_id, stream;

CREATE TRIGGER location_tally_insert AFTER INSERT ON location BEGIN
  INSERT INTO location_tally VALUES (new.account_id, new.stream, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER location_tally_delete AFTER DELETE ON location BEGIN
  UPDATE location_tally SET n = n - 1 WHERE account_id = old.account_id AND stream = old.stream;
END;
CREATE TRIGGER location_tally_update AFTER UPDATE OF account_id, stream ON location
WHEN old.account_id <> new.account_id OR old.stream <> new.stream
BEGIN
  UPDATE location_tally SET n = n - 1 WHERE account_id = old.account_id AND stream = old.stream;
  INSERT INTO location_tally VALUES (new.account_id, new.stream, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
-- Its places go with it.
CREATE TRIGGER location_tally_stream AFTER DELETE ON stream BEGIN
  DELETE FROM location_tally WHERE account_id = old.account_id AND stream = old.name;
END;
`,
};
