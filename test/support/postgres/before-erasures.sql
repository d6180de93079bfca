-- The schema of a team as the last version before erasures made it (server migration 40, protocol 2): its steps, then its
-- functions. It is data for a test of upgrades and stays as it is.

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

INSERT INTO migration (number, made_at) VALUES (1, now());

-- The device that reads an account, until when that is promised, and whether it holds the account's advisory lock too.
CREATE TABLE account_lease (
  account text PRIMARY KEY,
  device text REFERENCES device (id),
  locked boolean NOT NULL DEFAULT false,
  since bigint NOT NULL DEFAULT 0,
  until bigint NOT NULL DEFAULT 0,
  -- When somebody first found the lock free although the promise still held.
  loose_at bigint
) WITH (fillfactor = 50);

-- The members who may have an account's login.
CREATE TABLE account_keeper (
  account text NOT NULL,
  member text NOT NULL REFERENCES member (id),
  PRIMARY KEY (account, member)
);

-- Which login of an account is the newest.
CREATE TABLE account_login (
  account text PRIMARY KEY,
  version text NOT NULL,
  at bigint NOT NULL
);

CREATE TABLE account_secret (
  account text NOT NULL,
  device text NOT NULL REFERENCES device (id),
  version text NOT NULL,
  sealed bytea NOT NULL,
  sealed_by text NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (account, device)
);

-- What waits for a device that has the account, and what became of it. The wire form is gone as soon as nobody needs it.
CREATE TABLE team_send (
  id text PRIMARY KEY,
  account text NOT NULL,
  conversation text NOT NULL,
  message text NOT NULL,
  author text NOT NULL,
  author_device text NOT NULL REFERENCES device (id),
  -- Counts the author's own decisions to send; attempts counts the devices that took it.
  decision bigint NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  wire jsonb NOT NULL,
  bytes bytea,
  pending jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'taken', 'handed-over', 'sent', 'failed', 'unknown', 'withdrawn')),
  device text REFERENCES device (id),
  lease_until bigint NOT NULL DEFAULT 0,
  not_before bigint NOT NULL DEFAULT 0,
  first_try_at bigint,
  outcome jsonb,
  filed boolean NOT NULL DEFAULT false,
  at bigint NOT NULL,
  changed_at bigint NOT NULL
);
ALTER TABLE team_send ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE INDEX team_send_under_way ON team_send (account, at, id) WHERE state IN ('waiting', 'taken', 'handed-over');
CREATE INDEX team_send_device ON team_send (device) WHERE bytes IS NOT NULL AND state IN ('handed-over', 'sent');
CREATE INDEX team_send_ended ON team_send (changed_at) WHERE state IN ('sent', 'failed', 'unknown', 'withdrawn');

INSERT INTO migration (number, made_at) VALUES (20, now());

CREATE UNIQUE INDEX event_review ON event ((payload ->> 'review')) WHERE kind = 'review.asked';

INSERT INTO migration (number, made_at) VALUES (30, now());

CREATE TABLE account_cursor (
  account text NOT NULL,
  stream text NOT NULL,
  -- The channel's own words for a place; nobody else reads them.
  cursor jsonb NOT NULL,
  -- Whether what was there at first has all been read.
  imported boolean NOT NULL,
  device text NOT NULL REFERENCES device (id),
  at bigint NOT NULL,
  PRIMARY KEY (account, stream)
);

INSERT INTO migration (number, made_at) VALUES (40, now());

CREATE OR REPLACE FUNCTION "steward_acme"."now_ms"() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
BEGIN
  RETURN floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."now_ms"() FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."me"() RETURNS caller
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  who caller;
BEGIN
  SELECT d.id, d.member, m.role, ARRAY(
    SELECT DISTINCT g.account FROM account_grant g
    WHERE NOT EXISTS (SELECT 1 FROM account_grant o WHERE o.account = g.account AND o.member = d.member))
  INTO who
  FROM device d JOIN member m ON m.id = d.member
  WHERE d.login = session_user AND d.cut_at IS NULL AND m.gone_at IS NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'this device is not part of the team' USING ERRCODE = 'ST001';
  END IF;
  RETURN who;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."me"() FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."lock_team"() RETURNS caller
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
BEGIN
  PERFORM 1 FROM counter FOR UPDATE;
  RETURN me();
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."lock_team"() FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."next_seq"() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  given bigint;
BEGIN
  UPDATE counter SET seq = seq + 1 RETURNING seq INTO given;
  RETURN given;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."next_seq"() FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."wake"(payload text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
BEGIN
  PERFORM pg_notify((SELECT t.channel FROM team t), payload);
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."wake"(text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."refuse"(reason text, about_kind text, about_id text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
BEGIN
  RAISE EXCEPTION 'refused: %', reason USING ERRCODE = 'STR01', DETAIL = jsonb_build_object(
    'kind', 'refused', 'reason', reason, 'key',
    CASE WHEN about_id IS NULL THEN NULL ELSE jsonb_build_object('kind', about_kind, 'id', about_id) END)::text;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."refuse"(text, text, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."malformed"(what text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
BEGIN
  RAISE EXCEPTION 'malformed: %', what USING ERRCODE = 'ST003';
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."malformed"(text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."only_admins"(who caller) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
BEGIN
  IF who.role <> 'admin' THEN
    RAISE EXCEPTION 'only admins may do this' USING ERRCODE = 'ST002';
  END IF;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."only_admins"(caller) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."is_gone"(whom text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
BEGIN
  RETURN NOT EXISTS (SELECT 1 FROM member m WHERE m.id = whom AND m.gone_at IS NULL);
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."is_gone"(text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."is_here"(whom text, at bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
BEGIN
  RETURN NOT is_gone(whom) AND NOT EXISTS (
    SELECT 1 FROM document d
    WHERE d.kind = 'member' AND d.id = whom AND (d.body -> 'away' ->> 'until')::bigint > at);
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."is_here"(text, bigint) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."who_answers"(whom text, at bigint) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  asked text[] := '{}';
  current text := whom;
BEGIN
  WHILE current IS NOT NULL AND NOT current = ANY (asked) LOOP
    asked := asked || current;
    IF is_here(current, at) THEN
      RETURN current;
    END IF;
    IF is_gone(current) THEN
      RETURN NULL;
    END IF;
    SELECT d.body -> 'away' ->> 'substitute' INTO current FROM document d WHERE d.kind = 'member' AND d.id = current;
  END LOOP;
  RETURN NULL;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."who_answers"(text, bigint) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."unopened"() RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
BEGIN
  RETURN jsonb_build_object('owner', NULL, 'coveredFor', NULL, 'status', 'open', 'followUps', jsonb_build_array(),
    'reviews', jsonb_build_array());
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."unopened"() FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."open_checks"(state jsonb) RETURNS integer
LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
BEGIN
  RETURN (SELECT count(*)::integer FROM jsonb_array_elements(state -> 'followUps') f WHERE f ->> 'purpose' = 'check');
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."open_checks"(jsonb) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."follow_up"(state jsonb, wanted text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
BEGIN
  RETURN (SELECT f FROM jsonb_array_elements(state -> 'followUps') f WHERE f ->> 'id' = wanted LIMIT 1);
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."follow_up"(jsonb, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."review"(state jsonb, wanted text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
BEGIN
  RETURN (SELECT r FROM jsonb_array_elements(coalesce(state -> 'reviews', '[]')) r WHERE r ->> 'id' = wanted LIMIT 1);
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."review"(jsonb, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."fold"(state jsonb, happened text, payload jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
BEGIN
  CASE happened
    WHEN 'conversation.claimed' THEN
      RETURN state || jsonb_build_object('owner', payload -> 'by', 'coveredFor', NULL);
    WHEN 'conversation.assigned', 'conversation.transferred', 'conversation.returned', 'conversation.given-back' THEN
      RETURN state || jsonb_build_object('owner', payload -> 'to', 'coveredFor', NULL);
    WHEN 'conversation.covered' THEN
      RETURN state || jsonb_build_object('owner', payload -> 'to', 'coveredFor',
        coalesce(state ->> 'coveredFor', payload ->> 'from'));
    WHEN 'conversation.orphaned' THEN
      RETURN state || jsonb_build_object('owner', NULL, 'coveredFor', NULL);
    WHEN 'conversation.resolved' THEN
      RETURN state || jsonb_build_object('status', CASE WHEN open_checks(state) > 0 THEN 'resolved' ELSE 'done' END);
    WHEN 'conversation.closed' THEN
      RETURN state || jsonb_build_object('status', 'done');
    WHEN 'conversation.reopened' THEN
      RETURN state || jsonb_build_object('status', 'open');
    WHEN 'conversation.merged' THEN
      RETURN state || jsonb_build_object('status', 'merged', 'followUps', jsonb_build_array(), 'reviews', jsonb_build_array());
    WHEN 'follow-up.promised' THEN
      RETURN jsonb_set(state, '{followUps}', (state -> 'followUps') || jsonb_build_array(jsonb_build_object(
        'id', payload -> 'id', 'owner', payload -> 'owner', 'purpose', payload -> 'purpose', 'dueAt', payload -> 'dueAt',
        'ifNoReply', payload -> 'ifNoReply', 'every', payload -> 'every')));
    WHEN 'follow-up.moved', 'follow-up.fell-due' THEN
      RETURN jsonb_set(state, '{followUps}', coalesce((
        SELECT jsonb_agg(CASE WHEN f ->> 'id' = payload ->> 'id'
          THEN f || jsonb_build_object('dueAt', coalesce(payload ->> 'dueAt', payload ->> 'next', f ->> 'dueAt')::bigint)
          ELSE f END ORDER BY place)
        FROM jsonb_array_elements(state -> 'followUps') WITH ORDINALITY AS all_of(f, place)), '[]'));
    WHEN 'follow-up.given' THEN
      RETURN jsonb_set(state, '{followUps}', coalesce((
        SELECT jsonb_agg(CASE WHEN f ->> 'id' = payload ->> 'id' THEN f || jsonb_build_object('owner', payload -> 'to')
          ELSE f END ORDER BY place)
        FROM jsonb_array_elements(state -> 'followUps') WITH ORDINALITY AS all_of(f, place)), '[]'));
    WHEN 'follow-up.kept', 'follow-up.cancelled', 'check.confirmed', 'check.waived' THEN
      RETURN jsonb_set(state, '{followUps}', coalesce((
        SELECT jsonb_agg(f ORDER BY place)
        FROM jsonb_array_elements(state -> 'followUps') WITH ORDINALITY AS all_of(f, place)
        WHERE f ->> 'id' <> payload ->> 'id'), '[]'));
    WHEN 'review.asked' THEN
      RETURN state || jsonb_build_object('reviews', coalesce(state -> 'reviews', '[]') || jsonb_build_array(
        jsonb_build_object('id', payload -> 'review', 'by', payload -> 'by', 'of', payload -> 'of')));
    WHEN 'review.ended' THEN
      RETURN state || jsonb_build_object('reviews', coalesce((
        SELECT jsonb_agg(r ORDER BY place)
        FROM jsonb_array_elements(state -> 'reviews') WITH ORDINALITY AS all_of(r, place)
        WHERE r ->> 'id' <> payload ->> 'review'), '[]'));
    ELSE
      RETURN state;
  END CASE;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."fold"(jsonb, text, jsonb) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."absorb"(state jsonb, other jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  joined jsonb := (state -> 'followUps') || (other -> 'followUps');
BEGIN
  RETURN jsonb_build_object(
    'owner', coalesce(state ->> 'owner', other ->> 'owner'),
    'coveredFor', CASE WHEN state ->> 'owner' IS NULL THEN other ->> 'coveredFor' ELSE state ->> 'coveredFor' END,
    'status', CASE
      WHEN state ->> 'status' = 'open' OR other ->> 'status' = 'open' THEN 'open'
      WHEN open_checks(jsonb_build_object('followUps', joined)) > 0 THEN 'resolved'
      ELSE state ->> 'status' END,
    'followUps', joined,
    -- States from before there were reviews say nothing of them.
    'reviews', coalesce(state -> 'reviews', '[]') || coalesce(other -> 'reviews', '[]'));
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."absorb"(jsonb, jsonb) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."state_at"(of_stream text, up_to integer) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
BEGIN
  RETURN coalesce((
    SELECT e.state FROM event e WHERE e.stream = of_stream AND e.rev <= up_to AND e.state IS NOT NULL
    ORDER BY e.rev DESC LIMIT 1), unopened());
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."state_at"(text, integer) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."retell"(of_stream text, happened text, payload jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  back integer := 2147483647;
  restored integer := CASE WHEN happened = 'conversation.restored' THEN 1 ELSE 0 END;
  released text[] := CASE WHEN happened = 'conversation.released' THEN ARRAY[payload ->> 'to'] ELSE '{}' END;
  standing integer[] := '{}';
  told jsonb := unopened();
  e record;
BEGIN
  FOR e IN SELECT l.rev, l.kind, l.payload FROM event l WHERE l.stream = of_stream ORDER BY l.rev DESC LOOP
    CONTINUE WHEN e.rev > back;
    IF e.kind = 'conversation.undone' THEN
      back := (e.payload ->> 'back')::integer;
      CONTINUE;
    ELSIF e.kind = 'conversation.restored' THEN
      restored := restored + 1;
      CONTINUE;
    ELSIF e.kind = 'conversation.merged' AND restored > 0 THEN
      restored := restored - 1;
      CONTINUE;
    ELSIF e.kind = 'conversation.released' THEN
      released := released || (e.payload ->> 'to');
      CONTINUE;
    ELSIF e.kind = 'conversation.absorbed' AND (e.payload ->> 'from') = ANY (released) THEN
      released := array_remove(released, e.payload ->> 'from');
      CONTINUE;
    END IF;
    standing := e.rev || standing;
  END LOOP;
  FOR e IN SELECT l.kind, l.payload FROM event l WHERE l.stream = of_stream AND l.rev = ANY (standing) ORDER BY l.rev LOOP
    told := CASE e.kind
      WHEN 'conversation.absorbed' THEN absorb(told, state_at(e.payload ->> 'from', (e.payload ->> 'rev')::integer))
      ELSE fold(told, e.kind, e.payload) END;
  END LOOP;
  RETURN told;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."retell"(text, text, jsonb) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."other_of"(happened text, payload jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
BEGIN
  RETURN CASE happened
    WHEN 'conversation.merged' THEN payload ->> 'into'
    WHEN 'conversation.absorbed' THEN payload ->> 'from'
    WHEN 'conversation.restored' THEN payload ->> 'from'
    WHEN 'conversation.released' THEN payload ->> 'to'
    WHEN 'conversation.split' THEN payload ->> 'into'
    WHEN 'conversation.rejoined' THEN payload ->> 'from'
    ELSE NULL END;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."other_of"(text, jsonb) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."all_linked"(conversations text[]) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
BEGIN
  RETURN ARRAY(
    WITH RECURSIVE linked (id) AS (
      SELECT unnest(conversations)
      UNION
      SELECT l.other FROM linked CROSS JOIN LATERAL (SELECT k.other FROM link k WHERE k.one = linked.id OFFSET 0) l)
    SELECT id FROM linked);
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."all_linked"(text[]) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."check_author"(who caller, of_stream text, happened text, payload jsonb, author text, told_at bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  others text[];
BEGIN
  IF happened NOT IN ('conversation.opened', 'message.received', 'message.answered', 'conversation.returned', 'conversation.covered', 'conversation.given-back', 'conversation.orphaned', 'conversation.resolved', 'conversation.reopened', 'conversation.woken', 'conversation.merged', 'conversation.absorbed', 'follow-up.fell-due', 'follow-up.cancelled', 'reply.sent', 'reply.failed', 'reply.uncertain', 'reply.bounced', 'contact.named', 'conversation.claimed', 'conversation.assigned', 'conversation.transferred', 'conversation.closed', 'conversation.snoozed', 'conversation.restored', 'conversation.released', 'conversation.split', 'conversation.rejoined', 'conversation.undone', 'follow-up.promised', 'follow-up.moved', 'follow-up.given', 'follow-up.kept', 'check.confirmed', 'check.waived', 'tag.added', 'tag.removed', 'note.added', 'review.asked', 'review.given', 'review.ended', 'reply.queued', 'reply.withdrawn') THEN
    PERFORM refuse('malformed', 'conversation', of_stream);
  ELSIF author = who.member OR (author IS NULL AND happened IN ('conversation.opened', 'message.received', 'message.answered', 'conversation.returned', 'conversation.covered', 'conversation.given-back', 'conversation.orphaned', 'conversation.resolved', 'conversation.reopened', 'conversation.woken', 'conversation.merged', 'conversation.absorbed', 'follow-up.fell-due', 'follow-up.cancelled', 'reply.sent', 'reply.failed', 'reply.uncertain', 'reply.bounced', 'contact.named')) THEN
    RETURN;
  -- What a log tells of a message goes with it when it goes to another conversation, in the name of who did it.
  ELSIF happened LIKE 'reply.%' OR happened LIKE 'message.%' THEN
    others := array_remove(all_linked(ARRAY[of_stream]), of_stream);
    IF EXISTS (
      SELECT 1 FROM event e
      WHERE e.stream = ANY (others) AND e.kind = happened
        AND e.payload = check_author.payload AND e.author = check_author.author AND e.at = told_at) THEN
      RETURN;
    END IF;
  END IF;
  PERFORM refuse('wrong-author', 'conversation', of_stream);
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."check_author"(caller, text, text, jsonb, text, bigint) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."answers_by_any_clock"(whom text, answers text, at bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
BEGIN
  RETURN who_answers(whom, at) IS NOT DISTINCT FROM answers OR who_answers(whom, at - 43200000) IS NOT DISTINCT FROM answers
    OR who_answers(whom, at + 43200000) IS NOT DISTINCT FROM answers;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."answers_by_any_clock"(text, text, bigint) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."check_owner_event"(who caller, of_stream text, state jsonb, happened text, payload jsonb, fresh boolean, timers text[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  owner text := state ->> 'owner';
  may_lead boolean := who.role <> 'agent';
  now_at bigint := now_ms();
  comes text := CASE WHEN happened = 'conversation.claimed' THEN payload ->> 'by' ELSE payload ->> 'to' END;
BEGIN
  IF happened <> 'conversation.claimed' AND (payload ->> 'from') IS DISTINCT FROM owner THEN
    PERFORM refuse('state-differs', 'conversation', of_stream);
  END IF;
  CASE happened
    WHEN 'conversation.claimed' THEN
      IF comes IS DISTINCT FROM who.member THEN
        -- Who splits a conversation leaves both halves with whom they were; that is looked at in the end.
        IF NOT fresh OR owner IS NOT NULL THEN
          PERFORM refuse('wrong-author', 'conversation', of_stream);
        END IF;
      ELSIF owner IS NOT NULL AND owner <> who.member AND NOT is_gone(owner) THEN
        PERFORM refuse('owned', 'conversation', of_stream);
      END IF;
    WHEN 'conversation.assigned' THEN
      IF comes IS NOT NULL AND is_gone(comes) THEN
        PERFORM refuse('member-gone', 'conversation', of_stream);
      ELSIF NOT may_lead AND NOT (comes IS NULL AND owner = who.member) THEN
        PERFORM refuse(CASE WHEN owner IS NULL THEN 'leads-only' ELSE 'owned' END, 'conversation', of_stream);
      END IF;
    WHEN 'conversation.transferred' THEN
      IF comes IS NULL OR is_gone(comes) THEN
        PERFORM refuse('member-gone', 'conversation', of_stream);
      ELSIF owner IS NOT NULL AND owner <> who.member AND NOT may_lead THEN
        PERFORM refuse('owned', 'conversation', of_stream);
      ELSIF state ->> 'status' = 'done' OR coalesce(btrim(payload ->> 'reason'), '') = '' OR comes = owner THEN
        PERFORM refuse('state-differs', 'conversation', of_stream);
      END IF;
    WHEN 'conversation.returned' THEN
      IF comes IS NULL OR NOT (of_stream || '|' || comes) = ANY (timers) THEN
        PERFORM refuse('not-due', 'conversation', of_stream);
      ELSIF is_gone(comes) THEN
        PERFORM refuse('member-gone', 'conversation', of_stream);
      END IF;
    WHEN 'conversation.covered' THEN
      IF NOT fresh AND (comes IS NULL OR owner IS NULL OR comes = owner OR NOT answers_by_any_clock(owner, comes, now_at)) THEN
        PERFORM refuse('not-due', 'conversation', of_stream);
      END IF;
    WHEN 'conversation.given-back' THEN
      IF comes IS NULL OR comes IS DISTINCT FROM state ->> 'coveredFor'
        OR NOT (is_here(comes, now_at) OR is_here(comes, now_at + 43200000)) THEN
        PERFORM refuse('not-due', 'conversation', of_stream);
      END IF;
    ELSE
      -- conversation.orphaned: it was somebody's, and nobody answers for them.
      IF owner IS NULL
        OR NOT (is_gone(owner) OR (state ->> 'status' <> 'open' AND answers_by_any_clock(owner, NULL, now_at))) THEN
        PERFORM refuse('not-due', 'conversation', of_stream);
      END IF;
  END CASE;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."check_owner_event"(caller, text, jsonb, text, jsonb, boolean, text[]) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."check_follow_up_event"(who caller, of_stream text, state jsonb, happened text, payload jsonb, author text, timers text[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  found_one jsonb := follow_up(state, payload ->> 'id');
  purpose text := coalesce(found_one ->> 'purpose', payload ->> 'purpose');
  may_lead boolean := who.role <> 'agent';
  mine boolean := coalesce(found_one ->> 'owner', payload ->> 'owner') = who.member;
BEGIN
  IF happened = 'follow-up.promised' THEN
    IF found_one IS NOT NULL OR purpose IS NULL OR purpose NOT IN ('promise', 'check', 'return')
      OR (payload ->> 'dueAt')::bigint IS NULL THEN
      PERFORM refuse('malformed', 'conversation', of_stream);
    -- Checks and return timers come with a transfer; that is looked at in the end.
    ELSIF purpose = 'promise' AND NOT mine THEN
      PERFORM refuse('not-yours', 'conversation', of_stream);
    END IF;
    RETURN;
  END IF;
  IF found_one IS NULL THEN
    PERFORM refuse('state-differs', 'conversation', of_stream);
  END IF;
  CASE happened
    WHEN 'follow-up.moved' THEN
      IF NOT mine AND NOT may_lead THEN
        PERFORM refuse('not-yours', 'conversation', of_stream);
      END IF;
    WHEN 'follow-up.given' THEN
      IF NOT may_lead THEN
        PERFORM refuse('leads-only', 'conversation', of_stream);
      ELSIF payload ->> 'to' IS NULL OR is_gone(payload ->> 'to') THEN
        PERFORM refuse('member-gone', 'conversation', of_stream);
      -- Nobody checks on themselves.
      ELSIF payload ->> 'from' IS DISTINCT FROM found_one ->> 'owner' OR payload ->> 'purpose' IS DISTINCT FROM purpose
        OR (purpose <> 'promise' AND payload ->> 'to' IS NOT DISTINCT FROM state ->> 'owner') THEN
        PERFORM refuse('state-differs', 'conversation', of_stream);
      END IF;
    WHEN 'follow-up.kept' THEN
      IF purpose = 'check' OR NOT (mine OR may_lead) THEN
        PERFORM refuse('not-yours', 'conversation', of_stream);
      END IF;
    WHEN 'follow-up.fell-due' THEN
      IF (found_one ->> 'dueAt')::bigint > now_ms() + 43200000 THEN
        PERFORM refuse('not-due', 'conversation', of_stream);
      END IF;
    WHEN 'follow-up.cancelled' THEN
      IF purpose = 'check' AND payload ->> 'because' <> 'customer' THEN
        PERFORM refuse('not-yours', 'conversation', of_stream);
      END IF;
      CASE payload ->> 'because'
        WHEN 'agent' THEN
          IF author IS NULL OR NOT (mine OR may_lead) THEN
            PERFORM refuse('not-yours', 'conversation', of_stream);
          END IF;
        WHEN 'customer' THEN
          IF NOT coalesce((found_one ->> 'ifNoReply')::boolean, false) AND found_one ->> 'every' IS NULL THEN
            PERFORM refuse('not-due', 'conversation', of_stream);
          END IF;
        WHEN 'taken-up' THEN
          IF purpose <> 'return' OR author IS NULL OR state ->> 'owner' IS DISTINCT FROM who.member THEN
            PERFORM refuse('not-yours', 'conversation', of_stream);
          END IF;
        WHEN 'returned' THEN
          IF purpose <> 'return' OR NOT EXISTS (SELECT 1 FROM unnest(timers) r WHERE split_part(r, '|', 1) = of_stream) THEN
            PERFORM refuse('not-due', 'conversation', of_stream);
          END IF;
        WHEN 'reassigned' THEN
          -- Only beside a new owner; that is looked at in the end.
          IF purpose <> 'return' OR author IS NULL THEN
            PERFORM refuse('not-yours', 'conversation', of_stream);
          END IF;
        ELSE
          PERFORM refuse('malformed', 'conversation', of_stream);
      END CASE;
    WHEN 'check.confirmed' THEN
      IF purpose <> 'check' THEN
        PERFORM refuse('state-differs', 'conversation', of_stream);
      ELSIF payload ->> 'how' = 'customer-words' THEN
        IF NOT EXISTS (SELECT 1 FROM document d
          WHERE d.kind = 'message' AND d.id = payload ->> 'message' AND d.parent = ANY (all_linked(ARRAY[of_stream]))) THEN
          PERFORM refuse('incomplete', 'message', payload ->> 'message');
        END IF;
      ELSIF payload ->> 'how' IS DISTINCT FROM 'customer-confirmed' OR NOT mine THEN
        PERFORM refuse('not-yours', 'conversation', of_stream);
      END IF;
    ELSE
      -- check.waived
      IF NOT may_lead THEN
        PERFORM refuse('leads-only', 'conversation', of_stream);
      ELSIF purpose <> 'check' OR coalesce(btrim(payload ->> 'reason'), '') = '' THEN
        PERFORM refuse('state-differs', 'conversation', of_stream);
      END IF;
  END CASE;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."check_follow_up_event"(caller, text, jsonb, text, jsonb, text, text[]) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."check_review_event"(who caller, of_stream text, state jsonb, happened text, payload jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  found_one jsonb := review(state, payload ->> 'review');
  asked jsonb := payload -> 'of';
BEGIN
  IF jsonb_typeof(payload -> 'review') IS DISTINCT FROM 'string' OR length(payload ->> 'review') NOT BETWEEN 1 AND 80
    OR length(payload ->> 'note') > 4000 THEN
    PERFORM refuse('malformed', 'conversation', of_stream);
  ELSIF length(payload::text) > 2000000 OR length(payload ->> 'html') > 100000 OR length(payload -> 'answer' ->> 'html') > 100000 THEN
    PERFORM refuse('too-large', 'conversation', of_stream);
  ELSIF happened <> 'review.ended' AND payload ->> 'by' IS DISTINCT FROM who.member THEN
    PERFORM refuse('wrong-author', 'conversation', of_stream);
  END IF;
  IF happened = 'review.asked' THEN
    IF jsonb_typeof(asked) IS DISTINCT FROM 'array' OR jsonb_typeof(payload -> 'answer') IS DISTINCT FROM 'object'
      OR jsonb_typeof(payload -> 'note') IS DISTINCT FROM 'string' THEN
      PERFORM refuse('malformed', 'conversation', of_stream);
    ELSIF jsonb_array_length(asked) NOT BETWEEN 1 AND 5
      OR (SELECT count(DISTINCT a) <> count(*) OR bool_or(jsonb_typeof(a) <> 'string') FROM jsonb_array_elements(asked) a)
      OR asked ? who.member THEN
      PERFORM refuse('malformed', 'conversation', of_stream);
    ELSIF EXISTS (SELECT 1 FROM jsonb_array_elements_text(asked) a WHERE is_gone(a)) THEN
      PERFORM refuse('member-gone', 'conversation', of_stream);
    -- Asked again, the earlier one has ended before.
    ELSIF EXISTS (SELECT 1 FROM jsonb_array_elements(coalesce(state -> 'reviews', '[]')) r WHERE r ->> 'by' = who.member) THEN
      PERFORM refuse('state-differs', 'conversation', of_stream);
    END IF;
    RETURN;
  END IF;
  IF found_one IS NULL THEN
    PERFORM refuse('state-differs', 'conversation', of_stream);
  END IF;
  IF happened = 'review.given' THEN
    IF coalesce(payload ->> 'verdict', '') NOT IN ('good', 'changes') THEN
      PERFORM refuse('malformed', 'conversation', of_stream);
    -- Nobody finds their own answer good.
    ELSIF found_one ->> 'by' = who.member OR NOT (found_one -> 'of' ? who.member OR who.role <> 'agent') THEN
      PERFORM refuse('not-yours', 'conversation', of_stream);
    END IF;
  ELSIF found_one ->> 'by' <> who.member THEN
    PERFORM refuse('not-yours', 'conversation', of_stream);
  ELSIF coalesce(payload ->> 'reason', '') NOT IN ('withdrawn', 'again', 'sent', 'discarded') THEN
    PERFORM refuse('malformed', 'conversation', of_stream);
  END IF;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."check_review_event"(caller, text, jsonb, text, jsonb) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."check_event"(who caller, of_stream text, told_rev integer, state jsonb, happened text, payload jsonb, author text, fresh boolean, timers text[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  owner text := state ->> 'owner';
  may_lead boolean := who.role <> 'agent';
  back integer;
BEGIN
  IF (happened = 'conversation.opened') <> (told_rev = 1) THEN
    PERFORM refuse('malformed', 'conversation', of_stream);
  END IF;
  CASE
    WHEN happened IN ('conversation.claimed', 'conversation.assigned', 'conversation.transferred', 'conversation.returned',
      'conversation.covered', 'conversation.given-back', 'conversation.orphaned') THEN
      PERFORM check_owner_event(who, of_stream, state, happened, payload, fresh, timers);
    WHEN happened LIKE 'follow-up.%' OR happened LIKE 'check.%' THEN
      PERFORM check_follow_up_event(who, of_stream, state, happened, payload, author, timers);
    WHEN happened LIKE 'review.%' THEN
      PERFORM check_review_event(who, of_stream, state, happened, payload);
    WHEN happened = 'conversation.resolved' THEN
      IF author IS NULL AND NOT (fresh AND told_rev <= 3) THEN
        PERFORM refuse('wrong-author', 'conversation', of_stream);
      ELSIF owner IS NOT NULL AND owner <> who.member AND NOT may_lead THEN
        PERFORM refuse('owned', 'conversation', of_stream);
      END IF;
    WHEN happened = 'conversation.closed' THEN
      IF open_checks(state) > 0 THEN
        PERFORM refuse('open-checks', 'conversation', of_stream);
      ELSIF state ->> 'status' <> 'resolved' THEN
        PERFORM refuse('state-differs', 'conversation', of_stream);
      END IF;
    WHEN happened = 'conversation.restored' THEN
      IF state ->> 'status' <> 'merged' THEN
        PERFORM refuse('state-differs', 'conversation', of_stream);
      END IF;
    WHEN happened = 'conversation.woken' THEN
      IF author IS NULL AND payload ->> 'because' = 'agent' THEN
        PERFORM refuse('wrong-author', 'conversation', of_stream);
      END IF;
    WHEN happened = 'conversation.undone' THEN
      back := (payload ->> 'back')::integer;
      IF back IS NULL OR back < 0 OR back >= told_rev - 1 THEN
        PERFORM refuse('malformed', 'conversation', of_stream);
      ELSIF EXISTS (SELECT 1 FROM event e WHERE e.stream = of_stream AND e.rev > back AND other_of(e.kind, e.payload) IS NOT NULL) THEN
        PERFORM refuse('state-differs', 'conversation', of_stream);
      ELSIF NOT may_lead AND EXISTS (
        SELECT 1 FROM event e WHERE e.stream = of_stream AND e.rev > back AND e.author IS DISTINCT FROM who.member) THEN
        PERFORM refuse('owned', 'conversation', of_stream);
      END IF;
    ELSE
      NULL;
  END CASE;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."check_event"(caller, text, integer, jsonb, text, jsonb, text, boolean, text[]) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."check_whole"(who caller, new_seq bigint, streams text[], fresh_streams text[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  e record;
BEGIN
  FOR e IN
    SELECT h.stream, h.rev, h.kind, h.payload, h.author FROM event h
    WHERE h.stream = ANY (streams) AND h.seq = new_seq AND h.kind IN ('conversation.merged', 'conversation.absorbed',
      'conversation.restored', 'conversation.released', 'conversation.rejoined', 'conversation.transferred',
      'conversation.claimed', 'conversation.covered', 'follow-up.promised', 'follow-up.cancelled')
  LOOP
    CASE e.kind
      WHEN 'conversation.merged' THEN
        IF NOT EXISTS (SELECT 1 FROM event o WHERE o.stream = e.payload ->> 'into' AND o.seq = new_seq
          AND o.payload ->> 'from' = e.stream AND (o.kind = 'conversation.rejoined'
            OR (o.kind = 'conversation.absorbed' AND (o.payload ->> 'rev')::integer = e.rev - 1))) THEN
          PERFORM refuse('incomplete', 'conversation', e.stream);
        END IF;
      WHEN 'conversation.absorbed', 'conversation.rejoined' THEN
        IF NOT EXISTS (SELECT 1 FROM event o WHERE o.stream = e.payload ->> 'from' AND o.seq = new_seq
          AND o.kind = 'conversation.merged' AND o.payload ->> 'into' = e.stream) THEN
          PERFORM refuse('incomplete', 'conversation', e.stream);
        END IF;
        -- As if nothing had left is only true while nothing has happened to what left.
        IF e.kind = 'conversation.rejoined' AND NOT EXISTS (
          SELECT 1 FROM event s WHERE s.stream = e.stream AND s.rev < e.rev AND s.kind = 'conversation.split'
            AND s.payload ->> 'into' = e.payload ->> 'from'
            AND NOT EXISTS (SELECT 1 FROM event o WHERE o.stream = e.payload ->> 'from' AND o.seq > s.seq
              AND o.kind <> 'conversation.merged')
            AND NOT EXISTS (SELECT 1 FROM event o WHERE o.stream = e.payload ->> 'from' AND o.kind = 'follow-up.promised'))
        THEN
          PERFORM refuse('state-differs', 'conversation', e.stream);
        END IF;
      WHEN 'conversation.restored' THEN
        IF NOT EXISTS (SELECT 1 FROM event o WHERE o.stream = e.payload ->> 'from' AND o.seq = new_seq
          AND o.kind = 'conversation.released' AND o.payload ->> 'to' = e.stream) THEN
          PERFORM refuse('incomplete', 'conversation', e.stream);
        END IF;
      WHEN 'conversation.released' THEN
        IF NOT EXISTS (SELECT 1 FROM event o WHERE o.stream = e.payload ->> 'to' AND o.seq = new_seq
          AND o.kind = 'conversation.restored' AND o.payload ->> 'from' = e.stream) THEN
          PERFORM refuse('incomplete', 'conversation', e.stream);
        END IF;
      WHEN 'conversation.transferred' THEN
        IF NOT EXISTS (SELECT 1 FROM event o WHERE o.stream = e.stream AND o.seq = new_seq AND o.rev > e.rev
          AND o.kind = 'follow-up.promised' AND o.payload ->> 'id' = e.payload ->> 'check'
          AND o.payload ->> 'purpose' = 'check' AND o.payload ->> 'owner' = giver_of(e.payload, e.author)) THEN
          PERFORM refuse('incomplete', 'conversation', e.stream);
        END IF;
      WHEN 'follow-up.promised' THEN
        IF e.payload ->> 'purpose' <> 'promise' AND NOT EXISTS (
          SELECT 1 FROM event o WHERE o.stream = e.stream AND o.seq = new_seq AND o.rev BETWEEN e.rev - 2 AND e.rev - 1
            AND o.kind = 'conversation.transferred' AND e.payload ->> 'owner' = giver_of(o.payload, o.author)
            AND (e.payload ->> 'purpose' = 'return' OR o.payload ->> 'check' = e.payload ->> 'id')) THEN
          PERFORM refuse('not-yours', 'conversation', e.stream);
        END IF;
      WHEN 'follow-up.cancelled' THEN
        IF e.payload ->> 'because' = 'reassigned' AND NOT EXISTS (
          SELECT 1 FROM event o WHERE o.stream = e.stream AND o.seq = new_seq
            AND o.kind IN ('conversation.assigned', 'conversation.transferred')) THEN
          PERFORM refuse('not-yours', 'conversation', e.stream);
        END IF;
      ELSE
        -- What was split off belongs to whom the whole belonged when it was split.
        IF e.stream = ANY (fresh_streams) AND NOT (e.kind = 'conversation.claimed' AND e.payload ->> 'by' = who.member)
          AND NOT EXISTS (
            SELECT 1 FROM link l JOIN event s ON s.stream = l.other AND s.seq = new_seq
              AND s.kind = 'conversation.split' AND s.payload ->> 'into' = e.stream
            CROSS JOIN LATERAL (SELECT state_at(s.stream, s.rev) AS state) whole
            WHERE l.one = e.stream AND CASE e.kind
              WHEN 'conversation.claimed' THEN e.payload ->> 'by' = coalesce(whole.state ->> 'coveredFor', whole.state ->> 'owner')
              ELSE e.payload ->> 'from' = whole.state ->> 'coveredFor' AND e.payload ->> 'to' = whole.state ->> 'owner' END)
          AND NOT (e.kind = 'conversation.covered' AND answers_by_any_clock(e.payload ->> 'from', e.payload ->> 'to', now_ms()))
        THEN
          PERFORM refuse('wrong-author', 'conversation', e.stream);
        END IF;
    END CASE;
  END LOOP;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."check_whole"(caller, bigint, text[], text[]) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."giver_of"(transferred jsonb, author text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
BEGIN
  RETURN CASE WHEN transferred ->> 'from' IS NULL OR is_gone(transferred ->> 'from') THEN author ELSE transferred ->> 'from' END;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."giver_of"(jsonb, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."push"(push_id text, documents jsonb, events jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  who caller := lock_team();
  refusal text;
BEGIN
  RETURN push_now(who, push_id, documents, events);
EXCEPTION
  -- What was written up to the refusal is taken back with it.
  WHEN SQLSTATE 'STR01' THEN
    GET STACKED DIAGNOSTICS refusal = PG_EXCEPTION_DETAIL;
    RETURN refusal::jsonb;
  WHEN data_exception OR not_null_violation OR check_violation THEN
    RETURN jsonb_build_object('kind', 'refused', 'reason', 'malformed', 'key', NULL, 'said', left(SQLERRM, 300));
  WHEN unique_violation THEN
    RETURN jsonb_build_object('kind', 'refused', 'reason', 'repeated', 'key', NULL);
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."push"(text, jsonb, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."push"(text, jsonb, jsonb) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."push_now"(who caller, push_id text, documents jsonb, events jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  docs pushed[];
  streams text[];
  clash jsonb;
  new_seq bigint;
  x record;
BEGIN
  IF push_id IS NULL OR length(push_id) NOT BETWEEN 1 AND 100 OR jsonb_typeof(documents) IS DISTINCT FROM 'array'
    OR jsonb_typeof(events) IS DISTINCT FROM 'array' THEN
    PERFORM refuse('malformed', NULL, NULL);
  ELSIF jsonb_array_length(documents) > 5000 OR jsonb_array_length(events) > 5000
    OR pg_column_size(documents) + pg_column_size(events) > 67108864 THEN
    PERFORM refuse('too-large', NULL, NULL);
  END IF;
  docs := ARRAY(
    SELECT ROW(d.kind, d.id, d.account, d."activeAt", d.expected, d.body)::pushed
    FROM jsonb_to_recordset(documents)
      AS d(kind text, id text, account text, "activeAt" bigint, expected integer, body jsonb));
  SELECT p.seq, p.device INTO x FROM accepted_push p WHERE p.id = push_id;
  IF FOUND THEN
    IF x.device <> who.device THEN
      PERFORM refuse('repeated', NULL, NULL);
    END IF;
    RETURN accepted(x.seq, docs);
  END IF;
  IF (SELECT d.client_schema < t.oldest FROM device d, team t WHERE d.id = who.device) THEN
    PERFORM refuse('too-old', NULL, NULL);
  END IF;
  FOR x IN SELECT d.*, o.account AS was FROM unnest(docs) d LEFT JOIN document o ON o.kind = d.kind AND o.id = d.id LOOP
    IF x.id IS NULL OR length(x.id) NOT BETWEEN 1 AND 200 OR x.kind IS NULL OR x.active_at IS NULL OR x.expected IS NULL
      OR length(x.account) > 200 OR jsonb_typeof(x.body) <> 'object' THEN
      PERFORM refuse('malformed', x.kind, x.id);
    ELSIF x.account = ANY (who.hidden) OR x.was = ANY (who.hidden) THEN
      PERFORM refuse('not-granted', x.kind, x.id);
    ELSIF pg_column_size(x.body) > 16777216 THEN
      PERFORM refuse('too-large', x.kind, x.id);
    END IF;
  END LOOP;
  IF (SELECT count(*) <> count(DISTINCT (d.kind, d.id)) FROM unnest(docs) d) THEN
    PERFORM refuse('malformed', NULL, NULL);
  END IF;

  streams := ARRAY(SELECT DISTINCT e.stream FROM jsonb_to_recordset(events) AS e(stream text));
  IF EXISTS (SELECT 1 FROM unnest(streams) s WHERE s IS NULL OR NOT EXISTS (
    SELECT 1 FROM unnest(docs) d WHERE d.kind = 'conversation' AND d.id = s AND d.body IS NOT NULL)) THEN
    PERFORM refuse('incomplete', NULL, NULL);
  END IF;
  SELECT jsonb_agg(jsonb_build_object('kind', k.kind, 'id', k.id)) INTO clash FROM (
    SELECT d.kind, d.id FROM unnest(docs) d LEFT JOIN document o ON o.kind = d.kind AND o.id = d.id
    WHERE coalesce(o.version, 0) <> d.expected
    UNION
    SELECT 'conversation', e.stream FROM (
      SELECT r.stream, min(r.rev) AS first FROM jsonb_to_recordset(events) AS r(stream text, rev integer) GROUP BY r.stream) e
    LEFT JOIN conversation_state c ON c.id = e.stream
    WHERE e.first IS DISTINCT FROM coalesce(c.rev, 0) + 1) k;
  IF clash IS NOT NULL THEN
    RETURN jsonb_build_object('kind', 'conflict', 'keys', clash);
  END IF;

  new_seq := next_seq();
  PERFORM check_document(who, d) FROM unnest(docs) d WHERE d.kind IN ('member', 'account', 'targets');
  PERFORM write_documents(who.device, new_seq, docs);
  PERFORM append_events(who, new_seq, streams, events);
  PERFORM check_conversation(d) FROM unnest(docs) d WHERE d.kind = 'conversation';
  INSERT INTO accepted_push (id, device, seq) VALUES (push_id, who.device, new_seq);
  DELETE FROM accepted_push p WHERE p.device = who.device AND p.seq <= (
    SELECT o.seq FROM accepted_push o WHERE o.device = who.device ORDER BY o.seq DESC OFFSET 64 LIMIT 1);
  PERFORM wake('seq:' || new_seq);
  RETURN accepted(new_seq, docs);
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."push_now"(caller, text, jsonb, jsonb) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."accepted"(at_seq bigint, docs pushed[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
BEGIN
  RETURN jsonb_build_object('kind', 'accepted', 'seq', at_seq, 'versions', coalesce((
    SELECT jsonb_agg(jsonb_build_object('kind', d.kind, 'id', d.id, 'version', d.expected + 1)) FROM unnest(docs) d), '[]'));
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."accepted"(bigint, pushed[]) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."check_document"(who caller, doc pushed) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  was jsonb;
  away_until bigint;
BEGIN
  IF doc.kind = 'account' AND doc.account IS DISTINCT FROM doc.id THEN
    PERFORM refuse('malformed', doc.kind, doc.id);
  ELSIF doc.kind = 'account' AND who.role <> 'admin' THEN
    -- Everybody may connect one; it is changed by whoever did, and by admins.
    IF EXISTS (
      SELECT 1 FROM document d WHERE d.kind = 'account' AND d.id = doc.id AND d.body IS DISTINCT FROM doc.body
        AND NOT EXISTS (SELECT 1 FROM device v WHERE v.id = d.written_by AND v.member = who.member)) THEN
      PERFORM refuse('admins-only', doc.kind, doc.id);
    END IF;
  ELSIF doc.kind = 'targets' AND who.role <> 'admin' THEN
    PERFORM refuse('admins-only', doc.kind, doc.id);
  END IF;
  IF doc.kind <> 'member' THEN
    RETURN;
  END IF;
  IF doc.body IS NULL OR doc.account IS NOT NULL OR jsonb_typeof(doc.body -> 'name') IS DISTINCT FROM 'string'
    OR length(doc.body ->> 'name') > 400 OR length(doc.body ->> 'address') > 400 THEN
    PERFORM refuse('malformed', doc.kind, doc.id);
  END IF;
  SELECT d.body INTO was FROM document d WHERE d.kind = 'member' AND d.id = doc.id;
  IF NOT FOUND THEN
    -- Somebody who had left before there was a team.
    IF who.role <> 'admin' OR doc.body ->> 'goneAt' IS NULL OR doc.body ->> 'role' IS NULL THEN
      PERFORM refuse('admins-only', doc.kind, doc.id);
    END IF;
    INSERT INTO member (id, name, address, role, joined_at, gone_at) VALUES (doc.id, doc.body ->> 'name',
      coalesce(doc.body ->> 'address', ''), doc.body ->> 'role', now_ms(), (doc.body ->> 'goneAt')::bigint);
    RETURN;
  END IF;
  IF doc.body -> 'role' IS DISTINCT FROM was -> 'role' OR doc.body -> 'goneAt' IS DISTINCT FROM was -> 'goneAt' THEN
    PERFORM refuse('admins-only', doc.kind, doc.id);
  END IF;
  IF doc.id <> who.member AND who.role <> 'admin' AND doc.body - 'away' IS DISTINCT FROM was - 'away' THEN
    PERFORM refuse('admins-only', doc.kind, doc.id);
  END IF;
  IF doc.body -> 'away' IS DISTINCT FROM was -> 'away' AND doc.id <> who.member AND who.role = 'agent' THEN
    -- Whose return date has passed is back, whoever looks first.
    away_until := (was -> 'away' ->> 'until')::bigint;
    IF doc.body -> 'away' <> 'null' OR away_until IS NULL THEN
      PERFORM refuse('leads-only', doc.kind, doc.id);
    ELSIF away_until > now_ms() + 43200000 THEN
      PERFORM refuse('not-due', doc.kind, doc.id);
    END IF;
  END IF;
  UPDATE member m SET name = doc.body ->> 'name', address = coalesce(doc.body ->> 'address', '') WHERE m.id = doc.id;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."check_document"(caller, pushed) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."write_documents"(by_device text, new_seq bigint, docs pushed[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
BEGIN
  INSERT INTO document AS o (kind, id, version, seq, account, active_at, parent, body, words, written_by)
  SELECT d.kind, d.id, d.expected + 1, new_seq, d.account, d.active_at,
    CASE d.kind WHEN 'message' THEN d.body ->> 'conversation' WHEN 'conversation' THEN d.body ->> 'customer' END,
    d.body,
    CASE WHEN d.kind = 'message' THEN to_tsvector('simple', concat_ws(' ', left(d.body ->> 'subject', 2000), left(d.body ->> 'text', 100000))) END,
    by_device
  FROM unnest(docs) d
  ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, seq = excluded.seq, account = excluded.account,
    active_at = excluded.active_at, parent = excluded.parent, body = excluded.body, words = excluded.words,
    written_by = excluded.written_by;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."write_documents"(text, bigint, pushed[]) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."append_events"(who caller, new_seq bigint, streams text[], events jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  e record;
  here conversation_state;
  after jsonb;
  other text;
  fresh_streams text[];
  timers text[] := '{}';
BEGIN
  IF streams = '{}' THEN
    RETURN;
  END IF;
  fresh_streams := ARRAY(SELECT s FROM unnest(streams) s WHERE NOT EXISTS (SELECT 1 FROM conversation_state c WHERE c.id = s));
  INSERT INTO link (one, other)
  SELECT t.one, t.other FROM (
    SELECT l.stream AS one, other_of(l.kind, l.payload) AS other FROM jsonb_to_recordset(events) AS l(stream text, kind text, payload jsonb)
    UNION
    SELECT other_of(l.kind, l.payload), l.stream FROM jsonb_to_recordset(events) AS l(stream text, kind text, payload jsonb)) t
  WHERE t.one IS NOT NULL AND t.other IS NOT NULL AND t.one <> t.other
  ON CONFLICT DO NOTHING;
  FOR e IN
    SELECT r.* FROM ROWS FROM (jsonb_to_recordset(events) AS (
      id text, stream text, rev integer, schema integer, kind text, payload jsonb, author text, at bigint, undo text))
      WITH ORDINALITY AS r(id, stream, rev, schema, kind, payload, author, at, undo, place)
    ORDER BY r.place
  LOOP
    IF here.id IS DISTINCT FROM e.stream THEN
      PERFORM save_state(here);
      SELECT * INTO here FROM conversation_state c WHERE c.id = e.stream;
      IF NOT FOUND THEN
        here := ROW(e.stream, 0, NULL, 'open', NULL, 0, unopened())::conversation_state;
      END IF;
    END IF;
    IF e.rev <> here.rev + 1 OR e.id IS NULL OR length(e.id) > 200 OR jsonb_typeof(e.payload) IS DISTINCT FROM 'object' OR e.at IS NULL
      OR e.kind IS NULL OR length(e.undo) > 200 THEN
      PERFORM refuse('malformed', 'conversation', e.stream);
    END IF;
    other := other_of(e.kind, e.payload);
    IF other IS NOT NULL AND NOT other = ANY (streams) THEN
      PERFORM refuse('incomplete', 'conversation', other);
    END IF;
    PERFORM check_author(who, e.stream, e.kind, e.payload, e.author, e.at);
    PERFORM check_event(who, e.stream, e.rev, here.state, e.kind, e.payload, e.author, e.stream = ANY (fresh_streams), timers);
    IF e.kind = 'follow-up.fell-due' AND follow_up(here.state, e.payload ->> 'id') ->> 'purpose' = 'return' THEN
      timers := timers || (e.stream || '|' || (follow_up(here.state, e.payload ->> 'id') ->> 'owner'));
    END IF;
    after := CASE
      WHEN e.kind = 'conversation.absorbed' THEN absorb(here.state, state_at(other, (e.payload ->> 'rev')::integer))
      WHEN e.kind = 'conversation.undone' THEN state_at(e.stream, (e.payload ->> 'back')::integer)
      WHEN e.kind IN ('conversation.restored', 'conversation.released') THEN retell(e.stream, e.kind, e.payload)
      ELSE fold(here.state, e.kind, e.payload) END;
    INSERT INTO event (id, stream, rev, seq, schema, kind, payload, author, at, undo, device, state)
    VALUES (e.id, e.stream, e.rev, new_seq, e.schema, e.kind, e.payload, e.author, e.at, e.undo, who.device,
      CASE WHEN here.rev = 0 OR after <> here.state THEN after END);
    here.rev := e.rev;
    here.state := after;
  END LOOP;
  PERFORM save_state(here);
  PERFORM check_whole(who, new_seq, streams, fresh_streams);
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."append_events"(caller, bigint, text[], jsonb) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."save_state"(here conversation_state) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  checks integer;
BEGIN
  IF here.id IS NULL THEN
    RETURN;
  END IF;
  checks := open_checks(here.state);
  IF here.state ->> 'status' = 'done' AND checks > 0 THEN
    PERFORM refuse('open-checks', 'conversation', here.id);
  END IF;
  INSERT INTO conversation_state AS c (id, rev, owner, status, covered_for, open_checks, state)
  VALUES (here.id, here.rev, here.state ->> 'owner', here.state ->> 'status', here.state ->> 'coveredFor', checks, here.state)
  ON CONFLICT (id) DO UPDATE SET rev = excluded.rev, owner = excluded.owner, status = excluded.status,
    covered_for = excluded.covered_for, open_checks = excluded.open_checks, state = excluded.state;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."save_state"(conversation_state) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."check_conversation"(doc pushed) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  here conversation_state;
BEGIN
  SELECT * INTO here FROM conversation_state c WHERE c.id = doc.id;
  IF NOT FOUND THEN
    PERFORM refuse('incomplete', doc.kind, doc.id);
  ELSIF doc.body IS NULL THEN
    PERFORM refuse('malformed', doc.kind, doc.id);
  ELSIF (doc.body ->> 'rev')::integer IS DISTINCT FROM here.rev OR doc.body ->> 'owner' IS DISTINCT FROM here.owner
    OR doc.body ->> 'status' IS DISTINCT FROM here.status THEN
    PERFORM refuse('state-differs', doc.kind, doc.id);
  END IF;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."check_conversation"(pushed) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."hello"(client_schema integer) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  who caller := me();
  t team;
BEGIN
  UPDATE device d SET client_schema = coalesce(hello.client_schema, 1), seen_at = now_ms() WHERE d.id = who.device;
  SELECT * INTO t FROM team;
  RETURN jsonb_build_object(
    'team', jsonb_build_object('id', t.id, 'name', t.name, 'slug', t.slug),
    'me', jsonb_build_object('member', who.member, 'device', who.device, 'role', who.role),
    'schema', t.schema, 'oldest', t.oldest, 'tooOld', coalesce(hello.client_schema, 1) < t.oldest, 'channel', t.channel,
    'seq', (SELECT c.seq FROM counter c), 'access', (SELECT m.access FROM member m WHERE m.id = who.member), 'now', now_ms());
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."hello"(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."hello"(integer) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."document_json"(d document) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
BEGIN
  RETURN jsonb_build_object('kind', d.kind, 'id', d.id, 'version', d.version, 'seq', d.seq, 'account', d.account,
    'activeAt', d.active_at, 'body', d.body);
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."document_json"(document) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."event_json"(e event) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
BEGIN
  RETURN jsonb_build_object('id', e.id, 'stream', e.stream, 'rev', e.rev, 'schema', e.schema, 'kind', e.kind,
    'payload', e.payload, 'author', e.author, 'at', e.at, 'undo', e.undo);
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."event_json"(event) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."visible"(who caller, conversations text[]) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
BEGIN
  RETURN ARRAY(SELECT d.id FROM document d WHERE d.kind = 'conversation' AND d.id = ANY (conversations) AND (d.account IS NULL OR d.account <> ALL (who.hidden)));
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."visible"(caller, text[]) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."pull"(after bigint, how_many integer) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  who caller := me();
  up_to bigint;
  conversations text[];
  linked text[];
  later text[];
BEGIN
  SELECT max(s.seq) INTO up_to FROM (
    SELECT d.seq FROM document d WHERE d.seq > after ORDER BY d.seq LIMIT least(greatest(how_many, 1), 2000)) s;
  IF up_to IS NULL THEN
    RETURN jsonb_build_object('documents', '[]'::jsonb, 'events', '[]'::jsonb, 'upTo', (SELECT c.seq FROM counter c), 'more', false);
  END IF;
  conversations := ARRAY(
    SELECT d.id FROM document d WHERE d.seq > after AND d.seq <= up_to AND d.kind = 'conversation'
    UNION
    SELECT d.parent FROM document d WHERE d.seq > after AND d.seq <= up_to AND d.kind = 'message' AND d.parent IS NOT NULL);
  -- What has moved on since and would come with a later page only.
  linked := all_linked(conversations);
  later := ARRAY(
    SELECT d.id FROM unnest(linked) k (id) CROSS JOIN LATERAL (
      SELECT o.id, o.seq FROM document o WHERE o.kind = 'conversation' AND o.id = k.id OFFSET 0) d
    WHERE d.seq > up_to);
  conversations := visible(who, ARRAY(
    SELECT d.id FROM document d WHERE d.seq > after AND d.seq <= up_to AND d.kind = 'conversation' UNION SELECT unnest(later)));
  RETURN jsonb_build_object(
    'documents', coalesce((
      SELECT jsonb_agg(document_json(d) ORDER BY d.seq, d.kind, d.id) FROM (
        SELECT p.kind, p.id FROM document p WHERE p.seq > after AND p.seq <= up_to
        UNION SELECT 'conversation', unnest(later)
        UNION SELECT 'customer', c.parent FROM document c WHERE c.kind = 'conversation' AND c.id = ANY (conversations)
        UNION SELECT 'account', c.account FROM document c WHERE c.kind = 'conversation' AND c.id = ANY (conversations)
        UNION SELECT 'member', m.id FROM document m WHERE m.kind = 'member'
      ) k CROSS JOIN LATERAL (SELECT o.* FROM document o WHERE o.kind = k.kind AND o.id = k.id OFFSET 0) d
      WHERE (d.account IS NULL OR d.account <> ALL (who.hidden)) AND d.seq > after AND (d.seq <= up_to OR d.kind <> 'message')), '[]'),
    'events', coalesce((
      SELECT jsonb_agg(event_json(e) ORDER BY e.stream, e.rev) FROM event e
      WHERE e.stream = ANY (conversations) AND e.seq > after), '[]'),
    'upTo', up_to,
    'more', up_to < (SELECT max(d.seq) FROM document d));
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."pull"(bigint, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."pull"(bigint, integer) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."events_of"(streams jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  who caller := me();
  wanted text[];
BEGIN
  wanted := visible(who, ARRAY(SELECT s.stream FROM jsonb_to_recordset(streams) AS s(stream text)));
  RETURN coalesce((
    SELECT jsonb_agg(event_json(e) ORDER BY e.stream, e.rev)
    FROM (SELECT s.stream, min(coalesce(s."from", 0)) AS known
      FROM jsonb_to_recordset(streams) AS s(stream text, "from" integer) GROUP BY s.stream) s
    JOIN event e ON e.stream = s.stream AND e.rev > s.known
    WHERE s.stream = ANY (wanted)), '[]');
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."events_of"(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."events_of"(jsonb) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."gather"(who caller, asked jsonb, conversations text[], messages_too boolean) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  whole text[] := visible(who, all_linked(conversations));
BEGIN
  RETURN jsonb_build_object(
    'documents', coalesce((
      SELECT jsonb_agg(document_json(d) ORDER BY d.seq, d.kind, d.id) FROM (
        SELECT a.kind, a.id FROM jsonb_to_recordset(asked) AS a(kind text, id text)
        UNION SELECT 'conversation', unnest(whole)
        UNION SELECT 'customer', c.parent FROM document c WHERE c.kind = 'conversation' AND c.id = ANY (whole)
        UNION SELECT 'account', c.account FROM document c WHERE c.kind = 'conversation' AND c.id = ANY (whole)
        UNION SELECT 'message', m.id FROM document m WHERE messages_too AND m.kind = 'message' AND m.parent = ANY (whole)
      ) k CROSS JOIN LATERAL (SELECT o.* FROM document o WHERE o.kind = k.kind AND o.id = k.id OFFSET 0) d
      WHERE (d.account IS NULL OR d.account <> ALL (who.hidden))), '[]'),
    'events', coalesce((
      SELECT jsonb_agg(event_json(e) ORDER BY e.stream, e.rev) FROM event e WHERE e.stream = ANY (whole)), '[]'),
    'upTo', (SELECT c.seq FROM counter c),
    'more', false);
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."gather"(caller, jsonb, text[], boolean) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."fetch_documents"(keys jsonb, whole boolean DEFAULT false) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  who caller := me();
BEGIN
  IF jsonb_typeof(keys) IS DISTINCT FROM 'array' OR jsonb_array_length(keys) > 5000 THEN
    PERFORM malformed('keys');
  END IF;
  RETURN gather(who, keys, ARRAY(
    SELECT k.id FROM jsonb_to_recordset(keys) AS k(kind text, id text) WHERE k.kind = 'conversation'
    UNION
    SELECT d.parent FROM jsonb_to_recordset(keys) AS k(kind text, id text)
    JOIN document d ON d.kind = 'message' AND d.id = k.id
    WHERE k.kind = 'message' AND d.parent IS NOT NULL AND (d.account IS NULL OR d.account <> ALL (who.hidden))), coalesce(whole, false));
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."fetch_documents"(jsonb, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."fetch_documents"(jsonb, boolean) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."recent"(before_active_at bigint, before_id text, how_many integer) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  who caller := me();
  found_ids text[];
  most integer := least(greatest(how_many, 1), 500);
  place jsonb;
  asked jsonb := '[]';
BEGIN
  found_ids := ARRAY(
    SELECT d.id FROM document d
    WHERE d.kind = 'conversation' AND d.body IS NOT NULL AND (d.account IS NULL OR d.account <> ALL (who.hidden))
      AND (d.active_at, d.id) < (coalesce(before_active_at, 9223372036854775807), coalesce(before_id, ''))
    ORDER BY d.active_at DESC, d.id DESC LIMIT most);
  IF cardinality(found_ids) = most THEN
    SELECT jsonb_build_object('activeAt', d.active_at, 'id', d.id) INTO place
    FROM document d WHERE d.kind = 'conversation' AND d.id = found_ids[most];
  END IF;
  IF before_active_at IS NULL THEN
    asked := coalesce((SELECT jsonb_agg(jsonb_build_object('kind', d.kind, 'id', d.id)) FROM document d
      WHERE d.kind IN ('member', 'account', 'snippet', 'targets')), '[]');
  END IF;
  RETURN gather(who, asked, found_ids, true) || jsonb_build_object('more', place IS NOT NULL, 'next', place);
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."recent"(bigint, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."recent"(bigint, text, integer) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."search"(query text, how_many integer) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  who caller := me();
  wanted tsquery := websearch_to_tsquery('simple', left(query, 1000));
BEGIN
  RETURN coalesce((
    SELECT jsonb_agg(jsonb_build_object('message', h.id, 'conversation', h.parent, 'activeAt', h.active_at, 'excerpt',
      ts_headline('simple', left(concat_ws(' ', h.body ->> 'subject', h.body ->> 'text'), 20000), wanted,
        'StartSel="", StopSel="", MaxWords=30, MinWords=12'))
      ORDER BY h.active_at DESC, h.id DESC)
    FROM (
      SELECT d.id, d.parent, d.active_at, d.body FROM document d
      WHERE d.words @@ wanted AND d.kind = 'message' AND d.body IS NOT NULL AND (d.account IS NULL OR d.account <> ALL (who.hidden))
      ORDER BY d.active_at DESC, d.id DESC LIMIT least(greatest(how_many, 1), 200)) h), '[]');
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."search"(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."search"(text, integer) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."check_verifier"(verifier text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
BEGIN
  IF verifier IS NULL OR verifier !~ '^SCRAM-SHA-256[$][1-9][0-9]{3,5}:[A-Za-z0-9+/]{16,64}={0,2}[$][A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$' THEN
    PERFORM malformed('verifier');
  END IF;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."check_verifier"(text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."make_login"(login text, verifier text, of_group text, connections integer, until timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
BEGIN
  PERFORM check_verifier(verifier);
  EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION INHERIT CONNECTION LIMIT %s PASSWORD %L VALID UNTIL %L',
    login, connections, verifier, coalesce(until::text, 'infinity'));
  EXECUTE format('GRANT %I TO %I', of_group, login);
  -- Who is a member of a login may end its sessions. From version 16 on the maker administers it and no more.
  IF NOT (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user) THEN
    IF current_setting('server_version_num')::integer >= 160000 THEN
      EXECUTE format('GRANT %I TO %I WITH INHERIT TRUE, SET FALSE', login, current_user);
    ELSE
      EXECUTE format('GRANT %I TO %I', login, current_user);
    END IF;
  END IF;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."make_login"(text, text, text, integer, timestamptz) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."end_login"(login text, of_group text) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  ended integer := 0;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles r WHERE r.rolname = login) THEN
    RETURN 0;
  END IF;
  EXECUTE format('ALTER ROLE %I NOLOGIN PASSWORD NULL', login);
  EXECUTE format('REVOKE %I FROM %I', of_group, login);
  BEGIN
    SELECT count(*) FILTER (WHERE pg_terminate_backend(s.pid)) INTO ended
    FROM pg_stat_activity s WHERE s.usename = login AND s.pid <> pg_backend_pid();
  EXCEPTION WHEN insufficient_privilege THEN
    RETURN 0;
  END;
  RETURN ended;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."end_login"(text, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."drop_old_invitations"() RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  i record;
BEGIN
  FOR i IN SELECT o.id, o.login FROM invitation o
    WHERE NOT o.dropped AND (o.used_at IS NOT NULL OR o.revoked_at IS NOT NULL OR o.expires_at < now_ms()) LOOP
    BEGIN
      EXECUTE format('DROP ROLE IF EXISTS %I', i.login);
      UPDATE invitation o SET dropped = true WHERE o.id = i.id;
    EXCEPTION WHEN dependent_objects_still_exist OR object_in_use OR insufficient_privilege THEN
      -- It cannot log in; that it is still listed does no harm.
      CONTINUE;
    END;
  END LOOP;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."drop_old_invitations"() FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."login_of"(device text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
BEGIN
  RETURN 'st_' || (SELECT t.slug FROM team t) || '_' || left(encode(sha256(convert_to(device, 'UTF8')), 'hex'), 16);
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."login_of"(text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."write_member"(whom text, by_device text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  m member;
  given bigint := next_seq();
BEGIN
  SELECT * INTO m FROM member o WHERE o.id = whom;
  INSERT INTO document AS d (kind, id, version, seq, active_at, body, written_by)
  VALUES ('member', m.id, 1, given, m.joined_at, jsonb_build_object('name', m.name, 'address', m.address, 'role', m.role,
    'away', NULL, 'goneAt', m.gone_at, 'createdAt', m.joined_at), by_device)
  ON CONFLICT (kind, id) DO UPDATE SET version = d.version + 1, seq = given, written_by = by_device,
    body = d.body || jsonb_build_object('name', m.name, 'address', m.address, 'role', m.role, 'goneAt', m.gone_at);
  PERFORM wake('seq:' || given);
  PERFORM wake('members');
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."write_member"(text, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."add_device"(device text, of_member text, device_name text, public_key text, verifier text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  login text := login_of(device);
BEGIN
  IF device IS NULL OR length(device) NOT BETWEEN 8 AND 100 OR public_key IS NULL OR length(public_key) > 2000
    OR device_name IS NULL OR length(btrim(device_name)) NOT BETWEEN 1 AND 200 THEN
    PERFORM malformed('device');
  END IF;
  PERFORM make_login(login, verifier, (SELECT t.members_role FROM team t), 20, NULL);
  INSERT INTO device (id, member, name, public_key, login, joined_at)
  VALUES (device, of_member, device_name, public_key, login, now_ms());
  RETURN login;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."add_device"(text, text, text, text, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."members"() RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  who caller := me();
BEGIN
  RETURN coalesce((
    SELECT jsonb_agg(jsonb_build_object('id', m.id, 'name', m.name, 'address', m.address, 'role', m.role,
      'joinedAt', m.joined_at, 'goneAt', m.gone_at, 'devices', coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', d.id, 'name', d.name, 'publicKey', d.public_key, 'joinedAt', d.joined_at,
          'seenAt', d.seen_at, 'cutAt', d.cut_at) ORDER BY d.joined_at, d.id)
        FROM device d WHERE d.member = m.id), '[]')) ORDER BY m.joined_at, m.id)
    FROM member m), '[]');
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."members"() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."members"() TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."invite"(role text, hours integer, verifier text, for_member text DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  who caller := lock_team();
  t team;
  given text := replace(gen_random_uuid()::text, '-', '');
  login text;
  expires bigint;
  as_role text := role;
BEGIN
  IF for_member IS NULL OR for_member <> who.member THEN
    PERFORM only_admins(who);
  END IF;
  IF hours IS NULL OR hours NOT BETWEEN 1 AND 720 THEN
    PERFORM malformed('hours');
  END IF;
  IF for_member IS NOT NULL THEN
    SELECT m.role INTO as_role FROM member m WHERE m.id = for_member AND m.gone_at IS NULL;
  END IF;
  IF as_role IS NULL OR as_role NOT IN ('agent', 'lead', 'admin') THEN
    PERFORM malformed('role');
  END IF;
  PERFORM drop_old_invitations();
  SELECT * INTO t FROM team;
  login := 'st_' || t.slug || '_i' || left(given, 16);
  expires := now_ms() + hours * 3600000::bigint;
  PERFORM make_login(login, verifier, t.guests_role, 2, to_timestamp(expires / 1000.0));
  INSERT INTO invitation (id, login, role, member, made_by, made_at, expires_at)
  VALUES (given, login, as_role, for_member, who.member, now_ms(), expires);
  RETURN jsonb_build_object('id', given, 'role', login, 'expiresAt', expires, 'team', t.name);
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."invite"(text, integer, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."invite"(text, integer, text, text) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."invitations"() RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  who caller := me();
BEGIN
  PERFORM only_admins(who);
  RETURN coalesce((
    SELECT jsonb_agg(jsonb_build_object('id', i.id, 'as', i.role, 'by', i.made_by, 'expiresAt', i.expires_at) ORDER BY i.made_at, i.id)
    FROM invitation i WHERE i.used_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > now_ms()), '[]');
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."invitations"() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."invitations"() TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."revoke_invitation"(invitation_id text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  who caller := lock_team();
  gone_login text;
BEGIN
  UPDATE invitation i SET revoked_at = now_ms()
  WHERE i.id = invitation_id AND i.used_at IS NULL AND i.revoked_at IS NULL AND (who.role = 'admin' OR i.member = who.member)
  RETURNING i.login INTO gone_login;
  IF gone_login IS NULL THEN
    RETURN false;
  END IF;
  PERFORM end_login(gone_login, (SELECT t.guests_role FROM team t));
  RETURN true;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."revoke_invitation"(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."revoke_invitation"(text) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."redeem"(member_id text, member_name text, address text, device text, device_name text, public_key text, verifier text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  i invitation;
  t team;
  given_login text;
  whose text;
BEGIN
  PERFORM 1 FROM counter FOR UPDATE;
  -- One after the other: the second one to come with a stolen invitation finds it used.
  SELECT * INTO i FROM invitation o WHERE o.login = session_user FOR UPDATE;
  IF NOT FOUND OR i.used_at IS NOT NULL OR i.revoked_at IS NOT NULL OR i.expires_at <= now_ms()
    OR is_gone(i.made_by) OR (i.member IS NOT NULL AND is_gone(i.member)) THEN
    RAISE EXCEPTION 'this invitation does not count any more' USING ERRCODE = 'ST004';
  END IF;
  whose := coalesce(i.member, member_id);
  IF i.member IS NULL THEN
    IF member_id IS NULL OR length(member_id) NOT BETWEEN 8 AND 100 OR member_name IS NULL OR length(btrim(member_name)) NOT BETWEEN 1 AND 200 OR address IS NULL
      OR length(address) > 400 OR EXISTS (SELECT 1 FROM member m WHERE m.id = member_id) THEN
      PERFORM malformed('member');
    END IF;
    INSERT INTO member (id, name, address, role, joined_at) VALUES (member_id, member_name, redeem.address, i.role, now_ms());
    PERFORM write_member(member_id, device);
  ELSE
    PERFORM wake('members');
  END IF;
  given_login := add_device(device, whose, device_name, public_key, verifier);
  UPDATE invitation o SET used_at = now_ms() WHERE o.id = i.id;
  SELECT * INTO t FROM team;
  PERFORM end_login(i.login, t.guests_role);
  RETURN jsonb_build_object('role', given_login, 'member', whose, 'as', (SELECT m.role FROM member m WHERE m.id = whose));
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."redeem"(text, text, text, text, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."redeem"(text, text, text, text, text, text, text) TO "st_acme_before_guests";

CREATE OR REPLACE FUNCTION "steward_acme"."set_role"(whom text, role text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  who caller := lock_team();
BEGIN
  PERFORM only_admins(who);
  IF role IS NULL OR role NOT IN ('agent', 'lead', 'admin') OR is_gone(whom) THEN
    PERFORM malformed('role');
  END IF;
  IF role <> 'admin' AND NOT EXISTS (SELECT 1 FROM member m WHERE m.role = 'admin' AND m.gone_at IS NULL AND m.id <> whom) THEN
    RAISE EXCEPTION 'the last admin stays one' USING ERRCODE = 'ST005';
  END IF;
  UPDATE member m SET role = set_role.role WHERE m.id = whom;
  PERFORM write_member(whom, who.device);
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."set_role"(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."set_role"(text, text) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."remove_member"(whom text) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  who caller := lock_team();
  ended integer := 0;
  d record;
BEGIN
  IF whom IS DISTINCT FROM who.member THEN
    PERFORM only_admins(who);
  END IF;
  IF is_gone(whom) THEN
    RETURN 0;
  END IF;
  IF NOT EXISTS (SELECT 1 FROM member m WHERE m.role = 'admin' AND m.gone_at IS NULL AND m.id <> whom) THEN
    RAISE EXCEPTION 'the last admin stays' USING ERRCODE = 'ST005';
  END IF;
  UPDATE member m SET gone_at = now_ms() WHERE m.id = whom;
  PERFORM write_member(whom, who.device);
  FOR d IN SELECT v.id FROM device v WHERE v.member = whom AND v.cut_at IS NULL LOOP
    ended := ended + cut(d.id);
  END LOOP;
  FOR d IN SELECT i.id, i.login FROM invitation i
    WHERE i.made_by = whom AND i.used_at IS NULL AND i.revoked_at IS NULL LOOP
    UPDATE invitation i SET revoked_at = now_ms() WHERE i.id = d.id;
    PERFORM end_login(d.login, (SELECT t.guests_role FROM team t));
  END LOOP;
  RETURN ended;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."remove_member"(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."remove_member"(text) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."cut"(device_id text) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  gone_login text;
BEGIN
  UPDATE device d SET cut_at = now_ms() WHERE d.id = device_id AND d.cut_at IS NULL RETURNING d.login INTO gone_login;
  DELETE FROM presence p WHERE p.device = device_id;
  DELETE FROM blob_coming c WHERE c.device = device_id;
  RETURN coalesce(end_login(gone_login, (SELECT t.members_role FROM team t)), 0);
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."cut"(text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."cut_device"(device_id text) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  who caller := lock_team();
  ended integer;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM device d WHERE d.id = device_id AND d.member = who.member) THEN
    PERFORM only_admins(who);
  END IF;
  ended := cut(device_id);
  PERFORM wake('members');
  RETURN ended;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."cut_device"(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."cut_device"(text) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."rename"(name text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  who caller := lock_team();
BEGIN
  PERFORM only_admins(who);
  IF name IS NULL OR length(btrim(name)) NOT BETWEEN 1 AND 200 THEN
    PERFORM malformed('name');
  END IF;
  UPDATE team t SET name = rename.name;
  PERFORM wake('members');
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."rename"(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."rename"(text) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."grant_account"(to_account text, to_members jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  who caller := lock_team();
BEGIN
  PERFORM only_admins(who);
  IF to_account IS NULL OR length(to_account) NOT BETWEEN 1 AND 200
    OR (to_members IS NOT NULL AND jsonb_typeof(to_members) NOT IN ('array', 'null')) THEN
    PERFORM malformed('account');
  END IF;
  DELETE FROM account_grant g WHERE g.account = to_account;
  IF jsonb_typeof(to_members) = 'array' THEN
    IF jsonb_array_length(to_members) = 0 THEN
      PERFORM malformed('members');
    END IF;
    INSERT INTO account_grant (account, member) SELECT DISTINCT to_account, jsonb_array_elements_text(to_members);
  END IF;
  UPDATE member m SET access = m.access + 1;
  PERFORM wake('members');
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."grant_account"(text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."grant_account"(text, jsonb) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."grants"() RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  who caller := me();
BEGIN
  RETURN coalesce((
    SELECT jsonb_agg(jsonb_build_object('account', g.account, 'members', g.members) ORDER BY g.account)
    FROM (SELECT o.account, jsonb_agg(o.member ORDER BY o.member) AS members FROM account_grant o GROUP BY o.account) g
    WHERE who.role = 'admin' OR g.account <> ALL (who.hidden)), '[]');
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."grants"() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."grants"() TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."presence"(at_conversation text, is_doing text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  who caller := me();
  is_at bigint := now_ms();
BEGIN
  IF length(at_conversation) > 200 OR is_doing NOT IN ('looking', 'typing') THEN
    PERFORM malformed('presence');
  END IF;
  INSERT INTO presence AS p (device, member, conversation, doing, at)
  VALUES (who.device, who.member, at_conversation, is_doing, is_at)
  ON CONFLICT ON CONSTRAINT presence_pkey DO UPDATE SET conversation = excluded.conversation, doing = excluded.doing, at = excluded.at;
  PERFORM wake('presence:' || jsonb_build_object('member', who.member, 'device', who.device, 'conversation', at_conversation,
    'doing', is_doing, 'at', is_at)::text);
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."presence"(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."presence"(text, text) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."present"(within_ms bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  who caller := me();
BEGIN
  RETURN coalesce((
    SELECT jsonb_agg(jsonb_build_object('member', p.member, 'device', p.device, 'conversation', p.conversation,
      'doing', p.doing, 'at', p.at) ORDER BY p.member, p.device)
    FROM presence p WHERE p.at > now_ms() - within_ms), '[]');
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."present"(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."present"(bigint) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."blob_put"(hash text, account text, part integer, parts integer, size bigint, bytes bytea) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  who caller := me();
  digest bytea;
BEGIN
  IF hash IS NULL OR hash !~ '^[0-9a-f]{64}$' OR size IS NULL OR size < 0 OR size > 209715200 OR bytes IS NULL
    OR parts IS DISTINCT FROM greatest(1, ceil(size / 1048576::numeric))::integer OR part IS NULL OR part < 0 OR part >= parts
    OR octet_length(bytes) <> (CASE WHEN part = parts - 1 THEN size - part * 1048576::bigint ELSE 1048576 END)
    OR length(account) > 200 THEN
    PERFORM malformed('blob');
  ELSIF account = ANY (who.hidden) THEN
    RAISE EXCEPTION 'this account is not shared with you' USING ERRCODE = 'ST002';
  END IF;
  DELETE FROM blob_coming c WHERE c.device = who.device AND c.at < now_ms() - 86400000;
  INSERT INTO blob_coming AS c (device, hash, part, at, bytes)
  VALUES (who.device, blob_put.hash, blob_put.part, now_ms(), blob_put.bytes)
  ON CONFLICT ON CONSTRAINT blob_coming_pkey DO UPDATE SET bytes = excluded.bytes, at = excluded.at;
  IF (SELECT count(*) < blob_put.parts FROM blob_coming c WHERE c.device = who.device AND c.hash = blob_put.hash) THEN
    RETURN jsonb_build_object('kind', 'more');
  END IF;
  -- Whoever says what a blob is has to have all of it, even when it is here already.
  SELECT sha256(string_agg(c.bytes, ''::bytea ORDER BY c.part)) INTO digest
  FROM blob_coming c WHERE c.device = who.device AND c.hash = blob_put.hash;
  IF encode(digest, 'hex') = blob_put.hash THEN
    INSERT INTO blob (hash, size, parts, put_at) VALUES (blob_put.hash, blob_put.size, blob_put.parts, now_ms())
    ON CONFLICT DO NOTHING;
    IF FOUND THEN
      INSERT INTO blob_chunk (hash, part, bytes)
      SELECT c.hash, c.part, c.bytes FROM blob_coming c WHERE c.device = who.device AND c.hash = blob_put.hash;
    END IF;
    INSERT INTO blob_account (hash, account) VALUES (blob_put.hash, coalesce(blob_put.account, '')) ON CONFLICT DO NOTHING;
  END IF;
  DELETE FROM blob_coming c WHERE c.device = who.device AND c.hash = blob_put.hash;
  RETURN jsonb_build_object('kind', CASE WHEN encode(digest, 'hex') = blob_put.hash THEN 'kept' ELSE 'mismatch' END);
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."blob_put"(text, text, integer, integer, bigint, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."blob_put"(text, text, integer, integer, bigint, bytea) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."blob_get"(hash text, part integer) RETURNS bytea
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  who caller := me();
BEGIN
  RETURN (
    SELECT c.bytes FROM blob_chunk c WHERE c.hash = blob_get.hash AND c.part = blob_get.part AND EXISTS (
      SELECT 1 FROM blob_account a WHERE a.hash = c.hash AND a.account <> ALL (who.hidden)));
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."blob_get"(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."blob_get"(text, integer) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."blobs_there"(hashes jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  who caller := me();
BEGIN
  RETURN coalesce((
    SELECT jsonb_agg(jsonb_build_object('hash', b.hash, 'size', b.size, 'parts', b.parts) ORDER BY b.hash)
    FROM blob b JOIN (SELECT DISTINCT jsonb_array_elements_text(hashes) AS hash) w ON w.hash = b.hash
    WHERE EXISTS (SELECT 1 FROM blob_account a WHERE a.hash = b.hash AND a.account <> ALL (who.hidden))), '[]');
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."blobs_there"(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."blobs_there"(jsonb) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."account_lock"(account text) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
BEGIN
  RETURN hashtextextended((SELECT 'steward ' || slug FROM team) || ' ' || account, 0);
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."account_lock"(text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."holds_lock"(key bigint) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
BEGIN
  RETURN EXISTS (
    SELECT FROM pg_locks l
    WHERE l.locktype = 'advisory' AND l.pid = pg_backend_pid() AND l.granted AND l.objsubid = 1
      AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
      AND l.classid::bigint = (key >> 32) & 4294967295 AND l.objid::bigint = key & 4294967295);
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."holds_lock"(bigint) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "steward_acme"."collect"(wanted jsonb, with_lock boolean) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  c caller := me();
  w record;
  l account_lease%ROWTYPE;
  key bigint;
  held boolean;
  t bigint;
  takes boolean;
  moved boolean := false;
  answer jsonb := '[]';
BEGIN
  IF jsonb_typeof(wanted) <> 'array' OR jsonb_array_length(wanted) > 1000 THEN
    PERFORM malformed('collect');
  END IF;
  -- Always in the same order, so that two devices never wait for each other.
  FOR w IN SELECT x ->> 'account' AS account, coalesce((x ->> 'one')::boolean, true) AS one
           FROM jsonb_array_elements(wanted) x WHERE length(x ->> 'account') BETWEEN 1 AND 200 ORDER BY 1 LOOP
    key := account_lock(w.account);
    IF NOT EXISTS (SELECT FROM account_keeper k WHERE k.account = w.account AND k.member = c.member) THEN
      IF with_lock AND holds_lock(key) THEN PERFORM pg_advisory_unlock(key); END IF;
      UPDATE account_lease SET until = 0, locked = false WHERE account = w.account AND device = c.device;
      answer := answer || jsonb_build_object('account', w.account, 'kind', 'not-kept', 'locked', false, 'leftMs', 0,
        'member', NULL, 'device', NULL, 'since', NULL);
      CONTINUE;
    END IF;
    INSERT INTO account_lease (account) VALUES (w.account) ON CONFLICT DO NOTHING;
    SELECT * INTO l FROM account_lease WHERE account = w.account FOR UPDATE;
    t := now_ms();
    held := with_lock AND holds_lock(key);
    takes := l.device IS NOT DISTINCT FROM c.device OR l.until <= t;
    IF NOT takes AND with_lock AND l.locked AND NOT w.one AND NOT held AND pg_try_advisory_lock(key) THEN
      IF l.loose_at IS NOT NULL AND t - l.loose_at >= 4000 THEN
        takes := true;
        held := true;
      ELSE
        PERFORM pg_advisory_unlock(key);
        UPDATE account_lease SET loose_at = coalesce(loose_at, t) WHERE account = w.account;
      END IF;
    END IF;
    IF takes THEN
      IF with_lock AND NOT held THEN held := pg_try_advisory_lock(key); END IF;
      IF l.device IS DISTINCT FROM c.device OR l.until <= t THEN
        moved := moved OR l.device IS DISTINCT FROM c.device;
        l.since := t;
      END IF;
      UPDATE account_lease SET device = c.device, locked = held, since = l.since, until = t + 20000, loose_at = NULL
      WHERE account = w.account;
      answer := answer || jsonb_build_object('account', w.account, 'kind', 'mine', 'locked', held, 'leftMs', 20000,
        'member', c.member, 'device', c.device, 'since', l.since);
    ELSE
      -- Its promise ran out while it slept, and somebody else reads now.
      IF held THEN PERFORM pg_advisory_unlock(key); END IF;
      answer := answer || (
        SELECT jsonb_build_object('account', w.account, 'kind', 'other', 'locked', l.locked, 'leftMs', l.until - t,
          'member', m.name, 'device', d.name, 'since', l.since)
        FROM device d JOIN member m ON m.id = d.member WHERE d.id = l.device);
    END IF;
  END LOOP;
  IF moved THEN PERFORM wake('collectors'); END IF;
  RETURN answer;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."collect"(jsonb, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."collect"(jsonb, boolean) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."let_go"(accounts jsonb) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  c caller := me();
  a text;
BEGIN
  FOR a IN SELECT x FROM jsonb_array_elements_text(accounts) x ORDER BY 1 LOOP
    UPDATE account_lease SET until = 0, locked = false, loose_at = NULL WHERE account = a AND device = c.device;
    IF FOUND AND holds_lock(account_lock(a)) THEN PERFORM pg_advisory_unlock(account_lock(a)); END IF;
  END LOOP;
  PERFORM wake('collectors');
  RETURN true;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."let_go"(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."let_go"(jsonb) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."say_key"(key text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  c caller := me();
  is_new boolean;
BEGIN
  IF key !~ '^[A-Za-z0-9+/]{43}=$' THEN PERFORM malformed('say_key'); END IF;
  UPDATE device SET public_key = key WHERE id = c.device AND public_key <> key;
  is_new := FOUND;
  IF is_new THEN DELETE FROM account_secret WHERE device = c.device; END IF;
  RETURN is_new;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."say_key"(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."say_key"(text) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."accounts_shared"() RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  c caller := me();
BEGIN
  RETURN coalesce((
    SELECT jsonb_agg(jsonb_build_object(
      'account', a.account,
      'keepers', coalesce((SELECT jsonb_agg(k.member ORDER BY k.member) FROM account_keeper k
        JOIN member m ON m.id = k.member AND m.gone_at IS NULL WHERE k.account = a.account), '[]'),
      'version', (SELECT g.version FROM account_login g WHERE g.account = a.account),
      'reader', (SELECT jsonb_build_object('id', d.id, 'device', d.name, 'member', m.name, 'since', l.since, 'locked', l.locked)
        FROM account_lease l JOIN device d ON d.id = l.device JOIN member m ON m.id = d.member
        WHERE l.account = a.account AND l.until > floor(extract(epoch FROM clock_timestamp()) * 1000)),
      'sealed', (SELECT jsonb_build_object('version', s.version, 'sealed', encode(s.sealed, 'base64'))
        FROM account_secret s WHERE s.account = a.account AND s.device = c.device),
      'devices', CASE WHEN EXISTS (SELECT FROM account_keeper k WHERE k.account = a.account AND k.member = c.member)
        THEN coalesce((SELECT jsonb_agg(jsonb_build_object('id', d.id, 'key', d.public_key,
            'version', (SELECT s.version FROM account_secret s WHERE s.account = a.account AND s.device = d.id)) ORDER BY d.id)
          FROM account_keeper k JOIN member m ON m.id = k.member AND m.gone_at IS NULL
          JOIN device d ON d.member = k.member AND d.cut_at IS NULL WHERE k.account = a.account), '[]')
        ELSE '[]' END) ORDER BY a.account)
    FROM (SELECT account FROM account_keeper UNION SELECT account FROM account_lease) a
    WHERE NOT a.account = ANY (coalesce(c.hidden, '{}'))), '[]');
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."accounts_shared"() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."accounts_shared"() TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."share_account"(which text, members jsonb, only_first boolean) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  c caller := me();
  chosen text[];
BEGIN
  IF length(which) NOT BETWEEN 1 AND 200 OR jsonb_typeof(members) <> 'array' OR jsonb_array_length(members) NOT BETWEEN 1 AND 1000 THEN
    PERFORM malformed('share_account');
  END IF;
  -- One after the other, or two would each be the first.
  PERFORM pg_advisory_xact_lock(account_lock('keepers of ' || which));
  IF which = ANY (coalesce(c.hidden, '{}')) THEN RETURN jsonb_build_object('kind', 'not-keeper'); END IF;
  IF only_first AND EXISTS (SELECT FROM account_keeper k JOIN member m ON m.id = k.member AND m.gone_at IS NULL WHERE k.account = which) THEN
    RETURN jsonb_build_object('kind', 'shared');
  END IF;
  IF EXISTS (SELECT FROM account_keeper k JOIN member m ON m.id = k.member AND m.gone_at IS NULL WHERE k.account = which)
    AND c.role <> 'admin'
    AND NOT EXISTS (SELECT FROM account_keeper k WHERE k.account = which AND k.member = c.member) THEN
    RETURN jsonb_build_object('kind', 'not-keeper');
  END IF;
  SELECT array_agg(m.id) INTO chosen FROM member m
  WHERE m.gone_at IS NULL AND m.id IN (SELECT x FROM jsonb_array_elements_text(members) x);
  IF chosen IS NULL THEN RETURN jsonb_build_object('kind', 'member-gone'); END IF;
  DELETE FROM account_keeper k WHERE k.account = which AND NOT k.member = ANY (chosen);
  INSERT INTO account_keeper (account, member) SELECT which, x FROM unnest(chosen) x ON CONFLICT DO NOTHING;
  DELETE FROM account_secret s USING device d
  WHERE s.account = which AND d.id = s.device AND NOT d.member = ANY (chosen);
  UPDATE account_lease l SET until = 0, locked = false FROM device d
  WHERE l.account = which AND d.id = l.device AND NOT d.member = ANY (chosen);
  PERFORM wake('logins');
  RETURN jsonb_build_object('kind', 'shared');
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."share_account"(text, jsonb, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."share_account"(text, jsonb, boolean) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."put_secrets"(which text, previous text, next text, sealed jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  c caller := me();
  known text;
  t bigint := now_ms();
BEGIN
  IF length(next) NOT BETWEEN 1 AND 100 OR jsonb_typeof(sealed) <> 'array' OR jsonb_array_length(sealed) > 1000 THEN
    PERFORM malformed('put_secrets');
  END IF;
  PERFORM pg_advisory_xact_lock(account_lock('keepers of ' || which));
  IF NOT EXISTS (SELECT FROM account_keeper k WHERE k.account = which AND k.member = c.member) THEN
    RETURN jsonb_build_object('kind', 'not-keeper');
  END IF;
  SELECT version INTO known FROM account_login WHERE account = which;
  IF known IS DISTINCT FROM previous THEN RETURN jsonb_build_object('kind', 'stale'); END IF;
  INSERT INTO account_login (account, version, at) VALUES (which, next, t)
  ON CONFLICT (account) DO UPDATE SET version = excluded.version, at = excluded.at;
  INSERT INTO account_secret (account, device, version, sealed, sealed_by, at)
  SELECT which, d.id, next, decode(x ->> 'sealed', 'base64'), c.device, t
  FROM jsonb_array_elements(sealed) x
  JOIN device d ON d.id = x ->> 'device' AND d.cut_at IS NULL
  JOIN account_keeper k ON k.account = which AND k.member = d.member
  WHERE length(x ->> 'sealed') <= 700000
  ON CONFLICT (account, device) DO UPDATE SET version = excluded.version, sealed = excluded.sealed, sealed_by = excluded.sealed_by,
    at = excluded.at;
  PERFORM wake('logins');
  RETURN jsonb_build_object('kind', 'kept');
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."put_secrets"(text, text, text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."put_secrets"(text, text, text, jsonb) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."keep_cursors"(places jsonb) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  c caller := me();
  kept integer;
BEGIN
  IF jsonb_typeof(places) IS DISTINCT FROM 'array' OR jsonb_array_length(places) > 2000
    OR pg_column_size(places) > 4194304 THEN
    PERFORM malformed('cursors');
  END IF;
  INSERT INTO account_cursor AS o (account, stream, cursor, imported, device, at)
  SELECT p.account, p.stream, p.cursor, p.imported, c.device, now_ms()
  FROM jsonb_to_recordset(places) AS p(account text, stream text, cursor jsonb, imported boolean)
  WHERE length(p.stream) BETWEEN 1 AND 1000 AND p.cursor IS NOT NULL AND p.imported IS NOT NULL
    AND p.account <> ALL (coalesce(c.hidden, '{}'))
    AND EXISTS (SELECT FROM account_lease l WHERE l.account = p.account AND l.device = c.device AND l.until > now_ms())
    AND EXISTS (SELECT FROM account_keeper k WHERE k.account = p.account AND k.member = c.member)
  ON CONFLICT (account, stream) DO UPDATE SET cursor = excluded.cursor, imported = excluded.imported,
    device = excluded.device, at = excluded.at;
  GET DIAGNOSTICS kept = ROW_COUNT;
  RETURN kept;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."keep_cursors"(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."keep_cursors"(jsonb) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."cursors_of"(which text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  c caller := me();
BEGIN
  IF NOT EXISTS (SELECT FROM account_keeper k WHERE k.account = which AND k.member = c.member) THEN
    RETURN '[]'::jsonb;
  END IF;
  RETURN coalesce((
    SELECT jsonb_agg(jsonb_build_object('stream', o.stream, 'cursor', o.cursor, 'imported', o.imported) ORDER BY o.stream)
    FROM account_cursor o WHERE o.account = which AND o.device <> c.device), '[]');
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."cursors_of"(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."cursors_of"(text) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."post_send"(send jsonb, bytes bytea) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  c caller := me();
  s team_send%ROWTYPE;
  t bigint := now_ms();
  which text := send ->> 'id';
  nth bigint := (send ->> 'decision')::bigint;
BEGIN
  IF which IS NULL OR nth IS NULL OR octet_length(bytes) > 104857600 OR jsonb_typeof(send -> 'pending') <> 'array'
    OR jsonb_typeof(send -> 'wire') <> 'object' OR length((send -> 'wire')::text) > 200000 THEN
    PERFORM malformed('post_send');
  END IF;
  -- What ended a month ago is of no interest to anybody.
  DELETE FROM team_send WHERE state IN ('sent', 'failed', 'unknown', 'withdrawn') AND changed_at < t - 2592000000;
  IF NOT EXISTS (
    SELECT FROM event e JOIN document d ON d.kind = 'conversation' AND d.id = e.stream
    WHERE e.stream = send ->> 'conversation' AND e.kind = 'reply.queued' AND e.author = c.member
      AND e.payload ->> 'outbox' = which AND e.payload ->> 'message' = send ->> 'message')
    OR (send ->> 'account') = ANY (coalesce(c.hidden, '{}')) THEN
    RETURN 'unheard-of';
  END IF;
  INSERT INTO team_send (id, account, conversation, message, author, author_device, decision, wire, bytes, pending, state, at, changed_at)
  VALUES (which, send ->> 'account', send ->> 'conversation', send ->> 'message', c.member, c.device, nth, send -> 'wire', bytes,
    send -> 'pending', 'waiting', t, t)
  ON CONFLICT (id) DO NOTHING;
  IF FOUND THEN
    PERFORM wake('sends');
    RETURN 'waiting';
  END IF;
  SELECT * INTO s FROM team_send WHERE id = which FOR UPDATE;
  IF s.author_device <> c.device THEN RAISE EXCEPTION 'somebody else sends it' USING ERRCODE = '42501'; END IF;
  IF s.decision < nth AND s.state IN ('failed', 'unknown', 'withdrawn') THEN
    UPDATE team_send SET state = 'waiting', decision = nth, wire = send -> 'wire', bytes = post_send.bytes, pending = send -> 'pending',
      device = NULL, outcome = NULL, not_before = 0, first_try_at = NULL, changed_at = t
    WHERE id = which;
    PERFORM wake('sends');
    RETURN 'waiting';
  END IF;
  RETURN s.state;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."post_send"(jsonb, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."post_send"(jsonb, bytea) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."take_send"(accounts jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  c caller := me();
  s team_send%ROWTYPE;
  t bigint := now_ms();
BEGIN
  SELECT o.* INTO s FROM team_send o
  WHERE o.account IN (SELECT k.account FROM account_keeper k JOIN jsonb_array_elements_text(accounts) x ON x = k.account
      WHERE k.member = c.member)
    AND (o.state = 'waiting' AND o.not_before <= t OR o.state = 'taken' AND o.lease_until <= t)
    AND NOT EXISTS (SELECT FROM team_send b WHERE b.account = o.account AND b.conversation = o.conversation
      AND b.state IN ('waiting', 'taken', 'handed-over') AND (b.at, b.id) < (o.at, o.id))
  ORDER BY o.at, o.id LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN NULL; END IF;
  UPDATE team_send SET state = 'taken', device = c.device, lease_until = t + 30000, attempts = attempts + 1,
    first_try_at = coalesce(first_try_at, t), changed_at = t
  WHERE id = s.id RETURNING * INTO s;
  PERFORM wake('sends');
  RETURN jsonb_build_object('id', s.id, 'account', s.account, 'attempts', s.attempts, 'wire', s.wire, 'pending', s.pending,
    'firstTryAt', s.first_try_at, 'state', s.state);
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."take_send"(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."take_send"(jsonb) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."send_bytes"(which text) RETURNS bytea
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  c caller := me();
BEGIN
  RETURN (SELECT bytes FROM team_send WHERE id = which AND device = c.device);
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."send_bytes"(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."send_bytes"(text) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."keep_send"(which text, nth integer) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  c caller := me();
  t bigint := now_ms();
BEGIN
  UPDATE team_send SET lease_until = t + 30000
  WHERE id = which AND device = c.device AND attempts = nth AND state = 'taken' AND lease_until > t;
  RETURN FOUND;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."keep_send"(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."keep_send"(text, integer) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."hand_over_send"(which text, nth integer) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  c caller := me();
  t bigint := now_ms();
BEGIN
  UPDATE team_send SET state = 'handed-over', changed_at = t
  WHERE id = which AND device = c.device AND attempts = nth AND state = 'taken' AND lease_until > t
    AND EXISTS (SELECT FROM account_keeper k WHERE k.account = team_send.account AND k.member = c.member);
  IF FOUND THEN PERFORM wake('sends'); RETURN true; END IF;
  RETURN false;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."hand_over_send"(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."hand_over_send"(text, integer) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."finish_send"(which text, nth integer, next text, result jsonb) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  c caller := me();
  t bigint := now_ms();
BEGIN
  IF next NOT IN ('waiting', 'sent', 'failed', 'unknown') OR length(result::text) > 100000 THEN
    PERFORM malformed('finish_send');
  END IF;
  UPDATE team_send SET state = next, outcome = result, changed_at = t,
    pending = CASE WHEN jsonb_typeof(result -> 'pending') = 'array' THEN result -> 'pending' ELSE pending END,
    not_before = CASE WHEN next = 'waiting' THEN t + least(greatest(coalesce((result ->> 'delayMs')::bigint, 0), 0), 3600000) ELSE 0 END,
    bytes = CASE WHEN next IN ('failed', 'unknown') THEN NULL ELSE bytes END
  WHERE id = which AND device = c.device AND attempts = nth
    AND (state IN ('taken', 'handed-over') OR state = 'unknown' AND next = 'sent');
  IF FOUND THEN PERFORM wake('sends'); RETURN true; END IF;
  RETURN false;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."finish_send"(text, integer, text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."finish_send"(text, integer, text, jsonb) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."file_send"(which text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  c caller := me();
BEGIN
  UPDATE team_send SET filed = true, bytes = NULL WHERE id = which AND device = c.device AND state = 'sent';
  RETURN FOUND;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."file_send"(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."file_send"(text) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."sends_in_hand"() RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  c caller := me();
BEGIN
  RETURN coalesce((
    SELECT jsonb_agg(jsonb_build_object('id', s.id, 'account', s.account, 'attempts', s.attempts, 'wire', s.wire, 'pending', s.pending,
      'firstTryAt', s.first_try_at, 'state', s.state) ORDER BY s.at, s.id)
    FROM team_send s WHERE s.device = c.device AND s.bytes IS NOT NULL AND s.state IN ('handed-over', 'sent')), '[]');
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."sends_in_hand"() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."sends_in_hand"() TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."sends_of_mine"(ids jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  c caller := me();
BEGIN
  RETURN coalesce((
    SELECT jsonb_agg(jsonb_build_object('id', s.id, 'state', s.state, 'decision', s.decision, 'device', d.name, 'member', m.name,
      'since', s.changed_at, 'outcome', s.outcome))
    FROM team_send s LEFT JOIN device d ON d.id = s.device LEFT JOIN member m ON m.id = d.member
    WHERE s.author_device = c.device AND s.id IN (SELECT x FROM jsonb_array_elements_text(ids) x)), '[]');
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."sends_of_mine"(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."sends_of_mine"(jsonb) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."withdraw_send"(which text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  c caller := me();
BEGIN
  UPDATE team_send SET state = 'withdrawn', bytes = NULL, changed_at = now_ms()
  WHERE id = which AND author_device = c.device AND state = 'waiting' AND first_try_at IS NULL;
  RETURN FOUND;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."withdraw_send"(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."withdraw_send"(text) TO "st_acme_before_members";

CREATE OR REPLACE FUNCTION "steward_acme"."doubt_send"(which text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, "steward_acme", pg_temp
AS $steward$
DECLARE
  c caller := me();
BEGIN
  UPDATE team_send SET state = 'unknown', outcome = '{"kind":"unknown"}', changed_at = now_ms()
  WHERE id = which AND author_device = c.device AND state = 'handed-over';
  RETURN FOUND;
END
$steward$;
REVOKE ALL ON FUNCTION "steward_acme"."doubt_send"(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "steward_acme"."doubt_send"(text) TO "st_acme_before_members";

DO $steward$
DECLARE t record;
BEGIN
  FOR t IN SELECT c.oid::regclass AS name FROM pg_class c
    WHERE c.relnamespace = 'steward_acme'::regnamespace AND c.relkind = 'r' LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t.name);
    EXECUTE format('REVOKE ALL ON %s FROM PUBLIC', t.name);
  END LOOP;
END $steward$;
