import type { Draft } from '#shared/contract/compose.ts';
import type { Input, Output, Refused } from '#shared/contract/contract.ts';
import { isDangerousFile } from '#shared/domain/file-name/dangerous-file.ts';
import { comparable } from '#shared/domain/contact/address.ts';
import type { Attachment, Correspondent } from '#shared/domain/message.ts';
import { isSendableAddress } from '#shared/domain/reply/address.ts';
import { referenceChain } from '#shared/domain/reply/references.ts';
import type { OutboxId } from '#shared/kit/brand.ts';
import { fail } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import type { Outgoing, OutgoingFile } from '#main/channels/kit/outgoing.ts';
import { channelOf } from '../ingest/account-session.ts';
import type { MessageSources } from '../message-source.ts';
import { connectedAccount } from '../store/read/account.ts';
import type { ConnectedAccount } from '../store/read/account.ts';
import { draftFiles, readDraft } from '../store/read/draft.ts';
import type { StoredDraftFile } from '../store/read/draft.ts';
import { findMessage, messageFacts, messageText, referencesUpTo } from '../store/read/message-lookup.ts';
import { readPreferences } from '../store/read/preferences.ts';
import type { Workspace } from '../workspace.ts';
import { htmlToText } from './html-to-text.ts';
import { outgoingText } from './outgoing-text.ts';
import type { Original } from './outgoing-text.ts';
import { plainOf } from './plain-text.ts';
import { unfilledIn } from './send-stops.ts';

/** What the list shows of a message, in characters; the same as for mail that comes in. */
const snippetLength = 200;

const withoutDoubles = (draft: Draft): Pick<Draft, 'to' | 'cc' | 'bcc'> => {
  const seen = new Set<string>();
  const once = (people: readonly Correspondent[]): Correspondent[] =>
    people.filter(({ address }) => {
      const key = comparable(address);
      return !seen.has(key) && seen.add(key).has(key);
    });
  return { to: once(draft.to), cc: once(draft.cc), bcc: once(draft.bcc) };
};

/** The message below the typed words: the answered one where the agent wants it quoted, the forwarded one always. */
const originalOf = async (
  workspace: Workspace,
  sources: MessageSources,
  draft: Draft,
): Promise<Original | null> => {
  const wanted = draft.mode === 'forward' || (draft.quote && draft.mode !== 'new');
  const message =
    draft.inReplyTo === null || !wanted ? undefined : findMessage(workspace.db, draft.inReplyTo);
  const facts = message === undefined ? undefined : messageFacts(workspace.db, message.seq);
  if (message === undefined || facts === undefined) return null;
  const stored = messageText(workspace.db, message.seq);
  const text = stored?.text ?? facts.text;
  let html = stored?.html ?? null;
  if (html === null && facts.hasHtml) {
    const found = await sources.whole(facts.id);
    const usable = found.ok ? found : sources.kept(facts.id);
    const body = usable.ok ? await workspace.parser.body(message.channel, usable.value.bytes) : null;
    html = body?.html ?? null;
  }
  return { at: facts.at, from: facts.from, to: facts.to, cc: facts.cc, subject: facts.subject, text, html };
};

/** Pictures that the words no longer show are left out; other files always go, and with a plain text all of them do. */
const filesToSend = (files: readonly StoredDraftFile[], html: string | null): readonly StoredDraftFile[] =>
  files.filter((file) => html === null || file.contentId === null || html.includes(`cid:${file.contentId}`));

const readFiles = (workspace: Workspace, files: readonly StoredDraftFile[]): readonly OutgoingFile[] =>
  files.map(({ name, mimeType, contentId, blob }) => ({
    name,
    mimeType,
    contentId,
    bytes: workspace.vault.read(blob),
  }));

/** The attachments as whoever reads the sent message will find them, asked of the channel's own mapper. */
const attachmentsIn = async (
  workspace: Workspace,
  account: ConnectedAccount,
  bytes: Uint8Array,
  files: readonly StoredDraftFile[],
): Promise<readonly Attachment[]> => {
  const key = 'sent';
  const item = {
    key,
    bytes,
    partial: false,
    size: bytes.byteLength,
    receivedAt: null,
    seen: true,
    answered: false,
  };
  const context = {
    own: [comparable(account.address)],
    streamRole: 'sent' as const,
    trustedAuthserv: null,
    now: workspace.clock.now(),
  };
  const [read] = files.length === 0 ? [] : await workspace.parser.map(account.kind, [item], context);
  const parts =
    read?.kind === 'message'
      ? read.parts
      : files.map((file, index) => ({
          ...file,
          part: String(index + 1),
          inline: file.contentId !== null,
          kind: 'file' as const,
        }));
  return parts.map(({ part, name, mimeType, size, contentId, inline, kind }) => ({
    part,
    name,
    mimeType,
    size,
    contentId,
    inline,
    kind,
    dangerous: isDangerousFile(name, mimeType),
  }));
};

type Sendable = { readonly draft: Draft; readonly account: ConnectedAccount };

/** Whether there is an account, somebody to write to and nothing that no server would take. */
const check = (workspace: Workspace, draft: Draft): Result<Sendable, Refused<'draft.send'>> => {
  const account = draft.account === null ? null : connectedAccount(workspace.db, draft.account);
  if (account === null || account.settings['archive'] === true) return fail({ kind: 'no-account' });
  const people = [...draft.to, ...draft.cc, ...draft.bcc];
  if (people.length === 0) return fail({ kind: 'no-recipient' });
  const bad = people.find(({ address }) => !isSendableAddress(address.trim()));
  if (bad !== undefined) return fail({ kind: 'bad-recipient', address: bad.address });
  const bytes = draft.attachments.reduce((sum, file) => sum + file.size, 0);
  const limit = channelOf(workspace, account).profile.capabilities.maxAttachmentBytes;
  if (bytes > limit) return fail({ kind: 'too-large', bytes, limit });
  return { ok: true, value: { draft, account } };
};

const referencesOf = (workspace: Workspace, draft: Draft): readonly string[] => {
  if (draft.mode !== 'reply' && draft.mode !== 'reply-all') return [];
  const answered = draft.inReplyTo === null ? undefined : findMessage(workspace.db, draft.inReplyTo);
  if (answered === undefined) return [];
  return referenceChain(
    referencesUpTo(workspace.db, answered.conversation_num, answered.seq),
    answered.external_id,
  );
};

/** Makes the wire form of a draft, once, and saves it with everything that belongs to it before anything is tried. */
export const sendDraft = async (
  workspace: Workspace,
  sources: MessageSources,
  input: Input<'draft.send'>,
): Promise<Result<Output<'draft.send'>, Refused<'draft.send'>>> => {
  const draft = readDraft(workspace.db, input.id);
  if (draft === null) return fail({ kind: 'draft-gone' });
  const checked = check(workspace, draft);
  if (!checked.ok) return checked;
  const variables = unfilledIn(draft);
  if (variables.length > 0) return fail({ kind: 'unfilled', variables });
  if (input.at !== undefined && input.at <= workspace.clock.now())
    return fail({ kind: 'past-time', at: input.at });
  const { account } = checked.value;
  const words = outgoingText(
    {
      mode: draft.mode,
      typed: draft.html,
      plain: draft.plain,
      signature: account.signature,
      original: await originalOf(workspace, sources, draft),
    },
    workspace.words,
  );
  const files = filesToSend(draftFiles(workspace.db, draft.id), words.html);
  const outbox = workspace.ids.next() as OutboxId;
  const outgoing: Outgoing = {
    clientId: outbox,
    at: workspace.clock.now(),
    from: { name: account.senderName, address: account.address },
    ...withoutDoubles(draft),
    subject: draft.subject.replace(/\s+/gu, ' ').trim(),
    ...words,
    files: readFiles(workspace, files),
    references: referencesOf(workspace, draft),
    automatic: false,
  };
  const composed = await workspace.parser.compose(account.kind, outgoing, account.settings);
  const { files: _files, html: _html, automatic: _automatic, clientId: _clientId, ...facts } = outgoing;
  const typed = (draft.plain ? plainOf(draft.html) : htmlToText(draft.html)).replace(/\s+/gu, ' ').trim();
  return workspace.writer.run('outbox.queue', {
    ...facts,
    draft: draft.id,
    outbox,
    account: account.id,
    channel: account.kind,
    plannedAt: input.at ?? null,
    followUp: input.followUp ?? null,
    undoMs: input.now === true ? 0 : readPreferences(workspace.db).undoSeconds * 1_000,
    seenRev: input.seenRev,
    resolve: input.resolve,
    snippet: typed.slice(0, snippetLength),
    attachments: await attachmentsIn(workspace, account, composed.bytes, files),
    externalId: composed.externalId,
    recipients: composed.recipients,
    bytes: new Uint8Array(composed.bytes),
  });
};
