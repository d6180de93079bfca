import type { Refused } from '#shared/contract/contract.ts';
import type { HandedOver } from '#shared/contract/leads.ts';
import type { Changed } from '#shared/contract/refusals.ts';
import { leads } from '#shared/domain/member.ts';
import type { ConversationId, MemberId } from '#shared/kit/brand.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import { ownerOf } from '../../store/read/balance.ts';
import { memberName, roleOf } from '../../store/read/members.ts';
import { readSchedule } from '../../store/read/targets.ts';
import type { Action } from '../action.ts';
import { change, changeMany } from '../conversations/change.ts';
import { countPromises, planHandOver } from '../../leads/hand-over-plan.ts';
import type { HandOver } from '../../leads/hand-over-plan.ts';

type Balance = {
  readonly member: MemberId;
  readonly moves: readonly { readonly conversation: ConversationId; readonly to: MemberId }[];
  readonly note: string;
};

/** Gives away what a lead accepted of a plan; what the member no longer has stays with whoever took it meanwhile. */
const balance: Action<Balance, Result<Changed, Refused<'balance.accept'>>> = (
  context,
  { member, moves, note },
) => {
  const { db, me } = context;
  if (!leads(roleOf(db, me))) return fail({ kind: 'leads-only' });
  const to = new Map(moves.map((move) => [move.conversation, move.to]));
  const taken = [...to.keys()].flatMap((id) => {
    const owner = ownerOf(db, id);
    return owner === null || owner === member ? [] : [{ id, owner }];
  });
  for (const { id } of taken) to.delete(id);
  const changed = changeMany(context, [...to.keys()], (id) => ({
    kind: 'assign',
    to: to.get(id) ?? member,
    note,
  }));
  const refused = taken.map(({ id, owner }) => ({
    id,
    why: { kind: 'owned' as const, owner, name: memberName(db, owner) },
  }));
  return ok({ ...changed, refused: [...changed.refused, ...refused] });
};

/**
 * Hands over everything that a member has, in one step: open conversations are assigned, promises go along, checks stay
 * with the giver or go to whom the lead named. Reckoned anew from how things are now, so that nothing is left behind
 * that came since the lead looked.
 */
const handOver: Action<
  HandOver & { readonly note: string },
  Result<HandedOver, Refused<'hand-over.accept'>>
> = (context, wish) => {
  const { db, me, clock } = context;
  const plan = planHandOver(db, wish, me, { now: clock.now(), schedule: readSchedule(db) });
  if (!plan.ok) return plan;
  const { note } = wish;
  const undo = context.ids.next();
  const happened = (made: ReturnType<typeof change>): boolean => made.ok && made.value.length > 0;
  const given = plan.value.conversations.moves.filter(({ conversation, to }) =>
    happened(change(context, conversation, { kind: 'assign', to, note }, { undo })),
  );
  const { promises } = plan.value;
  for (const { id, conversation, to } of promises) {
    // A return timer may have ended with the assignment.
    if (to !== null) change(context, conversation, { kind: 'give-follow-up', id, to, note }, { undo });
  }
  return ok({ conversations: given.length, ...countPromises(promises, wish.checks), undo });
};

/** How leads spread the work. */
export const leadActions = {
  'balance.accept': balance,
  'hand-over.accept': handOver,
} as const;
