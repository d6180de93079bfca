/** The rule that erases conversations once they have been closed long enough; `since` is when it was switched on, in ms UTC. */
export type RetentionRule = { readonly days: number; readonly since: number };

/** The days a rule may have: a month at least, a hundred years at most. */
export const leastRetentionDays = 30;
export const mostRetentionDays = 36_500;

const dayMs = 24 * 60 * 60_000;

/** Whoever switches it on by mistake has a day to notice. An admin who lays it down has thought about it. */
const graceMs = dayMs;

/** When a rule may first erase something, in ms UTC; at once where an admin laid it down. */
export const firstRun = ({ since }: RetentionRule, managed: boolean): number =>
  managed ? since : since + graceMs;

/** Before which time a conversation must have been closed and quiet for its time to be over, in ms UTC. */
export const closedBefore = (days: number, now: number): number => now - days * dayMs;

/** How long after a look the next one is taken, in ms. */
export const retentionPauseMs = dayMs;
