import type { ConversationId, MemberId } from '../../kit/brand.ts';

/** Whether there is still something to do. */
export type ConversationStatus = 'open' | 'done' | 'merged';

/** Whose move it is: `ours` while the customer waits, `theirs` while we wait, `none` before either has spoken. */
export type Turn = 'ours' | 'theirs' | 'none';

/** Everything the rules of ownership need to know of one conversation; rebuilt from its events by `evolve`. */
export type ConversationState = {
  readonly rev: number;
  readonly status: ConversationStatus;
  readonly owner: MemberId | null;
  readonly turn: Turn;
  /** When the customer's first unanswered message was written, in ms UTC; null when nobody waits. */
  readonly waitingSince: number | null;
  readonly mergedInto: ConversationId | null;
};

/** A conversation before anything has happened. */
export const unopened: ConversationState = {
  rev: 0,
  status: 'open',
  owner: null,
  turn: 'none',
  waitingSince: null,
  mergedInto: null,
};
