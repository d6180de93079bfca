import * as v from 'valibot';
import type { AccountHealth } from '#shared/contract/accounts.ts';
import type { AccountId } from '#shared/kit/brand.ts';

/** An account with a login on this device; `one` where its channel bears a single reader. */
export type Collectable = { readonly account: AccountId; readonly one: boolean };

/** What the team's database says of who reads an account. `leftMs` is by its own clock. */
const told = v.array(
  v.object({
    account: v.string(),
    kind: v.picklist(['mine', 'other', 'nobody', 'not-kept']),
    locked: v.boolean(),
    leftMs: v.number(),
    /** In whose hands it is, for the eye. */
    member: v.nullable(v.string()),
    device: v.nullable(v.string()),
    since: v.nullable(v.number()),
  }),
);
export type Told = v.InferOutput<typeof told>[number];

/** Reads the answer of `collect`; throws on what is none. */
export const readTold = (answer: unknown): readonly Told[] => v.parse(told, answer);

/** A point on both clocks: the one that never goes back stands still while the machine sleeps, the other one does not. */
export type Moment = { readonly monotonic: number; readonly wall: number };

/** What this device knows of one account. */
export type Standing = {
  readonly told: Told;
  /** Until when nobody else can have taken it; no later than what the server promised, counted from before it was asked. */
  readonly until: Moment;
};

/** So much earlier than promised is a promise taken to end: clocks of two machines do not run alike. */
const marginMs = 500;
/** A device that has not yet heard who reads goes on by itself after so long where several readers do no harm. */
export const goesOnAfterMs = 30_000;

/** What the database said, with the times at which it was asked. */
export const standingFrom = (one: Told, asked: Moment): Standing => {
  const left = Math.max(0, one.leftMs - marginMs);
  return { told: one, until: { monotonic: asked.monotonic + left, wall: asked.wall + left } };
};

/** Whether a promise still holds: by both clocks, so that neither a sleep nor a wrong one stretches it. */
export const holds = ({ until }: Standing, now: Moment): boolean =>
  now.monotonic < until.monotonic && now.wall < until.wall;

/** How the line to the team's database stands. */
export type LineState =
  | { readonly kind: 'there' }
  /** `sinceMonotonic` is when it went, or when this device began to look for it. */
  | { readonly kind: 'away'; readonly since: number; readonly sinceMonotonic: number };

/** Whether this device reads an account, and if not, why. */
export type Verdict =
  | { readonly kind: 'reads' }
  /** It reads although the team's database is away. */
  | { readonly kind: 'reads-alone'; readonly since: number }
  | { readonly kind: 'waits'; readonly health: AccountHealth };

const elsewhere = (one: Told): AccountHealth =>
  one.kind === 'other' && one.device !== null
    ? { kind: 'elsewhere', member: one.member ?? '', device: one.device }
    : { kind: 'connecting' };

/**
 * Whether an account with a login here is read by this device. While the database is away, its collector goes on: without end where
 * several readers do no harm, else until its lock can have been taken by another. Nobody else begins.
 */
export const verdictOf = (
  { one }: Pick<Collectable, 'one'>,
  standing: Standing | null,
  line: LineState,
  now: Moment,
): Verdict => {
  const was = standing?.told.kind === 'mine';
  if (standing !== null && was && holds(standing, now)) {
    return line.kind === 'there' ? { kind: 'reads' } : { kind: 'reads-alone', since: line.since };
  }
  if (line.kind === 'there') {
    return { kind: 'waits', health: standing === null ? { kind: 'connecting' } : elsewhere(standing.told) };
  }
  const alone = { kind: 'reads-alone', since: line.since } as const;
  if (!one && was) return alone;
  // Never told who reads: several devices may now do the same work, which comes to the same messages.
  const unheard = standing === null && now.monotonic - line.sinceMonotonic >= goesOnAfterMs;
  if (!one && unheard) return alone;
  if (standing?.told.kind === 'other') return { kind: 'waits', health: elsewhere(standing.told) };
  return { kind: 'waits', health: { kind: 'team-away', since: line.since } };
};
