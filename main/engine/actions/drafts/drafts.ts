import type { Draft, DraftAttachment, DraftEdit, DraftMode, Peer } from '#shared/contract/compose.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import type { ConversationId, DraftId } from '#shared/kit/brand.ts';
import type { ActionContext } from '../action.ts';
import { change } from '../conversations/change.ts';
import { readDraft } from '../../store/read/draft.ts';
import { preferPlain } from '../../store/write/account.ts';
import { deleteDraft, dropDraftFile, putDraft, putDraftFile, saveDraft } from '../../store/write/draft.ts';
import type { NewDraft } from '../../store/write/draft.ts';

type Gone = { readonly kind: 'draft-gone' };

const tell = ({ changed }: ActionContext, conversation: ConversationId | null): void => {
  changed({ topic: 'drafts', conversation });
  if (conversation !== null) changed({ topic: 'conversation', id: conversation });
  changed({ topic: 'lists' });
};

/** Starts a draft, or an empty one anew. */
const start = (context: ActionContext, input: NewDraft): Draft => {
  putDraft(context.db, input, context.clock.now());
  tell(context, input.conversation);
  const draft = readDraft(context.db, input.id);
  if (draft === null) throw new Error('a draft just written is not there');
  return draft;
};

/** Saves what an agent has typed. Only the list's mark and other windows care, so the conversation is not told. */
const save = (
  context: ActionContext,
  { id, edit }: { readonly id: DraftId; readonly edit: DraftEdit },
): Result<{ readonly updatedAt: number }, Gone> => {
  const before = readDraft(context.db, id);
  if (before === null) return fail({ kind: 'draft-gone' });
  const now = context.clock.now();
  saveDraft(context.db, id, edit, now);
  context.changed({ topic: 'drafts', conversation: before.conversation });
  context.changed({ topic: 'lists' });
  return ok({ updatedAt: now });
};

/** Changes what the draft will become; what was typed stays. Files of a forwarded original go when it is not forwarded. */
const mode = (
  context: ActionContext,
  input: {
    readonly id: DraftId;
    readonly mode: DraftMode;
    readonly to: readonly Peer[];
    readonly cc: readonly Peer[];
    readonly subject: string;
    readonly quote: boolean;
  },
): Result<Draft, Gone> => {
  const before = readDraft(context.db, input.id);
  if (before === null) return fail({ kind: 'draft-gone' });
  const { attachments, updatedAt: _updatedAt, widest: _widest, windowUntil: _until, ...rest } = before;
  if (input.mode !== 'forward') {
    for (const file of attachments) {
      if (isForwarded(file.id)) dropDraftFile(context.db, input.id, file.id);
    }
  }
  return ok(start(context, { ...rest, ...input }));
};

/** Writes the draft in its other form; the account's next drafts start in it too. */
const plain = (
  context: ActionContext,
  input: { readonly id: DraftId; readonly plain: boolean; readonly html: string },
): Result<Draft, Gone> => {
  const before = readDraft(context.db, input.id);
  if (before === null) return fail({ kind: 'draft-gone' });
  const {
    attachments: _attachments,
    updatedAt: _updatedAt,
    widest: _widest,
    windowUntil: _until,
    ...rest
  } = before;
  if (before.account !== null) preferPlain(context.db, before.account, input.plain);
  return ok(start(context, { ...rest, ...input }));
};

/** Nobody has to look at an answer that will not be sent. A draft is not shared, so the end of its reviews is the command. */
const endReviews = (context: ActionContext, conversation: ConversationId): void => {
  const ended = change(context, conversation, { kind: 'end-review', review: null, reason: 'discarded' });
  if (!ended.ok || ended.value.length === 0) return;
  const input = { conversation, review: null, reason: 'discarded' };
  context.team?.save({ kind: 'action', name: 'review.end', input, ids: [] });
};

const discard = (context: ActionContext, { id }: { readonly id: DraftId }): Result<null, Gone> => {
  const draft = readDraft(context.db, id);
  if (draft === null) return fail({ kind: 'draft-gone' });
  deleteDraft(context.db, id);
  if (draft.conversation !== null) endReviews(context, draft.conversation);
  tell(context, draft.conversation);
  return ok(null);
};

const forwardedPrefix = 'forwarded-';
const isForwarded = (file: string): boolean => file.startsWith(forwardedPrefix);

/** Puts a file's bytes away and adds it to the draft. `forwarded` names the part of the original that it is a copy of. */
const attach = (
  context: ActionContext,
  input: {
    readonly id: DraftId;
    readonly name: string;
    readonly mimeType: string;
    readonly contentId: string | null;
    readonly inline: boolean;
    readonly forwarded: string | null;
    readonly bytes: Uint8Array;
  },
): Result<DraftAttachment, Gone> => {
  const draft = readDraft(context.db, input.id);
  if (draft === null) return fail({ kind: 'draft-gone' });
  const id = input.forwarded === null ? context.ids.next() : `${forwardedPrefix}${input.forwarded}`;
  const file: DraftAttachment = {
    id,
    name: input.name,
    mimeType: input.mimeType,
    size: input.bytes.byteLength,
    contentId: input.inline ? (input.contentId ?? `${id}@picture.steward`) : null,
  };
  const blob = context.vault.put(input.bytes);
  putDraftFile(context.db, input.id, { ...file, blob }, context.clock.now());
  context.changed({ topic: 'drafts', conversation: draft.conversation });
  context.changed({ topic: 'lists' });
  return ok(file);
};

const detach = (
  context: ActionContext,
  input: { readonly id: DraftId; readonly attachment: string },
): Result<null, Gone> => {
  const draft = readDraft(context.db, input.id);
  if (draft === null) return fail({ kind: 'draft-gone' });
  dropDraftFile(context.db, input.id, input.attachment);
  context.changed({ topic: 'drafts', conversation: draft.conversation });
  return ok(null);
};

/** What happens to drafts. */
export const draftActions = {
  'draft.start': start,
  'draft.save': save,
  'draft.mode': mode,
  'draft.plain': plain,
  'draft.discard': discard,
  'draft.attach': attach,
  'draft.detach': detach,
} as const;
