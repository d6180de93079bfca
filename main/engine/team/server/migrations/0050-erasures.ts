import type { TeamMigration } from '../schema-part.ts';

/**
 * What was erased for everybody, and what keeps it from coming back. A tombstone is a salted hash of the name that
 * something had; the salt is the team's own and only members read it. Times are ms UTC by the server's clock.
 */
export const erasures: TeamMigration = {
  number: 50,
  sql: `
CREATE TABLE erasure_rule (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  salt text NOT NULL,
  -- After so many days closed conversations go; null for never.
  days integer,
  since bigint
);
INSERT INTO erasure_rule (salt) VALUES (replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''));

CREATE TABLE erasure (
  id text PRIMARY KEY,
  seq bigint NOT NULL UNIQUE,
  reason text NOT NULL CHECK (reason IN ('request', 'retention')),
  -- Who asked for it; null where its time had come.
  member text,
  at bigint NOT NULL,
  conversations integer NOT NULL,
  messages integer NOT NULL,
  files integer NOT NULL
);

-- 'kept': a conversation of which nothing is left but the log that another one's is told from.
CREATE TABLE tombstone (
  hash text PRIMARY KEY,
  erasure text NOT NULL REFERENCES erasure (id),
  kind text NOT NULL CHECK (kind IN ('customer', 'conversation', 'kept', 'message', 'blob'))
);
CREATE INDEX tombstone_erasure ON tombstone (erasure, hash);

-- What an erasure works with; empty whenever nobody is at it.
CREATE TABLE erasing (
  run text NOT NULL,
  kind text NOT NULL,
  id text NOT NULL,
  PRIMARY KEY (run, kind, id)
);
CREATE TABLE erasing_address (
  run text NOT NULL,
  channel text NOT NULL,
  address text NOT NULL,
  customer text NOT NULL,
  mine boolean NOT NULL,
  PRIMARY KEY (run, channel, address)
);

-- Up to which erasure a device has erased its own copies: before that it pushes nothing.
ALTER TABLE device ADD COLUMN erased_seq bigint NOT NULL DEFAULT 0;

-- When something was told of a conversation that was there before; null for what it came with, whose times are its own.
ALTER TABLE event ADD COLUMN told_at bigint;

-- Conversations that somebody has a draft in, or something on its way: drafts stay on their devices.
CREATE TABLE held (
  device text NOT NULL REFERENCES device (id),
  conversation text NOT NULL,
  PRIMARY KEY (device, conversation)
);
CREATE INDEX held_conversation ON held (conversation);

-- Which messages need which bytes.
CREATE TABLE blob_use (
  hash text NOT NULL,
  message text NOT NULL,
  PRIMARY KEY (hash, message)
);
CREATE INDEX blob_use_message ON blob_use (message);
INSERT INTO blob_use (hash, message)
SELECT DISTINCT u.hash, d.id FROM document d CROSS JOIN LATERAL (
  SELECT d.body ->> 'source' AS hash
  UNION ALL
  SELECT f ->> 'hash' FROM jsonb_array_elements(
    CASE WHEN jsonb_typeof(d.body -> 'files') = 'array' THEN d.body -> 'files' ELSE '[]' END) f) u
WHERE d.kind = 'message' AND u.hash IS NOT NULL;
`,
};
