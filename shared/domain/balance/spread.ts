import type { ConversationId, MemberId } from '../../kit/brand.ts';
import { fairShare, isOverloaded, openLedger, weightOf, workOf } from './standing.ts';
import type { Ledger, Standing } from './standing.ts';
import { bestFor } from './suggest.ts';
import type { Case, Reason } from './suggest.ts';

/** A conversation that is to go to somebody, and why to them. */
export type Move = {
  readonly conversation: ConversationId;
  readonly to: MemberId;
  readonly reasons: readonly Reason[];
};

/** Moves, and how everybody would stand after them. */
export type Plan = { readonly moves: readonly Move[]; readonly after: Ledger };

const there = (ledger: Ledger, from: MemberId): readonly Standing[] =>
  [...ledger.values()].filter((one) => one.there && one.member !== from);

/**
 * Spreads all of a member's conversations over the others who are there, each to whom it costs least by then. What is
 * in `fixed` goes there whatever it costs. Nothing moves where nobody is there.
 */
export const spread = (
  from: MemberId,
  cases: readonly Case[],
  standings: readonly Standing[],
  fixed: ReadonlyMap<ConversationId, MemberId> = new Map(),
): Plan => {
  const moves: Move[] = [];
  const { ledger, hand } = openLedger(standings);
  const fair = fairShare(standings);
  for (const one of cases) {
    const chosen = fixed.get(one.conversation);
    const best =
      chosen === undefined
        ? bestFor(one, there(ledger, from), there(ledger, from), fair)
        : { member: chosen, reasons: [] satisfies readonly Reason[] };
    if (best === null) continue;
    moves.push({ conversation: one.conversation, to: best.member, reasons: best.reasons });
    hand(one, from, best.member);
  }
  return { moves, after: ledger };
};

/** A conversation of somebody who has too much; `begun` when they have answered in it already. */
export type Burden = Case & { readonly begun: boolean };

/**
 * What a member who has too much could give away, and to whom, until everybody has about the same. What they have not
 * begun goes first, of that whoever waits, and among these in the order given. One person follows a matter
 * to its end, so a customer they know stays with them as long as there is something else. Nothing where they do not
 * have too much.
 */
export const relieve = (from: MemberId, burdens: readonly Burden[], standings: readonly Standing[]): Plan => {
  const whose = standings.find(({ member }) => member === from);
  if (whose === undefined || !isOverloaded(whose, standings)) {
    return { moves: [], after: openLedger(standings).ledger };
  }
  const tie = ({ begun, knows, waits }: Burden): number =>
    (begun ? 4 : 0) + ((knows.get(from) ?? 0) > 0 ? 2 : 0) + (waits ? 0 : 1);
  const inOrder = [...burdens].sort((one, other) => tie(one) - tie(other));
  return lighten(from, inOrder, standings);
};

const lighten = (from: MemberId, burdens: readonly Burden[], standings: readonly Standing[]): Plan => {
  const moves: Move[] = [];
  const fair = fairShare(standings);
  const { ledger, hand } = openLedger(standings);
  for (const one of burdens) {
    const half = weightOf(one) / 2;
    const giver = ledger.get(from);
    // Half a conversation on either side of the fair share is as near as whole conversations come.
    if (giver === undefined || workOf(giver) - fair < half) continue;
    const others = there(ledger, from);
    const withRoom = others.filter((each) => fair - workOf(each) >= half);
    const best = bestFor(one, withRoom, others, fair);
    if (best === null) continue;
    moves.push({ conversation: one.conversation, to: best.member, reasons: best.reasons });
    hand(one, from, best.member);
  }
  return { moves, after: ledger };
};
