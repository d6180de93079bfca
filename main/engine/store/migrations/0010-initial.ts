import type { Migration } from './migration.ts';

/**
 * The first schema. A message's `seq` grows with its date (seconds * 64 + n), so that newest-first search is a walk
 * over row ids; list rows are complete before the text index has caught up; sources live in the vault.
 * Times are milliseconds UTC unless a name says otherwise.
 */
export const initial: Migration = {
  number: 10,
  sql: `
CREATE TABLE member (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  address TEXT NOT NULL DEFAULT '',
  is_me INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  label TEXT NOT NULL,
  address TEXT NOT NULL,
  sender_name TEXT NOT NULL DEFAULT '',
  signature TEXT NOT NULL DEFAULT '',
  settings TEXT NOT NULL,
  secrets TEXT NOT NULL,
  paused INTEGER NOT NULL DEFAULT 0,
  removed_at INTEGER,
  last_received_at INTEGER,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX account_once ON account (kind, address) WHERE removed_at IS NULL;

CREATE TABLE stream (
  account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  label TEXT NOT NULL,
  role TEXT NOT NULL,
  chosen INTEGER NOT NULL,
  cursor TEXT,
  on_server INTEGER,
  remaining INTEGER,
  import_total INTEGER,
  import_started_at INTEGER,
  imported_at INTEGER,
  checked_at INTEGER,
  gap TEXT,
  PRIMARY KEY (account_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE customer (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  company TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE identity (
  num INTEGER PRIMARY KEY,
  channel TEXT NOT NULL,
  address TEXT NOT NULL,
  customer_id TEXT NOT NULL REFERENCES customer (id),
  name TEXT NOT NULL,
  trusts_images INTEGER NOT NULL DEFAULT 0,
  heard INTEGER NOT NULL DEFAULT 0,
  written INTEGER NOT NULL DEFAULT 0,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  UNIQUE (channel, address)
) STRICT;
CREATE INDEX identity_of_customer ON identity (customer_id);
CREATE VIRTUAL TABLE identity_search USING fts5 (
  words, content = '', contentless_delete = 1, tokenize = 'signal_tokenizer', prefix = '1 2 3'
);

CREATE TABLE conversation (
  num INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  rev INTEGER NOT NULL,
  channel TEXT NOT NULL,
  account_id TEXT,
  customer_id TEXT NOT NULL REFERENCES customer (id),
  customer_address TEXT NOT NULL,
  subject TEXT NOT NULL,
  snippet TEXT NOT NULL DEFAULT '',
  status TEXT NOT NULL CHECK (status IN ('open', 'resolved', 'done', 'merged')),
  owner_id TEXT REFERENCES member (id),
  turn TEXT NOT NULL CHECK (turn IN ('ours', 'theirs', 'none')),
  waiting_since INTEGER,
  -- What the turn follows from: when we last answered, and the times (JSON) of what came after that.
  answered_at INTEGER,
  unanswered TEXT NOT NULL DEFAULT '[]',
  spoken_rev INTEGER NOT NULL DEFAULT 0,
  -- The oldest message decides subject and customer; its id settles equal times in every order of arrival.
  first_at INTEGER NOT NULL,
  first_id TEXT NOT NULL,
  last_at INTEGER NOT NULL,
  messages INTEGER NOT NULL DEFAULT 0,
  unread INTEGER NOT NULL DEFAULT 0,
  attachments INTEGER NOT NULL DEFAULT 0,
  draft INTEGER NOT NULL DEFAULT 0,
  outbox TEXT NOT NULL DEFAULT 'none' CHECK (outbox IN ('none', 'waiting', 'failed', 'unknown')),
  merged_into TEXT
) STRICT;
CREATE INDEX conversation_open ON conversation (last_at DESC, num DESC) WHERE status = 'open';
CREATE INDEX conversation_open_account ON conversation (account_id, last_at DESC, num DESC) WHERE status = 'open';
CREATE INDEX conversation_my_turn ON conversation (waiting_since, num) WHERE status = 'open' AND turn = 'ours' AND outbox <> 'waiting';
CREATE INDEX conversation_my_turn_account ON conversation (account_id, waiting_since, num) WHERE status = 'open' AND turn = 'ours' AND outbox <> 'waiting';
CREATE INDEX conversation_waiting ON conversation (last_at DESC, num DESC) WHERE status = 'open' AND (turn = 'theirs' OR outbox = 'waiting');
CREATE INDEX conversation_waiting_account ON conversation (account_id, last_at DESC, num DESC) WHERE status = 'open' AND (turn = 'theirs' OR outbox = 'waiting');
CREATE INDEX conversation_unread ON conversation (last_at DESC, num DESC) WHERE unread > 0 AND status <> 'merged';
CREATE INDEX conversation_unread_account ON conversation (account_id, last_at DESC, num DESC) WHERE unread > 0 AND status <> 'merged';
CREATE INDEX conversation_draft ON conversation (last_at DESC, num DESC) WHERE draft = 1 AND status <> 'merged';
CREATE INDEX conversation_problem ON conversation (last_at DESC, num DESC) WHERE outbox IN ('failed', 'unknown') AND status <> 'merged';
CREATE INDEX conversation_done ON conversation (last_at DESC, num DESC) WHERE status = 'done';
CREATE INDEX conversation_done_account ON conversation (account_id, last_at DESC, num DESC) WHERE status = 'done';
CREATE INDEX conversation_all ON conversation (last_at DESC, num DESC) WHERE status <> 'merged';
CREATE INDEX conversation_all_account ON conversation (account_id, last_at DESC, num DESC) WHERE status <> 'merged';
CREATE INDEX conversation_merged ON conversation (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX conversation_of_customer ON conversation (customer_id, last_at DESC, num DESC) WHERE status <> 'merged';

-- How many conversations there are of each sort: counting a million index entries takes 50 ms, adding up these none.
CREATE TABLE conversation_tally (
  account_id TEXT NOT NULL,
  status TEXT NOT NULL,
  turn TEXT NOT NULL,
  outbox TEXT NOT NULL,
  unread INTEGER NOT NULL,
  draft INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (account_id, status, turn, outbox, unread, draft)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER conversation_tally_insert AFTER INSERT ON conversation BEGIN
  INSERT INTO conversation_tally VALUES (ifnull(new.account_id, ''), new.status, new.turn, new.outbox, new.unread > 0, new.draft, 1)
  ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER conversation_tally_delete AFTER DELETE ON conversation BEGIN
  UPDATE conversation_tally SET n = n - 1 WHERE account_id = ifnull(old.account_id, '') AND status = old.status
    AND turn = old.turn AND outbox = old.outbox AND unread = (old.unread > 0) AND draft = old.draft;
END;
CREATE TRIGGER conversation_tally_update AFTER UPDATE OF account_id, status, turn, outbox, unread, draft ON conversation
WHEN old.account_id IS NOT new.account_id OR old.status <> new.status OR old.turn <> new.turn OR old.outbox <> new.outbox
  OR (old.unread > 0) <> (new.unread > 0) OR old.draft <> new.draft
BEGIN
  UPDATE conversation_tally SET n = n - 1 WHERE account_id = ifnull(old.account_id, '') AND status = old.status
    AND turn = old.turn AND outbox = old.outbox AND unread = (old.unread > 0) AND draft = old.draft;
  INSERT INTO conversation_tally VALUES (ifnull(new.account_id, ''), new.status, new.turn, new.outbox, new.unread > 0, new.draft, 1)
  ON CONFLICT DO UPDATE SET n = n + 1;
END;

CREATE TABLE message (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  conversation_num INTEGER NOT NULL REFERENCES conversation (num),
  direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
  channel TEXT NOT NULL,
  account_id TEXT,
  external_id TEXT,
  client_id TEXT,
  at INTEGER NOT NULL,
  from_name TEXT NOT NULL,
  from_address TEXT NOT NULL,
  people TEXT NOT NULL,
  subject TEXT NOT NULL,
  snippet TEXT NOT NULL,
  has_html INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  answered INTEGER NOT NULL DEFAULT 0,
  automatic TEXT,
  oddities TEXT NOT NULL DEFAULT '[]',
  authenticated_from TEXT,
  invitation TEXT,
  source TEXT,
  source_partial INTEGER NOT NULL DEFAULT 0,
  attachments INTEGER NOT NULL DEFAULT 0,
  bounced TEXT,
  indexed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX message_of_conversation ON message (conversation_num, at, seq);
CREATE INDEX message_unseen ON message (conversation_num) WHERE seen = 0 AND direction = 'in';
CREATE INDEX message_external ON message (external_id) WHERE external_id IS NOT NULL AND direction = 'out';
CREATE UNIQUE INDEX message_client ON message (client_id) WHERE client_id IS NOT NULL;
CREATE INDEX message_with_files ON message (seq DESC) WHERE attachments > 0;
CREATE INDEX message_not_indexed ON message (seq DESC) WHERE indexed = 0;

CREATE TABLE message_text (
  seq INTEGER PRIMARY KEY REFERENCES message (seq) ON DELETE CASCADE,
  text TEXT NOT NULL,
  html TEXT
) STRICT;

CREATE TABLE attachment (
  seq INTEGER NOT NULL REFERENCES message (seq) ON DELETE CASCADE,
  part TEXT NOT NULL,
  name TEXT NOT NULL,
  mime_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  content_id TEXT,
  inline INTEGER NOT NULL,
  kind TEXT NOT NULL,
  dangerous INTEGER NOT NULL,
  blob TEXT,
  PRIMARY KEY (seq, part)
) STRICT, WITHOUT ROWID;

-- Every name a message has or refers to, and the conversation it leads to; ancestors never seen are here too.
-- Names are kept as hashes: every page of this tree is touched during an import, so it has to be small.
CREATE TABLE thread_name (
  name TEXT PRIMARY KEY,
  conversation_num INTEGER NOT NULL REFERENCES conversation (num)
) STRICT, WITHOUT ROWID;
CREATE INDEX thread_name_of_conversation ON thread_name (conversation_num);

-- For mail without usable headers: the same subject between the same people (hashed), within days.
CREATE TABLE thread_subject (
  key TEXT NOT NULL,
  -- 1 for an answer without headers that say what it answers: it may join by subject, others are only joined.
  loose INTEGER NOT NULL,
  at INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  conversation_num INTEGER NOT NULL REFERENCES conversation (num),
  PRIMARY KEY (key, loose, at, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX thread_subject_of_conversation ON thread_subject (conversation_num);

-- Where a message lies on a server. A message may lie in several places, and in none any more.
CREATE TABLE location (
  account_id TEXT NOT NULL,
  stream TEXT NOT NULL,
  item TEXT NOT NULL,
  seq INTEGER,
  quarantine_id TEXT,
  seen INTEGER NOT NULL,
  answered INTEGER NOT NULL,
  PRIMARY KEY (account_id, stream, item),
  FOREIGN KEY (account_id, stream) REFERENCES stream (account_id, name) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX location_of_message ON location (seq);

-- Flags of ours that the server does not know yet.
CREATE TABLE remote_change (
  account_id TEXT NOT NULL,
  stream TEXT NOT NULL,
  item TEXT NOT NULL,
  flag TEXT NOT NULL CHECK (flag IN ('seen', 'answered')),
  value INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (account_id, stream, item, flag),
  FOREIGN KEY (account_id, stream) REFERENCES stream (account_id, name) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE quarantine (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  stream TEXT NOT NULL,
  item TEXT NOT NULL,
  reason TEXT NOT NULL,
  source TEXT,
  size INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX quarantine_newest ON quarantine (-at, id);

CREATE TABLE event (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  conversation_num INTEGER NOT NULL REFERENCES conversation (num),
  rev INTEGER NOT NULL,
  schema INTEGER NOT NULL,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  author TEXT,
  at INTEGER NOT NULL,
  undo TEXT,
  UNIQUE (conversation_num, rev)
) STRICT;
CREATE INDEX event_shown ON event (conversation_num, at, seq) 
  WHERE kind NOT IN ('message.received', 'message.answered', 'conversation.opened', 'reply.queued', 'reply.sent');
CREATE INDEX event_undo ON event (undo) WHERE undo IS NOT NULL;

CREATE TABLE draft (
  id TEXT PRIMARY KEY,
  conversation_num INTEGER REFERENCES conversation (num),
  account_id TEXT,
  mode TEXT NOT NULL,
  in_reply_to INTEGER,
  recipients TEXT NOT NULL,
  subject TEXT NOT NULL,
  html TEXT NOT NULL,
  quote INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX draft_of_conversation ON draft (conversation_num) WHERE conversation_num IS NOT NULL;

CREATE TABLE draft_attachment (
  draft_id TEXT NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  mime_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  content_id TEXT,
  blob TEXT NOT NULL,
  PRIMARY KEY (draft_id, id)
) STRICT, WITHOUT ROWID;

-- What is to be sent, saved before anything is tried. handed_over_at is committed before the server could accept.
CREATE TABLE outbox (
  id TEXT PRIMARY KEY,
  conversation_num INTEGER NOT NULL REFERENCES conversation (num),
  seq INTEGER NOT NULL REFERENCES message (seq),
  account_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'handed-over', 'retrying', 'failed', 'unknown', 'sent', 'withdrawn')),
  draft TEXT NOT NULL,
  envelope_from TEXT NOT NULL,
  recipients TEXT NOT NULL,
  pending TEXT NOT NULL,
  external_id TEXT,
  source TEXT NOT NULL,
  sends_at INTEGER NOT NULL,
  first_try_at INTEGER,
  next_try_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  handed_over_at INTEGER,
  sent_at INTEGER,
  filed INTEGER NOT NULL DEFAULT 0,
  failure TEXT,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_next ON outbox (next_try_at) WHERE state IN ('queued', 'sending', 'handed-over', 'retrying');
CREATE INDEX outbox_not_filed ON outbox (sent_at) WHERE sent_at IS NOT NULL AND filed = 0;
CREATE INDEX outbox_of_conversation ON outbox (conversation_num);
CREATE INDEX outbox_of_message ON outbox (seq);

CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Contentless: the words are in message_text, so the index costs only itself. Prefixes of two letters have an index
-- of their own; one of three doubles the cost of writing and saves 1 ms at 100,000 messages.
CREATE VIRTUAL TABLE message_search USING fts5 (
  subject, people, text, files,
  content = '', contentless_delete = 1, tokenize = 'signal_tokenizer', prefix = '2'
);
-- Sixteen segments before they are merged into one: a quarter of the rewriting, at no cost that a search shows.
INSERT INTO message_search (message_search, rank) VALUES ('automerge', 16);
INSERT INTO message_search (message_search, rank) VALUES ('crisismerge', 64);
`,
};
