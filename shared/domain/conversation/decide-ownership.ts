import type { MemberId } from '../../kit/brand.ts';
import { fail, ok } from '../../kit/result.ts';
import type { Result } from '../../kit/result.ts';
import { leads, whoAnswersFor } from '../member.ts';
import type { Circumstances, Command, ConversationRefusal } from './commands.ts';
import type { ConversationEvent } from './events.ts';
import type { FollowUp } from './follow-up.ts';
import type { ConversationState } from './state.ts';

type Decided = Result<readonly ConversationEvent[], ConversationRefusal>;

/** Return timers end once the one who was given the conversation does something with it. */
export const takenUp = (state: ConversationState, by: MemberId): readonly ConversationEvent[] =>
  state.owner === by ? endTimers(state, 'taken-up') : [];

/** Ends every open return timer. */
export const endTimers = (
  state: ConversationState,
  because: 'taken-up' | 'returned' | 'reassigned',
): readonly ConversationEvent[] =>
  state.followUps
    .filter(({ purpose }) => purpose === 'return')
    .map(({ id }) => ({ kind: 'follow-up.cancelled', id, because }));

/** Claiming what is one's own takes up what was handed over; claiming what somebody else owns is refused, unless they left the team. */
export const claim = (state: ConversationState, { me, presenceOf }: Circumstances): Decided => {
  if (state.owner === me) return ok(takenUp(state, me));
  if (state.owner !== null && presenceOf(state.owner).kind !== 'gone') {
    return fail({ kind: 'owned', owner: state.owner });
  }
  return ok([{ kind: 'conversation.claimed', by: me }]);
};

/** A lead gives it to somebody, over an owner too; everybody may let go of their own. */
export const assign = (
  state: ConversationState,
  { to, note }: Extract<Command, { kind: 'assign' }>,
  { me, role, presenceOf }: Circumstances,
): Decided => {
  if (state.owner === to) return ok([]);
  if (to !== null && presenceOf(to).kind === 'gone') return fail({ kind: 'member-gone' });
  const lettingGo = to === null && state.owner === me;
  if (!leads(role) && !lettingGo) {
    return state.owner === null ? fail({ kind: 'leads-only' }) : fail({ kind: 'owned', owner: state.owner });
  }
  return ok([
    { kind: 'conversation.assigned', from: state.owner, to, note: note.trim() },
    ...endTimers(state, 'reassigned'),
  ]);
};

/** Hands over with a reason; the giver keeps a check and, if they want, a timer that brings it back. */
export const transfer = (
  state: ConversationState,
  { to, reason, check, returns }: Extract<Command, { kind: 'transfer' }>,
  { me, role, presenceOf }: Circumstances,
): Decided => {
  if (state.status === 'done') return fail({ kind: 'not-open' });
  if (reason.trim() === '') return fail({ kind: 'reason-missing' });
  if (presenceOf(to).kind === 'gone') return fail({ kind: 'member-gone' });
  if (to === state.owner) return fail({ kind: 'already-owner', owner: to });
  if (state.owner !== null && state.owner !== me && !leads(role)) {
    return fail({ kind: 'not-owner', owner: state.owner });
  }
  // Nobody checks on themselves: who gives to another what was never theirs is the giver all the same.
  // A check with somebody who has left would be nobody's.
  const giver = state.owner === null || presenceOf(state.owner).kind === 'gone' ? me : state.owner;
  if (giver === to) return fail({ kind: 'already-owner', owner: to });
  const promised = (id: FollowUp['id'], dueAt: number, purpose: FollowUp['purpose']): ConversationEvent => ({
    kind: 'follow-up.promised',
    ...{ id, owner: giver, dueAt, purpose, ifNoReply: false, every: null, why: reason.trim() },
  });
  return ok([
    ...endTimers(state, 'reassigned'),
    {
      kind: 'conversation.transferred',
      ...{ from: state.owner, to, reason: reason.trim(), check: check.id, checkAt: check.dueAt },
    },
    // An older check of the same giver is not needed beside the new one, but only they may say so.
    promised(check.id, check.dueAt, 'check'),
    ...(returns === null ? [] : [promised(returns.id, returns.dueAt, 'return')]),
    ...(state.snoozedUntil === null ? [] : [{ kind: 'conversation.woken', because: 'agent' } as const]),
  ]);
};

/** The owner or a lead says it is solved; what nobody owns may be put away by everybody. */
export const resolve = (state: ConversationState, { me, role }: Circumstances): Decided => {
  if (state.status !== 'open') return ok([]);
  if (state.owner !== null && state.owner !== me && !leads(role)) {
    return fail({ kind: 'not-owner', owner: state.owner });
  }
  return ok([...takenUp(state, me), { kind: 'conversation.resolved' }]);
};

/** While the owner is away the substitute answers; nothing happens where nobody covers. */
export const cover = (
  state: ConversationState,
  { presenceOf }: Pick<Circumstances, 'presenceOf'>,
): readonly ConversationEvent[] => {
  if (state.owner === null) return [];
  const answers = whoAnswersFor(state.owner, presenceOf);
  return answers === null || answers === state.owner
    ? []
    : [{ kind: 'conversation.covered', from: state.owner, to: answers }];
};

/** Back at work: what was covered for somebody is theirs again. */
export const giveBack = (
  state: ConversationState,
  { presenceOf }: Pick<Circumstances, 'presenceOf'>,
): readonly ConversationEvent[] =>
  state.coveredFor !== null && presenceOf(state.coveredFor).kind === 'here'
    ? [{ kind: 'conversation.given-back', from: state.owner, to: state.coveredFor }]
    : [];
