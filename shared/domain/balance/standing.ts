import { businessTimeBetween } from '../business-hours/business-time.ts';
import type { Schedule } from '../business-hours/schedule.ts';
import type { Presence } from '../member.ts';
import type { MemberId } from '../../kit/brand.ts';

/** How much a member has, as far as the balance of a team cares. */
export type Standing = {
  readonly member: MemberId;
  readonly open: number;
  /** Open ones in which the customer waits for an answer. */
  readonly waiting: number;
  /** Open ones past their target. */
  readonly overdue: number;
  /** Promises and checks that are due by the end of today. */
  readonly dueToday: number;
  /** Whether they can be given work now, see `isThere`. */
  readonly there: boolean;
};

/** What one open conversation weighs; one in which the customer waits weighs three times as much. */
const openWeight = 1;
const waitingWeight = 2;

/** What a conversation adds to the work of whoever has it. */
export const weightOf = ({ waits }: { readonly waits: boolean }): number =>
  openWeight + (waits ? waitingWeight : 0);

/** The work of a member in one number: open conversations, those who wait, what is late and what is due today. */
export const workOf = ({ open, waiting, overdue, dueToday }: Standing): number =>
  openWeight * open + waitingWeight * waiting + overdue + dueToday;

/** Whether a member can be given work: they are here, or back before the next working hour begins. `now` is ms UTC. */
export const isThere = (
  presence: Presence,
  { now, schedule }: { readonly now: number; readonly schedule: Schedule },
): boolean =>
  presence.kind === 'here' ||
  (presence.kind === 'away' && businessTimeBetween(schedule, now, presence.until) === 0);

/** The work that each of those who are there would have if all had the same; 0 where nobody is. */
export const fairShare = (standings: readonly Standing[]): number => {
  const there = standings.filter((one) => one.there);
  return there.length === 0 ? 0 : there.reduce((sum, one) => sum + workOf(one), 0) / there.length;
};

/** By so much over the fair share, and by so much work at least, somebody has too much. */
const tooMuch = { times: 1.25, more: 3 } as const;

/** Whether a member has clearly more than the fair share while others are there to take some of it. */
export const isOverloaded = (
  one: Standing,
  standings: readonly Standing[],
  fair: number = fairShare(standings),
): boolean =>
  workOf(one) > fair * tooMuch.times &&
  workOf(one) - fair >= tooMuch.more &&
  standings.some(({ member, there }) => there && member !== one.member);

/** Standings while conversations change hands on paper. */
export type Ledger = ReadonlyMap<MemberId, Standing>;

/** A standing with one conversation more, or one less. */
const changedBy = (one: Standing, { waits }: { readonly waits: boolean }, by: 1 | -1): Standing => ({
  ...one,
  open: Math.max(0, one.open + by),
  waiting: Math.max(0, one.waiting + (waits ? by : 0)),
});

/** A ledger in which conversations change hands; `from` null was nobody's. */
export const openLedger = (
  standings: readonly Standing[],
): {
  readonly ledger: Ledger;
  readonly hand: (matter: { readonly waits: boolean }, from: MemberId | null, to: MemberId) => void;
} => {
  const ledger = new Map(standings.map((one) => [one.member, one]));
  const move = (member: MemberId, matter: { readonly waits: boolean }, by: 1 | -1): void => {
    const before = ledger.get(member);
    if (before !== undefined) ledger.set(member, changedBy(before, matter, by));
  };
  return {
    ledger,
    hand: (matter, from, to) => {
      if (from !== null) move(from, matter, -1);
      move(to, matter, 1);
    },
  };
};
