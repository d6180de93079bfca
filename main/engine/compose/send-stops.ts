import type { Draft, SendStop } from '#shared/contract/compose.ts';
import { comparable } from '#shared/domain/contact/address.ts';
import { attachmentWord } from '#shared/domain/sending/forgotten-attachment.ts';
import { unfilledVariables } from '#shared/domain/sending/variables.ts';
import { sendingAccount } from '../store/read/colleague-account.ts';
import { ownAddresses } from '../store/read/conversation-detail.ts';
import { alikeAddress, isKnownAddress } from '../store/read/known-people.ts';
import { findMessage, messageFacts } from '../store/read/message-lookup.ts';
import type { Workspace } from '../workspace.ts';
import { typedWords } from './typed-words.ts';

/** The variables that were left in a draft, in its text and in its subject. */
export const unfilledIn = (draft: Draft): readonly string[] => [
  ...new Set([
    ...unfilledVariables(draft.subject),
    ...unfilledVariables(typedWords(draft.html, draft.plain).said),
  ]),
];

/** Whom the answered message names: their addresses were not typed by the agent. */
const namedBefore = (workspace: Workspace, draft: Draft): ReadonlySet<string> => {
  const answered = draft.inReplyTo === null ? undefined : findMessage(workspace.db, draft.inReplyTo);
  const facts = answered === undefined ? undefined : messageFacts(workspace.db, answered.seq);
  if (facts === undefined) return new Set();
  return new Set(
    [facts.from, ...facts.replyTo, ...facts.to, ...facts.cc].map(({ address }) => comparable(address)),
  );
};

const strangers = (workspace: Workspace, draft: Draft): readonly SendStop[] => {
  const { db } = workspace;
  const account = draft.account === null ? null : sendingAccount(db, draft.account);
  if (account === null) return [];
  const named = namedBefore(workspace, draft);
  const own = ownAddresses(db);
  const typed = new Set([...draft.to, ...draft.cc, ...draft.bcc].map(({ address }) => comparable(address)));
  return [...typed]
    .filter((address) => address !== '' && !named.has(address) && !own.has(address))
    .filter((address) => !isKnownAddress(db, account.kind, address))
    .map((address) => ({ kind: 'stranger', address, alike: alikeAddress(db, account.kind, address) }));
};

/** What to look at before a draft is sent: what cannot be sent first, then what is probably a slip. */
export const sendStops = (workspace: Workspace, draft: Draft): readonly SendStop[] => {
  const stops: SendStop[] = [];
  const variables = unfilledIn(draft);
  if (variables.length > 0) stops.push({ kind: 'unfilled', variables });
  const word = draft.attachments.length > 0 ? null : attachmentWord(typedWords(draft.html, draft.plain).own);
  if (word !== null) stops.push({ kind: 'attachment-forgotten', word });
  stops.push(...strangers(workspace, draft));
  const answers = draft.mode === 'reply' || draft.mode === 'reply-all';
  if (!answers && draft.subject.trim() === '') stops.push({ kind: 'no-subject' });
  return stops;
};
