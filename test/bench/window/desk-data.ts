import { cpSync } from 'node:fs';
import type { RawItem } from '#main/channels/kit/inbound.ts';
import { takeBatch } from '#main/engine/ingest/take-batch.ts';
import { connectedAccount, connectedAccounts, pulledStreams } from '#main/engine/store/read/account.ts';
import type { Workspace } from '#main/engine/workspace.ts';
import type { Settings } from '#shared/contract/accounts.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { startEngine } from '../../support/engine.ts';
import { generateMailbox } from '../../support/mailbox-generator/generate-mailbox.ts';
import type { GeneratedMail } from '../../support/mailbox-generator/generated-mail.ts';
import { keyHex, workspaceOf } from '../workspaces/workspace.ts';
import { longConversation, longConversationGoesOn } from './long-conversation.ts';

const owner = 'help@shop.test';

/** Where nobody listens: what is measured pulls nothing. */
const nowhere: Settings = {
  ...{ imapHost: '127.0.0.1', imapPort: 1, imapSecurity: 'plain' },
  ...{ smtpHost: '127.0.0.1', smtpPort: 1, smtpSecurity: 'plain' },
};

const folders = [
  { name: 'INBOX', label: 'INBOX', role: 'inbox', chosen: true },
  { name: 'Sent', label: 'Sent', role: 'sent', chosen: true },
  { name: 'Archive', label: 'Archive', role: 'archive', chosen: true },
] as const;

/** Mail of today, which waits for an answer. */
const waiting = 200;

/** A mailbox on this machine that the application imports while it is measured. */
export type Importing = { readonly user: string; readonly password: string; readonly port: number };

/**
 * Makes an encrypted workspace in `folder`: so many conversations of a team's past and present, one of 400 messages, and
 * today's mail. The past is that of the other scenarios (`workspaces/`), made once for each size and kept.
 */
export const makeDesk = async (
  folder: string,
  conversations: number,
  importing: Importing | null = null,
): Promise<void> => {
  cpSync(workspaceOf(conversations).dir, folder, { recursive: true });
  await working(folder, async (workspace) => {
    const account = await addAccount(workspace, owner, nowhere);
    for (const { id } of connectedAccounts(workspace.db))
      await workspace.writer.run('account.pause', { id, paused: true });
    await take(workspace, account, [...longConversation(owner)], true);
    await take(workspace, account, [...today(conversations)], false);
    if (importing !== null)
      await addAccount(
        workspace,
        importing.user,
        { ...nowhere, imapPort: importing.port },
        importing.password,
      );
  });
};

/** Makes an encrypted workspace with nothing in it but one account. */
export const makeEmptyDesk = (folder: string, { user, port, password }: Importing): Promise<void> =>
  working(folder, async (workspace) => {
    await addAccount(workspace, user, { ...nowhere, imapPort: port }, password);
  });

/** Opens a workspace as the engine does, with nothing going on but `work` and what it leaves to be indexed. */
const working = async (folder: string, work: (workspace: Workspace) => Promise<void>): Promise<void> => {
  const { engine, close } = await startEngine({
    workspaceDir: folder,
    key: { kind: 'given', hex: keyHex },
    traffic: 'off',
  });
  const workspace = engine.workspace();
  if (workspace === null) throw new Error('the workspace did not open');
  await work(workspace);
  while ((await workspace.writer.run('search.index', { limit: 512 }, 'background')).more);
  await close();
};

/** An account without a server behind it, or with the one of `settings`. */
const addAccount = async (
  { writer }: Workspace,
  address: string,
  settings: Settings,
  password = 'secret',
): Promise<AccountId> => {
  const added = await writer.run('account.add', {
    account: {
      kind: 'email',
      label: address,
      address,
      senderName: 'Shop',
      settings,
      secrets: { kind: 'password', user: address, password },
    },
    streams: folders,
  });
  return added.ok ? added.value.id : added.failure.id;
};

/** Questions of the last hours, and one more message in the long conversation. */
function* today(seed: number): Generator<GeneratedMail> {
  const until = new Date();
  yield longConversationGoesOn(owner, until);
  let asked = 0;
  for (const mail of generateMailbox({ seed, count: waiting * 20, owner, until, days: 1 })) {
    if (mail.kind !== 'question') continue;
    yield mail;
    asked += 1;
    if (asked === waiting) return;
  }
}

/** Takes mails in as a pull of their folders would have brought them. */
const take = async (
  workspace: Workspace,
  id: AccountId,
  mails: readonly GeneratedMail[],
  more: boolean,
): Promise<void> => {
  const account = connectedAccount(workspace.db, id);
  if (account === null) throw new Error('the account is not there');
  for (const stream of pulledStreams(workspace.db, id)) {
    const items = mails.filter(({ folder }) => folder === stream.name).map(rawItem);
    await takeBatch(workspace, account, stream, {
      items,
      changes: [],
      next: { at: 1 },
      more,
      onServer: null,
      remaining: more ? null : 0,
      gap: null,
    });
  }
};

const rawItem = ({ raw, flags, date, messageId }: GeneratedMail): RawItem => ({
  key: messageId,
  bytes: new Uint8Array(raw),
  size: raw.byteLength,
  partial: false,
  seen: flags.includes('\\Seen'),
  answered: false,
  receivedAt: date.getTime(),
});
