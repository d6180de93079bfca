import type { Draft } from '#shared/contract/compose.ts';
import type { Input, Output, Refused } from '#shared/contract/contract.ts';
import { isDangerousFile } from '#shared/domain/file-name/dangerous-file.ts';
import { comparable } from '#shared/domain/contact/address.ts';
import type { Attachment, Correspondent } from '#shared/domain/message.ts';
import { isSendableAddress } from '#shared/domain/reply/address.ts';
import { referenceChain } from '#shared/domain/reply/references.ts';
import type { OutboxId } from '#shared/kit/brand.ts';
import type { Capabilities } from '#shared/domain/channel-profile.ts';
import { isWithin, measure } from '#shared/domain/text-limit/measure.ts';
import { splitText } from '#shared/domain/text-limit/split-text.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import type { Channel } from '#main/channels/kit/channel.ts';
import type { Outgoing, OutgoingFile } from '#main/channels/kit/outgoing.ts';
import type { QueueReply } from '../actions/outbox/queue-reply.ts';
import { channelOf } from '../ingest/account-session.ts';
import type { MessageSources } from '../message-source.ts';
import type { ConnectedAccount } from '../store/read/account.ts';
import { sendingAccount } from '../store/read/colleague-account.ts';
import { draftFiles, readDraft } from '../store/read/draft.ts';
import type { StoredDraftFile } from '../store/read/draft.ts';
import { findMessage, messageFacts, messageText, referencesUpTo } from '../store/read/message-lookup.ts';
import { readPreferences } from '../store/read/preferences.ts';
import type { Workspace } from '../workspace.ts';
import { cleanHtml } from './clean-html.ts';
import { htmlToText } from './html-to-text.ts';
import { outgoingText } from './outgoing-text.ts';
import type { Original } from './outgoing-text.ts';
import { plainAsHtml, plainOf } from './plain-text.ts';
import { unfilledIn } from './send-stops.ts';
import { answeredBy, capabilitiesOf, shownDraft, visibilityOf } from './way-out.ts';

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

type Sendable = {
  readonly draft: Draft;
  readonly account: ConnectedAccount;
  readonly capabilities: Capabilities;
};

/** Whether a channel can write to this address at all. */
const recipientOn = (channel: Channel, typed: string): string | null =>
  channel.readRecipient === undefined
    ? isSendableAddress(typed.trim())
      ? typed.trim()
      : null
    : channel.readRecipient(typed);

/** Whether there is an account, somebody to write to and nothing that no server would take. */
const check = (workspace: Workspace, draft: Draft): Result<Sendable, Refused<'draft.send'>> => {
  const account = draft.account === null ? null : sendingAccount(workspace.db, draft.account);
  if (account === null || account.settings['archive'] === true) return fail({ kind: 'no-account' });
  const channel = channelOf(workspace, account);
  const capabilities = capabilitiesOf(workspace, account);
  const people = [...draft.to, ...draft.cc, ...draft.bcc];
  if (people.length === 0) return fail({ kind: 'no-recipient' });
  // Whoever is answered where they wrote is reached by that, however their address reads.
  const answered = answeredBy(workspace, draft);
  const bad = people.find(
    ({ address }) =>
      recipientOn(channel, address) === null &&
      (answered?.room === null ||
        answered?.room === undefined ||
        comparable(answered.from.address) !== comparable(address)),
  );
  if (bad !== undefined) return fail({ kind: 'bad-recipient', address: bad.address });
  const bytes = draft.attachments.reduce((sum, file) => sum + file.size, 0);
  const limit = capabilities.maxAttachmentBytes;
  if (bytes > limit) return fail({ kind: 'too-large', bytes, limit });
  const most = capabilities.maxAttachments;
  if (most !== null && draft.attachments.length > most) {
    return fail({ kind: 'too-many-files', count: draft.attachments.length, limit: most });
  }
  const { windowUntil } = shownDraft(workspace, draft);
  if (windowUntil !== null && windowUntil <= workspace.clock.now() && draft.template === null) {
    return fail({ kind: 'window-closed', since: windowUntil, templates: capabilities.templates });
  }
  return { ok: true, value: { draft, account, capabilities } };
};

const referencesOf = (workspace: Workspace, draft: Draft): readonly string[] => {
  if (draft.mode !== 'reply' && draft.mode !== 'reply-all') return [];
  const answered = draft.inReplyTo === null ? undefined : findMessage(workspace.db, draft.inReplyTo);
  // Names of another channel mean nothing on this one.
  if (answered?.account_id !== draft.account) return [];
  return referenceChain(
    referencesUpTo(workspace.db, answered.conversation_num, answered.seq),
    answered.external_id,
  );
};

type Words = { readonly html: string | null; readonly text: string };

/** What is said: as a mail with signature and quote, or as the bare words where channels have neither. */
const wordsOf = async (
  workspace: Workspace,
  sources: MessageSources,
  { draft, account, capabilities }: Sendable,
): Promise<Words> => {
  if (capabilities.subject) {
    const original = await originalOf(workspace, sources, draft);
    const { mode, plain, html } = draft;
    return outgoingText(
      { mode, typed: html, plain, signature: account.signature, original },
      workspace.words,
    );
  }
  if (draft.template !== null) return { html: null, text: await templateText(sources, account, draft) };
  const text = draft.plain ? plainOf(draft.html).replace(/\s+$/u, '') : htmlToText(draft.html);
  const rich = !draft.plain && (capabilities.html || capabilities.formats.length > 0);
  return { html: rich ? cleanHtml(draft.html, { pictures: 'none' }) : null, text };
};

/** Variables of a prepared text that nobody filled in. */
const blanksIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(/\{\{([^{}]{1,100})\}\}/gu)].map(([, name]) => (name ?? '').trim())),
];

/** How a prepared text reads with its variables filled in; its name where the provider cannot be asked now. */
const templateText = async (
  sources: MessageSources,
  account: ConnectedAccount,
  { template }: Draft,
): Promise<string> => {
  if (template === null) return '';
  const found = await sources.templates(account.id).catch(() => []);
  const text = found.find(({ id }) => id === template.id)?.text ?? template.id;
  return text.replace(
    /\{\{([^{}]{1,100})\}\}/gu,
    (whole, name: string) => template.values[name.trim()] ?? whole,
  );
};

/** The texts that go, each as a message of its own: one, unless it is too long and may be cut. */
const piecesOf = (
  { capabilities, draft }: Sendable,
  words: Words,
  split: boolean,
): Result<readonly Words[], Refused<'draft.send'>> => {
  const limit = capabilities.maxText;
  if (limit === null || draft.template !== null) return ok([words]);
  // Where a warning can stand before the words it counts with them.
  const warned = capabilities.visibilities.length > 0 ? draft.warning.trim() : '';
  const measured = measure(warned + words.text, limit);
  if (isWithin(measured)) return ok([words]);
  const parts = capabilities.split ? splitText(words.text, limit) : null;
  if (parts === null || !split) {
    return fail({
      kind: 'too-long',
      count: measured.used,
      limit: measured.most,
      parts: parts?.length ?? null,
    });
  }
  return ok(parts.map((text) => ({ html: null, text })));
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
  const words = await wordsOf(workspace, sources, checked.value);
  const open = draft.template === null ? [] : blanksIn(words.text);
  if (open.length > 0) return fail({ kind: 'unfilled', variables: open });
  const { subject } = checked.value.capabilities;
  if (!subject && words.text.trim() === '' && draft.attachments.length === 0)
    return fail({ kind: 'empty-message' });
  const pieces = piecesOf(checked.value, words, input.split ?? false);
  if (!pieces.ok) return pieces;
  const [only, ...more] = pieces.value;
  if (only === undefined) return fail({ kind: 'empty-message' });
  if (more.length === 0) {
    const whole = { place: 0, last: true, bundle: null };
    return workspace.writer.run('outbox.queue', await queued(workspace, input, checked.value, only, whole));
  }
  const bundle = workspace.ids.next() as OutboxId;
  const items = [];
  for (const [place, piece] of pieces.value.entries()) {
    const part = { place, last: place === pieces.value.length - 1, bundle };
    items.push(await queued(workspace, input, checked.value, piece, part));
  }
  return workspace.writer.run('outbox.queuePieces', { pieces: items });
};

/** Which piece of a long text it is; `bundle` null for what goes whole. */
type Part = { readonly place: number; readonly last: boolean; readonly bundle: OutboxId | null };

/** One message in its wire form, with everything that is saved with it. */
const queued = async (
  workspace: Workspace,
  input: Input<'draft.send'>,
  { draft, account, capabilities }: Sendable,
  words: Words,
  { place, last, bundle }: Part,
): Promise<QueueReply> => {
  const answered = answeredBy(workspace, draft);
  const files = last
    ? filesToSend(draftFiles(workspace.db, draft.id), capabilities.html ? words.html : null)
    : [];
  const outbox = bundle !== null && place === 0 ? bundle : (workspace.ids.next() as OutboxId);
  const outgoing: Outgoing = {
    clientId: outbox,
    // Pieces in the order in which they are read.
    at: workspace.clock.now() + place,
    from: { name: account.senderName, address: account.address },
    ...withoutDoubles(draft),
    subject: draft.subject.replace(/\s+/gu, ' ').trim(),
    ...words,
    files: readFiles(workspace, files),
    references: referencesOf(workspace, draft),
    automatic: false,
    answers: answered,
    visibility: visibilityOf(capabilities, draft.visibility, answered?.visibility ?? null),
    warning: draft.warning.trim(),
    template: draft.template,
  };
  const composed = await workspace.parser.compose(account.kind, outgoing, account.settings);
  const {
    files: _files,
    html: _html,
    automatic: _automatic,
    clientId: _clientId,
    answers: _answers,
    template: _template,
    ...facts
  } = outgoing;
  const typed =
    bundle !== null || draft.template !== null
      ? words.text
      : draft.plain
        ? plainOf(draft.html)
        : htmlToText(draft.html);
  return {
    ...facts,
    draft: draft.id,
    outbox,
    account: account.id,
    channel: account.kind,
    plannedAt: input.at ?? null,
    followUp: last ? (input.followUp ?? null) : null,
    undoMs: input.now === true ? 0 : readPreferences(workspace.db).undoSeconds * 1_000,
    seenRev: input.seenRev,
    resolve: last && input.resolve,
    snippet: typed.replace(/\s+/gu, ' ').trim().slice(0, snippetLength),
    attachments: await attachmentsIn(workspace, account, composed.bytes, files),
    externalId: composed.externalId,
    // An answer for fewer eyes than the question had is a talk of its own on some channels; the wire form knows.
    room: composed.room ?? answered?.room ?? null,
    bundle,
    carriesFiles: last,
    piece: bundle === null ? null : plainAsHtml(words.text),
    recipients: composed.recipients,
    bytes: new Uint8Array(composed.bytes),
    hasHtml: words.html !== null,
    html: capabilities.subject ? null : words.html,
  };
};
