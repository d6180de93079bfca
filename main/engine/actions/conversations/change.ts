import type { Changed, Refused } from '#shared/contract/refusals.ts';
import type { Command, ConversationRefusal } from '#shared/domain/conversation/commands.ts';
import { decide } from '#shared/domain/conversation/decide.ts';
import type { ConversationEvent } from '#shared/domain/conversation/events.ts';
import type { ConversationState } from '#shared/domain/conversation/state.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import { appendEvents, stateOf } from '../../store/project/append-events.ts';
import { findConversation } from '../../store/read/find-conversation.ts';
import { memberName } from '../../store/read/members.ts';
import type { ActionContext } from '../action.ts';
import { circumstancesOf } from '../circumstances.ts';

/** A conversation by its id and number. */
export type Place = { readonly id: ConversationId; readonly num: number };

/** A refusal with the name of the member it is about. */
export const withName = ({ db }: Pick<ActionContext, 'db'>, why: ConversationRefusal): Refused => ({
  ...why,
  name: 'owner' in why ? memberName(db, why.owner) : '',
});

const tellsOfFollowUps = ({ kind }: ConversationEvent): boolean =>
  kind.startsWith('follow-up.') || kind.startsWith('check.') || kind === 'conversation.undone';

/** Tells the page what events did to a conversation. */
export const announce = (
  { changed }: Pick<ActionContext, 'changed'>,
  id: ConversationId,
  events: readonly ConversationEvent[],
): void => {
  changed({ topic: 'conversation', id });
  changed({ topic: 'lists' });
  if (events.some(tellsOfFollowUps)) changed({ topic: 'follow-ups' });
};

/** Appends what was decided, now and by whoever sits here, or by nobody where the clock did it. */
export const happen = (
  context: ActionContext,
  place: Place,
  events: readonly ConversationEvent[],
  { undo, byClock = false }: { readonly undo?: string; readonly byClock?: boolean } = {},
): ConversationState => {
  const at = context.clock.now();
  const author = byClock ? null : context.me;
  const state = appendEvents(
    context,
    place.num,
    events.map((event) => ({ event, at })),
    undo === undefined ? { author } : { author, undo },
  );
  announce(context, place.id, events);
  return state;
};

/** Gives one command to one conversation; answers what happened, which is nothing where it was so already. */
export const change = (
  context: ActionContext,
  id: ConversationId,
  command: Command,
  options: { readonly undo?: string; readonly byClock?: boolean } = {},
): Result<readonly ConversationEvent[], ConversationRefusal> => {
  const found = findConversation(context.db, id);
  if (found.kind === 'gone') return fail({ kind: 'conversation-gone', mergedInto: found.mergedInto });
  const state = stateOf(context.db, found.num);
  if (state === undefined) return fail({ kind: 'conversation-gone', mergedInto: null });
  const decided = decide(state, command, circumstancesOf(context));
  if (!decided.ok || decided.value.length === 0) return decided;
  happen(context, { id, num: found.num }, decided.value, options);
  return decided;
};

/** Gives a command to many conversations under one undo key; each is decided for itself. */
export const changeMany = (
  context: ActionContext,
  ids: readonly ConversationId[],
  commandFor: (id: ConversationId) => Command,
): Changed => {
  const undo = context.ids.next();
  const refused: { id: ConversationId; why: Refused }[] = [];
  let done = 0;
  for (const id of new Set(ids)) {
    const result = change(context, id, commandFor(id), { undo });
    if (!result.ok) refused.push({ id, why: withName(context, result.failure) });
    else if (result.value.length > 0) done += 1;
  }
  return { done, undo, refused };
};

/** Gives a command to one conversation under an undo key of its own. */
export const changeOne = (
  context: ActionContext,
  id: ConversationId,
  command: Command,
): Result<{ readonly undo: string }, Refused> => {
  const undo = context.ids.next();
  const result = change(context, id, command, { undo });
  return result.ok ? ok({ undo }) : fail(withName(context, result.failure));
};
