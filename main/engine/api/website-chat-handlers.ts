import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Settings } from '#shared/contract/accounts.ts';
import type { WebsiteChatRow } from '#shared/contract/website-chat.ts';
import type { Handlers } from '#shared/contract/wire.ts';
import { chatFile, usualColour, wrongFields } from '#shared/domain/website-chat/snippet.ts';
import type { WebsiteChat } from '#shared/domain/website-chat/snippet.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { SessionContexts } from '../ingest/account-session.ts';
import { accountSecrets, connectedAccount, connectedAccounts } from '../store/read/account.ts';
import type { ConnectedAccount } from '../store/read/account.ts';
import type { Workspace } from '../workspace.ts';

type WebsiteChatCalls = Extract<keyof Handlers, `websiteChat.${string}`>;

/** Three steps with their own time-outs, none of which waits longer than a person looks at a button. */
const examineWithinMs = 60_000;

const textOf = (settings: Settings, name: string): string | null => {
  const value = settings[name];
  return typeof value === 'string' ? value : null;
};

/** The chat as its account keeps it; what nobody has set is a guess that most servers confirm. */
const chatOf = ({ address, settings }: ConnectedAccount): WebsiteChat => {
  const domain = address.slice(address.indexOf('@') + 1);
  return {
    url: textOf(settings, 'chatUrl') ?? `wss://${domain}:5281/xmpp-websocket`,
    host: textOf(settings, 'chatHost') ?? `visitors.${domain}`,
    agent: address,
    title: textOf(settings, 'chatTitle') ?? '',
    greeting: textOf(settings, 'chatGreeting') ?? '',
    colour: textOf(settings, 'chatColour') ?? usualColour,
    language: textOf(settings, 'chatLanguage') ?? '',
  };
};

const kept = (chat: Omit<WebsiteChat, 'agent'>): Settings => ({
  chatUrl: chat.url,
  chatHost: chat.host,
  chatTitle: chat.title,
  chatGreeting: chat.greeting,
  chatColour: chat.colour,
  chatLanguage: chat.language,
});

/** Handlers for what a website needs of a chat account. Which accounts are such is said by their channel, which can be examined. */
export const websiteChatHandlers = (
  workspace: Workspace,
  contexts: SessionContexts,
): Pick<Handlers, WebsiteChatCalls> => {
  const { db, writer, channels } = workspace;
  const isChat = ({ kind, archive }: ConnectedAccount): boolean =>
    !archive && channels.get(kind)?.examine !== undefined;
  const rowOf = (account: ConnectedAccount): WebsiteChatRow => ({
    id: account.id,
    label: account.label === '' ? account.address : account.label,
    chat: chatOf(account),
    saved: textOf(account.settings, 'chatUrl') !== null,
  });
  return {
    'websiteChat.list': () => ok({ chats: connectedAccounts(db).filter(isChat).map(rowOf) }),
    'websiteChat.save': async ({ id, chat }) => {
      const account = connectedAccount(db, id);
      if (account === null || !isChat(account)) return fail({ kind: 'account-gone' });
      const [wrong] = wrongFields({ ...chat, agent: account.address });
      if (wrong !== undefined) return fail({ kind: 'website-chat-wrong', field: wrong });
      const settings = { ...account.settings, ...kept(chat) };
      // The next connection of the account sees the new settings; the one at hand needs none of them.
      return writer.run('account.reconnect', { id, settings, secrets: accountSecrets(db, id) });
    },
    'websiteChat.examine': async ({ id }) => {
      const account = connectedAccount(db, id);
      const channel = account === null ? undefined : channels.get(account.kind);
      if (account === null || channel?.examine === undefined) return fail({ kind: 'account-gone' });
      const { url, host } = chatOf(account);
      const context = {
        ...contexts.of(account),
        settings: { ...account.settings, chatUrl: url, chatHost: host },
      };
      return ok({ steps: await channel.examine(context, AbortSignal.timeout(examineWithinMs)) });
    },
    'websiteChat.saveFile': async () => {
      const source = workspace.chatFile;
      const bytes = source === null ? null : await readFile(source).catch(() => null);
      if (bytes === null) return fail({ kind: 'chat-file-missing' });
      const path = await workspace.shell.chooseSavePath(chatFile);
      if (path === null) return ok({ kind: 'cancelled' as const });
      try {
        await writeFile(path, bytes);
      } catch (error) {
        workspace.log.fault('save chat file', error);
        return fail({ kind: 'chat-file-not-saved' });
      }
      return ok({ kind: 'saved' as const, name: basename(path) });
    },
  };
};
