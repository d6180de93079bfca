import type { Draft, DraftMode } from '#shared/contract/compose.ts';
import type { Input } from '#shared/contract/contract.ts';
import { answerRecipients } from '#shared/domain/reply/recipients.ts';
import { answerSubject } from '#shared/domain/reply/subject.ts';
import type { MessageFacts } from '#shared/domain/message.ts';
import type { AccountId, ConversationId, DraftId, MessageId } from '#shared/kit/brand.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import type { MessageSources } from '../message-source.ts';
import { sendingAccount, sendingAccounts } from '../store/read/colleague-account.ts';
import { ownAddresses } from '../store/read/conversation-detail.ts';
import { draftOfConversation, hasContent, newestLooseDraft, readDraft } from '../store/read/draft.ts';
import { findConversation } from '../store/read/find-conversation.ts';
import { findMessage, messageFacts } from '../store/read/message-lookup.ts';
import type { NewDraft } from '../store/write/draft.ts';
import type { Workspace } from '../workspace.ts';
import { alongWay, wishedWay } from './way-out.ts';

type StartRefusal = { readonly kind: 'conversation-gone' } | { readonly kind: 'no-account' };

/** The message an answer is for when the agent points at none: the newest that a person outside, known here, has written. */
const answerable = (workspace: Workspace, conversation: number): MessageFacts | null => {
  const rows = workspace.db.all<{ seq: number }>(
    `SELECT seq FROM message WHERE conversation_num = ? AND automatic IS NULL
       AND oddities NOT LIKE '%"stranger"%' ORDER BY direction = 'in' DESC, at DESC, seq DESC LIMIT 1`,
    [conversation],
  );
  const any = workspace.db.all<{ seq: number }>(
    'SELECT seq FROM message WHERE conversation_num = ? ORDER BY at DESC, seq DESC LIMIT 1',
    [conversation],
  );
  const seq = rows[0]?.seq ?? any[0]?.seq;
  return seq === undefined ? null : (messageFacts(workspace.db, seq) ?? null);
};

const accountFor = (
  workspace: Workspace,
  wanted: AccountId | null,
  answered: MessageFacts | null,
): AccountId | null => {
  // Mail imported from files has no server to send by.
  const accounts = sendingAccounts(workspace.db).filter((account) => !account.archive);
  const candidates = [wanted, answered?.account ?? null];
  for (const id of candidates) {
    if (accounts.some((account) => account.id === id)) return id;
  }
  return (accounts.find((account) => !account.paused) ?? accounts[0])?.id ?? null;
};

const fresh = (
  workspace: Workspace,
  place: { readonly id: DraftId; readonly conversation: ConversationId | null },
  mode: DraftMode,
  account: AccountId,
  answered: MessageFacts | null,
): NewDraft => {
  const own = ownAddresses(workspace.db);
  const recipients = answered === null ? { to: [], cc: [] } : answerRecipients(mode, answered, own);
  return {
    ...place,
    account,
    mode,
    inReplyTo: answered?.id ?? null,
    ...recipients,
    bcc: [],
    subject: answered === null ? '' : answerSubject(mode, answered.subject),
    html: '',
    quote: mode === 'reply' || mode === 'reply-all',
    plain: sendingAccount(workspace.db, account)?.plain ?? false,
    visibility: null,
    warning: answered?.warning ?? '',
    template: null,
  };
};

/** Copies the files of a forwarded message into the draft, where the agent can see and remove them. */
const takeAlong = async (
  workspace: Workspace,
  sources: MessageSources,
  id: DraftId,
  answered: MessageFacts,
): Promise<void> => {
  if (answered.attachments.length === 0) return;
  const found = await sources.whole(answered.id);
  if (!found.ok) return;
  const { message, bytes } = found.value;
  for (const file of answered.attachments) {
    const part = await workspace.parser.part(message.channel, bytes, file.part);
    if (part === null) continue;
    await workspace.writer.run('draft.attach', {
      id,
      name: file.name,
      mimeType: file.mimeType,
      contentId: file.contentId,
      inline: file.inline && file.contentId !== null,
      forwarded: file.part,
      bytes: new Uint8Array(part.bytes),
    });
  }
};

/** A new message is begun with its first recipient; an answer has those from the start. */
const isBegun = (draft: Draft): boolean =>
  hasContent(draft) ||
  (draft.conversation === null && draft.to.length + draft.cc.length + draft.bcc.length > 0);

/** Opens the draft of a conversation, or starts one with recipients and subject for its mode. What was typed is never lost. */
export const startDraft = async (
  workspace: Workspace,
  sources: MessageSources,
  input: Input<'draft.start'>,
): Promise<Result<Draft, StartRefusal>> => {
  const found = input.conversation === null ? null : findConversation(workspace.db, input.conversation);
  if (found?.kind === 'gone') return fail({ kind: 'conversation-gone' });
  const before =
    input.conversation === null
      ? newestLooseDraft(workspace.db)
      : draftOfConversation(workspace.db, input.conversation);
  if (before !== null && isBegun(before)) return ok(before);
  const answered = messageFor(workspace, input.message, found?.kind === 'here' ? found.num : null);
  const account = accountFor(workspace, input.account, answered);
  if (account === null) return fail({ kind: 'no-account' });
  const id = before?.id ?? (workspace.ids.next() as DraftId);
  const mode = answered === null ? 'new' : input.mode;
  const place = { id, conversation: input.conversation };
  const begun = fresh(workspace, place, mode, account, answered);
  const draft = await workspace.writer.run('draft.start', alongWish(workspace, input, begun, answered));
  if (mode !== 'forward' || answered === null) return ok(draft);
  await takeAlong(workspace, sources, id, answered);
  return ok(readDraft(workspace.db, id) ?? draft);
};

/** Whoever named another address after their last words is answered there, unless the agent points elsewhere. */
const alongWish = (
  workspace: Workspace,
  input: Input<'draft.start'>,
  begun: NewDraft,
  answered: MessageFacts | null,
): NewDraft => {
  if (
    input.message !== null ||
    input.account !== null ||
    begun.conversation === null ||
    begun.mode === 'forward'
  ) {
    return begun;
  }
  const found = findConversation(workspace.db, begun.conversation);
  if (found.kind !== 'here') return begun;
  const wish = wishedWay(workspace, found.num, answered?.direction === 'in' ? answered.at : null);
  if (wish === null) return begun;
  const draft = { ...begun, attachments: [], updatedAt: 0, widest: null, windowUntil: null };
  return { ...begun, ...alongWay(workspace, draft, wish.account, wish.address) };
};

/** Lets a draft go another way; what was typed stays. */
export const goThrough = async (
  workspace: Workspace,
  { id, account, to }: Input<'draft.through'>,
): Promise<Result<Draft, { readonly kind: 'draft-gone' } | { readonly kind: 'no-account' }>> => {
  const draft = readDraft(workspace.db, id);
  if (draft === null) return fail({ kind: 'draft-gone' });
  const way = alongWay(workspace, draft, account, to);
  if (way === null) return fail({ kind: 'no-account' });
  const { attachments: _files, updatedAt: _at, widest: _widest, windowUntil: _until, ...rest } = draft;
  return ok(await workspace.writer.run('draft.start', { ...rest, ...way, template: null }));
};

const messageFor = (
  workspace: Workspace,
  message: MessageId | null,
  conversation: number | null,
): MessageFacts | null => {
  const stored = message === null ? undefined : findMessage(workspace.db, message);
  if (stored !== undefined) return messageFacts(workspace.db, stored.seq) ?? null;
  return conversation === null ? null : answerable(workspace, conversation);
};

/** Changes what a draft will become: recipients and subject follow the mode, what was typed stays. */
export const changeMode = async (
  workspace: Workspace,
  sources: MessageSources,
  input: Input<'draft.mode'>,
): Promise<Result<Draft, { readonly kind: 'draft-gone' }>> => {
  const before = readDraft(workspace.db, input.id);
  if (before === null) return fail({ kind: 'draft-gone' });
  const answered = messageFor(workspace, before.inReplyTo, null);
  if (answered === null || before.mode === input.mode) return ok(before);
  const own = ownAddresses(workspace.db);
  const changed = await workspace.writer.run('draft.mode', {
    id: input.id,
    mode: input.mode,
    ...answerRecipients(input.mode, answered, own),
    subject: answerSubject(input.mode, answered.subject),
    quote: input.mode !== 'forward' && input.mode !== 'new',
  });
  if (!changed.ok || input.mode !== 'forward') return changed;
  await takeAlong(workspace, sources, input.id, answered);
  return ok(readDraft(workspace.db, input.id) ?? changed.value);
};
