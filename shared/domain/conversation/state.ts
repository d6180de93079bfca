import type { ConversationId, FollowUpId, MemberId, ReviewId } from '../../kit/brand.ts';
import { nobodyWaits } from '../waiting/waiting.ts';
import type { Turn, Waiting } from '../waiting/waiting.ts';
import type { FollowUp } from './follow-up.ts';
import type { OpenReview } from './review.ts';

export type { Turn };

/** Whether there is still something to do. `resolved` is solved by the owner's word while a check is still open. */
export type ConversationStatus = 'open' | 'resolved' | 'done' | 'merged';

/** Everything the rules of ownership need to know of one conversation; rebuilt from its events by `evolve`. Times are ms UTC. */
export type ConversationState = {
  readonly rev: number;
  readonly status: ConversationStatus;
  readonly owner: MemberId | null;
  /** Whom the owner answers for while that one is away. */
  readonly coveredFor: MemberId | null;
  /** Who had it before nobody did. */
  readonly hadBy: MemberId | null;
  readonly snoozedUntil: number | null;
  /** Open promises, checks and return timers, in the order in which they were made. */
  readonly followUps: readonly FollowUp[];
  /** Reviews that have not ended, in the order in which they were asked for. */
  readonly reviews: readonly OpenReview[];
  /** Sorted, each once. */
  readonly tags: readonly string[];
  readonly waiting: Waiting;
  /** The rev at which a person last said something here; an agent who has not seen it looks at an old state. */
  readonly spokenRev: number;
  readonly mergedInto: ConversationId | null;
};

/** A conversation before anything has happened. */
export const unopened: ConversationState = {
  rev: 0,
  status: 'open',
  owner: null,
  coveredFor: null,
  hadBy: null,
  snoozedUntil: null,
  followUps: [],
  reviews: [],
  tags: [],
  waiting: nobodyWaits,
  spokenRev: 0,
  mergedInto: null,
};

/** The checks that still have to end before the conversation can be closed. */
export const openChecks = (state: ConversationState): readonly FollowUp[] =>
  state.followUps.filter(({ purpose }) => purpose === 'check');

/** The open follow-up with this id. */
export const followUpOf = (state: ConversationState, id: FollowUpId): FollowUp | undefined =>
  state.followUps.find((one) => one.id === id);

/** The open review with this id. */
export const reviewOf = (state: ConversationState, id: ReviewId): OpenReview | undefined =>
  state.reviews.find((one) => one.id === id);
