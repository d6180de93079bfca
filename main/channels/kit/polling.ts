import type { Clock } from '#shared/kit/ports.ts';
import { pause } from './waiting.ts';

/** How long (ms) an account counts as lively after something was said in it: people who talk answer within minutes. */
const livelyFor = 10 * 60_000;

/** How often to look, in ms: at an account where somebody talks, and at one that has been quiet for ten minutes. */
export type Intervals = { readonly lively: number; readonly quiet: number };

/**
 * How often an account is looked at where a server tells nothing by itself. Most accounts are quiet most of the time, and each look costs
 * the machine, the network and a share of what the server allows; where somebody has just spoken, the next word is near.
 */
export class Pace {
  readonly #intervals: Intervals;
  readonly #clock: Pick<Clock, 'monotonic'>;
  #livelyUntil = Number.NEGATIVE_INFINITY;

  constructor(intervals: Intervals, clock: Pick<Clock, 'monotonic'>) {
    this.#intervals = intervals;
    this.#clock = clock;
  }

  /** Somebody has said something here, or we have. */
  stir(): void {
    this.#livelyUntil = this.#clock.monotonic() + livelyFor;
  }

  /** Waits until the next look is due; somebody who speaks meanwhile brings it nearer. */
  async rest(signal: AbortSignal, wait: typeof pause): Promise<void> {
    const { lively, quiet } = this.#intervals;
    let rested = 0;
    do {
      const step = Math.min(lively, quiet - rested);
      await wait(step, signal);
      rested += step;
    } while (rested < quiet && this.#clock.monotonic() >= this.#livelyUntil);
  }
}

/** Hints at once and then at the given pace, or every so many ms, until the signal ends it: listening, where a server tells nothing by itself. */
export async function pollEvery(
  pace: Pace | number,
  hint: () => void,
  signal: AbortSignal,
  wait: typeof pause = pause,
): Promise<never> {
  for (;;) {
    hint();
    await (typeof pace === 'number' ? wait(pace, signal) : pace.rest(signal, wait));
  }
}
