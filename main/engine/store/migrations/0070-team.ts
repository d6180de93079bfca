import type { Migration } from './migration.ts';

/**
 * What a workspace that belongs to a team keeps beside its rows. `team_link` has one row then and none for people
 * alone; `txn` is the number under which changes are noted, `applying` stops the noting while documents of the team are
 * written. The triggers that note are made by joining (see store/team/tracking.ts) and are not here.
 */
export const team: Migration = {
  number: 70,
  sql: `
CREATE TABLE team_link (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  team TEXT NOT NULL,
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  device TEXT NOT NULL,
  member TEXT NOT NULL REFERENCES member (id),
  -- Up to which push everything that is held here has been followed.
  last_seq INTEGER NOT NULL,
  joined_at INTEGER NOT NULL,
  -- What was here at joining is noted newest first, in slices: where that stands (JSON); null at its end.
  noting TEXT,
  txn INTEGER NOT NULL,
  applying INTEGER NOT NULL
) STRICT;

-- What the team is known to have: the version, and for conversations the revision, that rows here are built on.
-- 'beside' is what a body says and rows cannot hold yet, such as a message that is not here.
CREATE TABLE team_document (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  rev INTEGER,
  beside TEXT,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

-- Which documents a local transaction changed that the team does not have yet. Below zero: what was here at joining.
CREATE TABLE team_change (
  txn INTEGER NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (txn, kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX team_change_of_document ON team_change (kind, id, txn);

-- The commands of those transactions, to be run again where somebody else was first.
CREATE TABLE team_op (
  num INTEGER PRIMARY KEY,
  txn INTEGER NOT NULL,
  op TEXT NOT NULL,
  outbox TEXT,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX team_op_of_txn ON team_op (txn, num);
CREATE INDEX team_op_outbox ON team_op (outbox) WHERE outbox IS NOT NULL;

-- What the team has newer and could not be written yet, because it hangs together with changes of ours.
CREATE TABLE team_behind (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

-- The push that was begun and not answered yet; it is tried again as it is, so that an unknown end does no harm.
CREATE TABLE team_push (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  push TEXT NOT NULL,
  txns TEXT NOT NULL
) STRICT;

-- What was tried here and could not be, kept until somebody has read it.
CREATE TABLE team_refusal (
  id TEXT PRIMARY KEY,
  conversation TEXT,
  refusal TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX team_refusal_of_conversation ON team_refusal (conversation, at);

-- Bytes that the team has and this device does not: by content, of a message's source (part '') or a file.
CREATE TABLE team_blob (
  seq INTEGER NOT NULL REFERENCES message (seq) ON DELETE CASCADE,
  part TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (seq, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX team_blob_hash ON team_blob (hash);

-- Accounts that colleagues connected; this device has no credentials for them.
CREATE TABLE team_account (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  label TEXT NOT NULL,
  address TEXT NOT NULL,
  sender_name TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`,
};
