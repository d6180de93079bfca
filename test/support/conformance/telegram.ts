import { unpack } from '#main/channels/kit/packed.ts';
import { createTelegramChannel } from '#main/channels/telegram/channel.ts';
import { botAccount, testTimeouts } from '../telegram/bot-account.ts';
import type { BotAccount } from '../telegram/bot-account.ts';
import { BotApiServer } from '../telegram/bot-api-server.ts';
import { property } from '../telegram/parameters.ts';
import type { Harness, StagedAccount } from './harness.ts';
import { unstaged } from './harness.ts';

const isSend = ({ url }: { readonly url: URL }): boolean => /\/send[A-Z]\w*$/.test(url.pathname);

function accountOn(server: BotApiServer, ends: Set<() => Promise<void>>): StagedAccount {
  const { bot, context, open, closeAll }: BotAccount = botAccount(server);
  ends.add(closeAll);
  const ana = bot.acquaintance('Ana', { last_name: 'Pereira' });
  server.http.speak();
  return {
    context,
    stream: 'updates',
    sentStream: 'updates',
    customer: { name: 'Ana Pereira', address: String(ana.id) },
    open,
    write: async (texts) => {
      for (const text of texts) bot.write(ana, { text });
    },
    seed: unstaged,
    taken: async (attempt) => {
      const text = property(unpack(attempt.bytes)?.said, 'text');
      return bot.said.filter(({ message }) => message['text'] === text).length;
    },
    throttle: () => server.http.throttle(),
    relent: () => server.http.relent(),
    knocks: () => server.http.knocks(),
    expire: async () => bot.revoke(),
    silence: () => server.http.silence(),
    loseVerdict: (when) => server.http.lose(when, isSend),
    strange: (cursor) => ({ ...cursor, offset: Number(cursor['offset']) + 400_000_000 }),
  };
}

/** Telegram on an emulated Bot API. It tells a bot nothing of the past, and nothing of what the bot itself says. */
export const telegramHarness: Harness = {
  kind: 'telegram',
  without: ['history', 'echo'],
  start: async () => {
    const server = await BotApiServer.start();
    const ends = new Set<() => Promise<void>>();
    return {
      channel: createTelegramChannel({ timeouts: testTimeouts }),
      newAccount: async () => accountOn(server, ends),
      stop: async () => {
        await Promise.all([...ends].map((end) => end()));
        await server.stop();
      },
    };
  },
};
