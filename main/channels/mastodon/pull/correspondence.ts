import type { Status } from '../api/entities.ts';

/**
 * Whether a status of ours is said to somebody: it names people or answers somebody else. What an account tells everybody is no
 * correspondence until somebody answers; then it comes along as what was said before.
 */
export const isSaidToSomebody = (status: Status, ownId: string): boolean =>
  status.mentions.some(({ id }) => id !== ownId) ||
  (status.in_reply_to_id !== null && status.in_reply_to_account_id !== ownId);

/** Whether a status comes by itself: it names us, or it is ours and said to somebody. */
export const comesByItself = (status: Status, ownId: string): boolean =>
  status.account.id === ownId
    ? isSaidToSomebody(status, ownId)
    : status.mentions.some(({ id }) => id === ownId);
