import type { TeamMigration } from '../schema-part.ts';

/** Documents, the log, members and how they come in. Nobody but the owner has rights on any table. */
export const initial: TeamMigration = {
  number: 1,
  sql: `
CREATE TABLE team (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  id text NOT NULL,
  name text NOT NULL,
  slug text NOT NULL,
  members_role text NOT NULL,
  guests_role text NOT NULL,
  -- Anybody on the server can listen on a channel whose name they know: this one they cannot guess.
  channel text NOT NULL,
  schema integer NOT NULL,
  oldest integer NOT NULL,
  created_at bigint NOT NULL
);

-- Its one row is the lock under which every push is made, so that the order of commits is that of seq. A row and not an
-- advisory lock: those could be taken by every role of the server, and say nothing to a transaction with an old look.
CREATE TABLE counter (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  seq bigint NOT NULL
) WITH (fillfactor = 10);

CREATE TABLE member (
  id text PRIMARY KEY,
  name text NOT NULL,
  address text NOT NULL,
  role text NOT NULL CHECK (role IN ('agent', 'lead', 'admin')),
  joined_at bigint NOT NULL,
  gone_at bigint,
  -- Counts up when what this member may see has changed.
  access integer NOT NULL DEFAULT 0
);

CREATE TABLE device (
  id text PRIMARY KEY,
  member text NOT NULL REFERENCES member (id),
  name text NOT NULL,
  public_key text NOT NULL,
  login text NOT NULL UNIQUE,
  client_schema integer NOT NULL DEFAULT 1,
  joined_at bigint NOT NULL,
  seen_at bigint,
  cut_at bigint
);
CREATE INDEX device_member ON device (member);

CREATE TABLE invitation (
  id text PRIMARY KEY,
  login text NOT NULL UNIQUE,
  role text NOT NULL CHECK (role IN ('agent', 'lead', 'admin')),
  -- The member whose next device this is for; null for somebody new.
  member text REFERENCES member (id),
  made_by text NOT NULL REFERENCES member (id),
  made_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  used_at bigint,
  revoked_at bigint,
  dropped boolean NOT NULL DEFAULT false
);

CREATE TABLE account_grant (
  account text NOT NULL,
  member text NOT NULL REFERENCES member (id),
  PRIMARY KEY (account, member)
);

CREATE TABLE document (
  kind text NOT NULL CHECK (kind IN ('member', 'account', 'customer', 'conversation', 'message', 'snippet', 'targets')),
  id text NOT NULL,
  version integer NOT NULL,
  seq bigint NOT NULL,
  account text,
  active_at bigint NOT NULL,
  -- What it cannot be shown without: a message's conversation, a conversation's customer.
  parent text,
  body jsonb,
  words tsvector,
  -- The device that wrote it last.
  written_by text,
  PRIMARY KEY (kind, id)
);
CREATE INDEX document_seq ON document (seq);
CREATE INDEX document_recent ON document (active_at, id) WHERE kind = 'conversation' AND body IS NOT NULL;
CREATE INDEX document_messages ON document (parent) WHERE kind = 'message';
CREATE INDEX document_words ON document USING gin (words);
CREATE INDEX document_account ON document (account) WHERE kind <> 'message';

CREATE TABLE event (
  id text PRIMARY KEY,
  stream text NOT NULL,
  rev integer NOT NULL,
  seq bigint NOT NULL,
  schema integer NOT NULL,
  kind text NOT NULL,
  payload jsonb NOT NULL,
  author text,
  at bigint NOT NULL,
  undo text,
  device text,
  -- What the rights go by, after this event; null where it is as it was before.
  state jsonb,
  UNIQUE (stream, rev)
);
CREATE INDEX event_seq ON event (stream, seq);

-- The end of each log.
CREATE TABLE conversation_state (
  id text PRIMARY KEY,
  rev integer NOT NULL,
  owner text,
  status text NOT NULL,
  covered_for text,
  open_checks integer NOT NULL,
  state jsonb NOT NULL
);

-- Conversations whose logs speak of each other, both ways.
CREATE TABLE link (
  one text NOT NULL,
  other text NOT NULL,
  PRIMARY KEY (one, other)
);

CREATE TABLE accepted_push (
  id text PRIMARY KEY,
  device text NOT NULL,
  seq bigint NOT NULL
);
CREATE INDEX accepted_push_device ON accepted_push (device, seq);

CREATE TABLE blob (
  hash text PRIMARY KEY,
  size bigint NOT NULL,
  parts integer NOT NULL,
  put_at bigint NOT NULL
);
CREATE TABLE blob_account (
  hash text NOT NULL REFERENCES blob (hash),
  account text NOT NULL,
  PRIMARY KEY (hash, account)
);
CREATE TABLE blob_chunk (
  hash text NOT NULL,
  part integer NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (hash, part)
);
-- What is still on its way, apart for each device: nobody can spoil what somebody else sends.
CREATE TABLE blob_coming (
  device text NOT NULL,
  hash text NOT NULL,
  part integer NOT NULL,
  at bigint NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (device, hash, part)
);
ALTER TABLE blob_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;
ALTER TABLE blob_coming ALTER COLUMN bytes SET STORAGE EXTERNAL;

CREATE UNLOGGED TABLE presence (
  device text PRIMARY KEY,
  member text NOT NULL,
  conversation text,
  doing text CHECK (doing IN ('looking', 'typing')),
  at bigint NOT NULL
);

CREATE TYPE caller AS (device text, member text, role text, hidden text[]);
CREATE TYPE pushed AS (kind text, id text, account text, active_at bigint, expected integer, body jsonb);
`,
};
