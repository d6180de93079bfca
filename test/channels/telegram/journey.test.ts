import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEngine } from '#test/support/engine.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { eventually } from '#test/support/eventually.ts';
import { BotApiServer } from '#test/support/telegram/bot-api-server.ts';
import type { EmulatedBot } from '#test/support/telegram/emulated-bot.ts';

let server: BotApiServer;
let running: TestEngine;
let bot: EmulatedBot;

beforeAll(async () => {
  server = await BotApiServer.start();
  bot = server.newBot();
  running = await startEngine();
});

afterAll(async () => {
  await running.close();
  await server.stop();
});

const query = { view: 'all', account: null } as const;

const snippets = async (): Promise<readonly string[]> => {
  const { rows } = await running.ask('conversation.list', { query, after: null, limit: 50 });
  return rows.map(({ snippet }) => snippet);
};

describe('the journey of a bot', () => {
  it('connects by its token alone, brings a backlog of several pages, and goes on by its poll', async () => {
    const people = Array.from({ length: 30 }, (_, n) => bot.person(`Customer ${String(n)}`));
    for (let turn = 1; turn <= 9; turn += 1)
      for (const person of people)
        bot.write(person, { text: `${person.first_name}, message ${String(turn)}` });
    await running.ask('account.add', {
      kind: 'telegram',
      address: '',
      senderName: 'Agent',
      settings: { apiRoot: server.http.base },
      credential: { kind: 'password', password: bot.token },
    });
    await eventually(
      async () =>
        (await snippets()).filter((snippet) => snippet.endsWith('message 9')).length === people.length,
      { message: 'everything that waited', withinMs: 30_000 },
    );
    const { accounts } = await running.ask('account.list', {});
    expect(accounts).toMatchObject([
      { kind: 'telegram', address: String(bot.id), label: `@${bot.username}` },
    ]);
    await eventually(() => bot.updates.isPolled && bot.updates.unconfirmed.length === 0, {
      message: 'what is here is confirmed',
      withinMs: 20_000,
    });
    bot.write(people[0] ?? bot.person('Nobody'), { text: 'And one more thing' });
    await eventually(async () => (await snippets()).includes('And one more thing'), {
      message: 'what is said now',
      withinMs: 10_000,
    });
    expect(await snippets()).toHaveLength(people.length);
  });

  it('goes on where it was when it starts again', async () => {
    bot.write(bot.person('Rui'), { text: 'While you were away' });
    running = await running.restart();
    await eventually(async () => (await snippets()).includes('While you were away'), {
      message: 'what was said while nobody listened',
      withinMs: 20_000,
    });
    expect(await snippets()).toHaveLength(31);
  });
});
