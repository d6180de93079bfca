import type { TeamFunction } from '../schema-part.ts';
import { skew } from './clock-skew.ts';

/** Who may promise, move, keep and end follow-ups, and confirm or waive checks. */
export const followUpRights: readonly TeamFunction[] = [
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
];
