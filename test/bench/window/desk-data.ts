import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RawItem } from '#main/channels/kit/inbound.ts';
import { takeBatch } from '#main/engine/ingest/take-batch.ts';
import { migrations } from '#main/engine/store/migrate.ts';
import { connectedAccount, connectedAccounts, pulledStreams } from '#main/engine/store/read/account.ts';
import type { Workspace } from '#main/engine/workspace.ts';
import type { Settings } from '#shared/contract/accounts.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { startEngine } from '../../support/engine.ts';
import { generateMailbox } from '../../support/mailbox-generator/generate-mailbox.ts';
import type { GeneratedMail } from '../../support/mailbox-generator/generated-mail.ts';
import { makeTempDirectory } from '../../support/temp.ts';
import { longConversation, longConversationGoesOn } from './long-conversation.ts';

/** The key of every workspace that is measured: known, so that it can be made once and opened often. */
export const deskKey = new Uint8Array(32).fill(11);

const owner = 'help@shop.test';
/** Makes another workspace when what is written here changes. */
const edition = 1;
const mailsAtOnce = 512;

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

/**
 * Makes an encrypted workspace in `folder`: so many conversations of the past, one of them of 400 messages, and today's
 * mail. It is written by the product's own code; the past is made once for each schema and kept.
 */
export const makeDesk = async (folder: string, conversations: number): Promise<void> => {
  cpSync(await pastOf(conversations), folder, { recursive: true });
  await working(folder, async (workspace) => {
    const [account] = connectedAccounts(workspace.db);
    if (account === undefined) throw new Error('the account is not there');
    await take(workspace, account.id, [], false);
    await take(workspace, account.id, [...today(conversations)], false);
  });
};

const pastOf = async (conversations: number): Promise<string> => {
  const schema = migrations.at(-1)?.number ?? 0;
  const kept = join(process.cwd(), '.cache/bench', `desk-${conversations}-${schema}-${edition}`);
  if (existsSync(kept)) return kept;
  // In memory while it is made: thousands of commits would wait for the disk.
  const making = makeTempDirectory('desk');
  await working(making.path, (workspace) => fill(workspace, conversations));
  rmSync(`${kept}.copying`, { recursive: true, force: true });
  cpSync(making.path, `${kept}.copying`, { recursive: true });
  renameSync(`${kept}.copying`, kept);
  making.remove();
  return kept;
};

/** Opens a workspace as the engine does, with nothing going on but `work` and what it leaves to be indexed. */
const working = async (folder: string, work: (workspace: Workspace) => Promise<void>): Promise<void> => {
  const { engine, close } = await startEngine({
    workspaceDir: folder,
    key: { kind: 'given', hex: Buffer.from(deskKey).toString('hex') },
    traffic: 'off',
  });
  const workspace = engine.workspace();
  if (workspace === null) throw new Error('the workspace did not open');
  await work(workspace);
  while ((await workspace.writer.run('search.index', { limit: 512 }, 'background')).more);
  await close();
};

const fill = async (workspace: Workspace, conversations: number): Promise<void> => {
  const account = await addAccount(workspace, owner, nowhere);
  await workspace.writer.run('account.pause', { id: account, paused: true });
  let mails: GeneratedMail[] = [];
  for (const mail of pastMails(conversations)) {
    mails.push(mail);
    if (mails.length < mailsAtOnce) continue;
    await take(workspace, account, mails, true);
    mails = [];
  }
  await take(workspace, account, mails, true);
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

function* pastMails(conversations: number): Generator<GeneratedMail> {
  yield* longConversation(owner);
  for (const mail of generateMailbox({ seed: 7, count: conversations * 10, owner })) {
    if (mail.thread >= conversations - 1) return;
    yield mail;
  }
}

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
