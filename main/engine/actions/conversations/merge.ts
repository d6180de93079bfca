import type { ConversationEvent } from '#shared/domain/conversation/events.ts';
import { survivorOf } from '#shared/domain/threading/decide-thread.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import { appendEvents, stateOf } from '../../store/project/append-events.ts';
import type { NewEvent } from '../../store/project/append-events.ts';
import { eventsAbout } from '../../store/read/events-about.ts';
import {
  hasSomethingToTakeBack,
  mergeRows,
  messagesGoneSince,
  messagesToldSince,
  moveBack,
  moveConversation,
  wasHeardSince,
} from '../../store/write/merge.ts';
import type { MergeRow } from '../../store/write/merge.ts';
import type { Merge } from '../../store/write/merge-drafts.ts';
import type { ActionContext } from '../action.ts';
import { announce } from './change.ts';

/** Who merges, and the key under which it can be taken back. */
type By = { readonly author: MemberId | null; readonly undo?: string };

const append = (
  context: ActionContext,
  row: Pick<MergeRow, 'num' | 'id'>,
  events: readonly ConversationEvent[],
  by: By,
  copied: readonly NewEvent[] = [],
): void => {
  const now = context.clock.now();
  appendEvents(context, row.num, [...events.map((event) => ({ event, at: now })), ...copied], by);
  announce(context, row.id, events);
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

/** Makes one conversation part of another, whichever is older. */
export const mergeInto = (
  context: ActionContext,
  kept: Pick<MergeRow, 'num' | 'id'>,
  other: Pick<MergeRow, 'num' | 'id'>,
  by: By,
): void => {
  const { db } = context;
  const rev = stateOf(db, other.num)?.rev;
  if (rev === undefined) throw new Error('a conversation to merge is not there');
  // Taken over as it is before it ends: what was open there is open here.
  append(context, kept, [{ kind: 'conversation.absorbed', from: other.id, rev }], by);
  append(context, other, [{ kind: 'conversation.merged', into: kept.id }], by);
  moveConversation(db, { survivor: kept.num, other: other.num });
};

/**
 * Takes a merge back: what the other brought is its own again, with what happened to its messages meanwhile; what
 * came since stays where it is, and a customer who wrote it is not left in a closed conversation. `rev` is that of
 * the merge in the log of the survivor. Answers false where nothing of the other is left to come back.
 */
export const unmerge = (context: ActionContext, merge: Merge & { readonly rev: number }): boolean => {
  const { db, me } = context;
  const [kept] = mergeRows(db, [merge.survivor]);
  const [back] = mergeRows(db, [merge.other]);
  if (kept === undefined || back === undefined) throw new Error('a merged conversation is not there');
  if (!hasSomethingToTakeBack(db, merge)) return false;
  const told = messagesToldSince(db, merge);
  const gone = messagesGoneSince(db, merge);
  const copied = eventsAbout(db, kept.num, told, merge.rev);
  append(context, kept, [{ kind: 'conversation.released', to: back.id, messages: told }], { author: me });
  append(
    context,
    back,
    [{ kind: 'conversation.restored', from: kept.id, messages: gone }],
    { author: me },
    copied,
  );
  moveBack(db, merge);
  if (stateOf(db, kept.num)?.status !== 'open' && wasHeardSince(db, kept.num, merge.rev)) {
    append(context, kept, [{ kind: 'conversation.reopened', because: 'customer' }], { author: null });
  }
  return true;
};
