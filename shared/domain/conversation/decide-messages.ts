import { fail, ok } from '../../kit/result.ts';
import type { Result } from '../../kit/result.ts';
import { leads, whoAnswersFor } from '../member.ts';
import type { Circumstances, Command, ConversationRefusal, Incoming } from './commands.ts';
import { promise } from './decide-follow-ups.ts';
import { cover, takenUp } from './decide-ownership.ts';
import { endReviews } from './decide-reviews.ts';
import type { ConversationEvent } from './events.ts';
import type { ConversationState } from './state.ts';

/** A message from the channel; only what a person wrote, and not long ago, moves anything but the timeline. */
export const takeIn = (
  state: ConversationState,
  message: Incoming,
  circumstances: Circumstances,
): readonly ConversationEvent[] => {
  const fresh = state.rev === 0;
  const told: ConversationEvent = {
    kind: message.direction === 'in' ? 'message.received' : 'message.answered',
    message: message.id,
    automatic: message.automatic,
  };
  if (fresh) {
    const opened: readonly ConversationEvent[] = [{ kind: 'conversation.opened', message: message.id }, told];
    return message.historic ? [...opened, { kind: 'conversation.resolved' }] : opened;
  }
  const fromCustomer =
    message.direction === 'in' && !message.automatic && !message.historic && !message.imported;
  return [
    told,
    ...(reopens(state, message, circumstances.doneByImport)
      ? [
          {
            kind: 'conversation.reopened',
            because: message.direction === 'in' ? 'customer' : 'agent',
          } as const,
        ]
      : []),
    ...(fromCustomer ? customerCame(state, circumstances) : []),
  ];
};

/** The customer has spoken: promises that waited for that end, what slept wakes, and somebody who is there has it. */
const customerCame = (
  state: ConversationState,
  { presenceOf }: Circumstances,
): readonly ConversationEvent[] => [
  ...state.followUps
    .filter(({ ifNoReply, every }) => ifNoReply || every !== null)
    .map(({ id }): ConversationEvent => ({ kind: 'follow-up.cancelled', id, because: 'customer' })),
  ...(state.snoozedUntil === null ? [] : [{ kind: 'conversation.woken', because: 'customer' } as const]),
  ...stillSomebodys(state, presenceOf),
];

const stillSomebodys = (
  state: ConversationState,
  presenceOf: Circumstances['presenceOf'],
): readonly ConversationEvent[] => {
  if (state.owner === null) return [];
  const covered = cover(state, { presenceOf });
  if (covered.length > 0) return covered;
  if (whoAnswersFor(state.owner, presenceOf) !== null) return [];
  // An open conversation stays with an owner who comes back; a done one is brought to everybody's eyes.
  const lost = presenceOf(state.owner).kind === 'gone' || state.status !== 'open';
  return lost ? [{ kind: 'conversation.orphaned', from: state.owner }] : [];
};

/**
 * A new customer message reopens. What the first import finds reopens only what the import itself had closed, so
 * that the result does not depend on the order in which folders are read.
 */
const reopens = (state: ConversationState, message: Incoming, doneByImport: boolean): boolean => {
  if (state.status === 'open' || message.historic) return false;
  if (message.imported) return doneByImport;
  return message.direction === 'in' && !message.automatic;
};

/** A reply claims what nobody owns, stops where somebody spoke since, and may resolve or promise in one go. */
export const queueReply = (
  state: ConversationState,
  command: Extract<Command, { kind: 'queue-reply' }>,
  { me, role }: Pick<Circumstances, 'me' | 'role'>,
): Result<readonly ConversationEvent[], ConversationRefusal> => {
  if (command.seenRev !== null && state.spokenRev > command.seenRev) {
    return fail({ kind: 'stale', rev: state.rev });
  }
  // Everybody may help with an answer; that it is solved is the owner's to say.
  if (command.resolve && state.owner !== null && state.owner !== me && !leads(role)) {
    return fail({ kind: 'not-owner', owner: state.owner });
  }
  const events: ConversationEvent[] = [];
  if (state.rev === 0) events.push({ kind: 'conversation.opened', message: command.message });
  if (state.owner === null) events.push({ kind: 'conversation.claimed', by: me });
  events.push(...takenUp(state, me));
  events.push({ kind: 'reply.queued', outbox: command.outbox, message: command.message });
  events.push(...endReviews(state, me, 'sent'));
  if (state.snoozedUntil !== null) events.push({ kind: 'conversation.woken', because: 'agent' });
  if (command.followUp !== undefined && command.followUp !== null) {
    events.push(...promise(me, command.followUp));
  }
  if (command.resolve && state.status === 'open') events.push({ kind: 'conversation.resolved' });
  if (!command.resolve && state.status !== 'open') {
    events.push({ kind: 'conversation.reopened', because: 'agent' });
  }
  return ok(events);
};

/** A reply did not reach its reader. */
export const bounce = (
  state: ConversationState,
  { message, recipient, status, historic }: Extract<Command, { kind: 'bounce' }>,
): readonly ConversationEvent[] => {
  if (historic) return [];
  const bounced: ConversationEvent = { kind: 'reply.bounced', message, recipient, status };
  return state.status === 'open'
    ? [bounced]
    : [bounced, { kind: 'conversation.reopened', because: 'bounce' }];
};
