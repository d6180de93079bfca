import type { TeamFunction } from '../schema-part.ts';
import { isNoList } from './lists.ts';

/** What a member may see: everything but documents of accounts that were granted to others only. */
const seen = (alias: string): string => `(${alias}.account IS NULL OR ${alias}.account <> ALL (who.hidden))`;

/** The document of each key `k`, looked up one by one: joined in any other way, all documents are read for a few hundred. */
const byKey = '(SELECT o.* FROM document o WHERE o.kind = k.kind AND o.id = k.id OFFSET 0) d';

/** Everything a device reads; each answer is one look at the database. */
export const readFunctions: readonly TeamFunction[] = [
  {
    name: 'hello',
    takes: 'client_schema integer',
    returns: 'jsonb',
    callers: 'members',
    volatility: 'VOLATILE',
    body: `
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
    'seq', (SELECT c.seq FROM counter c), 'access', (SELECT m.access FROM member m WHERE m.id = who.member), 'now', now_ms(),
    'erased', (SELECT coalesce(max(e.seq), 0) FROM erasure e),
    'retention', (SELECT CASE WHEN r.days IS NOT NULL THEN jsonb_build_object('days', r.days, 'since', r.since) END FROM erasure_rule r));
END`,
  },
  {
    name: 'document_json',
    takes: 'd document',
    returns: 'jsonb',
    callers: 'none',
    volatility: 'IMMUTABLE',
    body: `
BEGIN
  RETURN jsonb_build_object('kind', d.kind, 'id', d.id, 'version', d.version, 'seq', d.seq, 'account', d.account,
    'activeAt', d.active_at, 'body', d.body);
END`,
  },
  {
    name: 'event_json',
    takes: 'e event',
    returns: 'jsonb',
    callers: 'none',
    volatility: 'IMMUTABLE',
    body: `
BEGIN
  RETURN jsonb_build_object('id', e.id, 'stream', e.stream, 'rev', e.rev, 'schema', e.schema, 'kind', e.kind,
    'payload', e.payload, 'author', e.author, 'at', e.at, 'undo', e.undo);
END`,
  },
  {
    name: 'visible',
    takes: 'who caller, conversations text[]',
    returns: 'text[]',
    callers: 'none',
    volatility: 'STABLE',
    body: `
BEGIN
  RETURN ARRAY(SELECT d.id FROM document d WHERE d.kind = 'conversation' AND d.id = ANY (conversations) AND ${seen('d')});
END`,
  },
  {
    name: 'pull',
    takes: 'after bigint, how_many integer',
    returns: 'jsonb',
    callers: 'members',
    volatility: 'STABLE',
    body: `
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
    RETURN jsonb_build_object('documents', '[]'::jsonb, 'events', '[]'::jsonb, 'upTo', (SELECT c.seq FROM counter c),
      'erased', (SELECT coalesce(max(e.seq), 0) FROM erasure e), 'more', false);
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
      ) k CROSS JOIN LATERAL ${byKey}
      WHERE ${seen('d')} AND d.seq > after AND (d.seq <= up_to OR d.kind <> 'message')), '[]'),
    'events', coalesce((
      SELECT jsonb_agg(event_json(e) ORDER BY e.stream, e.rev) FROM event e
      WHERE e.stream = ANY (conversations) AND e.seq > after), '[]'),
    'upTo', up_to,
    'erased', (SELECT coalesce(max(e.seq), 0) FROM erasure e),
    'more', up_to < (SELECT max(d.seq) FROM document d));
END`,
  },
  {
    name: 'events_of',
    takes: 'streams jsonb',
    returns: 'jsonb',
    callers: 'members',
    volatility: 'STABLE',
    body: `
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
END`,
  },
  {
    name: 'gather',
    takes: 'who caller, asked jsonb, conversations text[], messages_too boolean',
    returns: 'jsonb',
    callers: 'none',
    volatility: 'STABLE',
    body: `
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
      ) k CROSS JOIN LATERAL ${byKey}
      WHERE ${seen('d')}), '[]'),
    'events', coalesce((
      SELECT jsonb_agg(event_json(e) ORDER BY e.stream, e.rev) FROM event e WHERE e.stream = ANY (whole)), '[]'),
    'upTo', (SELECT c.seq FROM counter c),
    'erased', (SELECT coalesce(max(e.seq), 0) FROM erasure e),
    'more', false);
END`,
  },
  {
    name: 'fetch_documents',
    takes: 'keys jsonb, whole boolean DEFAULT false',
    returns: 'jsonb',
    callers: 'members',
    volatility: 'STABLE',
    body: `
DECLARE
  who caller := me();
BEGIN
  IF ${isNoList('keys', 5000)} THEN
    PERFORM malformed('keys');
  END IF;
  RETURN gather(who, keys, ARRAY(
    SELECT k.id FROM jsonb_to_recordset(keys) AS k(kind text, id text) WHERE k.kind = 'conversation'
    UNION
    SELECT d.parent FROM jsonb_to_recordset(keys) AS k(kind text, id text)
    JOIN document d ON d.kind = 'message' AND d.id = k.id
    WHERE k.kind = 'message' AND d.parent IS NOT NULL AND ${seen('d')}), coalesce(whole, false));
END`,
  },
  {
    name: 'recent',
    takes: 'before_active_at bigint, before_id text, how_many integer',
    returns: 'jsonb',
    callers: 'members',
    volatility: 'STABLE',
    body: `
DECLARE
  who caller := me();
  found_ids text[];
  most integer := least(greatest(how_many, 1), 500);
  place jsonb;
  asked jsonb := '[]';
BEGIN
  found_ids := ARRAY(
    SELECT d.id FROM document d
    WHERE d.kind = 'conversation' AND d.body IS NOT NULL AND ${seen('d')}
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
END`,
  },
  {
    name: 'search',
    takes: 'query text, how_many integer',
    returns: 'jsonb',
    callers: 'members',
    volatility: 'STABLE',
    body: `
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
      WHERE d.words @@ wanted AND d.kind = 'message' AND d.body IS NOT NULL AND ${seen('d')}
      ORDER BY d.active_at DESC, d.id DESC LIMIT least(greatest(how_many, 1), 200)) h), '[]');
END`,
  },
];
