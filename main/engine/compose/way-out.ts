import type { Draft, Way } from '#shared/contract/compose.ts';
import type { Input } from '#shared/contract/contract.ts';
import type { Capabilities, TextLimit } from '#shared/domain/channel-profile.ts';
import { comparable } from '#shared/domain/contact/address.ts';
import { visibilities } from '#shared/domain/message.ts';
import type { Visibility } from '#shared/domain/message.ts';
import { bareSubject } from '#shared/domain/threading/subject.ts';
import { answerSubject } from '#shared/domain/reply/subject.ts';
import type { AccountId, MessageId } from '#shared/kit/brand.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import type { Answered } from '#main/channels/kit/outgoing.ts';
import { channelOf } from '../ingest/account-session.ts';
import type { ConnectedAccount } from '../store/read/account.ts';
import { sendingAccount } from '../store/read/colleague-account.ts';
import { readDraft } from '../store/read/draft.ts';
import { findConversation } from '../store/read/find-conversation.ts';
import { findMessage, messageFacts } from '../store/read/message-lookup.ts';
import {
  customerOfConversation,
  heardInRoom,
  lastHeardThrough,
  lastNamed,
  waysTo,
} from '../store/read/ways.ts';
import type { Workspace } from '../workspace.ts';

const numberOr = (value: unknown, otherwise: number): number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : otherwise;

/** What an account's channel can do, with the limits that its own server told when it was connected. */
export const capabilitiesOf = (workspace: Workspace, account: ConnectedAccount): Capabilities => {
  const { capabilities } = channelOf(workspace, account).profile;
  const { settings } = account;
  const maxText: TextLimit | null =
    capabilities.maxText === null
      ? null
      : { ...capabilities.maxText, count: numberOr(settings['maxText'], capabilities.maxText.count) };
  return {
    ...capabilities,
    maxText,
    maxAttachmentBytes: numberOr(settings['maxAttachmentBytes'], capabilities.maxAttachmentBytes),
  };
};

const placeOf = (workspace: Workspace, draft: Pick<Draft, 'conversation'>): number | null => {
  const found = draft.conversation === null ? null : findConversation(workspace.db, draft.conversation);
  return found?.kind === 'here' ? found.num : null;
};

/** What a draft answers on the channel it goes out by; null for a first word there. */
export const answeredBy = (
  workspace: Workspace,
  draft: Pick<Draft, 'account' | 'inReplyTo' | 'mode'>,
): (Answered & { readonly at: number }) | null => {
  if (draft.inReplyTo === null || draft.mode === 'new' || draft.mode === 'forward') return null;
  const stored = findMessage(workspace.db, draft.inReplyTo);
  if (stored?.account_id !== draft.account) return null;
  const facts = messageFacts(workspace.db, stored.seq);
  if (facts === undefined) return null;
  const { room, from, visibility, warning, at } = facts;
  return { name: stored.name, room, from, visibility, warning, at };
};

/** Who will see an answer: as chosen, never wider than what is answered, and the fewest where nobody chose. */
export const visibilityOf = (
  capabilities: Capabilities,
  chosen: Visibility | null,
  answered: Visibility | null,
): Visibility | null => {
  const offered = visibilities.filter((one) => capabilities.visibilities.includes(one));
  const narrowest = offered.at(-1);
  if (narrowest === undefined) return null;
  const wanted = chosen ?? answered ?? narrowest;
  const from = Math.max(visibilities.indexOf(wanted), answered === null ? 0 : visibilities.indexOf(answered));
  return offered.find((one) => visibilities.indexOf(one) >= from) ?? narrowest;
};

/** A draft as the page shows it: until when the channel lets us answer, and who will see it. */
export const shownDraft = (workspace: Workspace, draft: Draft): Draft => {
  const account = draft.account === null ? null : sendingAccount(workspace.db, draft.account);
  if (account === null) return draft;
  const capabilities = capabilitiesOf(workspace, account);
  const answered = answeredBy(workspace, draft);
  const room = answered?.room ?? null;
  const heardAt = room === null ? null : heardInRoom(workspace.db, account.id, room);
  return {
    ...draft,
    visibility: visibilityOf(capabilities, draft.visibility, answered?.visibility ?? null),
    widest: answered?.visibility ?? capabilities.visibilities[0] ?? null,
    windowUntil: capabilities.replyWindow === null ? null : (heardAt ?? 0) + capabilities.replyWindow,
  };
};

/** The ways to the customer of a draft's conversation; imported mail has no server to send by. */
export const draftWays = (
  workspace: Workspace,
  id: Input<'draft.ways'>['id'],
): Result<{ readonly ways: readonly Way[] }, { readonly kind: 'draft-gone' }> => {
  const draft = readDraft(workspace.db, id);
  if (draft === null) return fail({ kind: 'draft-gone' });
  const conversation = placeOf(workspace, draft);
  const customer = conversation === null ? null : customerOfConversation(workspace.db, conversation);
  if (customer === null) return ok({ ways: [] });
  const chosen = new Set(draft.to.map(({ address }) => comparable(address)));
  const reachable = waysTo(workspace.db, customer).filter((way) => canReach(workspace, conversation, way));
  return ok({
    ways: reachable.map((way) => ({
      account: way.account,
      channel: way.channel,
      to: { name: way.name, address: way.address },
      heardAt: way.heard_at,
      chosen: way.account === draft.account && chosen.has(comparable(way.address)),
    })),
  });
};

/** Some channels let nobody speak first: there it takes something of theirs to answer. */
const canReach = (
  workspace: Workspace,
  conversation: number | null,
  way: { readonly account: AccountId; readonly channel: string },
): boolean =>
  workspace.channels.get(way.channel)?.profile.capabilities.newMessage === true ||
  (conversation !== null && lastHeardThrough(workspace.db, conversation, way.account) !== undefined);

/** Where a draft goes when it takes a way: recipient, subject and what it answers. Null for no such way. */
export const alongWay = (
  workspace: Workspace,
  draft: Draft,
  account: AccountId,
  address: string,
): Pick<
  Draft,
  'account' | 'to' | 'cc' | 'bcc' | 'subject' | 'inReplyTo' | 'mode' | 'visibility' | 'quote'
> | null => {
  const conversation = placeOf(workspace, draft);
  const customer = conversation === null ? null : customerOfConversation(workspace.db, conversation);
  const way =
    customer === null
      ? undefined
      : waysTo(workspace.db, customer).find(
          (one) => one.account === account && comparable(one.address) === comparable(address),
        );
  const connected = sendingAccount(workspace.db, account);
  if (conversation === null || way === undefined || connected === null) return null;
  const last = lastHeardThrough(workspace.db, conversation, account);
  const { subject } = channelOf(workspace, connected).profile.capabilities;
  return {
    account,
    to: [{ name: way.name, address: way.address }],
    cc: [],
    bcc: [],
    subject: subject ? subjectFor(workspace, conversation, draft) : '',
    inReplyTo: last === undefined ? draft.inReplyTo : (last.id as MessageId),
    mode: draft.mode === 'new' ? 'new' : 'reply',
    visibility: null,
    quote: false,
  };
};

/** The subject of what goes on by mail: what was talked about, else in whose name. */
const subjectFor = (workspace: Workspace, conversation: number, draft: Draft): string => {
  // What chats have in place of a subject is nothing with "Re:" before it.
  if (bareSubject(draft.subject).bare !== '') return draft.subject;
  const row = workspace.db.get<{ subject: string }>('SELECT subject FROM conversation WHERE num = ?', [
    conversation,
  ]);
  return row === undefined || row.subject.trim() === ''
    ? workspace.words('compose.subject.goes-on', {})
    : answerSubject('reply', row.subject);
};

/** The address that a customer named since they last wrote: that is how they want to be answered. */
export const wishedWay = (
  workspace: Workspace,
  conversation: number,
  lastHeardAt: number | null,
): { readonly account: AccountId; readonly address: string } | null => {
  const named = lastNamed(workspace.db, conversation);
  if (named === null || named.at < (lastHeardAt ?? 0)) return null;
  const customer = customerOfConversation(workspace.db, conversation);
  const way =
    customer === null
      ? undefined
      : waysTo(workspace.db, customer).find(
          ({ channel, address }) =>
            channel === named.channel && comparable(address) === comparable(named.address),
        );
  return way === undefined ? null : { account: way.account, address: way.address };
};
