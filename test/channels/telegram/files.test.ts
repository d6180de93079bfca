import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RemoteFile } from '#main/channels/kit/channel.ts';
import { BotApiServer } from '#test/support/telegram/bot-api-server.ts';
import { botAccount, pulled } from '#test/support/telegram/bot-account.ts';
import type { BotAccount } from '#test/support/telegram/bot-account.ts';

let server: BotApiServer;
let one: BotAccount;
const never = new AbortController().signal;
const bytes = new TextEncoder().encode('%PDF-1.7 a bill');
const megabyte = 1024 * 1024;

beforeAll(async () => {
  server = await BotApiServer.start();
});

afterEach(async () => {
  await one.closeAll();
  server.http.speak();
});

afterAll(() => server.stop());

/** A customer has sent this file; what the engine asks for when somebody opens it. */
const received = async (
  size = bytes.byteLength,
): Promise<{ readonly file: RemoteFile; readonly id: string }> => {
  one = botAccount(server);
  const kept = one.bot.files.keep(bytes, size);
  one.bot.write(one.bot.person('Ana'), { document: { ...kept, file_name: 'bill.pdf' } });
  const [item] = (await pulled(one.open(), null)).items;
  if (item === undefined) throw new Error('nothing came');
  return { file: { stream: 'updates', key: item.key, part: '1', source: item.bytes }, id: kept.file_id };
};

const fetched = async (file: RemoteFile, maxBytes = 20 * megabyte): Promise<Uint8Array | null> =>
  (await one.open().file?.(file, maxBytes, never)) ?? null;

describe('files of customers', () => {
  it('are fetched when somebody wants them, and again after their link has grown old', async () => {
    const { file } = await received();
    expect(await fetched(file)).toEqual(bytes);
    one.bot.pass(2 * 60 * 60_000);
    expect(await fetched(file)).toEqual(bytes);
  });

  it('are asked for anew when the link is refused', async () => {
    const { file } = await received();
    const before = server.calls('getFile');
    one.bot.files.spoilNextLink();
    expect(await fetched(file)).toEqual(bytes);
    expect(server.calls('getFile') - before).toBe(2);
  });

  it("of more than Telegram gives to bots are refused in Telegram's words", async () => {
    const { file } = await received(21 * megabyte);
    await expect(fetched(file, 50 * megabyte)).rejects.toMatchObject({
      failure: { kind: 'quota', said: 'Bad Request: file is too big' },
    });
  });

  it('over the limit are not fetched', async () => {
    const { file } = await received();
    await expect(fetched(file, 5)).rejects.toMatchObject({ failure: { kind: 'quota' } });
    expect(server.http.requests.some(({ url }) => url.pathname.includes(`/file/bot${one.bot.token}/`))).toBe(
      false,
    );
  });

  it('over the limit are cut off though Telegram says that they are small', async () => {
    const { file } = await received(3);
    await expect(fetched(file, 5)).rejects.toMatchObject({ failure: { kind: 'quota' } });
  });

  it('that Telegram has forgotten, and parts that there are not, are gone', async () => {
    const { file, id } = await received();
    expect(await fetched({ ...file, part: '2' })).toBeNull();
    expect(await fetched({ ...file, source: new TextEncoder().encode('{}') })).toBeNull();
    one.bot.files.forget(id);
    expect(await fetched(file)).toBeNull();
  });

  it('are not taken for gone when Telegram does not answer or has another token', async () => {
    const { file } = await received();
    server.http.fail({ status: 502, body: '' });
    await expect(fetched(file)).rejects.toMatchObject({ failure: { kind: 'no-answer' } });
    one.bot.revoke();
    await expect(fetched(file)).rejects.toMatchObject({ failure: { kind: 'password-refused' } });
  });
});
