import type { Migration } from './migration.ts';

/**
 * What people did that stands in no log of a conversation or customer, and the ways by which all three are read as one
 * list: newest first, of one kind, of one person. `act` is only added to; `author` is null for what nobody asked for.
 * Times are ms UTC.
 */
export const acts: Migration = {
  number: 160,
  sql: `
CREATE TABLE act (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  author TEXT,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX act_newest ON act (at, id);
CREATE INDEX act_of_kind ON act (kind, at, id);
CREATE INDEX act_of_author ON act (author, at, id, kind);
CREATE TRIGGER act_is_not_changed BEFORE UPDATE ON act BEGIN
  SELECT RAISE(ABORT, 'acts are only added');
END;
CREATE TRIGGER act_is_not_deleted BEFORE DELETE ON act BEGIN
  SELECT RAISE(ABORT, 'acts are only added');
END;

CREATE INDEX event_newest ON event (at, seq) WHERE author IS NOT NULL;
CREATE INDEX event_of_kind ON event (kind, at, seq) WHERE author IS NOT NULL;
CREATE INDEX event_of_author ON event (author, at, seq, kind) WHERE author IS NOT NULL;
CREATE INDEX customer_event_newest ON customer_event (at, customer_id, rev) WHERE author IS NOT NULL;
CREATE INDEX customer_event_of_kind ON customer_event (kind, at, customer_id, rev) WHERE author IS NOT NULL;
CREATE INDEX customer_event_of_author ON customer_event (author, at, customer_id, rev, kind) WHERE author IS NOT NULL;
`,
};
