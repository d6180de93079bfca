import type { Migration } from './migration.ts';

/**
 * What chat and social channels say of a message beside its words. `name` is how the account's server calls it in edits, removals and
 * receipts; `room` the talk it belongs to. A fact whose message is not here yet waits in `parked_fact`. Versions before the current one
 * are kept. `bundle` ties the messages of one long text together. Times are milliseconds UTC.
 */
export const channels: Migration = {
  number: 60,
  sql: `
ALTER TABLE message ADD COLUMN name TEXT;
ALTER TABLE message ADD COLUMN room TEXT;
ALTER TABLE message ADD COLUMN visibility TEXT;
ALTER TABLE message ADD COLUMN warning TEXT NOT NULL DEFAULT '';
ALTER TABLE message ADD COLUMN permalink TEXT;
ALTER TABLE message ADD COLUMN version TEXT;
ALTER TABLE message ADD COLUMN edited_at INTEGER;
ALTER TABLE message ADD COLUMN removed_at INTEGER;
ALTER TABLE message ADD COLUMN receipt TEXT CHECK (receipt IN ('server', 'delivered', 'read'));
ALTER TABLE message ADD COLUMN receipt_at INTEGER;
CREATE INDEX message_name ON message (account_id, name) WHERE name IS NOT NULL;
CREATE INDEX message_room ON message (account_id, room, direction, at) WHERE room IS NOT NULL;

CREATE TABLE message_version (
  seq INTEGER NOT NULL REFERENCES message (seq) ON DELETE CASCADE,
  version TEXT NOT NULL,
  at INTEGER NOT NULL,
  text TEXT NOT NULL,
  html TEXT,
  PRIMARY KEY (seq, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE reaction (
  seq INTEGER NOT NULL REFERENCES message (seq) ON DELETE CASCADE,
  address TEXT NOT NULL,
  emoji TEXT NOT NULL,
  name TEXT NOT NULL,
  given INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (seq, address, emoji)
) STRICT, WITHOUT ROWID;

CREATE TABLE parked_fact (
  account_id TEXT NOT NULL,
  about TEXT NOT NULL,
  hash TEXT NOT NULL,
  fact TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (account_id, about, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX parked_fact_age ON parked_fact (account_id, at);

ALTER TABLE attachment ADD COLUMN remote INTEGER NOT NULL DEFAULT 0;

ALTER TABLE outbox ADD COLUMN bundle TEXT;
CREATE INDEX outbox_bundle ON outbox (bundle) WHERE bundle IS NOT NULL;

ALTER TABLE draft ADD COLUMN visibility TEXT;
ALTER TABLE draft ADD COLUMN warning TEXT NOT NULL DEFAULT '';
ALTER TABLE draft ADD COLUMN template TEXT;

ALTER TABLE identity ADD COLUMN visit TEXT;
ALTER TABLE identity ADD COLUMN named_at INTEGER;

-- An address that one customer named as theirs and that another has: a row for each of them. Evidence for a suggestion, and no more.
CREATE TABLE named_address (
  address TEXT NOT NULL,
  channel TEXT NOT NULL,
  customer_id TEXT NOT NULL REFERENCES customer (id),
  at INTEGER NOT NULL,
  PRIMARY KEY (address, channel, customer_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX named_address_of_customer ON named_address (customer_id);
`,
};
