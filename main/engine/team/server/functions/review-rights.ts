import {
  mostAsked,
  mostReviewHtml,
  mostReviewNote,
  reviewEnds,
  verdicts,
} from '#shared/domain/conversation/review.ts';
import type { TeamFunction } from '../schema-part.ts';
import { listed } from './lists.ts';

/** The most characters of what a review says, of its HTML, and of all of it. */
const note = String(mostReviewNote);
const html = String(mostReviewHtml);
const picture = '2000000';

/** Who may ask for a review, give one and end it. */
export const reviewRights: readonly TeamFunction[] = [
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
];
