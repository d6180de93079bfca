import type { ConversationId, MemberId } from '../../kit/brand.ts';
import { fairShare, weightOf, workOf } from './standing.ts';
import type { Standing } from './standing.ts';

/** A conversation that may go to somebody else. */
export type Case = {
  readonly conversation: ConversationId;
  /** The customer waits for an answer. */
  readonly waits: boolean;
  /** How many other conversations with this customer each member has or had; members without one are left out. */
  readonly knows: ReadonlyMap<MemberId, number>;
};

/** Why a member is suggested; each has words under `balance.reason.<kind>`. */
export type Reason =
  | { readonly kind: 'knows'; readonly conversations: number }
  /** Of several conversations, so many are with customers they know. */
  | { readonly kind: 'knows-some'; readonly customers: number }
  | { readonly kind: 'least-waiting'; readonly waiting: number }
  | { readonly kind: 'room'; readonly open: number }
  | { readonly kind: 'only-one' };

/** Somebody who could have it, and why. */
export type Suggestion = { readonly member: MemberId; readonly reasons: readonly Reason[] };

/** After so many conversations somebody knows a customer as well as one can. */
const knowsWell = 3;
/** Knowing the customer well is worth as much work as this at least, and half a fair share where that is more. */
const leastWorth = 6;
/** How many are suggested. */
const mostSuggested = 3;

const worthOf = (fair: number): number => Math.max(leastWorth, fair / 2);

const knownTo = ({ knows }: Case, member: MemberId): number => knows.get(member) ?? 0;

/** What it costs the team that this member gets these: their work afterwards, less what knowing the customers is worth. */
const costOf = (one: Standing, cases: readonly Case[], fair: number): number => {
  const added = cases.reduce((sum, each) => sum + weightOf(each), 0);
  const known = cases.reduce((sum, each) => sum + Math.min(knowsWell, knownTo(each, one.member)), 0);
  const familiar = cases.length === 0 ? 0 : known / (knowsWell * cases.length);
  return workOf(one) + added - familiar * worthOf(fair);
};

/** Those who are there, whom it costs least first; the ids decide between equals, so that everybody gets the same answer. */
const byCost = (
  cases: readonly Case[],
  pool: readonly Standing[],
  fair: number,
): readonly { readonly one: Standing; readonly cost: number }[] =>
  pool
    .map((one) => ({ one, cost: costOf(one, cases, fair) }))
    .sort((a, b) => a.cost - b.cost || (a.one.member < b.one.member ? -1 : 1));

const reasonsFor = (
  one: Standing,
  cases: readonly Case[],
  pool: readonly Standing[],
  fair: number,
): readonly Reason[] => {
  if (pool.length === 1) return [{ kind: 'only-one' }];
  const reasons: Reason[] = [];
  const known = cases.filter((each) => knownTo(each, one.member) > 0);
  const [only] = cases;
  if (known.length > 0) {
    reasons.push(
      cases.length === 1 && only !== undefined
        ? { kind: 'knows', conversations: knownTo(only, one.member) }
        : { kind: 'knows-some', customers: known.length },
    );
  }
  let [least, most] = [one.waiting, one.waiting];
  for (const { waiting } of pool) {
    least = Math.min(least, waiting);
    most = Math.max(most, waiting);
  }
  // Nobody has the least where all have the same.
  if (one.waiting === least && least < most) {
    reasons.push({ kind: 'least-waiting', waiting: one.waiting });
  } else if (workOf(one) < fair) {
    reasons.push({ kind: 'room', open: one.open });
  }
  return reasons;
};

/**
 * Who could have these conversations, the best first, three at most; only members who are there, not `except`, and
 * only those for whom there is a reason to name.
 */
export const suggest = (
  cases: readonly Case[],
  standings: readonly Standing[],
  except: ReadonlySet<MemberId>,
): readonly Suggestion[] => {
  const pool = standings.filter(({ member, there }) => there && !except.has(member));
  const fair = fairShare(standings);
  return byCost(cases, pool, fair)
    .map(({ one }) => ({ member: one.member, reasons: reasonsFor(one, cases, pool, fair) }))
    .filter(({ reasons }) => reasons.length > 0)
    .slice(0, mostSuggested);
};

/** The one for whom a conversation costs least, seen among everybody who is there; null where `pool` is empty. */
export const bestFor = (
  one: Case,
  pool: readonly Standing[],
  there: readonly Standing[],
  fair: number,
): Suggestion | null => {
  const [first, ...others] = pool;
  if (first === undefined) return null;
  let best = { standing: first, cost: costOf(first, [one], fair) };
  for (const standing of others) {
    const cost = costOf(standing, [one], fair);
    const equal = cost === best.cost && standing.member < best.standing.member;
    if (cost < best.cost || equal) best = { standing, cost };
  }
  return { member: best.standing.member, reasons: reasonsFor(best.standing, [one], there, fair) };
};
