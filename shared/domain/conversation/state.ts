import type { ConversationId, MemberId } from '../../kit/brand.ts';
import { nobodyWaits } from '../waiting/waiting.ts';
import type { Turn, Waiting } from '../waiting/waiting.ts';

export type { Turn };

/** Whether there is still something to do. */
export type ConversationStatus = 'open' | 'done' | 'merged';

/** Everything the rules of ownership need to know of one conversation; rebuilt from its events by `evolve`. */
export type ConversationState = {
  readonly rev: number;
  readonly status: ConversationStatus;
  readonly owner: MemberId | null;
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
  waiting: nobodyWaits,
  spokenRev: 0,
  mergedInto: null,
};
