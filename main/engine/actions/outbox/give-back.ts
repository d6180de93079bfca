import * as v from 'valibot';
import { draftModes } from '#shared/contract/compose.ts';
import type { Draft } from '#shared/contract/compose.ts';
import type { AccountId, BlobId, ConversationId, DraftId, FollowUpId, MessageId } from '#shared/kit/brand.ts';
import type { ConversationEvent } from '#shared/domain/conversation/events.ts';
import { visibilities } from '#shared/domain/message.ts';
import { followUpOf } from '#shared/domain/conversation/state.ts';
import type { ActionContext } from '../action.ts';
import { appendEvents, stateOf } from '../../store/project/append-events.ts';
import { draftOfConversation, hasContent } from '../../store/read/draft.ts';
import { outboxDraft } from '../../store/read/outbox.ts';
import type { OutboxItem } from '../../store/read/outbox.ts';
import { recountConversation } from '../../store/write/conversation.ts';
import { deleteDraft, putDraft, putDraftFile } from '../../store/write/draft.ts';
import type { NewDraft } from '../../store/write/draft.ts';
import { deleteMessage } from '../../store/write/message.ts';
import { deleteOutboxItem, markOutbox } from '../../store/write/outbox.ts';
import { tellOutbox } from './queue-reply.ts';

const people = v.array(v.object({ name: v.string(), address: v.string() }));
const saved = v.object({
  draft: v.object({
    id: v.string(),
    account: v.nullable(v.string()),
    mode: v.picklist(draftModes),
    inReplyTo: v.nullable(v.string()),
    to: people,
    cc: people,
    bcc: people,
    subject: v.string(),
    html: v.string(),
    quote: v.boolean(),
    // Sends saved by a version without plain text have no such field.
    plain: v.optional(v.boolean(), false),
    // Those saved before there were channels with these choices have none.
    visibility: v.optional(v.nullable(v.picklist(visibilities)), null),
    warning: v.optional(v.string(), ''),
    template: v.optional(
      v.nullable(v.object({ id: v.string(), values: v.record(v.string(), v.string()) })),
      null,
    ),
  }),
  files: v.array(
    v.object({
      id: v.string(),
      name: v.string(),
      mimeType: v.string(),
      size: v.number(),
      contentId: v.nullable(v.string()),
      blob: v.string(),
    }),
  ),
  resolved: v.boolean(),
  /** The whole text, where this was one piece of it. */
  whole: v.optional(v.nullable(v.string()), null),
  /** The promise that was made with it; sends saved by an earlier version do not say. */
  followUp: v.optional(v.nullable(v.string()), null),
});

type Saved = v.InferOutput<typeof saved>;

/** What was typed since goes below what comes back: a conversation has one draft, and neither text may be lost. */
const together = (back: NewDraft, since: Draft | null): NewDraft =>
  since === null || !hasContent(since) ? back : { ...back, html: `${back.html}<p></p>${since.html}` };

/** Whether the send was the conversation's first message: then there is no conversation without it. */
const isOnlyMessage = ({ db }: ActionContext, item: OutboxItem): boolean =>
  db.get<{ n: number }>('SELECT messages AS n FROM conversation WHERE num = ?', [item.conversationNum])?.n ===
  1;

/** Takes one item out, with its message and, where its log tells of it, what was promised or resolved with it. */
const withdraw = (
  context: ActionContext,
  item: OutboxItem,
  { resolved, followUp }: Pick<Saved, 'resolved' | 'followUp'>,
  isTold: boolean,
): void => {
  const { db } = context;
  const only = isOnlyMessage(context, item);
  deleteOutboxItem(db, item.id);
  deleteMessage(db, item.seq);
  recountConversation(db, item.conversationNum);
  if (!isTold) return;
  const { id: outbox, conversation, message } = item;
  context.team?.save({ kind: 'withdraw', conversation, outbox, message, resolved, followUp, only });
  withdrawn(context, item, { resolved, followUp, only });
};

/** Lets the log of a conversation tell that a reply was taken back, with what had come with it. */
export const withdrawn = (
  context: ActionContext,
  item: Pick<OutboxItem, 'id' | 'message' | 'conversationNum'>,
  { resolved, followUp, only }: Pick<Saved, 'resolved' | 'followUp'> & { readonly only: boolean },
): void => {
  const { db, clock, me } = context;
  const now = clock.now();
  const events: ConversationEvent[] = [{ kind: 'reply.withdrawn', outbox: item.id, message: item.message }];
  // A conversation that held nothing else is done with; it comes back when the draft is sent.
  if (resolved) events.push({ kind: 'conversation.reopened', because: 'agent' });
  else if (only) events.push({ kind: 'conversation.resolved' });
  // A promise to come back after a reply means nothing without the reply.
  const state = stateOf(db, item.conversationNum);
  if (followUp !== null && state !== undefined) {
    const id = followUp as FollowUpId;
    if (followUpOf(state, id) !== undefined) {
      events.push({ kind: 'follow-up.cancelled', id, because: 'agent' });
      context.changed({ topic: 'follow-ups' });
    }
  }
  appendEvents(
    context,
    item.conversationNum,
    events.map((event) => ({ event, at: now })),
    { author: me },
  );
};

/**
 * Takes a send back, or all pieces of one, before anybody got it: its messages go, the draft is there again as it was.
 * `isTold` is false for one that no log tells of, because the team had moved on.
 */
export const giveBack = (
  context: ActionContext,
  items: readonly OutboxItem[],
  { isTold = true }: { readonly isTold?: boolean } = {},
): { readonly draft: DraftId; readonly conversation: ConversationId | null } => {
  const { db, clock } = context;
  const [item] = items;
  if (item === undefined) throw new Error('nothing to give back');
  const read = items.map((one) => v.parse(saved, JSON.parse(outboxDraft(db, one.id) ?? '{}')));
  const [first] = read;
  if (first === undefined) throw new Error('a send without its draft');
  const { draft, whole } = first;
  const files = read.flatMap((one) => one.files);
  const since = draftOfConversation(db, item.conversation);
  const id = draft.id as DraftId;
  const back: NewDraft = {
    ...draft,
    html: items.length > 1 && whole !== null ? whole : draft.html,
    id,
    account: draft.account as AccountId | null,
    inReplyTo: draft.inReplyTo as MessageId | null,
    conversation: item.conversation,
  };
  if (since !== null && since.id !== id) deleteDraft(db, since.id);
  for (const [place, one] of items.entries()) {
    withdraw(context, one, read[place] ?? { resolved: false, followUp: null }, isTold);
  }
  const now = clock.now();
  putDraft(db, together(back, since), now);
  for (const file of files) putDraftFile(db, id, { ...file, blob: file.blob as BlobId }, now);
  markOutbox(db, item.conversationNum);
  tellOutbox(context, item.conversation);
  context.changed({ topic: 'drafts', conversation: item.conversation });
  return { draft: id, conversation: item.conversation };
};
