import type { NewFollowUp } from '#shared/contract/new-follow-up.ts';
import type { Refused } from '#shared/contract/refusals.ts';
import type { Command } from '#shared/domain/conversation/commands.ts';
import type { ConversationId, FollowUpId, MemberId, MessageId, NoteId } from '#shared/kit/brand.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import { conversationOfFollowUp, isCustomersAbout } from '../../store/read/follow-ups.ts';
import { dismissMissed } from '../../store/write/missed.ts';
import type { Action, ActionContext } from '../action.ts';
import { change, changeOne, withName } from '../conversations/change.ts';

type Undoable = Result<{ readonly undo: string }, Refused>;
type ById = { readonly id: FollowUpId };

const onFollowUp = (context: ActionContext, id: FollowUpId, command: Command): Undoable => {
  const conversation = conversationOfFollowUp(context.db, id);
  return conversation === undefined
    ? fail({ kind: 'follow-up-gone', name: '' })
    : changeOne(context, conversation, command);
};

const promise: Action<
  { readonly conversation: ConversationId; readonly followUp: NewFollowUp },
  Result<{ readonly id: FollowUpId; readonly undo: string }, Refused>
> = (context, { conversation, followUp }) => {
  const id = context.ids.next() as FollowUpId;
  const made = changeOne(context, conversation, { kind: 'promise', followUp: { ...followUp, id } });
  return made.ok ? ok({ ...made.value, id }) : made;
};

const move: Action<ById & { readonly dueAt: number }, Undoable> = (context, { id, dueAt }) =>
  onFollowUp(context, id, { kind: 'move-follow-up', id, dueAt });

const keep: Action<ById, Undoable> = (context, { id }) =>
  onFollowUp(context, id, { kind: 'keep-follow-up', id });

const cancel: Action<ById, Undoable> = (context, { id }) =>
  onFollowUp(context, id, { kind: 'cancel-follow-up', id });

const confirm: Action<
  ById & {
    readonly how: 'customer-confirmed' | 'customer-words';
    readonly message: MessageId | null;
  },
  Undoable
> = (context, { id, how, message }) => {
  // Words that somebody else said, or said elsewhere, are not the customer's about this.
  if (message !== null && !isCustomersAbout(context.db, id, message)) {
    return fail({ kind: 'nothing-to-say', name: '' });
  }
  return onFollowUp(context, id, { kind: 'confirm-check', id, how, message });
};

const waive: Action<ById & { readonly reason: string }, Undoable> = (context, { id, reason }) =>
  onFollowUp(context, id, { kind: 'waive-check', id, reason });

const note: Action<
  {
    readonly conversation: ConversationId;
    readonly text: string;
    readonly mentions: readonly MemberId[];
  },
  Result<{ readonly note: NoteId }, Refused>
> = (context, { conversation, text, mentions }) => {
  const id = context.ids.next() as NoteId;
  const made = change(context, conversation, { kind: 'note', note: id, text, mentions });
  return made.ok ? ok({ note: id }) : fail(withName(context, made.failure));
};

/** What the person here missed has been seen. */
const dismiss: Action<Readonly<Record<string, never>>, { readonly done: number }> = ({ db, me, changed }) => {
  const done = dismissMissed(db, me);
  if (done > 0) changed({ topic: 'follow-ups' });
  return { done };
};

/** What agents promise, check and say among themselves. */
export const followUpActions = {
  'follow-up.promise': promise,
  'follow-up.move': move,
  'follow-up.keep': keep,
  'follow-up.cancel': cancel,
  'check.confirm': confirm,
  'check.waive': waive,
  'note.add': note,
  'follow-up.dismissMissed': dismiss,
} as const;
