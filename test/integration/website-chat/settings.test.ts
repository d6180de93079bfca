import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEngine } from '#test/support/engine.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { eventually } from '#test/support/eventually.ts';
import { startProsody } from '#test/support/prosody/prosody.ts';
import type { Prosody } from '#test/support/prosody/prosody.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import type { TempDirectory } from '#test/support/temp.ts';
import { visitorsHost } from '#test/support/website-chat/visitor.ts';

const chatFile = join(process.cwd(), 'dist', 'widget', 'steward-chat.js');

let server: Prosody;
let running: TestEngine;
let folder: TempDirectory;
let savePath: string | null = null;

beforeAll(async () => {
  server = await startProsody({ visitors: true });
  await server.register('desk', 'secret');
  folder = makeTempDirectory('site');
  running = await startEngine({ chatFile, answers: { savePath: () => savePath } });
  await running.ask('account.add', {
    kind: 'livechat',
    address: 'desk@chat.test',
    senderName: 'Shop',
    settings: { xmppHost: server.host, xmppPort: server.port, xmppSecurity: 'plain' },
    credential: { kind: 'password', password: 'secret' },
  });
});

afterAll(async () => {
  await running.close();
  await server.stop();
  folder.remove();
});

const chat = { title: 'Ask us', greeting: '', colour: '#0d7267', language: 'de' };

describe('the settings of a website chat', () => {
  it('begin as a guess from the address, and are kept beside those of the account', async () => {
    const { chats } = await running.ask('websiteChat.list', {});
    expect(chats).toMatchObject([
      { saved: false, chat: { agent: 'desk@chat.test', host: 'visitors.chat.test', language: '' } },
    ]);
    const id = chats[0]?.id;
    if (id === undefined) throw new Error('no chat');
    const good = { ...chat, url: server.websocket, host: visitorsHost };
    expect(await running.refusal('websiteChat.save', { id, chat: { ...good, url: 'http://a' } })).toBe(
      'website-chat-wrong',
    );
    await running.ask('websiteChat.save', { id, chat: good });
    const saved = await running.ask('websiteChat.list', {});
    expect(saved.chats).toMatchObject([{ saved: true, chat: good }]);
    await eventually(async () => (await running.ask('websiteChat.examine', { id })).steps.length === 3, {
      message: 'the look goes through',
      withinMs: 60_000,
    });
    const { steps } = await running.ask('websiteChat.examine', { id });
    expect(steps.map(({ step, ok }) => [step, ok])).toEqual([
      ['websocket', true],
      ['anonymous', true],
      ['agent', true],
    ]);
  });

  it('hand out the chat’s file', async () => {
    expect(await running.ask('websiteChat.saveFile', {})).toEqual({ kind: 'cancelled' });
    savePath = join(folder.path, 'steward-chat.js');
    expect(await running.ask('websiteChat.saveFile', {})).toEqual({ kind: 'saved', name: 'steward-chat.js' });
    expect(existsSync(savePath) && readFileSync(savePath).equals(readFileSync(chatFile))).toBe(true);
    savePath = join(folder.path, 'no', 'such', 'folder', 'x.js');
    expect(await running.refusal('websiteChat.saveFile', {})).toBe('chat-file-not-saved');
  });
});
