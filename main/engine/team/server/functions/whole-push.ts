import type { TeamFunction } from '../schema-part.ts';

/** What a push says as a whole: events that belong together come together. */
export const wholePushFunctions: readonly TeamFunction[] = [
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
