/** Chance that can be repeated: the same seed gives the same choices in the same order. */
export type SeededRandom = {
  /** A number from 0 up to, and without, 1. */
  readonly next: () => number;
  /** A whole number from 0 up to, and without, `end`. */
  readonly below: (end: number) => number;
  readonly pick: <const T>(list: readonly [T, ...T[]]) => T;
  /** True in this share of all cases. */
  readonly chance: (share: number) => boolean;
};

/** Mulberry32 (public domain, Tommy Ettinger): 32 bits of state, more than even enough for test data. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return {
    next,
    below,
    pick: (list) => list[below(list.length)] ?? list[0],
    chance: (share) => next() < share,
  };
}
