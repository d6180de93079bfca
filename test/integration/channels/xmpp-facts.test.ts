import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Understood } from '#main/channels/kit/inbound.ts';
import { element } from '#main/channels/xmpp/stream/element.ts';
import type { Element } from '#main/channels/xmpp/stream/element.ts';
import { eventually, stays } from '#test/support/eventually.ts';
import { chatter } from '#test/support/prosody/chatter.ts';
import type { Chatter } from '#test/support/prosody/chatter.ts';
import { uniqueName } from '#test/support/temp.ts';
import { XmppDesk } from '#test/support/xmpp/desk.ts';
import { dialects } from '#test/support/xmpp/dialects.ts';
import type { XmppServer } from '#test/support/xmpp/xmpp-server.ts';

const client = 'jabber:client';

const body = (text: string): Element => element('body', client, {}, text);
const stored = element('store', 'urn:xmpp:hints');

describe.each(dialects)('what is said of a message on %s', (_name, start) => {
  let server: XmppServer;
  let desk: XmppDesk;
  let ana: Chatter;
  let customer: string;
  const heard: Element[] = [];

  beforeAll(async () => {
    server = await start();
  });

  afterAll(async () => {
    await server.stop();
  });

  afterEach(async () => {
    heard.length = 0;
    ana.close();
    await desk.close();
  });

  const meet = async (): Promise<void> => {
    const [agent, visitor] = [uniqueName('agent'), uniqueName('ana')];
    await server.register(agent, 'secret');
    await server.register(visitor, 'secret');
    desk = new XmppDesk(server, agent);
    customer = `${visitor}@${server.domain}`;
    ana = await chatter(server, visitor);
    ana.say(element('presence', client));
    ana.onMessage((message) => heard.push(message));
  };
  const say = (id: string, ...children: readonly Element[]): Promise<void> =>
    ana.deliver(element('message', client, { type: 'chat', to: desk.address, id }, ...children));
  const kinds = (all: readonly Understood[]): readonly string[] => all.map(({ kind }) => kind);
  const sayOurs = async (text: string): Promise<string> => {
    const attempt = desk.attempt({ to: [{ name: '', address: customer }], text });
    expect(await desk.send(attempt)).toMatchObject({ kind: 'accepted' });
    return attempt.clientId;
  };
  const ourNameOf = async (clientId: string): Promise<string> => {
    const all = await desk.until('our message', (one) => one.kind === 'message' && one.clientId === clientId);
    const ours = all.find((one) => one.kind === 'message' && one.clientId === clientId);
    return ours?.kind === 'message' ? (ours.name ?? '') : '';
  };

  it('changes the words when their author corrects them', async () => {
    await meet();
    await say('m-1', body('I need two bikes'));
    await say(
      'm-2',
      body('I need three bikes'),
      element('replace', 'urn:xmpp:message-correct:0', { id: 'm-1' }),
    );
    const all = await desk.until('an edit', ({ kind }) => kind === 'edit');
    expect(all).toMatchObject([
      { kind: 'message', text: 'I need two bikes', name: `${customer} m-1` },
      { kind: 'edit', about: { name: `${customer} m-1` }, text: 'I need three bikes' },
    ]);
  });

  it('orders the versions of a message by when they came', async () => {
    await meet();
    await say('m-1', body('one'));
    for (const n of ['two', 'three'])
      await say(`m-${n}`, body(n), element('replace', 'urn:xmpp:message-correct:0', { id: 'm-1' }));
    const all = await desk.until('the last', (one) => one.kind === 'edit' && one.text === 'three');
    const versions = all.flatMap((one) => (one.kind === 'edit' ? [one.version] : []));
    expect(versions).toHaveLength(2);
    expect(versions).toEqual(versions.toSorted());
  });

  it('lets nobody change or take back the words of somebody else', async () => {
    await meet();
    await say('m-1', body('Pay to account 1'));
    const name = uniqueName('mallory');
    await server.register(name, 'secret');
    const mallory = await chatter(server, name);
    const forged = { type: 'chat', to: desk.address, id: 'x' };
    await mallory.deliver(
      element(
        'message',
        client,
        forged,
        body('2'),
        element('replace', 'urn:xmpp:message-correct:0', { id: 'm-1' }),
      ),
    );
    await mallory.deliver(
      element(
        'message',
        client,
        forged,
        element('retract', 'urn:xmpp:message-retract:1', { id: 'm-1' }),
        stored,
      ),
    );
    const all = await desk.until('both', ({ kind }) => kind === 'remove');
    for (const one of all)
      if ('about' in one) expect(one.about).toEqual({ name: `${name}@${server.domain} m-1` });
    mallory.close();
  });

  it.each([
    ['as it is written today', element('retract', 'urn:xmpp:message-retract:1', { id: 'm-1' })],
    [
      'as it was written first',
      element(
        'apply-to',
        'urn:xmpp:fasten:0',
        { id: 'm-1' },
        element('retract', 'urn:xmpp:message-retract:0'),
      ),
    ],
  ])('takes words back (%s), whatever the fallback beside it says', async (_form, retraction) => {
    await meet();
    await say('m-1', body('Never mind'));
    await say('m-2', body('This person took back a message'), retraction, stored);
    const all = await desk.until('a removal', ({ kind }) => kind === 'remove');
    expect(kinds(all)).toEqual(['message', 'remove']);
    expect(all[1]).toMatchObject({ about: { name: `${customer} m-1` } });
  });

  it('tells reactions as they come and go, for each of them', async () => {
    await meet();
    const name = await ourNameOf(await sayOurs('It is on its way.'));
    const id = name.split(' ')[1] ?? '';
    const react = (stanza: string, ...emojis: readonly string[]): Promise<void> =>
      say(
        stanza,
        element(
          'reactions',
          'urn:xmpp:reactions:0',
          { id },
          ...emojis.map((emoji) => element('reaction', 'urn:xmpp:reactions:0', {}, emoji)),
        ),
        stored,
      );
    await react('r-1', '👍', '🎉');
    await react('r-2', '👍', '❤️');
    await react('r-3');
    const all = await desk.until(
      'the last to go',
      (one) => one.kind === 'reaction' && one.emoji === '❤️' && !one.on,
    );
    const changes = all.flatMap((one) => (one.kind === 'reaction' ? [one] : []));
    for (const change of changes)
      expect(change).toMatchObject({ about: { name }, by: { address: customer } });
    const left = new Set<string>();
    for (const { emoji, on } of changes) if (on) left.add(emoji);
    expect([...left].sort()).toEqual(['👍', '🎉', '❤️'].sort());
    for (const { emoji, on } of changes) if (!on) left.delete(emoji);
    expect([...left]).toEqual([]);
    const keys = desk.items.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('knows after a restart which reactions were there before', async () => {
    await meet();
    const name = await ourNameOf(await sayOurs('It is on its way.'));
    const id = name.split(' ')[1] ?? '';
    const reaction = (emoji: string): Element =>
      element(
        'reactions',
        'urn:xmpp:reactions:0',
        { id },
        element('reaction', 'urn:xmpp:reactions:0', {}, emoji),
      );
    await say('r-1', reaction('👍'), stored);
    await say('r-2', reaction('👎'), stored);
    const again = new XmppDesk(server, desk.address.split('@')[0] ?? '');
    const all = await again.until('the new one', (one) => one.kind === 'reaction' && one.emoji === '👎');
    expect(all.flatMap((one) => (one.kind === 'reaction' ? [`${one.emoji} ${String(one.on)}`] : []))).toEqual(
      expect.arrayContaining(['👍 true', '👍 false', '👎 true']),
    );
    await again.close();
  });

  it('says that our words have arrived, and that they were read up to a point', async () => {
    await meet();
    await desk.listen();
    const clientId = await sayOurs('It is on its way.');
    const name = await ourNameOf(clientId);
    await eventually(() => heard.some((message) => message.attributes.get('id') === clientId), {
      message: 'our message at the customer',
    });
    await say('a-1', element('received', 'urn:xmpp:receipts', { id: clientId }));
    const delivered = await desk.until('a receipt', ({ kind }) => kind === 'receipt');
    expect(delivered.at(-1)).toMatchObject({ about: { name }, level: 'delivered', upTo: false });
    await say('a-2', element('displayed', 'urn:xmpp:chat-markers:0', { id: clientId }));
    const read = await desk.until('a marker', (one) => one.kind === 'receipt' && one.level === 'read');
    expect(read.at(-1)).toMatchObject({ about: { name }, level: 'read', upTo: true });
  });

  const receiptsFor = (id: string): readonly Element[] =>
    heard.filter((message) =>
      message.children.some(
        (child) =>
          typeof child !== 'string' && child.ns === 'urn:xmpp:receipts' && child.attributes.get('id') === id,
      ),
    );

  it('tells the customer that their words arrived when they are kept, once, and not before', async () => {
    await meet();
    await desk.listen();
    await desk.catchUp();
    desk.hints.length = 0;
    await say('q-1', body('Are you there?'), element('request', 'urn:xmpp:receipts'));
    await eventually(() => desk.hints.length > 0, { message: 'a hint' });
    await stays(() => receiptsFor('q-1').length === 0, { message: 'no receipt before', forMs: 300 });
    await desk.until('the question', ({ kind }) => kind === 'message');
    await eventually(() => receiptsFor('q-1').length === 1, { message: 'a receipt' });
    for (let turn = 0; turn < 3; turn += 1) await desk.catchUp();
    await stays(() => receiptsFor('q-1').length === 1, { message: 'one receipt', forMs: 300 });
  });

  it('gives no receipts for what it finds in the history', async () => {
    await meet();
    await say('q-1', body('Are you there?'), element('request', 'urn:xmpp:receipts'));
    await desk.until('the question', ({ kind }) => kind === 'message');
    await stays(() => receiptsFor('q-1').length === 0, { message: 'no receipt', forMs: 500 });
  });

  it('tells the customer what was read here', async () => {
    await meet();
    await say('q-1', body('Are you there?'), element('markable', 'urn:xmpp:chat-markers:0'));
    const [question] = await desk.until('the question', ({ kind }) => kind === 'message');
    if (question?.kind !== 'message') throw new Error('no question');
    await desk.session.apply?.(
      [
        {
          kind: 'seen',
          seen: true,
          stream: 'archive',
          key: question.key,
          name: question.name ?? null,
          room: question.thread.room,
          from: question.from.address,
        },
      ],
      new AbortController().signal,
    );
    const marks = (): readonly Element[] =>
      heard.filter((message) =>
        message.children.some((child) => typeof child !== 'string' && child.name === 'displayed'),
      );
    await eventually(() => marks().length === 1, { message: 'a marker' });
  });

  it('passes over "is typing" and everything else without words', async () => {
    await meet();
    await desk.listen();
    await say('c-1', element('composing', 'http://jabber.org/protocol/chatstates'));
    await say('c-2', element('active', 'http://jabber.org/protocol/chatstates'), stored);
    await say('c-3', body('Hello'));
    const all = await desk.until('the words', ({ kind }) => kind === 'message');
    expect(kinds(all)).toEqual(['message']);
  });

  it('keeps what only the customer could read, and says so', async () => {
    await meet();
    await say(
      'e-1',
      body('This message is encrypted with OMEMO.'),
      element('encryption', 'urn:xmpp:eme:0', { namespace: 'eu.siacs.conversations.axolotl', name: 'OMEMO' }),
      element('encrypted', 'eu.siacs.conversations.axolotl'),
    );
    await say('e-2', element('encrypted', 'urn:xmpp:omemo:2'), stored);
    await say('e-3', body('?OTR:AAMDdm9=.'));
    const all = await desk.until('all three', (one) => one.kind === 'message' && one.text.startsWith('?OTR'));
    expect(all).toMatchObject([
      { oddities: ['encrypted'], text: 'This message is encrypted with OMEMO.' },
      { oddities: ['encrypted'], text: '' },
      { oddities: ['encrypted'] },
    ]);
  });

  it('says that an answer to nobody did not arrive', async () => {
    await meet();
    await desk.listen();
    const attempt = desk.attempt({ to: [{ name: '', address: `nobody@${server.domain}` }], text: 'Hello?' });
    const result = await desk.send(attempt);
    if (result.kind === 'rejected') return;
    const all = await desk.until('the failure', ({ kind }) => kind === 'undelivered');
    expect(all.at(-1)).toMatchObject({
      about: { name: `${desk.address} ${attempt.clientId}` },
      recipient: `nobody@${server.domain}`,
    });
  });
});
