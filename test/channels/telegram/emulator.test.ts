import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import { like } from '#test/support/matching.ts';
import { BotApiServer } from '#test/support/telegram/bot-api-server.ts';
import type { EmulatedBot } from '#test/support/telegram/emulated-bot.ts';

let server: BotApiServer;

beforeAll(async () => {
  server = await BotApiServer.start();
});

afterAll(() => server.stop());

const call = async (
  bot: { readonly token: string },
  method: string,
  parameters: Readonly<Record<string, unknown>> = {},
): Promise<unknown> => {
  const answer = await fetch(`${server.http.base}/bot${bot.token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(parameters),
  });
  const json: unknown = await answer.json();
  return json;
};

const withUpdates = (count: number): { readonly bot: EmulatedBot; readonly ids: readonly number[] } => {
  const bot = server.newBot();
  const ana = bot.person('Ana');
  for (let n = 1; n <= count; n += 1) bot.write(ana, { text: String(n) });
  return { bot, ids: bot.updates.unconfirmed };
};

const refusal = (code: number, description: string | RegExp): unknown => ({
  ok: false,
  error_code: code,
  description: typeof description === 'string' ? description : like(description),
});

describe('the emulated Bot API, as the documentation has it', () => {
  it('tells everything again until an offset above it confirms it, at most a hundred at once', async () => {
    const { bot, ids } = withUpdates(120);
    for (let turn = 0; turn < 2; turn += 1)
      expect(await call(bot, 'getUpdates')).toMatchObject({ ok: true, result: { length: 100 } });
    expect(await call(bot, 'getUpdates', { offset: ids[99], limit: 3 })).toMatchObject({
      result: ids.slice(99, 102).map((id) => ({ update_id: id })),
    });
    expect(bot.updates.unconfirmed).toEqual(ids.slice(99));
  });

  it('forgets all but the last ones for a negative offset', async () => {
    const { bot, ids } = withUpdates(10);
    expect(await call(bot, 'getUpdates', { offset: -3 })).toMatchObject({
      result: ids.slice(-3).map((id) => ({ update_id: id })),
    });
    expect(bot.updates.unconfirmed).toEqual(ids.slice(-3));
    expect(await call(bot, 'getUpdates', { offset: -50 })).toMatchObject({ result: { length: 3 } });
  });

  it('forgets what is older than a day', async () => {
    const { bot } = withUpdates(2);
    bot.pass(24 * 60 * 60_000 + 1);
    expect(await call(bot, 'getUpdates')).toEqual({ ok: true, result: [] });
  });

  it('holds a poll until something happens, and sends it away when another one waits', async () => {
    const { bot } = withUpdates(0);
    const first = call(bot, 'getUpdates', { timeout: 30 });
    await eventually(() => bot.updates.isPolled, { message: 'the first poll waits' });
    const second = call(bot, 'getUpdates', { timeout: 30 });
    expect(await first).toEqual(refusal(409, /^Conflict: terminated by other getUpdates request/));
    await eventually(() => bot.updates.isPolled, { message: 'the second poll waits' });
    bot.write(bot.person('Ana'), { text: 'Hello' });
    expect(await second).toMatchObject({ ok: true, result: { length: 1 } });
  });

  it('tells of reactions only who asks for them by name', async () => {
    const { bot } = withUpdates(0);
    const ana = bot.person('Ana');
    const message = bot.write(ana, { text: 'Hello' });
    bot.react(ana, message, [], ['👍']);
    expect(bot.updates.unconfirmed).toHaveLength(1);
    await call(bot, 'getUpdates', { allowed_updates: ['message_reaction'] });
    bot.react(ana, message, [], ['👍']);
    bot.write(ana, { text: 'Not wanted' });
    expect(bot.updates.unconfirmed).toHaveLength(2);
  });

  it('refuses in its own form', async () => {
    const { bot } = withUpdates(0);
    const ana = bot.acquaintance('Ana');
    const text = 'Hello';
    expect(await call({ token: `${String(bot.id)}:wrong` }, 'getMe')).toEqual(refusal(401, 'Unauthorized'));
    expect(await call({ token: 'wrong' }, 'getMe')).toEqual(refusal(404, 'Not Found'));
    expect(await call(bot, 'getNothing')).toEqual(refusal(404, 'Not Found'));
    expect(await call(bot, 'sendMessage', { text })).toEqual(refusal(400, 'Bad Request: chat_id is empty'));
    expect(await call(bot, 'sendMessage', { chat_id: 1, text })).toEqual(
      refusal(400, 'Bad Request: chat not found'),
    );
    const to = { chat_id: ana.id };
    expect(await call(bot, 'sendMessage', to)).toEqual(refusal(400, 'Bad Request: message text is empty'));
    expect(await call(bot, 'sendMessage', { ...to, text: 'x'.repeat(4_097) })).toEqual(
      refusal(400, /too long/),
    );
    const entities = [{ type: 'bold', offset: 3, length: 9 }];
    expect(await call(bot, 'sendMessage', { ...to, text, entities })).toEqual(
      refusal(400, /can't parse entities/),
    );
    expect(await call(bot, 'sendMessage', { ...to, text, reply_parameters: { message_id: 1 } })).toEqual(
      refusal(400, 'Bad Request: message to be replied not found'),
    );
    expect(await call(bot, 'sendMessage', { ...to, text, message_thread_id: 5 })).toEqual(
      refusal(400, 'Bad Request: message thread not found'),
    );
    expect(await call(bot, 'sendDocument', to)).toEqual(refusal(400, /there is no document/));
    expect(bot.said).toEqual([]);
  });

  it('takes parameters in every way there is', async () => {
    const { bot } = withUpdates(0);
    const ana = bot.acquaintance('Ana');
    const url = `${server.http.base}/bot${bot.token}/sendMessage`;
    const fields = { chat_id: String(ana.id), text: 'Hello' };
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    await fetch(`${url}?${new URLSearchParams(fields).toString()}`);
    await fetch(url, { method: 'POST', body: new URLSearchParams(fields) });
    await fetch(url, { method: 'POST', body: form });
    await call(bot, 'sendMessage', fields);
    expect(bot.said.map(({ message }) => message['text'])).toEqual(['Hello', 'Hello', 'Hello', 'Hello']);
  });
});
