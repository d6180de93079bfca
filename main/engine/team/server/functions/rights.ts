import {
  mostAsked,
  mostReviewHtml,
  mostReviewNote,
  reviewEnds,
  verdicts,
} from '#shared/domain/conversation/review.ts';
import type { TeamFunction } from '../schema-part.ts';

/**
 * How far a device's clock may be off, in ms: what happens by the clock is due if it is due by any clock within that.
 * Twelve hours, so that a computer in the wrong zone does not offer the same thing for ever.
 */
const skew = '43200000';

/** What may happen without a person, because something outside or the clock made it happen. */
const factKinds = [
  'conversation.opened',
  'message.received',
  'message.answered',
  'conversation.returned',
  'conversation.covered',
  'conversation.given-back',
  'conversation.orphaned',
  'conversation.resolved',
  'conversation.reopened',
  'conversation.woken',
  'conversation.merged',
  'conversation.absorbed',
  'follow-up.fell-due',
  'follow-up.cancelled',
  'reply.sent',
  'reply.failed',
  'reply.uncertain',
  'reply.bounced',
  'contact.named',
];

const personKinds = [
  'conversation.claimed',
  'conversation.assigned',
  'conversation.transferred',
  'conversation.closed',
  'conversation.snoozed',
  'conversation.restored',
  'conversation.released',
  'conversation.split',
  'conversation.rejoined',
  'conversation.undone',
  'follow-up.promised',
  'follow-up.moved',
  'follow-up.given',
  'follow-up.kept',
  'check.confirmed',
  'check.waived',
  'tag.added',
  'tag.removed',
  'note.added',
  'review.asked',
  'review.given',
  'review.ended',
  'reply.queued',
  'reply.withdrawn',
];

const listed = (kinds: readonly string[]): string => kinds.map((kind) => `'${kind}'`).join(', ');

/** The most characters of what a review says, of its HTML, and of all of it. */
const note = String(mostReviewNote);
const html = String(mostReviewHtml);
const picture = '2000000';

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
  {
    name: 'answers_by_any_clock',
    takes: 'whom text, answers text, at bigint',
    returns: 'boolean',
    callers: 'none',
    volatility: 'STABLE',
    body: `
BEGIN
  RETURN who_answers(whom, at) IS NOT DISTINCT FROM answers OR who_answers(whom, at - ${skew}) IS NOT DISTINCT FROM answers
    OR who_answers(whom, at + ${skew}) IS NOT DISTINCT FROM answers;
END`,
  },
  {
    name: 'check_owner_event',
    takes:
      'who caller, of_stream text, state jsonb, happened text, payload jsonb, fresh boolean, timers text[]',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
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
        OR NOT (is_here(comes, now_at) OR is_here(comes, now_at + ${skew})) THEN
        PERFORM refuse('not-due', 'conversation', of_stream);
      END IF;
    ELSE
      -- conversation.orphaned: it was somebody's, and nobody answers for them.
      IF owner IS NULL
        OR NOT (is_gone(owner) OR (state ->> 'status' <> 'open' AND answers_by_any_clock(owner, NULL, now_at))) THEN
        PERFORM refuse('not-due', 'conversation', of_stream);
      END IF;
  END CASE;
END`,
  },
  {
    name: 'check_follow_up_event',
    takes:
      'who caller, of_stream text, state jsonb, happened text, payload jsonb, author text, timers text[]',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
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
      IF (found_one ->> 'dueAt')::bigint > now_ms() + ${skew} THEN
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
END`,
  },
  {
    name: 'check_review_event',
    takes: 'who caller, of_stream text, state jsonb, happened text, payload jsonb',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
DECLARE
  found_one jsonb := review(state, payload ->> 'review');
  asked jsonb := payload -> 'of';
BEGIN
  IF jsonb_typeof(payload -> 'review') IS DISTINCT FROM 'string' OR length(payload ->> 'review') NOT BETWEEN 1 AND 80
    OR length(payload ->> 'note') > ${note} THEN
    PERFORM refuse('malformed', 'conversation', of_stream);
  ELSIF length(payload::text) > ${picture} OR length(payload ->> 'html') > ${html} OR length(payload -> 'answer' ->> 'html') > ${html} THEN
    PERFORM refuse('too-large', 'conversation', of_stream);
  ELSIF happened <> 'review.ended' AND payload ->> 'by' IS DISTINCT FROM who.member THEN
    PERFORM refuse('wrong-author', 'conversation', of_stream);
  END IF;
  IF happened = 'review.asked' THEN
    IF jsonb_typeof(asked) IS DISTINCT FROM 'array' OR jsonb_typeof(payload -> 'answer') IS DISTINCT FROM 'object'
      OR jsonb_typeof(payload -> 'note') IS DISTINCT FROM 'string' THEN
      PERFORM refuse('malformed', 'conversation', of_stream);
    ELSIF jsonb_array_length(asked) NOT BETWEEN 1 AND ${String(mostAsked)}
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
    IF coalesce(payload ->> 'verdict', '') NOT IN (${listed(verdicts)}) THEN
      PERFORM refuse('malformed', 'conversation', of_stream);
    -- Nobody finds their own answer good.
    ELSIF found_one ->> 'by' = who.member OR NOT (found_one -> 'of' ? who.member OR who.role <> 'agent') THEN
      PERFORM refuse('not-yours', 'conversation', of_stream);
    END IF;
  ELSIF found_one ->> 'by' <> who.member THEN
    PERFORM refuse('not-yours', 'conversation', of_stream);
  ELSIF coalesce(payload ->> 'reason', '') NOT IN (${listed(reviewEnds)}) THEN
    PERFORM refuse('malformed', 'conversation', of_stream);
  END IF;
END`,
  },
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
  {
    name: 'check_whole',
    takes: 'who caller, new_seq bigint, streams text[], fresh_streams text[]',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    // What one event alone does not show: halves that belong together, and owners that come from elsewhere.
    body: `
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
END`,
  },
  {
    name: 'giver_of',
    takes: 'transferred jsonb, author text',
    returns: 'text',
    callers: 'none',
    volatility: 'STABLE',
    // A check with somebody who has left would be nobody's.
    body: `
BEGIN
  RETURN CASE WHEN transferred ->> 'from' IS NULL OR is_gone(transferred ->> 'from') THEN author ELSE transferred ->> 'from' END;
END`,
  },
];
