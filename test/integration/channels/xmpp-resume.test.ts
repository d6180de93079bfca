import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Understood } from '#main/channels/kit/inbound.ts';
import { element } from '#main/channels/xmpp/stream/element.ts';
import { startCuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import type { CuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import { eventually, stays } from '#test/support/eventually.ts';
import { chatter } from '#test/support/prosody/chatter.ts';
import type { Chatter } from '#test/support/prosody/chatter.ts';
import { uniqueName } from '#test/support/temp.ts';
import { XmppDesk } from '#test/support/xmpp/desk.ts';
import { dialects } from '#test/support/xmpp/dialects.ts';
import type { XmppServer } from '#test/support/xmpp/xmpp-server.ts';

const client = 'jabber:client';

describe.each(dialects)('a line to %s that breaks while we listen', (_name, start) => {
  let server: XmppServer;
  let proxy: CuttingProxy;
  let desk: XmppDesk;
  let ana: Chatter;
  let customer: string;
  const heard: string[] = [];

  beforeAll(async () => {
    server = await start();
    proxy = await startCuttingProxy({ port: server.port });
  });

  afterAll(async () => {
    await proxy.stop();
    await server.stop();
  });

  afterEach(async () => {
    proxy.clearRules();
    ana.close();
    await desk.close();
  });

  const meet = async (): Promise<void> => {
    const [agent, visitor] = [uniqueName('agent'), uniqueName('ana')];
    await server.register(agent, 'secret');
    await server.register(visitor, 'secret');
    heard.length = 0;
    desk = new XmppDesk(server, agent, { port: proxy.port });
    customer = `${visitor}@${server.domain}`;
    ana = await chatter(server, visitor);
    ana.say(element('presence', client));
    ana.onMessage((message) => {
      const receipt = message.children.find(
        (child) => typeof child !== 'string' && child.name === 'received',
      );
      if (receipt !== undefined && typeof receipt !== 'string')
        heard.push(receipt.attributes.get('id') ?? '');
    });
  };
  const say = (id: string, text: string): Promise<void> =>
    ana.deliver(
      element(
        'message',
        client,
        { type: 'chat', to: desk.address, id },
        element('body', client, {}, text),
        element('request', 'urn:xmpp:receipts'),
      ),
    );
  const texts = (all: readonly Understood[]): readonly string[] =>
    all.flatMap((one) => (one.kind === 'message' ? [one.text] : []));
  /** The lines that this desk has opened, the newest last. */
  const lines = (): readonly string[] =>
    proxy
      .connections()
      .map(({ saidToServer }) => saidToServer)
      .filter((said) => said.includes('<auth'));

  it('is taken up where it was, and nothing is lost or doubled', async () => {
    await meet();
    const before = lines().length;
    await desk.listen();
    await say('m-1', 'one');
    const all = [...(await desk.until('one', ({ kind }) => kind === 'message'))];
    desk.hints.length = 0;
    proxy.now({ kind: 'reset' });
    await say('m-2', 'two');
    await eventually(() => desk.hints.length > 0, { message: 'a look after the break', withinMs: 60_000 });
    await say('m-3', 'three');
    all.push(...(await desk.until('three', (one) => one.kind === 'message' && one.text === 'three')));
    expect(texts(all)).toEqual(['one', 'two', 'three']);
    await eventually(() => heard.length === 3, { message: 'receipts for all', withinMs: 60_000 });
    await stays(() => heard.length === 3, { message: 'one receipt each', forMs: 300 });
    expect([...heard].sort()).toEqual(['m-1', 'm-2', 'm-3']);
    // A busy server may drop the line once more while it gives it back; it is never begun anew.
    const again = lines().slice(before + 1);
    expect(again.at(-1)).toContain('<resume ');
    expect(again.filter((said) => said.includes('<bind'))).toEqual([]);
  });

  it('is opened anew where the server has forgotten it, and the archive tells what was missed', async () => {
    await meet();
    const before = lines().length;
    await desk.listen();
    await say('m-1', 'one');
    const all = [...(await desk.until('one', ({ kind }) => kind === 'message'))];
    // Without its name of the stream nothing can be taken up: the server is told another one.
    proxy.cutWhen({
      direction: 'to client',
      place: { kind: 'at byte', count: 0 },
      action: { kind: 'reset' },
    });
    proxy.now({ kind: 'reset' });
    await say('m-2', 'two');
    all.push(...(await desk.until('two', (one) => one.kind === 'message' && one.text === 'two')));
    expect(texts(all)).toEqual(['one', 'two']);
    expect(lines().length).toBeGreaterThan(before);
  });

  it('leaves the fate of what was being sent to be found out, and never sends it by itself', async () => {
    await meet();
    await desk.listen();
    const attempt = desk.attempt({ to: [{ name: '', address: customer }], text: 'It left yesterday.' });
    proxy.cutWhen({
      direction: 'to server',
      place: { kind: 'after pattern', pattern: '<origin-id' },
      action: { kind: 'reset' },
    });
    desk.hints.length = 0;
    expect(await desk.send(attempt)).toMatchObject({ kind: 'unknown' });
    await eventually(() => desk.hints.length > 0, { message: 'the line again', withinMs: 60_000 });
    const signal = new AbortController().signal;
    expect(await desk.session.reconcile(attempt, signal)).toBe('absent');
    expect(await server.archived(customer.split('@')[0] ?? '', attempt.clientId)).toBe(0);
    expect(await desk.send(attempt)).toMatchObject({ kind: 'accepted' });
    expect(await server.archived(customer.split('@')[0] ?? '', attempt.clientId)).toBe(1);
  });

  it('is given back to whoever listens when it breaks again and again', async () => {
    await meet();
    const { failed } = await desk.listen();
    proxy.cutWhen({
      direction: 'to server',
      place: { kind: 'at byte', count: 1 },
      action: { kind: 'reset' },
      times: 1_000,
    });
    proxy.now({ kind: 'reset' });
    expect(await failed).toMatchObject({ failure: { kind: 'no-answer' } });
  });
});
