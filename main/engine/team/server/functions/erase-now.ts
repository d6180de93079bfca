import { noPicture, personalWords } from '#shared/domain/erasure/personal-words.ts';
import type { TeamFunction } from '../schema-part.ts';
import { ids, isAddress, isMine } from './erasing-rows.ts';
import { elements } from './lists.ts';

/** Fields of a JSON array without what a condition on its elements `p` names. */
const without = (json: string, condition: string): string => `
  coalesce((SELECT jsonb_agg(p ORDER BY place) FROM ${elements(json)} WITH ORDINALITY AS all_of(p, place)
    WHERE NOT (${condition})), '[]'::jsonb)`;

const blanked = Object.entries(personalWords)
  .map(
    ([kind, fields]) =>
      `WHEN '${kind}' THEN jsonb_build_object(${fields.map((field) => `'${field}', ''`).join(', ')})`,
  )
  .join('\n    ');

/** Erases what is in scope, in the caller's transaction and under the team's lock. */
export const eraseNowFunctions: readonly TeamFunction[] = [
  {
    name: 'erase_messages',
    takes: 'work text, erasure text',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
BEGIN
  INSERT INTO tombstone (hash, erasure, kind)
  SELECT DISTINCT tombstone_of(w.word), erase_messages.erasure, 'message'
  FROM document d CROSS JOIN LATERAL (
    SELECT 'id:' || d.id AS word
    UNION ALL SELECT 'sent:' || (d.body ->> 'channel') || ':' || (d.body ->> 'externalId') WHERE d.body ->> 'direction' = 'out'
    UNION ALL SELECT 'client:' || (d.body ->> 'clientId')
    UNION ALL SELECT 'name:' || (d.body ->> 'account') || ':' || (d.body ->> 'name')) w
  WHERE d.kind = 'message' AND d.id IN ${ids('message')} AND w.word IS NOT NULL
  ON CONFLICT DO NOTHING;
  INSERT INTO erasing (run, kind, id)
  SELECT DISTINCT work, 'blob', u.hash FROM blob_use u WHERE u.message IN ${ids('message')}
  ON CONFLICT DO NOTHING;
  INSERT INTO erasing (run, kind, id)
  SELECT DISTINCT work, 'touched', d.parent FROM document d
  WHERE d.kind = 'message' AND d.id IN ${ids('message')} AND d.parent IS NOT NULL AND d.parent NOT IN ${ids('conversation')}
  ON CONFLICT DO NOTHING;
  -- By these names, as devices keep them (store/write/threads.ts), a conversation that stays was known only through them.
  INSERT INTO erasing (run, kind, id)
  SELECT DISTINCT work, 'name', left(translate(encode(sha256(convert_to(
    (d.body ->> 'channel') || ':' || btrim(btrim(d.body ->> 'externalId'), '<>'), 'UTF8')), 'base64'), '+/', '-_'), 22)
  FROM document d WHERE d.kind = 'message' AND d.id IN ${ids('message')} AND d.body ->> 'externalId' IS NOT NULL
  ON CONFLICT DO NOTHING;
  DELETE FROM blob_use u WHERE u.message IN ${ids('message')};
  DELETE FROM document d WHERE d.kind = 'message' AND d.id IN ${ids('message')};
  DELETE FROM erasing x WHERE x.run = work AND x.kind = 'blob' AND EXISTS (SELECT 1 FROM blob_use u WHERE u.hash = x.id);
  INSERT INTO tombstone (hash, erasure, kind)
  SELECT tombstone_of('blob:' || x.id), erase_messages.erasure, 'blob' FROM erasing x WHERE x.run = work AND x.kind = 'blob'
  ON CONFLICT DO NOTHING;
  DELETE FROM blob_chunk b WHERE b.hash IN ${ids('blob')};
  DELETE FROM blob_coming b WHERE b.hash IN ${ids('blob')};
  DELETE FROM blob_account b WHERE b.hash IN ${ids('blob')};
  DELETE FROM blob b WHERE b.hash IN ${ids('blob')};
  DELETE FROM team_send s WHERE s.conversation IN ${ids('conversation')} OR s.message IN ${ids('message')};
END`,
  },
  {
    name: 'erase_conversations',
    takes: 'work text, erasure text, new_seq bigint',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
BEGIN
  INSERT INTO tombstone (hash, erasure, kind)
  SELECT tombstone_of('conversation:' || x.id), erase_conversations.erasure,
    CASE WHEN x.id IN ${ids('kept')} THEN 'kept' ELSE 'conversation' END
  FROM erasing x WHERE x.run = work AND x.kind = 'conversation'
  ON CONFLICT ON CONSTRAINT tombstone_pkey DO UPDATE SET kind = excluded.kind, erasure = excluded.erasure;
  UPDATE event e SET payload = e.payload || CASE e.kind
    ${blanked}
    ELSE '{}'::jsonb END || CASE WHEN e.kind = 'review.asked' THEN '{"answer": ${noPicture}}'::jsonb ELSE '{}'::jsonb END
  WHERE e.stream IN ${ids('kept')};
  UPDATE document c SET version = c.version + 1, seq = new_seq, parent = coalesce(o.customer, c.parent), body = c.body
    || jsonb_build_object('subject', '', 'customerAddress', '', 'names', '[]'::jsonb, 'moved', '[]'::jsonb, 'apart', '[]'::jsonb,
      'customer', coalesce(o.customer, c.body ->> 'customer'))
  FROM document k LEFT JOIN LATERAL (
    WITH RECURSIVE survivor (id, customer, into_id) AS (
      SELECT d.id, d.body ->> 'customer', d.body ->> 'mergedInto' FROM document d
      WHERE d.kind = 'conversation' AND d.id = k.body ->> 'mergedInto'
      UNION
      SELECT d.id, d.body ->> 'customer', d.body ->> 'mergedInto' FROM survivor s
      JOIN document d ON d.kind = 'conversation' AND d.id = s.into_id)
    SELECT s.customer FROM survivor s WHERE s.customer NOT IN ${ids('customer')} LIMIT 1) o ON true
  WHERE c.kind = 'conversation' AND c.id IN ${ids('kept')} AND k.kind = 'conversation' AND k.id = c.id;
  DELETE FROM erasing x WHERE x.run = work AND x.kind = 'conversation' AND x.id IN ${ids('kept')};
  UPDATE document d SET version = d.version + 1, seq = new_seq,
    body = d.body || jsonb_build_object('apart', ${without("d.body -> 'apart'", `p #>> '{}' IN ${ids('conversation')}`)})
  FROM (
    SELECT DISTINCT a #>> '{}' AS id FROM document g CROSS JOIN LATERAL ${elements("g.body -> 'apart'")} a
    WHERE g.kind = 'conversation' AND g.id IN ${ids('conversation')}) o
  WHERE d.kind = 'conversation' AND d.id = o.id AND d.id NOT IN ${ids('conversation')} AND d.body IS NOT NULL;
  DELETE FROM event e WHERE e.stream IN ${ids('conversation')};
  DELETE FROM conversation_state c WHERE c.id IN ${ids('conversation')};
  DELETE FROM link l WHERE l.one IN ${ids('conversation')} OR l.other IN ${ids('conversation')};
  DELETE FROM presence p WHERE p.conversation IN ${ids('conversation')};
  DELETE FROM held h WHERE h.conversation IN ${ids('conversation')};
  DELETE FROM document d WHERE d.kind = 'conversation' AND d.id IN ${ids('conversation')};
END`,
  },
  {
    name: 'unname_messages',
    takes: 'work text, new_seq bigint',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    // What others wrote stays word for word; who else got it does not.
    body: `
DECLARE
  m record;
  people jsonb;
  part text;
  changed jsonb;
BEGIN
  FOR m IN SELECT d.id, d.body FROM document d WHERE d.kind = 'message' AND d.id IN ${ids('named')} LOOP
    people := people_of(m.body);
    FOREACH part IN ARRAY ARRAY['replyTo', 'to', 'cc', 'bcc'] LOOP
      people := people || jsonb_build_object(part, ${without('people -> part', isMine("m.body ->> 'channel'", "p ->> 'address'"))});
    END LOOP;
    changed := m.body || jsonb_build_object('people', people::text, 'reactions',
      ${without("m.body -> 'reactions'", isMine("m.body ->> 'channel'", "p ->> 'address'"))});
    IF EXISTS (SELECT 1 FROM erasing_address a WHERE a.run = work AND a.mine
      AND strpos(lower(m.body ->> 'bounced'), to_json(a.address)::text) > 0) THEN
      changed := changed || '{"bounced": null}';
    END IF;
    UPDATE document d SET version = d.version + 1, seq = new_seq, body = changed
    WHERE d.kind = 'message' AND d.id = m.id AND d.body IS DISTINCT FROM changed;
  END LOOP;
END`,
  },
  {
    name: 'settle_conversations',
    takes: 'work text, new_seq bigint',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    // A conversation that stays begins with what is left of it, and is whoever else's wrote in it first.
    body: `
BEGIN
  UPDATE document c SET version = c.version + 1, seq = new_seq, parent = coalesce(o.customer, c.parent), body = c.body
    || jsonb_build_object('names', ${without("c.body -> 'names'", `p #>> '{}' IN ${ids('name')}`)},
      'moved', ${without(
        "c.body -> 'moved'",
        `p ->> 'item' IN ${ids('message')}
          OR EXISTS (SELECT 1 FROM erasing x WHERE x.run = work AND x.kind = 'message' AND strpos(p ->> 'item', x.id) > 0)`,
      )})
    || CASE WHEN f.id IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('subject', f.subject) END
    || CASE WHEN f.id IS NULL OR c.body ->> 'firstId' NOT IN ${ids('message')} THEN '{}'::jsonb
      ELSE jsonb_build_object('firstAt', f.at, 'firstId', f.id) END
    || CASE WHEN o.customer IS NULL THEN '{}'::jsonb
      ELSE jsonb_build_object('customer', o.customer, 'customerAddress', o.address) END
  FROM document k
  LEFT JOIN LATERAL (
    SELECT m.id, m.body -> 'at' AS at, m.body -> 'subject' AS subject FROM document m
    WHERE m.kind = 'message' AND m.parent = k.id AND m.body IS NOT NULL ORDER BY (m.body ->> 'at')::numeric, m.id LIMIT 1) f ON true
  LEFT JOIN LATERAL (
    SELECT a.customer, a.address FROM document m JOIN erasing_address a
      ON ${isAddress("m.body ->> 'channel'", "m.body ->> 'fromAddress'")} AND NOT a.mine
    WHERE k.id IN ${ids('theirs')} AND m.kind = 'message' AND m.parent = k.id AND m.body ->> 'direction' = 'in'
    ORDER BY (m.body ->> 'at')::numeric, m.id LIMIT 1) o ON true
  WHERE c.kind = 'conversation' AND k.kind = 'conversation' AND k.id = c.id AND c.body IS NOT NULL
    AND c.id IN ${ids('touched', 'theirs')}
    AND c.id NOT IN ${ids('kept')};
END`,
  },
  {
    name: 'erase_people',
    takes: 'work text, erasure text, new_seq bigint, named_in text[]',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
BEGIN
  UPDATE event e SET payload = e.payload || CASE e.kind WHEN 'contact.named' THEN '{"address": ""}'::jsonb
    ELSE '{"recipient": ""}'::jsonb END
  WHERE e.id = ANY (named_in) OR (e.stream IN ${ids('touched', 'theirs')}
    AND e.kind IN ('contact.named', 'reply.bounced') AND EXISTS (
      SELECT 1 FROM erasing_address a WHERE a.run = work AND a.mine
        AND a.address IN (lower(btrim(e.payload ->> 'address')), lower(btrim(e.payload ->> 'recipient')))));
  -- An address that was somebody else's for a while is in their log too: there it gets a name that says nothing.
  UPDATE document d SET version = d.version + 1, seq = new_seq, body = d.body || jsonb_build_object(
    'dismissed', ${without("d.body -> 'dismissed'", `p #>> '{}' IN ${ids('customer')}`)},
    'named', ${without("d.body -> 'named'", isMine("p ->> 'channel'", "p ->> 'address'"))},
    'log', coalesce((
      SELECT jsonb_agg(p || jsonb_build_object('payload', coalesce((
        SELECT min(replace(p ->> 'payload', pair.was, pair.instead)) FROM (
          SELECT '"channel":' || to_json(a.channel)::text || ',"address":' || to_json(a.address)::text AS was,
            '"channel":' || to_json(a.channel)::text || ',"address":"erased ' || erase_people.erasure || '"' AS instead
          FROM erasing_address a WHERE a.run = work AND a.mine) pair
        WHERE strpos(p ->> 'payload', pair.was) > 0), p ->> 'payload')) ORDER BY place)
      FROM ${elements("d.body -> 'log'")}
        WITH ORDINALITY AS all_of(p, place)), '[]'::jsonb))
  WHERE d.kind = 'customer' AND d.body IS NOT NULL AND d.id NOT IN ${ids('customer')} AND (
    EXISTS (SELECT 1 FROM erasing x WHERE x.run = work AND x.kind = 'customer' AND d.body -> 'dismissed' ? x.id)
    OR EXISTS (SELECT 1 FROM erasing_address a WHERE a.run = work AND a.mine AND a.customer <> d.id
      AND strpos(lower(concat(d.body ->> 'log', d.body ->> 'named')), btrim(to_json(a.address)::text, '"')) > 0));
  INSERT INTO tombstone (hash, erasure, kind)
  SELECT tombstone_of('customer:' || x.id), erase_people.erasure, 'customer' FROM erasing x WHERE x.run = work AND x.kind = 'customer'
  ON CONFLICT ON CONSTRAINT tombstone_pkey DO UPDATE SET erasure = excluded.erasure;
  -- A log that somebody else's is told from needs a customer; nothing is known of this one.
  UPDATE document d SET version = d.version + 1, seq = new_seq, body = d.body || jsonb_build_object('rev', 0, 'name', '',
    'givenName', NULL, 'company', '', 'note', '', 'mergedInto', NULL, 'identities', '[]'::jsonb, 'dismissed', '[]'::jsonb,
    'named', '[]'::jsonb, 'log', '[]'::jsonb)
  WHERE d.kind = 'customer' AND d.id IN ${ids('customer')}
    AND EXISTS (SELECT 1 FROM document c WHERE c.kind = 'conversation' AND c.parent = d.id);
  DELETE FROM document d WHERE d.kind = 'customer' AND d.id IN ${ids('customer')}
    AND NOT EXISTS (SELECT 1 FROM document c WHERE c.kind = 'conversation' AND c.parent = d.id);
END`,
  },
  {
    name: 'erase_now',
    takes: 'work text, because text, asker text, named_in text[]',
    returns: 'jsonb',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
DECLARE
  counts jsonb := scope_counts(work);
  given text := gen_random_uuid()::text;
  new_seq bigint := next_seq();
BEGIN
  INSERT INTO erasure (id, seq, reason, member, at, conversations, messages, files)
  VALUES (given, new_seq, because, asker, now_ms(), (counts ->> 'conversations')::integer, (counts ->> 'messages')::integer,
    (counts ->> 'files')::integer);
  PERFORM erase_messages(work, given);
  PERFORM unname_messages(work, new_seq);
  PERFORM erase_conversations(work, given, new_seq);
  PERFORM settle_conversations(work, new_seq);
  PERFORM erase_people(work, given, new_seq, named_in);
  PERFORM scope_clear(work);
  PERFORM wake('seq:' || new_seq);
  RETURN jsonb_build_object('kind', 'erased', 'id', given, 'seq', new_seq) || counts;
END`,
  },
];
