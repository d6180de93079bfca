import type { Clock } from '#shared/kit/ports.ts';

/** A clock that goes only where a test takes it. Times are ms. */
export class TestClock implements Clock {
  #wall: number;
  #steady = 1_000_000;

  constructor(now: number) {
    this.#wall = now;
  }

  now = (): number => this.#wall;
  monotonic = (): number => this.#steady;

  /** Time goes by. */
  pass(ms: number): void {
    this.#wall += ms;
    this.#steady += ms;
  }

  /** Somebody sets the clock on the wall, or the computer sleeps with the other one standing still. */
  set(now: number): void {
    this.#wall = now;
  }
}
