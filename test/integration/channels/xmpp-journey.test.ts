import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { element } from '#main/channels/xmpp/stream/element.ts';
import { startEngine } from '#test/support/engine.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { eventually } from '#test/support/eventually.ts';
import { chatter } from '#test/support/prosody/chatter.ts';
import { startProsody } from '#test/support/prosody/prosody.ts';
import type { Prosody } from '#test/support/prosody/prosody.ts';

let server: Prosody;
let running: TestEngine;

beforeAll(async () => {
  server = await startProsody();
  for (const user of ['agent', 'ana']) await server.register(user, 'secret');
  running = await startEngine();
});

afterAll(async () => {
  await running.close();
  await server.stop();
});

describe('the journey of a chat', () => {
  it('connects, shows what was said before and what is said now, in one conversation', async () => {
    const ana = await chatter(server, 'ana');
    const say = (id: string, text: string): Promise<void> =>
      ana.deliver(
        element(
          'message',
          'jabber:client',
          { type: 'chat', to: 'agent@chat.test', id },
          element('body', 'jabber:client', {}, text),
        ),
      );
    await say('one', 'Where is my bike?');
    await running.ask('account.add', {
      kind: 'xmpp',
      address: 'agent@chat.test',
      senderName: 'Agent',
      settings: { xmppHost: server.host, xmppPort: server.port, xmppSecurity: 'plain' },
      credential: { kind: 'password', password: 'secret' },
    });
    const query = { view: 'all', account: null } as const;
    const snippets = async (): Promise<readonly string[]> => {
      const { rows } = await running.ask('conversation.list', { query, after: null, limit: 10 });
      return rows.map(({ snippet }) => snippet);
    };
    const shows = (text: string): Promise<true> =>
      eventually(async () => (await snippets()).some((snippet) => snippet.includes(text)), {
        message: text,
        withinMs: 60_000,
      });
    await shows('Where is my bike?');
    await say('two', 'It is the red one.');
    await shows('It is the red one.');
    expect(await snippets()).toHaveLength(1);
    ana.close();
  });
});
