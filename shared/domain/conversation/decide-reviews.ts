import { fail, ok } from '../../kit/result.ts';
import type { Result } from '../../kit/result.ts';
import { leads } from '../member.ts';
import type { Circumstances, Command, ConversationRefusal } from './commands.ts';
import type { ConversationEvent } from './events.ts';
import { fitsReview, mostAsked, mostReviewHtml, mostReviewNote } from './review.ts';
import type { ReviewEnd } from './review.ts';
import { reviewOf } from './state.ts';
import type { ConversationState } from './state.ts';

type Decided = Result<readonly ConversationEvent[], ConversationRefusal>;

/** Ends every open review that somebody asked for. */
export const endReviews = (
  state: ConversationState,
  by: Circumstances['me'],
  reason: ReviewEnd,
): readonly ConversationEvent[] =>
  state.reviews
    .filter((review) => review.by === by)
    .map(({ id }) => ({ kind: 'review.ended', review: id, reason }));

/** Shows colleagues a frozen picture of one's answer; asked again, the earlier review ends. It moves neither turn nor owner. */
export const askReview = (
  state: ConversationState,
  { review, of, note, answer }: Extract<Command, { kind: 'ask-review' }>,
  { me, presenceOf }: Pick<Circumstances, 'me' | 'presenceOf'>,
): Decided => {
  const asked = [...new Set(of)];
  if (asked.length === 0 || asked.length > mostAsked || asked.includes(me)) {
    return fail({ kind: 'review-of-whom' });
  }
  if (asked.some((member) => presenceOf(member).kind === 'gone')) return fail({ kind: 'member-gone' });
  if (note.length > mostReviewNote || !fitsReview(answer)) return fail({ kind: 'review-too-large' });
  return ok([
    ...endReviews(state, me, 'again'),
    { kind: 'review.asked', review, by: me, of: asked, note: note.trim(), answer },
  ]);
};

/** Whoever was asked says what they think, and so may every lead; never the one who asked. Said again, the later word counts. */
export const giveReview = (
  state: ConversationState,
  { review, verdict, note, html }: Extract<Command, { kind: 'give-review' }>,
  { me, role }: Pick<Circumstances, 'me' | 'role'>,
): Decided => {
  const open = reviewOf(state, review);
  if (open === undefined) return fail({ kind: 'review-gone' });
  if (open.by === me) return fail({ kind: 'own-review' });
  if (!open.of.includes(me) && !leads(role)) return fail({ kind: 'not-asked', owner: open.by });
  if (note.length > mostReviewNote || (html ?? '').length > mostReviewHtml) {
    return fail({ kind: 'review-too-large' });
  }
  if (verdict === 'changes' && note.trim() === '' && html === null) return fail({ kind: 'nothing-to-say' });
  return ok([{ kind: 'review.given', review, by: me, verdict, note: note.trim(), html }]);
};

/** Only who asked ends it; without a review all of one's own end, and there may be none. */
export const endReview = (
  state: ConversationState,
  { review, reason }: Extract<Command, { kind: 'end-review' }>,
  { me }: Pick<Circumstances, 'me'>,
): Decided => {
  if (review === null) return ok(endReviews(state, me, reason));
  const open = reviewOf(state, review);
  if (open === undefined) return fail({ kind: 'review-gone' });
  return open.by === me
    ? ok([{ kind: 'review.ended', review, reason }])
    : fail({ kind: 'not-your-review', owner: open.by });
};
