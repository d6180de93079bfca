/** From so much, doubling with every failure in a row, up to the longest wait. */
const firstMs = 2_000;
const longestMs = 60_000;
/** However it comes about, a device asks for a connection at most once in this time, on average. */
const gapMs = 1_000;
/** A connection that held for so long has proved that the server is well; shorter ones count as failures. */
export const steadyAfterMs = 15_000;

/**
 * How long to wait, in ms, before the next try after `failures` failures in a row (1 = the first). Full jitter: anything
 * between nothing and twice as much as the time before, so that fifty devices whose server has come back do not come in
 * one wave; never less than a second and never more than a minute. `chance` is in [0, 1).
 */
export const connectDelay = (failures: number, chance: number): number => {
  const most = Math.min(firstMs * 2 ** Math.min(Math.max(failures, 1) - 1, 20), longestMs);
  return Math.max(gapMs, Math.round(most * chance));
};

/** How long to wait, in ms, before a push that lost a race is tried again; the first few go at once. */
export const raceDelay = (losses: number, chance: number): number =>
  losses <= 3 ? 0 : Math.round(Math.min(50 * 2 ** Math.min(losses - 4, 10), 5_000) * chance);

/** Lets something happen a few times at once, and on average once in {@link gapMs}: people press "try now" again and again. */
export class Allowance {
  readonly #most: number;
  #left: number;
  #at = Number.NEGATIVE_INFINITY;

  constructor(most: number) {
    this.#most = most;
    this.#left = most;
  }

  /** Takes one at a time of the monotonic clock; answers how long to wait first, in ms. */
  take(now: number): number {
    const since = Number.isFinite(this.#at) ? now - this.#at : 0;
    this.#left = Math.min(this.#most, this.#left + Math.max(since, 0) / gapMs) - 1;
    this.#at = now;
    return this.#left >= 0 ? 0 : Math.ceil(-this.#left * gapMs);
  }
}
