import { useLive } from '#renderer/engine-client/index.ts';
import type { Review } from '#shared/contract/reviews.ts';
import type { ConversationId } from '#shared/kit/brand.ts';

/** The open reviews of a conversation, in step with the engine; none where there is no conversation. */
export const useReviews = (conversation: ConversationId | null): readonly Review[] =>
  useLive('review.get', conversation === null ? null : { conversation }).data?.reviews ?? [];
