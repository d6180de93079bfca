import type { TeamFunction } from '../schema-part.ts';
import { ids, isAddress, isMine } from './erasing-rows.ts';
import { elements } from './lists.ts';

/** The customer whose address this is. */
const holder = (channel: string, address: string): string => `
    SELECT a.customer, a.mine FROM erasing_address a
    WHERE ${isAddress(channel, address)}`;

/** Puts what `first` finds into the scope, and what became part of it: `next` finds that of the rows `w` of `whole`. */
const addWhole = (kind: string, first: string, next: string): string => `
  INSERT INTO erasing (run, kind, id)
  WITH RECURSIVE whole (id) AS (
    ${first}
    UNION
    ${next})
  SELECT work, '${kind}', id FROM whole
  ON CONFLICT DO NOTHING;`;

/** What an erasure takes, worked out from the team's own documents: a device may hold only the last 90 days. */
export const erasureScopeFunctions: readonly TeamFunction[] = [
  {
    name: 'tombstone_of',
    takes: 'word text',
    returns: 'text',
    callers: 'none',
    volatility: 'STABLE',
    body: `
BEGIN
  RETURN left(encode(sha256(convert_to((SELECT r.salt FROM erasure_rule r) || ':' || word, 'UTF8')), 'hex'), 32);
END`,
  },
  {
    name: 'people_of',
    takes: 'body jsonb',
    returns: 'jsonb',
    callers: 'none',
    volatility: 'IMMUTABLE',
    body: `
DECLARE
  people jsonb := (body ->> 'people')::jsonb;
BEGIN
  RETURN CASE WHEN jsonb_typeof(people) = 'object' THEN people ELSE '{}' END;
EXCEPTION WHEN data_exception THEN
  RETURN '{}';
END`,
  },
  {
    name: 'scope_clear',
    takes: 'work text',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
BEGIN
  DELETE FROM erasing x WHERE x.run = work;
  DELETE FROM erasing_address a WHERE a.run = work;
END`,
  },
  {
    name: 'scope_people',
    takes: 'work text, roots text[]',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    // Customers with everybody who became part of them, and whose address each address is.
    body: `
BEGIN${addWhole(
      'customer',
      "SELECT d.id FROM document d WHERE d.kind = 'customer' AND d.id = ANY (roots) AND d.body IS NOT NULL",
      "SELECT d.id FROM document d JOIN whole w ON d.body ->> 'mergedInto' = w.id WHERE d.kind = 'customer'",
    )}
  DELETE FROM erasing_address a WHERE a.run = work;
  INSERT INTO erasing_address (run, channel, address, customer, mine)
  SELECT DISTINCT ON (1, 2, 3) work, i ->> 'channel', lower(btrim(i ->> 'address')), d.id, d.id IN ${ids('customer')}
  FROM document d CROSS JOIN LATERAL ${elements("d.body -> 'identities'")} i
  WHERE d.kind = 'customer' AND i ->> 'channel' IS NOT NULL AND i ->> 'address' IS NOT NULL
  ORDER BY 1, 2, 3, d.seq DESC, d.id;
END`,
  },
  {
    name: 'scope_conversations',
    takes: 'work text',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    // Those in which no other customer wrote go as a whole, with what became part of them.
    body: `
BEGIN
  INSERT INTO erasing (run, kind, id)
  SELECT work, 'theirs', c.id FROM document c
  LEFT JOIN LATERAL (${holder("c.body ->> 'channel'", "c.body ->> 'customerAddress'")}) a ON true
  WHERE c.kind = 'conversation' AND c.body IS NOT NULL
    AND coalesce(a.customer, c.body ->> 'customer') IN ${ids('customer')}
  ON CONFLICT DO NOTHING;
  INSERT INTO erasing (run, kind, id)
  SELECT work, 'conversation', c.id FROM document c
  WHERE c.kind = 'conversation' AND c.id IN ${ids('theirs')}
    AND (c.body ->> 'status' = 'merged' OR NOT EXISTS (
      SELECT 1 FROM document m CROSS JOIN LATERAL (${holder("m.body ->> 'channel'", "m.body ->> 'fromAddress'")}) a
      WHERE m.kind = 'message' AND m.parent = c.id AND m.body ->> 'direction' = 'in' AND NOT a.mine))
  ON CONFLICT DO NOTHING;
  PERFORM scope_merged(work);
END`,
  },
  {
    name: 'scope_merged',
    takes: 'work text',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
BEGIN${addWhole(
      'conversation',
      "SELECT x.id FROM erasing x WHERE x.run = work AND x.kind = 'conversation'",
      `SELECT p.id FROM whole w JOIN link l ON l.one = w.id JOIN document p ON p.kind = 'conversation' AND p.id = l.other
    WHERE p.body ->> 'mergedInto' = w.id`,
    )}
  INSERT INTO erasing (run, kind, id)
  SELECT work, 'kept', x.id FROM erasing x
  WHERE x.run = work AND x.kind = 'conversation' AND EXISTS (
    WITH RECURSIVE survivor (id) AS (
      SELECT x.id
      UNION
      SELECT e.payload ->> 'into' FROM survivor s JOIN event e ON e.stream = s.id AND e.kind = 'conversation.merged')
    SELECT 1 FROM survivor s WHERE s.id <> x.id AND s.id NOT IN ${ids('conversation')});
END`,
  },
  {
    name: 'mentions',
    takes: 'work text, after_seq bigint',
    returns: 'text[]',
    callers: 'none',
    volatility: 'VOLATILE',
    // Reads every message: done before the team's lock is taken, and under it only for what came meanwhile.
    body: `
DECLARE
  addresses text[] := ARRAY(
    SELECT DISTINCT btrim(to_json(a.address)::text, '"') FROM erasing_address a WHERE a.run = work AND a.mine);
BEGIN
  IF addresses = '{}' THEN
    RETURN '{}';
  END IF;
  RETURN ARRAY(
    SELECT m.id FROM document m WHERE m.kind = 'message' AND m.seq > after_seq AND m.body IS NOT NULL AND EXISTS (
      SELECT 1 FROM unnest(addresses) a
      WHERE strpos(lower(concat_ws(' ', m.body ->> 'people', m.body ->> 'fromAddress', m.body ->> 'reactions', m.body ->> 'bounced')), a) > 0));
END`,
  },
  {
    name: 'scope_messages',
    takes: 'work text, candidates text[]',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    // What of the candidates lies in conversations that stay: it goes, or loses their addresses.
    body: `
DECLARE
  m record;
  people jsonb;
  got jsonb;
  theirs integer;
BEGIN
  INSERT INTO erasing (run, kind, id)
  SELECT work, 'message', d.id FROM document d WHERE d.kind = 'message' AND d.parent IN ${ids('conversation')}
  ON CONFLICT DO NOTHING;
  FOR m IN
    SELECT d.id, d.body FROM document d WHERE d.kind = 'message' AND d.id = ANY (candidates) AND d.body IS NOT NULL
      AND d.parent NOT IN ${ids('conversation')}
  LOOP
    IF m.body ->> 'direction' = 'in' AND ${isMine("m.body ->> 'channel'", "m.body ->> 'fromAddress'")} THEN
      INSERT INTO erasing (run, kind, id) VALUES (work, 'message', m.id) ON CONFLICT DO NOTHING;
      CONTINUE;
    END IF;
    people := people_of(m.body);
    got := coalesce(people -> 'to', '[]') || coalesce(people -> 'cc', '[]') || coalesce(people -> 'bcc', '[]');
    SELECT count(*) INTO theirs FROM ${elements('got')} p
    WHERE ${isMine("m.body ->> 'channel'", "p ->> 'address'")};
    INSERT INTO erasing (run, kind, id)
    VALUES (work, CASE WHEN m.body ->> 'direction' = 'out' AND theirs > 0 AND theirs = jsonb_array_length(got)
      THEN 'message' ELSE 'named' END, m.id)
    ON CONFLICT DO NOTHING;
  END LOOP;
END`,
  },
  {
    name: 'is_unsettled',
    takes: 'work text',
    returns: 'boolean',
    callers: 'none',
    volatility: 'STABLE',
    // What a colleague's device took a week ago and never told the end of holds up nobody.
    body: `
BEGIN
  RETURN EXISTS (
    SELECT 1 FROM team_send s WHERE s.conversation IN ${ids('conversation')} AND s.state IN ('waiting', 'taken', 'handed-over'))
  OR EXISTS (
    SELECT 1 FROM event e WHERE e.stream IN ${ids('conversation')} AND e.kind = 'reply.queued' AND e.at > now_ms() - 604800000
      AND NOT EXISTS (SELECT 1 FROM event o WHERE o.stream = e.stream AND o.rev > e.rev
        AND o.kind IN ('reply.sent', 'reply.failed', 'reply.withdrawn') AND o.payload ->> 'outbox' = e.payload ->> 'outbox'));
END`,
  },
  {
    name: 'scope_counts',
    takes: 'work text',
    returns: 'jsonb',
    callers: 'none',
    volatility: 'STABLE',
    body: `
DECLARE
  counted jsonb;
BEGIN
  SELECT jsonb_build_object(
    'messages', count(*),
    'files', coalesce(sum(CASE WHEN jsonb_typeof(d.body -> 'files') = 'array' THEN jsonb_array_length(d.body -> 'files') ELSE 0 END), 0),
    'shared', count(DISTINCT d.parent) FILTER (WHERE d.parent NOT IN ${ids('conversation')}),
    'sharedMessages', count(*) FILTER (WHERE d.parent NOT IN ${ids('conversation')}))
  INTO counted FROM document d WHERE d.kind = 'message' AND d.id IN ${ids('message')};
  RETURN counted || jsonb_build_object(
    'conversations', (SELECT count(*) FROM document c WHERE c.kind = 'conversation' AND c.id IN ${ids('conversation')}
      AND c.body ->> 'status' <> 'merged'),
    'notes', (SELECT count(*) FROM event e WHERE e.stream IN ${ids('conversation')} AND e.kind = 'note.added'));
END`,
  },
  {
    name: 'scope_hidden',
    takes: 'work text, who caller',
    returns: 'boolean',
    callers: 'none',
    volatility: 'STABLE',
    body: `
BEGIN
  RETURN EXISTS (
    SELECT 1 FROM document d WHERE d.account = ANY (who.hidden)
      AND ((d.kind = 'conversation' AND d.id IN ${ids('conversation')})
        OR (d.kind = 'message' AND d.id IN ${ids('message', 'named')})));
END`,
  },
];
