import { leastRetentionDays, mostRetentionDays } from '#shared/domain/erasure/retention.ts';
import type { TeamFunction } from '../schema-part.ts';
import { ids, isAddress } from './erasing-rows.ts';
import { elements, isNoList, listForMembers } from './lists.ts';

/** Whoever switches the rule on by mistake has a day to notice, in ms. */
const dayMs = '86400000';
/** So many conversations go by their age in one transaction. */
const mostAtOnce = '200';
const [least, most] = [String(leastRetentionDays), String(mostRetentionDays)];

/** In what nothing is left to do and nothing has happened since `before`, by the times that the database noted itself. */
const outOfTime = `
  c.kind = 'conversation' AND c.body ->> 'status' = 'done' AND c.active_at < before AND c.body -> 'followUps' = '[]'
    AND coalesce(c.body -> 'reviews', '[]') = '[]'
    AND NOT EXISTS (SELECT 1 FROM event e WHERE e.stream = c.id AND greatest(e.at, e.told_at) >= before)
    AND NOT EXISTS (SELECT 1 FROM held h JOIN device v ON v.id = h.device AND v.cut_at IS NULL WHERE h.conversation = c.id)
    AND NOT EXISTS (SELECT 1 FROM team_send s WHERE s.conversation = c.id AND s.state IN ('waiting', 'taken', 'handed-over'))`;

const refused = (reason: string): string => `jsonb_build_object('kind', 'refused', 'reason', ${reason})`;

/** The addresses that the run knows of whom it is about. */
const addressesNow =
  '(SELECT jsonb_agg(a.address ORDER BY a.channel, a.address) FROM erasing_address a WHERE a.run = work AND a.mine)';

/** What leads and admins ask about the customer `which`: a run of its own, which begins with everybody who became part of them. */
const aboutCustomer = (name: string, declared: string, steps: string): TeamFunction => ({
  name,
  takes: 'which text',
  returns: 'jsonb',
  callers: 'members',
  volatility: 'VOLATILE',
  body: `
DECLARE
  who caller := me();
  work text := gen_random_uuid()::text;
  ${declared}
BEGIN
  PERFORM only_leads(who);
  PERFORM scope_people(work, ARRAY[which]);${steps}
END`,
});

/** Erasing for everybody: who may, what devices hear of it, and what keeps it from coming back. */
export const erasureFunctions: readonly TeamFunction[] = [
  {
    name: 'only_leads',
    takes: 'who caller',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
BEGIN
  IF who.role NOT IN ('lead', 'admin') THEN
    RAISE EXCEPTION 'only leads and admins may do this' USING ERRCODE = 'ST002';
  END IF;
END`,
  },
  // What erasing a customer would take; nothing is changed.
  aboutCustomer(
    'erase_preview',
    'answer jsonb;',
    `
  IF NOT EXISTS (SELECT 1 FROM erasing x WHERE x.run = work) THEN
    PERFORM scope_clear(work);
    RETURN ${refused("'unknown'")};
  END IF;
  PERFORM scope_conversations(work);
  PERFORM scope_messages(work, mentions(work, 0));
  answer := CASE
    WHEN scope_hidden(work, who) THEN ${refused("'hidden'")}
    ELSE jsonb_build_object('kind', 'scope', 'unsettled', is_unsettled(work)) || scope_counts(work) END;
  PERFORM scope_clear(work);
  RETURN answer;`,
  ),
  // Everything is read before the lock is taken; under it only what came meanwhile.
  aboutCustomer(
    'erase_customer',
    `read_to bigint := (SELECT c.seq FROM counter c);
  were jsonb;
  candidates text[];
  named_in text[];
  addresses text[];`,
    `
  were := ${addressesNow};
  candidates := mentions(work, 0);
  addresses := ARRAY(SELECT a.address FROM erasing_address a WHERE a.run = work AND a.mine);
  named_in := ARRAY(
    SELECT e.id FROM event e WHERE (e.kind = 'contact.named' AND lower(btrim(e.payload ->> 'address')) = ANY (addresses))
      OR (e.kind = 'reply.bounced' AND lower(btrim(e.payload ->> 'recipient')) = ANY (addresses)));
  who := lock_team();
  PERFORM only_leads(who);
  PERFORM scope_clear(work);
  PERFORM scope_people(work, ARRAY[which]);
  IF NOT EXISTS (SELECT 1 FROM erasing x WHERE x.run = work) THEN
    RETURN ${refused("'unknown'")};
  END IF;
  candidates := CASE
    WHEN were IS DISTINCT FROM ${addressesNow}
    THEN mentions(work, 0) ELSE candidates || mentions(work, read_to) END;
  PERFORM scope_conversations(work);
  PERFORM scope_messages(work, candidates);
  IF scope_hidden(work, who) OR is_unsettled(work) THEN
    were := ${refused("CASE WHEN scope_hidden(work, who) THEN 'hidden' ELSE 'unsettled' END")};
    PERFORM scope_clear(work);
    RETURN were;
  END IF;
  RETURN erase_now(work, 'request', who.member, named_in);`,
  ),
  {
    name: 'set_retention',
    takes: 'to_days integer',
    returns: 'void',
    callers: 'members',
    volatility: 'VOLATILE',
    body: `
DECLARE
  who caller := lock_team();
BEGIN
  PERFORM only_admins(who);
  IF to_days NOT BETWEEN ${least} AND ${most} THEN
    PERFORM malformed('days');
  END IF;
  UPDATE erasure_rule r SET days = to_days, since = CASE WHEN to_days IS NULL THEN NULL ELSE now_ms() END;
  PERFORM wake('members');
END`,
  },
  {
    name: 'retention_count',
    takes: 'of_days integer',
    returns: 'integer',
    callers: 'members',
    volatility: 'STABLE',
    body: `
DECLARE
  who caller := me();
  before bigint := now_ms() - greatest(of_days, ${least}) * ${dayMs}::bigint;
BEGIN
  RETURN (SELECT count(*)::integer FROM document c WHERE ${outOfTime});
END`,
  },
  {
    name: 'retain',
    takes: '',
    returns: 'jsonb',
    callers: 'members',
    volatility: 'VOLATILE',
    // Which conversations go is said by the rule and the database's clock, whoever calls.
    body: `
DECLARE
  who caller := lock_team();
  work text := gen_random_uuid()::text;
  rule erasure_rule;
  before bigint;
BEGIN
  PERFORM only_leads(who);
  SELECT * INTO rule FROM erasure_rule;
  IF rule.days IS NULL OR now_ms() < rule.since + ${dayMs} THEN
    RETURN jsonb_build_object('kind', 'nothing');
  END IF;
  before := now_ms() - rule.days * ${dayMs}::bigint;
  INSERT INTO erasing (run, kind, id)
  SELECT work, 'conversation', c.id FROM document c WHERE ${outOfTime} ORDER BY c.active_at, c.id LIMIT ${mostAtOnce};
  IF NOT FOUND THEN
    RETURN jsonb_build_object('kind', 'nothing');
  END IF;
  PERFORM scope_merged(work);
  -- Customers with nothing left go as well.
  PERFORM scope_people(work, ARRAY(
    SELECT DISTINCT c.body ->> 'customer' FROM document c JOIN erasing x ON x.run = work AND x.kind = 'conversation' AND x.id = c.id
    WHERE c.kind = 'conversation' AND NOT EXISTS (
      SELECT 1 FROM document o WHERE o.kind = 'conversation' AND o.body ->> 'customer' = c.body ->> 'customer'
        AND o.id NOT IN ${ids('conversation')})));
  DELETE FROM erasing x WHERE x.run = work AND x.kind = 'customer' AND EXISTS (
    SELECT 1 FROM document o LEFT JOIN erasing_address a ON ${isAddress("o.body ->> 'channel'", "o.body ->> 'customerAddress'")}
    WHERE o.kind = 'conversation' AND coalesce(a.customer, o.body ->> 'customer') = x.id
      AND o.id NOT IN ${ids('conversation')});
  UPDATE erasing_address a SET mine = a.customer IN ${ids('customer')}
  WHERE a.run = work;
  PERFORM scope_messages(work, '{}');
  RETURN erase_now(work, 'retention', NULL, '{}');
END`,
  },
  {
    name: 'hold',
    takes: 'conversations jsonb',
    returns: 'void',
    callers: 'members',
    volatility: 'VOLATILE',
    // Where this device has a draft or something on its way: nothing of it goes by its age.
    body: `
DECLARE
  who caller := me();
BEGIN
  IF ${isNoList('conversations', 5000)} THEN
    PERFORM malformed('conversations');
  END IF;
  DELETE FROM held h WHERE h.device = who.device;
  INSERT INTO held (device, conversation)
  SELECT DISTINCT who.device, left(c, 200) FROM jsonb_array_elements_text(conversations) c;
END`,
  },
  {
    name: 'erasures',
    takes: 'after_seq bigint',
    returns: 'jsonb',
    callers: 'members',
    volatility: 'STABLE',
    body: `
DECLARE
  who caller := me();
BEGIN
  RETURN jsonb_build_object(
    'salt', (SELECT r.salt FROM erasure_rule r),
    'erasures', coalesce((
      SELECT jsonb_agg(jsonb_build_object('id', e.id, 'seq', e.seq, 'reason', e.reason, 'member', e.member, 'at', e.at,
        'conversations', e.conversations, 'messages', e.messages, 'files', e.files) ORDER BY e.seq)
      FROM (SELECT * FROM erasure o WHERE o.seq > after_seq ORDER BY o.seq LIMIT 100) e), '[]'));
END`,
  },
  listForMembers(
    'tombstones',
    'of_erasure text, after_hash text, how_many integer',
    `
    SELECT jsonb_agg(jsonb_build_object('hash', t.hash, 'kind', t.kind) ORDER BY t.hash)
    FROM (SELECT o.hash, o.kind FROM tombstone o WHERE o.erasure = of_erasure AND o.hash > coalesce(after_hash, '') AND o.kind <> 'blob'
      ORDER BY o.hash LIMIT least(greatest(how_many, 1), 10000)) t`,
  ),
  {
    name: 'erasures_heard',
    takes: 'up_to bigint',
    returns: 'void',
    callers: 'members',
    volatility: 'VOLATILE',
    body: `
DECLARE
  who caller := me();
BEGIN
  UPDATE device d SET erased_seq = greatest(d.erased_seq, least(up_to, (SELECT c.seq FROM counter c))) WHERE d.id = who.device;
END`,
  },
  {
    name: 'check_erased',
    takes: 'who caller, docs pushed[]',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    // Whoever has not heard of an erasure has to, first. An application from before there were any may not bring back whom it still knows.
    body: `
DECLARE
  x record;
  newest bigint := (SELECT max(e.seq) FROM erasure e);
  asks device;
BEGIN
  IF newest IS NULL THEN
    RETURN;
  END IF;
  SELECT * INTO asks FROM device d WHERE d.id = who.device;
  FOR x IN SELECT d.kind, d.id FROM unnest(docs) d WHERE d.body IS NOT NULL AND (
      (d.kind = 'message' AND EXISTS (SELECT 1 FROM tombstone t WHERE t.hash = tombstone_of('id:' || d.id)))
      OR (d.kind = 'conversation' AND EXISTS (
        SELECT 1 FROM tombstone t WHERE t.hash = tombstone_of('conversation:' || d.id) AND t.kind = 'conversation'))
      OR (d.kind = 'customer' AND asks.client_schema < 3 AND EXISTS (
        SELECT 1 FROM tombstone t WHERE t.hash = tombstone_of('customer:' || d.id))))
  LOOP
    IF asks.client_schema < 3 OR asks.erased_seq >= newest THEN
      PERFORM refuse('erased', x.kind, x.id);
    END IF;
  END LOOP;
  IF asks.client_schema >= 3 AND asks.erased_seq < newest THEN
    PERFORM refuse('erased', NULL, NULL);
  END IF;
END`,
  },
  {
    name: 'note_blobs',
    takes: 'docs pushed[]',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
BEGIN
  DELETE FROM blob_use u USING unnest(docs) d WHERE d.kind = 'message' AND u.message = d.id;
  INSERT INTO blob_use (hash, message)
  SELECT DISTINCT u.hash, d.id FROM unnest(docs) d CROSS JOIN LATERAL (
    SELECT d.body ->> 'source' AS hash
    UNION ALL
    SELECT f ->> 'hash' FROM ${elements("d.body -> 'files'")} f) u
  WHERE d.kind = 'message' AND u.hash IS NOT NULL
  ON CONFLICT DO NOTHING;
END`,
  },
];
