import * as v from 'valibot';
import { mostAsked, mostReviewHtml, mostReviewNote, verdicts } from '../domain/conversation/review.ts';
import type { Picture, Verdict } from '../domain/conversation/review.ts';
import type { ConversationId, ReviewId } from '../kit/brand.ts';
import type { MemberName } from './conversations.ts';
import { call } from './define.ts';
import type { Refused } from './refusals.ts';
import { conversationId, draftId, memberId, reviewId } from './schemas.ts';

/** An open review: an answer as it was when colleagues were asked to look at it, and what they said. Times are ms UTC. */
export type Review = {
  readonly id: ReviewId;
  readonly by: MemberName;
  readonly of: readonly MemberName[];
  readonly at: number;
  readonly note: string;
  readonly answer: Picture;
  readonly isMine: boolean;
  readonly asksMe: boolean;
  /** The last word of everybody who said one, the newest last. `html` is a suggested wording. */
  readonly given: readonly {
    readonly by: MemberName;
    readonly at: number;
    readonly verdict: Verdict;
    readonly note: string;
    readonly html: string | null;
  }[];
};

/** An open review in a list of them. */
export type ReviewRow = Omit<Review, 'answer' | 'given'> & {
  readonly conversation: ConversationId;
  readonly subject: string;
  /** Whom the conversation is with. */
  readonly customer: string;
  readonly given: readonly { readonly by: MemberName; readonly verdict: Verdict }[];
};

const note = v.pipe(v.string(), v.maxLength(mostReviewNote));
const one = v.strictObject({ conversation: conversationId, review: reviewId });

/** Answers that colleagues look at before they are sent. A draft stays with who writes it; others see a frozen picture. */
export const reviewCalls = {
  /** Shows the draft as it is saved; asked again, the earlier review of the same author in the conversation ends. */
  'review.ask': call(
    v.strictObject({
      draft: draftId,
      of: v.pipe(v.array(memberId), v.minLength(1), v.maxLength(mostAsked)),
      note,
    }),
  )
    .answers<{ readonly review: ReviewId }>()
    .refuses<Refused | { readonly kind: 'draft-gone' } | { readonly kind: 'review-no-conversation' }>(),
  /** Says what one thinks; `html` is a suggested wording, null where there is none. Said again, the later word counts. */
  'review.give': call(
    v.strictObject({
      ...one.entries,
      verdict: v.picklist(verdicts),
      note,
      html: v.nullable(v.pipe(v.string(), v.maxLength(mostReviewHtml))),
    }),
  )
    .answers<null>()
    .refuses<Refused>(),
  'review.withdraw': call(one).answers<null>().refuses<Refused>(),
  /** The open reviews of a conversation. */
  'review.get': call(v.strictObject({ conversation: conversationId })).answers<{
    readonly reviews: readonly Review[];
  }>(),
  /** Open reviews that one asked for or was asked for, the newest conversation first. */
  'review.list': call(v.strictObject({})).answers<{ readonly rows: readonly ReviewRow[] }>(),
} as const;
