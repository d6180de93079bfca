import type { TeamFunction } from '../schema-part.ts';
import { factKinds, personKinds } from './event-kinds.ts';
import { followUpRights } from './follow-up-rights.ts';
import { listed } from './lists.ts';
import { ownerRights } from './owner-rights.ts';
import { reviewRights } from './review-rights.ts';
import { wholePushFunctions } from './whole-push.ts';

/** Kinds that tie two conversations to each other, with the field that names the other. */
const tied = `CASE happened
    WHEN 'conversation.merged' THEN payload ->> 'into'
    WHEN 'conversation.absorbed' THEN payload ->> 'from'
    WHEN 'conversation.restored' THEN payload ->> 'from'
    WHEN 'conversation.released' THEN payload ->> 'to'
    WHEN 'conversation.split' THEN payload ->> 'into'
    WHEN 'conversation.rejoined' THEN payload ->> 'from'
    ELSE NULL END`;

/** Who may say what in a log; every rule is one of decide-*.ts, seen with the database's own rows. */
export const rightsFunctions: readonly TeamFunction[] = [
  {
    name: 'other_of',
    takes: 'happened text, payload jsonb',
    returns: 'text',
    callers: 'none',
    volatility: 'IMMUTABLE',
    body: `
BEGIN
  RETURN ${tied};
END`,
  },
  {
    name: 'all_linked',
    takes: 'conversations text[]',
    returns: 'text[]',
    callers: 'none',
    volatility: 'STABLE',
    body: `
BEGIN
  RETURN ARRAY(
    WITH RECURSIVE linked (id) AS (
      SELECT unnest(conversations)
      UNION
      SELECT l.other FROM linked CROSS JOIN LATERAL (SELECT k.other FROM link k WHERE k.one = linked.id OFFSET 0) l)
    SELECT id FROM linked);
END`,
  },
  {
    name: 'check_author',
    takes: 'who caller, of_stream text, happened text, payload jsonb, author text, told_at bigint',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
DECLARE
  others text[];
BEGIN
  IF happened NOT IN (${listed([...factKinds, ...personKinds])}) THEN
    PERFORM refuse('malformed', 'conversation', of_stream);
  ELSIF author = who.member OR (author IS NULL AND happened IN (${listed(factKinds)})) THEN
    RETURN;
  -- What a log tells of a message goes with it when it goes to another conversation, in the name of who did it.
  ELSIF happened LIKE 'reply.%' OR happened LIKE 'message.%' THEN
    others := array_remove(all_linked(ARRAY[of_stream]), of_stream);
    IF EXISTS (
      SELECT 1 FROM event e
      WHERE e.stream = ANY (others) AND e.kind = happened
        AND e.payload = check_author.payload AND e.author = check_author.author AND e.at = check_author.told_at) THEN
      RETURN;
    END IF;
  END IF;
  PERFORM refuse('wrong-author', 'conversation', of_stream);
END`,
  },
  ...ownerRights,
  ...followUpRights,
  ...reviewRights,
  {
    name: 'check_event',
    takes:
      'who caller, of_stream text, told_rev integer, state jsonb, happened text, payload jsonb, author text, fresh boolean, timers text[]',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
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
END`,
  },
  ...wholePushFunctions,
];
