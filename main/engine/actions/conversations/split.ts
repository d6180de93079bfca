import type { ConversationEvent } from '#shared/domain/conversation/events.ts';
import type { ConversationId, CustomerId, MessageId } from '#shared/kit/brand.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import { appendEvents, stateOf } from '../../store/project/append-events.ts';
import { findConversation } from '../../store/read/find-conversation.ts';
import { insertConversation } from '../../store/write/conversation.ts';
import { messagesToSplit, moveMessages } from '../../store/write/split.ts';
import type { SplitMessage } from '../../store/write/split.ts';
import type { ActionContext } from '../action.ts';
import { announce } from './change.ts';

type Split = { readonly conversation: ConversationId; readonly undo: string };
type Refusal =
  | { readonly kind: 'conversation-gone'; readonly mergedInto: ConversationId | null }
  | { readonly kind: 'nothing-left' };

const told = (message: SplitMessage): ConversationEvent => ({
  kind: message.direction === 'in' ? 'message.received' : 'message.answered',
  message: message.id,
  automatic: message.automatic,
});

type Origin = { readonly channel: string; readonly account_id: never; readonly customer_id: CustomerId };

const open = (context: ActionContext, from: number, [first]: readonly SplitMessage[]) => {
  const { db, ids } = context;
  const origin = db.get<Origin & { customer_address: string; subject: string }>(
    'SELECT channel, account_id, customer_id, customer_address, subject FROM conversation WHERE num = ?',
    [from],
  );
  if (origin === undefined || first === undefined) throw new Error('nothing to split from');
  const id = ids.next() as ConversationId;
  const num = insertConversation(db, {
    id,
    channel: origin.channel,
    account: origin.account_id,
    customer: origin.customer_id,
    customerAddress: origin.customer_address,
    subject: first.subject === '' ? origin.subject : first.subject,
    firstAt: first.at,
    firstMessage: first.id,
  });
  return { id, num };
};

/** Gives messages a conversation of their own, with the same customer and owner; refuses when nothing would be left. */
export const split = (
  context: ActionContext,
  input: { readonly id: ConversationId; readonly messages: readonly MessageId[] },
): Result<Split, Refusal> => {
  const { db, clock, me, ids } = context;
  const found = findConversation(db, input.id);
  if (found.kind === 'gone') return fail({ kind: 'conversation-gone', mergedInto: found.mergedInto });
  const { leaving, staying } = messagesToSplit(db, found.num, input.messages);
  if (leaving.length === 0 || staying === 0) return fail({ kind: 'nothing-left' });
  const state = stateOf(db, found.num);
  const place = open(context, found.num, leaving);
  const now = clock.now();
  const undo = ids.next();
  const opened: ConversationEvent = { kind: 'conversation.opened', message: leaving[0]?.id ?? null };
  appendEvents(
    context,
    place.num,
    [
      { event: opened, at: leaving[0]?.at ?? now },
      ...leaving.map((message) => ({ event: told(message), at: message.at })),
      ...(state?.owner === null || state?.owner === undefined
        ? []
        : [{ event: { kind: 'conversation.claimed', by: state.owner } as const, at: now }]),
    ],
    { author: me },
  );
  const event: ConversationEvent = {
    kind: 'conversation.split',
    into: place.id,
    messages: leaving.map((message) => message.id),
  };
  appendEvents(context, found.num, [{ event, at: now }], { author: me, undo });
  moveMessages(db, { from: found.num, to: place.num, messages: leaving });
  for (const id of [input.id, place.id]) announce(context, id, [event]);
  return ok({ conversation: place.id, undo });
};
