import type { ConversationEvent } from '#shared/domain/conversation/events.ts';
import { survivorOf } from '#shared/domain/threading/decide-thread.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import { appendEvents, stateOf } from '../../store/project/append-events.ts';
import { mergeRows, moveBack, moveConversation } from '../../store/write/merge.ts';
import type { MergeRow } from '../../store/write/merge.ts';
import type { ActionContext } from '../action.ts';
import { announce } from './change.ts';

/** Who merges, and the key under which it can be taken back. */
type By = { readonly author: MemberId | null; readonly undo?: string };

const append = (context: ActionContext, row: MergeRow, event: ConversationEvent, by: By): void => {
  appendEvents(context, row.num, [{ event, at: context.clock.now() }], by);
  announce(context, row.id, [event]);
  context.changed({ topic: 'follow-ups' });
};

/** Makes one conversation of several; the one with the oldest message survives. Every merge can be taken back. */
export const mergeConversations = (
  context: ActionContext,
  nums: readonly number[],
  { author, undo = context.ids.next() }: By,
): { readonly survivor: number; readonly undo: string } => {
  const rows = mergeRows(context.db, nums);
  const survivor = survivorOf(
    rows.map((row) => ({ conversation: row.num, firstAt: row.first_at, firstMessage: row.first_id })),
  );
  const kept = rows.find((row) => row.num === survivor?.conversation);
  if (kept === undefined) throw new Error('nothing to merge into');
  for (const other of rows) if (other.num !== kept.num) mergeInto(context, kept, other, { author, undo });
  return { survivor: kept.num, undo };
};

const mergeInto = (context: ActionContext, kept: MergeRow, other: MergeRow, by: By): void => {
  const { db } = context;
  const rev = stateOf(db, other.num)?.rev;
  if (rev === undefined) throw new Error('a conversation to merge is not there');
  // Taken over as it is before it ends: what was open there is open here.
  append(context, kept, { kind: 'conversation.absorbed', from: other.id, rev }, by);
  append(context, other, { kind: 'conversation.merged', into: kept.id }, by);
  moveConversation(db, { survivor: kept.num, other: other.num });
};

/** Takes a merge back: what the other brought is its own again, what came since stays where it is. */
export const unmerge = (
  context: ActionContext,
  survivor: number,
  other: number,
  author: MemberId | null,
): void => {
  const [kept] = mergeRows(context.db, [survivor]);
  const [back] = mergeRows(context.db, [other]);
  if (kept === undefined || back === undefined) throw new Error('a merged conversation is not there');
  append(context, kept, { kind: 'conversation.released', to: back.id }, { author });
  append(context, back, { kind: 'conversation.restored', from: kept.id }, { author });
  moveBack(context.db, { survivor, other });
};
