import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { CommandLine } from '#test/support/command-line.ts';
import { BotApiServer } from '#test/support/telegram/bot-api-server.ts';
import type { EmulatedBot } from '#test/support/telegram/emulated-bot.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import type { TempDirectory } from '#test/support/temp.ts';

let server: BotApiServer;
let bot: EmulatedBot;
let folder: TempDirectory;
let steward: CommandLine;
const path = (name: string): string => join(folder.path, name);
const here = (): readonly string[] => ['--workspace', path('workspace')];

const listed = v.object({
  conversations: v.array(
    v.object({ id: v.string(), channel: v.string(), snippet: v.string(), turn: v.string() }),
  ),
});

beforeAll(async () => {
  server = await BotApiServer.start();
  bot = server.newBot();
  folder = makeTempDirectory('cli-channels');
  steward = new CommandLine({ STEWARD_KEY_FILE: path('key'), STEWARD_PASSWORD: bot.token });
  await steward.ok(['key', 'new', path('key')]);
});

afterAll(async () => {
  await steward.stop();
  await server.stop();
  folder.remove();
});

describe('a channel other than email, without a window', () => {
  it('names the channels and the fields there are when it is told of others', async () => {
    const unknown = await steward.run(['account', 'add', ...here(), '--channel', 'pigeon']);
    expect([unknown.code, unknown.out]).toEqual([2, '']);
    expect(unknown.err).toMatch(/There is no channel pigeon\. There are: .*telegram/);
    const field = await steward.run([
      'account',
      'add',
      ...here(),
      '--channel',
      'telegram',
      '--set',
      'colour=red',
    ]);
    expect([field.code, field.out]).toEqual([2, '']);
    expect(field.err).toContain('colour=red is no field of telegram');
    const address = await steward.run(['account', 'add', ...here(), '--channel', 'sms']);
    expect([address.code, address.out]).toEqual([2, '']);
  });

  it('connects by its token alone, brings what was written, and answers it there', async () => {
    const ana = bot.person('Ana');
    bot.write(ana, { text: 'Is the blue one there?' });
    const set = ['--channel', 'telegram', '--set', `apiRoot=${server.http.base}`];
    const added = await steward.ok(['account', 'add', ...here(), ...set, '--json']);
    expect(v.parse(v.object({ address: v.string() }), added.json()).address).toMatch(/^@/);
    await steward.ok(['sync', '--once', ...here()]);
    const list = async () =>
      v.parse(listed, (await steward.ok(['list', ...here(), '--json'])).json()).conversations;
    const [row] = await list();
    expect(row).toMatchObject({ channel: 'telegram', snippet: 'Is the blue one there?', turn: 'ours' });
    await steward.ok([
      'reply',
      row?.id ?? '',
      ...here(),
      '--text',
      'Yes, five of them.',
      '--now',
      '--wait',
      '30',
    ]);
    expect(await list()).toMatchObject([{ turn: 'theirs' }]);
    expect(server.http.requests.filter(({ url }) => url.pathname.endsWith('/sendMessage'))).toHaveLength(1);
  });
});
