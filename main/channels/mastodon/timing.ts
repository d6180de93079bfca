import type { Intervals } from '../kit/polling.ts';

/** How often and how long, in ms; tests shorten them. */
export type Timing = {
  /** Between two looks for news: two requests every so often. */
  readonly poll: Intervals;
  /** Between two looks whether an uploaded file is ready. */
  readonly mediaCheck: number;
  /** The longest wait for an uploaded file. */
  readonly mediaWait: number;
  /** Before a post that was not found is looked for once more. */
  readonly settle: number;
};

const seconds = 1_000;

/**
 * The product's own. Looking at both streams every 20 s is 30 requests of the 300 that a token has in 5 minutes, and 90 of the 300 that a
 * person's programs share for paging in 15 (docs.joinmastodon.org/api/rate-limits; throttle_authenticated_paging).
 */
export const usualTiming: Timing = {
  poll: { lively: 20 * seconds, quiet: 40 * seconds },
  mediaCheck: seconds,
  mediaWait: 300 * seconds,
  settle: 3 * seconds,
};
