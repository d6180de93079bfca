import { mostPushed } from '../../wire.ts';
import type { TeamFunction } from '../schema-part.ts';
import { skew } from './clock-skew.ts';

/** The largest body of one document and the largest push, in bytes as PostgreSQL keeps them. */
const largestBody = '16777216';
const most = String(mostPushed);
const largestPush = '67108864';
/** How many pushes of a device are remembered: it makes one after the other, so a repeated one is among the last. */
const remembered = '64';
/** What is found by words, in characters; a tsvector has at most 1 MB. */
const searched = '100000';

/** One compare-and-set of documents and events; all of it or nothing. */
export const pushFunctions: readonly TeamFunction[] = [
  {
    name: 'push',
    takes: 'push_id text, documents jsonb, events jsonb',
    returns: 'jsonb',
    callers: 'members',
    volatility: 'VOLATILE',
    body: `
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
END`,
  },
  {
    name: 'push_now',
    takes: 'who caller, push_id text, documents jsonb, events jsonb',
    returns: 'jsonb',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
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
  ELSIF jsonb_array_length(documents) > ${most} OR jsonb_array_length(events) > ${most}
    OR pg_column_size(documents) + pg_column_size(events) > ${largestPush} THEN
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
    ELSIF pg_column_size(x.body) > ${largestBody} THEN
      PERFORM refuse('too-large', x.kind, x.id);
    END IF;
  END LOOP;
  PERFORM check_erased(who, docs);
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
  PERFORM note_blobs(docs);
  PERFORM append_events(who, new_seq, streams, events);
  PERFORM check_conversation(d) FROM unnest(docs) d WHERE d.kind = 'conversation';
  INSERT INTO accepted_push (id, device, seq) VALUES (push_id, who.device, new_seq);
  DELETE FROM accepted_push p WHERE p.device = who.device AND p.seq <= (
    SELECT o.seq FROM accepted_push o WHERE o.device = who.device ORDER BY o.seq DESC OFFSET ${remembered} LIMIT 1);
  PERFORM wake('seq:' || new_seq);
  RETURN accepted(new_seq, docs);
END`,
  },
  {
    name: 'accepted',
    takes: 'at_seq bigint, docs pushed[]',
    returns: 'jsonb',
    callers: 'none',
    volatility: 'STABLE',
    // The same push, the same answer: a version is always one more than the one it was made from.
    body: `
BEGIN
  RETURN jsonb_build_object('kind', 'accepted', 'seq', at_seq, 'versions', coalesce((
    SELECT jsonb_agg(jsonb_build_object('kind', d.kind, 'id', d.id, 'version', d.expected + 1)) FROM unnest(docs) d), '[]'));
END`,
  },
  {
    name: 'check_document',
    takes: 'who caller, doc pushed',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
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
    ELSIF away_until > now_ms() + ${skew} THEN
      PERFORM refuse('not-due', doc.kind, doc.id);
    END IF;
  END IF;
  UPDATE member m SET name = doc.body ->> 'name', address = coalesce(doc.body ->> 'address', '') WHERE m.id = doc.id;
END`,
  },
  {
    name: 'write_documents',
    takes: 'by_device text, new_seq bigint, docs pushed[]',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
BEGIN
  INSERT INTO document AS o (kind, id, version, seq, account, active_at, parent, body, words, written_by)
  SELECT d.kind, d.id, d.expected + 1, new_seq, d.account, d.active_at,
    CASE d.kind WHEN 'message' THEN d.body ->> 'conversation' WHEN 'conversation' THEN d.body ->> 'customer' END,
    d.body,
    CASE WHEN d.kind = 'message' THEN to_tsvector('simple', concat_ws(' ', left(d.body ->> 'subject', 2000), left(d.body ->> 'text', ${searched}))) END,
    by_device
  FROM unnest(docs) d
  ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, seq = excluded.seq, account = excluded.account,
    active_at = excluded.active_at, parent = excluded.parent, body = excluded.body, words = excluded.words,
    written_by = excluded.written_by;
END`,
  },
  {
    name: 'append_events',
    takes: 'who caller, new_seq bigint, streams text[], events jsonb',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
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
    INSERT INTO event (id, stream, rev, seq, schema, kind, payload, author, at, undo, device, state, told_at)
    VALUES (e.id, e.stream, e.rev, new_seq, e.schema, e.kind, e.payload, e.author, e.at, e.undo, who.device,
      CASE WHEN here.rev = 0 OR after <> here.state THEN after END, CASE WHEN NOT e.stream = ANY (fresh_streams) THEN now_ms() END);
    here.rev := e.rev;
    here.state := after;
  END LOOP;
  PERFORM save_state(here);
  PERFORM check_whole(who, new_seq, streams, fresh_streams);
END`,
  },
  {
    name: 'save_state',
    takes: 'here conversation_state',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
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
END`,
  },
  {
    name: 'check_conversation',
    takes: 'doc pushed',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
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
END`,
  },
];
