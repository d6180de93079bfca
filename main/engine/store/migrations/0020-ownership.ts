import type { Migration } from './migration.ts';

/** What is open with an owner, so that each queue is a walk over an index of its own. */
const workable = "status = 'open' AND snoozed_until IS NULL";

/**
 * Ownership: who has a conversation, what was promised, what sleeps, what is tagged. `follow_ups` and `tags` of a
 * conversation are its state as JSON; the tables beside it hold the same for queries and are written with it.
 */
export const ownership: Migration = {
  number: 20,
  sql: `
ALTER TABLE member ADD COLUMN role TEXT NOT NULL DEFAULT 'admin' CHECK (role IN ('agent', 'lead', 'admin'));
ALTER TABLE member ADD COLUMN away_until INTEGER;
ALTER TABLE member ADD COLUMN substitute_id TEXT REFERENCES member (id);
ALTER TABLE member ADD COLUMN gone_at INTEGER;

ALTER TABLE conversation ADD COLUMN covered_for TEXT REFERENCES member (id);
ALTER TABLE conversation ADD COLUMN had_by TEXT REFERENCES member (id);
ALTER TABLE conversation ADD COLUMN snoozed_until INTEGER;
ALTER TABLE conversation ADD COLUMN follow_ups TEXT NOT NULL DEFAULT '[]';
ALTER TABLE conversation ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
-- The customer's clock: since when they wait for us in any of their open conversations.
ALTER TABLE conversation ADD COLUMN customer_waiting_since INTEGER;
-- The target that counts now: what is to happen, from when it runs, when it is due, and whether the breach was told.
ALTER TABLE conversation ADD COLUMN target_kind TEXT;
ALTER TABLE conversation ADD COLUMN target_from INTEGER;
ALTER TABLE conversation ADD COLUMN target_at INTEGER;
ALTER TABLE conversation ADD COLUMN target_told INTEGER NOT NULL DEFAULT 0;

DROP INDEX conversation_my_turn;
DROP INDEX conversation_my_turn_account;
DROP INDEX conversation_waiting;
DROP INDEX conversation_waiting_account;
DROP INDEX conversation_done;
DROP INDEX conversation_done_account;
CREATE INDEX conversation_my_turn ON conversation (customer_waiting_since, num)
  WHERE ${workable} AND turn = 'ours' AND outbox <> 'waiting';
CREATE INDEX conversation_my_turn_owner ON conversation (owner_id, customer_waiting_since, num)
  WHERE ${workable} AND turn = 'ours' AND outbox <> 'waiting';
CREATE INDEX conversation_waiting ON conversation (last_at DESC, num DESC)
  WHERE ${workable} AND (turn = 'theirs' OR outbox = 'waiting');
CREATE INDEX conversation_waiting_owner ON conversation (owner_id, last_at DESC, num DESC)
  WHERE ${workable} AND (turn = 'theirs' OR outbox = 'waiting');
CREATE INDEX conversation_of_owner ON conversation (owner_id, ifnull(customer_waiting_since, 9007199254740991), num)
  WHERE status = 'open';
CREATE INDEX conversation_snoozed ON conversation (snoozed_until, num) WHERE status = 'open' AND snoozed_until IS NOT NULL;
CREATE INDEX conversation_done ON conversation (last_at DESC, num DESC) WHERE status IN ('resolved', 'done');
CREATE INDEX conversation_done_account ON conversation (account_id, last_at DESC, num DESC)
  WHERE status IN ('resolved', 'done');
CREATE INDEX conversation_covered ON conversation (covered_for) WHERE covered_for IS NOT NULL;
CREATE INDEX conversation_waiting_customer ON conversation (customer_id, waiting_since)
  WHERE status = 'open' AND turn = 'ours';
UPDATE conversation SET customer_waiting_since =
  (SELECT min(waiting_since) FROM conversation o WHERE o.customer_id = conversation.customer_id AND o.status = 'open' AND o.turn = 'ours')
WHERE status = 'open' AND turn = 'ours';
CREATE INDEX conversation_target ON conversation (target_at, num) WHERE target_at IS NOT NULL AND target_told = 0;

-- Open promises, checks and return timers.
CREATE TABLE follow_up (
  id TEXT PRIMARY KEY,
  conversation_num INTEGER NOT NULL REFERENCES conversation (num),
  owner_id TEXT NOT NULL REFERENCES member (id),
  due_at INTEGER NOT NULL,
  purpose TEXT NOT NULL CHECK (purpose IN ('promise', 'check', 'return')),
  if_no_reply INTEGER NOT NULL,
  every_ms INTEGER,
  why TEXT NOT NULL,
  fell_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX follow_up_of_conversation ON follow_up (conversation_num);
CREATE INDEX follow_up_due ON follow_up (due_at, id);
CREATE INDEX follow_up_of_owner ON follow_up (owner_id, due_at, id);
CREATE INDEX follow_up_next ON follow_up (due_at, id) WHERE fell_at IS NULL OR every_ms IS NOT NULL;
CREATE INDEX follow_up_fell ON follow_up (owner_id, fell_at) WHERE fell_at IS NOT NULL;

CREATE TABLE conversation_tag (
  tag TEXT NOT NULL,
  conversation_num INTEGER NOT NULL REFERENCES conversation (num),
  PRIMARY KEY (tag, conversation_num)
) STRICT, WITHOUT ROWID;
CREATE INDEX conversation_tag_of_conversation ON conversation_tag (conversation_num);

-- What a merge or a split moved or changed, so that it can be taken back; rows go when it is.
CREATE TABLE merge_move (
  other_num INTEGER NOT NULL REFERENCES conversation (num),
  kind TEXT NOT NULL,
  item TEXT NOT NULL,
  -- What the item was before, as JSON, where moving it back is not enough.
  was TEXT,
  PRIMARY KEY (other_num, kind, item)
) STRICT, WITHOUT ROWID;

-- Conversations that a person took apart: no mail ties them together again. The smaller number stands first.
CREATE TABLE kept_apart (
  one INTEGER NOT NULL REFERENCES conversation (num),
  other INTEGER NOT NULL REFERENCES conversation (num),
  PRIMARY KEY (one, other)
) STRICT, WITHOUT ROWID;

DROP TRIGGER conversation_tally_insert;
DROP TRIGGER conversation_tally_delete;
DROP TRIGGER conversation_tally_update;
DROP TABLE conversation_tally;
CREATE TABLE conversation_tally (
  account_id TEXT NOT NULL,
  owner_id TEXT NOT NULL,
  status TEXT NOT NULL,
  turn TEXT NOT NULL,
  outbox TEXT NOT NULL,
  unread INTEGER NOT NULL,
  draft INTEGER NOT NULL,
  snoozed INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (account_id, owner_id, status, turn, outbox, unread, draft, snoozed)
) STRICT, WITHOUT ROWID;
INSERT INTO conversation_tally SELECT ifnull(account_id, ''), ifnull(owner_id, ''), status, turn, outbox, unread > 0,
  draft, snoozed_until IS NOT NULL, count(*) FROM conversation GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;
CREATE TRIGGER conversation_tally_insert AFTER INSERT ON conversation BEGIN
  INSERT INTO conversation_tally VALUES (ifnull(new.account_id, ''), ifnull(new.owner_id, ''), new.status, new.turn,
    new.outbox, new.unread > 0, new.draft, new.snoozed_until IS NOT NULL, 1)
  ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER conversation_tally_delete AFTER DELETE ON conversation BEGIN
  UPDATE conversation_tally SET n = n - 1 WHERE account_id = ifnull(old.account_id, '')
    AND owner_id = ifnull(old.owner_id, '') AND status = old.status AND turn = old.turn AND outbox = old.outbox
    AND unread = (old.unread > 0) AND draft = old.draft AND snoozed = (old.snoozed_until IS NOT NULL);
END;
CREATE TRIGGER conversation_tally_update
AFTER UPDATE OF account_id, owner_id, status, turn, outbox, unread, draft, snoozed_until ON conversation
WHEN old.account_id IS NOT new.account_id OR old.owner_id IS NOT new.owner_id OR old.status <> new.status
  OR old.turn <> new.turn OR old.outbox <> new.outbox OR (old.unread > 0) <> (new.unread > 0)
  OR old.draft <> new.draft OR (old.snoozed_until IS NULL) <> (new.snoozed_until IS NULL)
BEGIN
  UPDATE conversation_tally SET n = n - 1 WHERE account_id = ifnull(old.account_id, '')
    AND owner_id = ifnull(old.owner_id, '') AND status = old.status AND turn = old.turn AND outbox = old.outbox
    AND unread = (old.unread > 0) AND draft = old.draft AND snoozed = (old.snoozed_until IS NOT NULL);
  INSERT INTO conversation_tally VALUES (ifnull(new.account_id, ''), ifnull(new.owner_id, ''), new.status, new.turn,
    new.outbox, new.unread > 0, new.draft, new.snoozed_until IS NOT NULL, 1)
  ON CONFLICT DO UPDATE SET n = n + 1;
END;
`,
};
