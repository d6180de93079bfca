import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ChannelError } from '#main/channels/kit/failure.ts';
import { eventually } from '#test/support/eventually.ts';
import { BotApiServer } from '#test/support/telegram/bot-api-server.ts';
import { botAccount, pulled } from '#test/support/telegram/bot-account.ts';
import type { BotAccount } from '#test/support/telegram/bot-account.ts';
import { like } from '#test/support/matching.ts';
import { TestClock } from '#test/support/test-clock.ts';

let server: BotApiServer;
const accounts: BotAccount[] = [];
const never = new AbortController().signal;

const account = (options: Parameters<typeof botAccount>[1] = {}): BotAccount => {
  const made = botAccount(server, options);
  accounts.push(made);
  return made;
};

const failureOf = async (work: Promise<unknown>): Promise<ChannelError['failure']> => {
  const outcome = await work.then(
    () => new Error('it worked'),
    (error: unknown) => error,
  );
  if (outcome instanceof ChannelError) return outcome.failure;
  throw new Error('not a failure of a channel', { cause: outcome });
};

beforeAll(async () => {
  server = await BotApiServer.start();
});

afterEach(async () => {
  await Promise.all(accounts.splice(0).map((one) => one.closeAll()));
});

afterAll(() => server.stop());

describe('a bot that somebody else reads', () => {
  it("ends our poll in Telegram's words, and is left alone for a while", async () => {
    const one = account({ timeouts: { poll: 50_000 } });
    const session = one.open();
    await pulled(session, null);
    const listening = failureOf(session.listen(['updates'], () => undefined, never));
    await eventually(() => one.bot.updates.isPolled, { message: 'our poll waits' });
    const other = fetch(`${server.http.base}/bot${one.bot.token}/getUpdates?timeout=20`);
    const failure = await listening;
    expect(failure).toMatchObject({ kind: 'protocol', said: like(/terminated by other getUpdates request/) });
    expect(failure.retryAt).toBeGreaterThan(Date.now());
    // Looking once more ends the other's poll in turn, which is why that waits.
    await eventually(() => one.bot.updates.isPolled, { message: 'the other one polls' });
    one.bot.write(one.bot.person('Ana'), { text: 'Hello' });
    expect((await other).status).toBe(200);
  });

  it('is said in words while a web address gets its updates, and that address is never taken away', async () => {
    const one = account();
    one.bot.updates.setWebhook('https://shop.example/bot');
    const words = like(/webhook is active/);
    expect(await failureOf(pulled(one.open(), null))).toMatchObject({ kind: 'protocol', said: words });
    expect(await failureOf(one.channel.probe(one.context, never))).toMatchObject({
      kind: 'protocol',
      said: words,
    });
    expect(one.bot.updates.webhook).toBe('https://shop.example/bot');
    expect(server.http.requests.some(({ url }) => url.pathname.endsWith('Webhook'))).toBe(false);
  });
});

describe('connecting a bot', () => {
  it('needs the token alone, and leaves what waits for the bot as it is', async () => {
    const one = account();
    one.bot.write(one.bot.person('Ana'), { text: 'Hello' });
    const before = server.calls('getUpdates');
    const context = { ...one.context, address: '' };
    expect(await one.channel.probe(context, never)).toMatchObject({
      address: String(one.bot.id),
      label: `@${one.bot.username}`,
      streams: [{ name: 'updates', chosen: true }],
    });
    expect(server.calls('getUpdates')).toBe(before);
    expect(one.bot.updates.unconfirmed).toHaveLength(1);
  });

  it('takes a token as BotFather gives it, and refuses anything else by name of the field', () => {
    const { channel } = account();
    const secretsFrom = (password: string): unknown =>
      channel.secretsFrom('', {}, { kind: 'password', password });
    expect(secretsFrom(' 123456:AAabc-DEF_0123456789 ')).toEqual({
      kind: 'password',
      user: '123456',
      password: '123456:AAabc-DEF_0123456789',
    });
    for (const wrong of ['', 'hello', '123456:', '123456:AA/../getMe?x=0123456789', '12:AA bbbbbbbbbbbb'])
      expect(() => secretsFrom(wrong)).toThrow('settings at password');
    const token = { kind: 'password', password: '123456:AAabc-DEF_0123456789' } as const;
    expect(() => channel.secretsFrom('', { apiRoot: 'http://api.example' }, token)).toThrow(
      'settings at apiRoot',
    );
  });

  it('says that a token is refused, whether it is void or was never one, and never repeats it', async () => {
    const one = account();
    const wrong = `${String(one.bot.id)}:AAwrongwrongwrongwrong`;
    const context = {
      ...one.context,
      secrets: () => ({ kind: 'password', user: '', password: wrong }) as const,
    };
    const failure = await failureOf(one.channel.probe(context, never));
    expect(failure).toMatchObject({ kind: 'password-refused', said: 'Unauthorized' });
    expect(JSON.stringify(failure)).not.toContain('AAwrong');
    server.http.fail({ status: 404, json: { ok: false, error_code: 404, description: 'Not Found' } });
    expect(await failureOf(one.channel.probe(one.context, never))).toMatchObject({
      kind: 'password-refused',
    });
  });

  it('tells a server that is no Bot API from a wrong token', async () => {
    const one = account();
    server.http.fail({ status: 404, body: '<html>nginx</html>' });
    expect(await failureOf(one.channel.probe(one.context, never))).toMatchObject({ kind: 'protocol' });
    server.http.fail({ status: 200, body: '<html>Welcome</html>' });
    expect(await failureOf(one.channel.probe(one.context, never))).toMatchObject({ kind: 'protocol' });
    server.http.fail({ status: 502, body: 'Bad Gateway' });
    expect(await failureOf(one.channel.probe(one.context, never))).toMatchObject({ kind: 'no-answer' });
  });

  it('waits as long as Telegram asks for', async () => {
    const clock = new TestClock(Date.UTC(2026, 10, 22));
    const one = account({ clock });
    server.http.throttle();
    const failure = await failureOf(pulled(one.open(), null));
    server.http.relent();
    expect(failure).toMatchObject({
      kind: 'rate-limited',
      said: 'Too Many Requests: retry after 7',
      retryAt: clock.now() + 7_000,
    });
  });
});
