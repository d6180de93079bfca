import type { FollowUpId, MemberId } from '../../kit/brand.ts';
import { dayMs } from '../business-hours/zone.ts';
import { nextRepeat } from '../when/repeats.ts';

/** What a follow-up is for: an own promise, the check after a transfer, or the timer that brings a transferred conversation back. */
export type Purpose = 'promise' | 'check' | 'return';

/** A promise to come back, as it was made. Times are ms UTC, `every` is ms. */
export type Promised = {
  readonly id: FollowUpId;
  /** Who is reminded. */
  readonly owner: MemberId;
  readonly dueAt: number;
  readonly purpose: Purpose;
  /** It vanishes when the customer answers. */
  readonly ifNoReply: boolean;
  /** Comes again after so long until the customer answers; null for once. */
  readonly every: number | null;
  readonly why: string;
};

/** A promise that is still open. */
export type FollowUp = Promised & {
  /** When it was last told; null before that. */
  readonly fellAt: number | null;
};

/** Whether the time has come to tell of it: once for each due time. */
export const isDue = (followUp: FollowUp, now: number): boolean =>
  followUp.dueAt <= now && (followUp.fellAt === null || followUp.every !== null);

/**
 * The first due time of a repeating follow-up that lies after `now`, without telling again of each one missed. What
 * repeats by whole days keeps its time on the clock of `zone` (an IANA name) over a change of daylight saving; what
 * repeats by hours keeps its length. Null for one that does not repeat.
 */
export const nextDue = (followUp: FollowUp, now: number, zone = 'UTC'): number | null => {
  const { dueAt, every } = followUp;
  if (every === null || every <= 0) return null;
  if (every % dayMs === 0) return nextRepeat({ every: every / dayMs, unit: 'day' }, dueAt, { now, zone });
  const missed = Math.max(0, Math.floor((now - dueAt) / every));
  return dueAt + (missed + 1) * every;
};
