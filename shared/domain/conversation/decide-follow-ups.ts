import { assertNever } from '../../kit/assert-never.ts';
import type { MemberId } from '../../kit/brand.ts';
import { fail, ok } from '../../kit/result.ts';
import type { Result } from '../../kit/result.ts';
import { leads } from '../member.ts';
import type { Circumstances, Command, ConversationRefusal, NewFollowUp } from './commands.ts';
import { endTimers } from './decide-ownership.ts';
import type { ConversationEvent } from './events.ts';
import { isDue, nextDue } from './follow-up.ts';
import type { FollowUp } from './follow-up.ts';
import { followUpOf, openChecks } from './state.ts';
import type { ConversationState } from './state.ts';

type Decided = Result<readonly ConversationEvent[], ConversationRefusal>;

/** Somebody promises to come back. */
export const promise = (me: MemberId, followUp: NewFollowUp): readonly ConversationEvent[] => [
  { kind: 'follow-up.promised', ...followUp, why: followUp.why.trim(), owner: me, purpose: 'promise' },
];

/** One's own promises are moved, kept and dropped; a lead may for others. A check ends only as a check. */
export const decideFollowUp = (
  state: ConversationState,
  command: Extract<Command, { kind: 'move-follow-up' | 'keep-follow-up' | 'cancel-follow-up' }>,
  { me, role }: Circumstances,
): Decided => {
  const found = followUpOf(state, command.id);
  if (found === undefined) return fail({ kind: 'follow-up-gone' });
  const { owner, purpose } = found;
  if (owner !== me && !leads(role)) return fail({ kind: 'not-yours', owner, purpose });
  switch (command.kind) {
    case 'move-follow-up':
      return ok([{ kind: 'follow-up.moved', id: command.id, dueAt: command.dueAt }]);
    case 'keep-follow-up':
      return purpose === 'check'
        ? confirmCheck(
            state,
            { kind: 'confirm-check', id: command.id, how: 'customer-confirmed', message: null },
            { me },
          )
        : ok([{ kind: 'follow-up.kept', id: command.id }]);
    case 'cancel-follow-up':
      return purpose === 'check'
        ? fail({ kind: 'reason-missing' })
        : ok([{ kind: 'follow-up.cancelled', id: command.id, because: 'agent' }]);
    default:
      return assertNever(command);
  }
};

/**
 * A lead has somebody else keep it. Nobody checks on themselves: a check does not go to whoever has the conversation,
 * and a return timer that would bring it back to where it is ends.
 */
export const giveFollowUp = (
  state: ConversationState,
  { id, to, note }: Extract<Command, { kind: 'give-follow-up' }>,
  { role, presenceOf }: Pick<Circumstances, 'role' | 'presenceOf'>,
): Decided => {
  const found = followUpOf(state, id);
  if (found === undefined) return fail({ kind: 'follow-up-gone' });
  const { owner: from, purpose } = found;
  if (!leads(role)) return fail({ kind: 'leads-only' });
  if (presenceOf(to).kind === 'gone') return fail({ kind: 'member-gone' });
  if (from === to) return ok([]);
  if (purpose === 'check' && state.owner === to) return fail({ kind: 'already-owner', owner: to });
  if (purpose === 'return' && state.owner === to) {
    return ok([{ kind: 'follow-up.cancelled', id, because: 'agent' }]);
  }
  return ok([{ kind: 'follow-up.given', id, purpose, from, to, note: note.trim() }]);
};

/** The clock says it is time. What is not due any more, or was told, is left alone. A return timer brings the conversation back. */
export const fallDue = (
  state: ConversationState,
  { id, now, late, zone }: Extract<Command, { kind: 'fall-due' }>,
  { presenceOf }: Pick<Circumstances, 'presenceOf'>,
): readonly ConversationEvent[] => {
  const found = followUpOf(state, id);
  if (found === undefined || !isDue(found, now)) return [];
  const fell: ConversationEvent = { kind: 'follow-up.fell-due', id, late, next: nextDue(found, now, zone) };
  const woken: readonly ConversationEvent[] =
    state.snoozedUntil === null ? [] : [{ kind: 'conversation.woken', because: 'time' }];
  if (found.purpose !== 'return') return [fell, ...woken];
  return [fell, ...bringBack(state, found, presenceOf), ...woken];
};

const bringBack = (
  state: ConversationState,
  timer: FollowUp,
  presenceOf: Circumstances['presenceOf'],
): readonly ConversationEvent[] => {
  const comesBack = state.status === 'open' && presenceOf(timer.owner).kind !== 'gone';
  return [
    ...endTimers(state, 'returned'),
    ...(comesBack && state.owner !== timer.owner
      ? [{ kind: 'conversation.returned', from: state.owner, to: timer.owner } as const]
      : []),
  ];
};

const ended = (state: ConversationState, check: FollowUp): readonly ConversationEvent[] =>
  state.status === 'resolved' && openChecks(state).every(({ id }) => id === check.id)
    ? [{ kind: 'conversation.closed' }]
    : [];

/** The giver has it from the customer, or points at the customer's own words. */
export const confirmCheck = (
  state: ConversationState,
  { id, how, message }: Extract<Command, { kind: 'confirm-check' }>,
  { me }: { readonly me: MemberId },
): Decided => {
  const found = followUpOf(state, id);
  if (found?.purpose !== 'check') return fail({ kind: 'follow-up-gone' });
  if (found.owner !== me && how === 'customer-confirmed') {
    return fail({ kind: 'not-yours', owner: found.owner, purpose: 'check' });
  }
  if (how === 'customer-words' && message === null) return fail({ kind: 'nothing-to-say' });
  return ok([{ kind: 'check.confirmed', id, how, message }, ...ended(state, found)]);
};

/** A lead lets a check go, and says why. */
export const waiveCheck = (
  state: ConversationState,
  { id, reason }: Extract<Command, { kind: 'waive-check' }>,
  { role }: { readonly role: Circumstances['role'] },
): Decided => {
  const found = followUpOf(state, id);
  if (found?.purpose !== 'check') return fail({ kind: 'follow-up-gone' });
  if (!leads(role)) return fail({ kind: 'leads-only' });
  if (reason.trim() === '') return fail({ kind: 'reason-missing' });
  return ok([{ kind: 'check.waived', id, reason: reason.trim() }, ...ended(state, found)]);
};
