import type { ConversationEvent } from '#shared/domain/conversation/events.ts';
import type { ConversationState } from '#shared/domain/conversation/state.ts';
import type { ConversationId, CustomerId, MessageId } from '#shared/kit/brand.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import { appendEvents, stateOf } from '../../store/project/append-events.ts';
import { eventsAbout } from '../../store/read/events-about.ts';
import { findConversation } from '../../store/read/find-conversation.ts';
import { insertConversation } from '../../store/write/conversation.ts';
import { beginWith, firstBefore, messagesToSplit, moveMessages } from '../../store/write/split.ts';
import type { SplitMessage } from '../../store/write/split.ts';
import type { ActionContext } from '../action.ts';
import { moveConversation } from '../../store/write/merge.ts';
import { announce, happen } from './change.ts';
import type { Place } from './change.ts';
import { mergeInto } from './merge.ts';

type Split = { readonly conversation: ConversationId; readonly undo: string };
type Refusal =
  | { readonly kind: 'conversation-gone'; readonly mergedInto: ConversationId | null }
  | { readonly kind: 'nothing-left' };

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

/** Whoever has the one has the other too; who covers for somebody covers there as well. */
const owners = (state: ConversationState | undefined): readonly ConversationEvent[] => {
  if (state?.owner === null || state === undefined) return [];
  const { owner, coveredFor } = state;
  return coveredFor === null
    ? [{ kind: 'conversation.claimed', by: owner }]
    : [
        { kind: 'conversation.claimed', by: coveredFor },
        { kind: 'conversation.covered', from: coveredFor, to: owner },
      ];
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
  const place = open(context, found.num, leaving);
  const now = clock.now();
  const undo = ids.next();
  const left = leaving.map((message) => message.id);
  const opened: ConversationEvent = { kind: 'conversation.opened', message: left[0] ?? null };
  appendEvents(
    context,
    place.num,
    [
      { event: opened, at: leaving[0]?.at ?? now },
      ...eventsAbout(db, found.num, left),
      ...owners(stateOf(db, found.num)).map((event) => ({ event, at: now })),
    ],
    { author: me },
  );
  const event: ConversationEvent = {
    kind: 'conversation.split',
    into: place.id,
    messages: left,
  };
  appendEvents(context, found.num, [{ event, at: now }], { author: me, undo });
  moveMessages(db, { from: found.num, to: place.num, messages: leaving });
  for (const id of [input.id, place.id]) announce(context, id, [event]);
  return ok({ conversation: place.id, undo });
};

/**
 * Takes a split back: what left is where it was. Where something happened to it meanwhile the two become one with all
 * of that; otherwise it is as if nothing had left.
 */
export const rejoin = (
  context: ActionContext,
  origin: Place,
  left: Place,
  { untouched }: { readonly untouched: boolean },
): void => {
  const { db, me } = context;
  const first = firstBefore(db, left.num);
  if (untouched) {
    happen(context, origin, [{ kind: 'conversation.rejoined', from: left.id }]);
    happen(context, left, [{ kind: 'conversation.merged', into: origin.id }]);
    moveConversation(db, { survivor: origin.num, other: left.num });
  } else {
    mergeInto(context, origin, left, { author: me });
  }
  beginWith(db, origin.num, first);
};
