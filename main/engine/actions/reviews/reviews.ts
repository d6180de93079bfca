import type { Refused } from '#shared/contract/refusals.ts';
import type { Picture, Verdict } from '#shared/domain/conversation/review.ts';
import type { ConversationId, MemberId, ReviewId } from '#shared/kit/brand.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import type { Action } from '../action.ts';
import { change, withName } from '../conversations/change.ts';

type Of = { readonly conversation: ConversationId };

/** No undo key: what takes a request back is its withdrawal, which those who were asked read about. */
const ask: Action<
  Of & { readonly of: readonly MemberId[]; readonly note: string; readonly answer: Picture },
  Result<{ readonly review: ReviewId }, Refused>
> = (context, { conversation, ...wanted }) => {
  const review = context.ids.next() as ReviewId;
  const made = change(context, conversation, { kind: 'ask-review', review, ...wanted });
  return made.ok ? ok({ review }) : fail(withName(context, made.failure));
};

const give: Action<
  Of & {
    readonly review: ReviewId;
    readonly verdict: Verdict;
    readonly note: string;
    readonly html: string | null;
  },
  Result<null, Refused>
> = (context, { conversation, ...said }) => {
  const made = change(context, conversation, { kind: 'give-review', ...said });
  return made.ok ? ok(null) : fail(withName(context, made.failure));
};

/** Without a review all that whoever sits here asked for, as where the draft is thrown away. */
const end: Action<
  Of & { readonly review: ReviewId | null; readonly reason: 'withdrawn' | 'discarded' },
  Result<null, Refused>
> = (context, { conversation, review, reason }) => {
  const made = change(context, conversation, { kind: 'end-review', review, reason });
  return made.ok ? ok(null) : fail(withName(context, made.failure));
};

/** What happens to reviews of answers. */
export const reviewActions = { 'review.ask': ask, 'review.give': give, 'review.end': end } as const;
