import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { editOf, startEngine } from '#test/support/engine.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { eventually } from '#test/support/eventually.ts';
import { BotApiServer } from '#test/support/telegram/bot-api-server.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import type { MessageFacts } from '#shared/domain/message.ts';
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

const find = (snippet: string): Promise<ConversationId> =>
  eventually(
    async () => {
      const { rows } = await running.ask('conversation.list', { query, after: null, limit: 50 });
      return rows.find((row) => row.snippet === snippet)?.id;
    },
    { message: snippet, withinMs: 60_000 },
  );

const messagesOf = async (id: ConversationId): Promise<readonly MessageFacts[]> => {
  const { items } = await running.ask('conversation.timeline', { id, before: null, limit: 50 });
  return items.flatMap((item) => (item.kind === 'message' ? [item] : []));
};

const said = async (id: ConversationId, text: string): Promise<MessageFacts | undefined> =>
  (await messagesOf(id)).find((message) => message.text === text);

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
      { message: 'everything that waited', withinMs: 60_000 },
    );
    const { accounts } = await running.ask('account.list', {});
    expect(accounts).toMatchObject([
      { kind: 'telegram', address: String(bot.id), label: `@${bot.username}` },
    ]);
    await eventually(() => bot.updates.isPolled && bot.updates.unconfirmed.length === 0, {
      message: 'what is here is confirmed',
      withinMs: 60_000,
    });
    bot.write(people[0] ?? bot.person('Nobody'), { text: 'And one more thing' });
    await eventually(async () => (await snippets()).includes('And one more thing'), {
      message: 'what is said now',
      withinMs: 60_000,
    });
    expect(await snippets()).toHaveLength(people.length);
  });

  it('goes on where it was when it starts again', async () => {
    bot.write(bot.person('Rui'), { text: 'While you were away' });
    running = await running.restart();
    await eventually(async () => (await snippets()).includes('While you were away'), {
      message: 'what was said while nobody listened',
      withinMs: 60_000,
    });
    expect(await snippets()).toHaveLength(31);
  });

  it('answers in the group where the question was asked, and sees what becomes of both', async () => {
    const group = bot.group('Bike club');
    const [ana, rui] = [bot.person('Ana'), bot.person('Rui')];
    const asked = bot.write(ana, { text: 'Is there a ride on Sundy?' }, group);
    const id = await find('Is there a ride on Sundy?');
    await running.ask('app.setPreferences', { change: { undoSeconds: 0 } });
    const draft = await running.ask('draft.start', {
      conversation: id,
      message: null,
      mode: 'reply',
      account: null,
    });
    const html = '<p>Yes, at <strong>nine</strong>.</p>';
    await running.ask('draft.save', { id: draft.id, edit: editOf(draft, { html }) });
    await running.ask('draft.send', { id: draft.id, seenRev: null, resolve: false });
    const answer = await eventually(() => bot.said.at(-1), { message: 'the answer is in the group' });
    expect(answer.message).toMatchObject({
      chat: { id: group.id },
      text: 'Yes, at nine.',
      entities: [{ type: 'bold', offset: 8, length: 4 }],
      reply_to_message: { message_id: asked.message_id },
    });
    bot.edit(asked, { text: 'Is there a ride on Sunday?' });
    bot.react(rui, answer.message, [], ['👍']);
    bot.write(rui, { text: 'I will come, too.' }, group);
    await eventually(async () => (await said(id, 'I will come, too.')) !== undefined, {
      message: 'the group is one conversation',
      withinMs: 60_000,
    });
    expect((await said(id, 'Is there a ride on Sunday?'))?.editedAt).not.toBeNull();
    expect((await said(id, 'Yes, at nine.'))?.reactions).toEqual([{ emoji: '👍', by: ['Rui'] }]);
    expect(bot.said).toHaveLength(1);
  });
});
