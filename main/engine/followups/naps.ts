import type { NextTimes } from '../store/read/due.ts';

/** The longest time the clock is not looked at; three of these fit into the minute in which a follow-up must come up. */
export const longestNapMs = 20_000;
/** What is due but cannot be done is not tried faster than this. */
const shortestNapMs = 250;
/** Clocks are put right by a few seconds all the time; more than this is a sleep, or a clock that was set. */
const toleratedMs = 60_000;

/** A nap as it was begun: for how long, and what both clocks showed (ms). */
export type Nap = { readonly ms: number; readonly now: number; readonly monotonic: number };

/** How long (ms) nothing has to be done: until the next of these times, or until one that waits for the mail has waited enough. */
export const napFor = (next: NextTimes, now: number, heldForMs: number | null): number => {
  const ahead = [next.followUp, next.awake, next.back, next.breach].filter((at) => at !== null && at > now);
  const waits = ahead.map((at) => (at ?? now) - now);
  return Math.max(shortestNapMs, Math.min(longestNapMs, ...waits, heldForMs ?? longestNapMs));
};

/**
 * What the clocks say after a nap. `ahead`: much more time has passed than was slept, because the computer slept or
 * the clock was set forward. `back`: the clock was set back.
 */
export const timePassedUnseen = (
  nap: Nap,
  after: { readonly now: number; readonly monotonic: number },
): 'none' | 'ahead' | 'back' => {
  const wall = after.now - nap.now;
  const steady = after.monotonic - nap.monotonic;
  if (wall - steady > toleratedMs || steady - nap.ms > toleratedMs) return 'ahead';
  return steady - wall > toleratedMs ? 'back' : 'none';
};
