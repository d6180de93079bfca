import type { Migration } from './migration.ts';

/**
 * What is being erased and what was. An erasure goes on in small transactions from step to step until `done_at`; what it
 * needs on the way (addresses, conversations, blobs) is here only so long. Of what is gone a tombstone stays, a keyed hash
 * of the name it had, so that it is not taken in again. Times are ms UTC.
 */
export const erasure: Migration = {
  number: 140,
  sql: `
CREATE TABLE erasure (
  id TEXT PRIMARY KEY,
  reason TEXT NOT NULL CHECK (reason IN ('request', 'retention', 'team')),
  author TEXT,
  asked_at INTEGER NOT NULL,
  -- 1 for what was erased before and came back with an older copy of the workspace.
  again INTEGER NOT NULL DEFAULT 0,
  step TEXT NOT NULL,
  -- Up to which message the walk over all of them has come.
  walked INTEGER NOT NULL DEFAULT 0,
  -- The newest conversation when it began: what is opened later is new.
  up_to INTEGER NOT NULL DEFAULT 0,
  conversations INTEGER NOT NULL DEFAULT 0,
  messages INTEGER NOT NULL DEFAULT 0,
  files INTEGER NOT NULL DEFAULT 0,
  done_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX erasure_open ON erasure (asked_at, id) WHERE done_at IS NULL;
CREATE INDEX erasure_done ON erasure (done_at) WHERE done_at IS NOT NULL;

CREATE TABLE erasure_customer (
  erasure TEXT NOT NULL,
  customer TEXT NOT NULL,
  PRIMARY KEY (erasure, customer)
) STRICT, WITHOUT ROWID;

CREATE TABLE erasure_address (
  erasure TEXT NOT NULL,
  channel TEXT NOT NULL,
  address TEXT NOT NULL,
  PRIMARY KEY (erasure, channel, address)
) STRICT, WITHOUT ROWID;

-- Conversations that go as a whole.
CREATE TABLE erasure_conversation (
  erasure TEXT NOT NULL,
  num INTEGER NOT NULL,
  PRIMARY KEY (erasure, num)
) STRICT, WITHOUT ROWID;

CREATE TABLE erasure_blob (
  erasure TEXT NOT NULL,
  blob TEXT NOT NULL,
  PRIMARY KEY (erasure, blob)
) STRICT, WITHOUT ROWID;

CREATE TABLE tombstone (
  hash TEXT PRIMARY KEY,
  erasure TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tombstone_of_erasure ON tombstone (erasure);
`,
};
