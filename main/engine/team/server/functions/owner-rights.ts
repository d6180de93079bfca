import type { TeamFunction } from '../schema-part.ts';
import { skew } from './clock-skew.ts';

/** Who may take, give and cover a conversation. */
export const ownerRights: readonly TeamFunction[] = [
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
];
