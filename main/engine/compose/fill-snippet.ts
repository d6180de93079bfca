import type { Draft } from '#shared/contract/compose.ts';
import type { Output } from '#shared/contract/contract.ts';
import { comparable } from '#shared/domain/contact/address.ts';
import { fillVariables, firstName } from '#shared/domain/sending/variables.ts';
import type { VariableValues } from '#shared/domain/sending/variables.ts';
import { memberOfWorkspace } from '../store/read/account.ts';
import { sendingAccount } from '../store/read/colleague-account.ts';
import { personOf } from '../store/read/known-people.ts';
import type { StoredSnippet } from '../store/read/snippets.ts';
import type { Workspace } from '../workspace.ts';
import { cleanHtml, escapeHtml } from './clean-html.ts';
import { htmlToText } from './html-to-text.ts';

const valuesFor = (workspace: Workspace, draft: Draft): VariableValues => {
  const { db, clock, words } = workspace;
  const account = draft.account === null ? null : sendingAccount(db, draft.account);
  const [first] = draft.to;
  const known =
    first === undefined ? null : personOf(db, account?.kind ?? 'email', comparable(first.address));
  const name = known?.name === undefined || known.name === '' ? (first?.name ?? '') : known.name;
  const me = memberOfWorkspace(db).name || (account?.senderName ?? '');
  const now = clock.now();
  return {
    'customer.name': name,
    'customer.firstName': firstName(name),
    'customer.company': known?.company ?? '',
    'customer.address': first?.address ?? '',
    'me.name': me,
    'me.firstName': firstName(me),
    'conversation.subject': draft.subject.replace(/^(?:(?:re|aw|fwd?|wg|antw|sv|tr)\s*:\s*)+/iu, ''),
    date: new Intl.DateTimeFormat(words.locale, { dateStyle: 'long' }).format(now),
    time: new Intl.DateTimeFormat(words.locale, { timeStyle: 'short' }).format(now),
  };
};

/** A text to insert with what is known of the draft's first recipient, its subject, the writer and the day. */
export const fillSnippet = (
  workspace: Workspace,
  snippet: StoredSnippet,
  draft: Draft,
): Output<'snippet.fill'> => {
  const values = valuesFor(workspace, draft);
  const html = fillVariables(cleanHtml(snippet.html, { pictures: 'none' }), values, escapeHtml);
  return { html, text: htmlToText(html) };
};
