import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Inbound, Understood } from '#main/channels/kit/inbound.ts';
import { element } from '#main/channels/xmpp/stream/element.ts';
import type { Element } from '#main/channels/xmpp/stream/element.ts';
import { eventually } from '#test/support/eventually.ts';
import { chatter } from '#test/support/prosody/chatter.ts';
import type { Chatter } from '#test/support/prosody/chatter.ts';
import { uniqueName } from '#test/support/temp.ts';
import { XmppDesk } from '#test/support/xmpp/desk.ts';
import { dialects } from '#test/support/xmpp/dialects.ts';
import type { XmppServer } from '#test/support/xmpp/xmpp-server.ts';

const client = 'jabber:client';
const muc = 'http://jabber.org/protocol/muc';
const never = (): AbortSignal => new AbortController().signal;

describe.each(dialects)('a room on %s', (dialect, start) => {
  let server: XmppServer;
  let desk: XmppDesk;
  let room: string;
  const people: Chatter[] = [];

  beforeAll(async () => {
    server = await start();
  });

  afterAll(async () => {
    await server.stop();
  });

  afterEach(async () => {
    for (const one of people.splice(0)) one.close();
    await desk.close();
  });

  const enter = async (nick: string): Promise<Chatter & { readonly heard: Element[] }> => {
    const name = uniqueName(nick);
    await server.register(name, 'secret');
    const one = await chatter(server, name);
    people.push(one);
    const heard: Element[] = [];
    one.onMessage((message) => heard.push(message));
    one.say(element('presence', client, { to: `${room}/${nick}` }, element('x', muc)));
    await eventually(() => heard.some((message) => message.children.length > 0), {
      message: 'the room says its subject when somebody is in',
    });
    return { ...one, heard };
  };
  const set = async (rooms?: string): Promise<string> => {
    room = `${uniqueName('help')}@${server.rooms}`;
    const agent = uniqueName('agent');
    await server.register(agent, 'secret');
    desk = new XmppDesk(server, agent, { settings: { rooms: rooms ?? room } });
    return agent;
  };
  const say = (who: Chatter, id: string, ...children: readonly Element[]): Promise<void> =>
    who.deliver(element('message', client, { type: 'groupchat', to: room, id }, ...children));
  const body = (text: string): Element => element('body', client, {}, text);
  const messages = (all: readonly Understood[]): readonly Inbound[] =>
    all.flatMap((one) => (one.kind === 'message' ? [one] : []));
  const answerTo = (message: Inbound, text: string): ReturnType<XmppDesk['attempt']> =>
    desk.attempt({
      text,
      to: [message.from],
      answers: {
        name: message.name ?? null,
        room: message.thread.room,
        from: message.from,
        visibility: null,
        warning: '',
      },
    });

  it('is a stream beside our own archive, and one conversation of many', async () => {
    await set();
    const ana = await enter('Ana');
    const ben = await enter('Ben');
    const probed = await desk.channel.probe(desk.context, never());
    expect(probed.streams.map(({ name }) => name)).toEqual(['archive', room]);
    await say(ana, 'a-1', body('Does it rain?'));
    await say(ben, 'b-1', body('It does.'));
    const all = await desk.until('both', (one) => one.kind === 'message' && one.text === 'It does.', room);
    expect(messages(all)).toMatchObject([
      {
        text: 'Does it rain?',
        from: { name: 'Ana', address: `${room}/Ana` },
        thread: { room },
        direction: 'in',
        authenticatedFrom: null,
      },
      { from: { address: `${room}/Ben` }, thread: { room } },
    ]);
    expect(await desk.catchUp()).toEqual([]);
  });

  it('hints while we listen, and takes our answer for everyone in it, once', async () => {
    await set();
    const ana = await enter('Ana');
    await desk.listen(['archive', room]);
    await desk.catchUp(room);
    desk.hints.length = 0;
    await say(ana, 'a-1', body('Does it rain?'));
    await eventually(() => desk.hints.includes(room), { message: 'a hint about the room' });
    const [question] = messages(await desk.catchUp(room));
    if (question === undefined) throw new Error('no question');
    const attempt = answerTo(question, 'It does.');
    expect(attempt).toMatchObject({ room, pending: [room] });
    expect(await desk.send(attempt)).toMatchObject({ kind: 'accepted' });
    await eventually(() => ana.heard.some((one) => one.attributes.get('id') === attempt.clientId), {
      message: 'our answer in the room',
    });
    const echoes = messages(await desk.until('our echo', ({ kind }) => kind === 'message', room));
    expect(echoes).toMatchObject([
      { direction: 'out', clientId: attempt.clientId, from: { address: desk.address }, thread: { room } },
    ]);
    expect(await desk.session.reconcile(attempt, never())).toBe('accepted');
    expect(await desk.session.reconcile(answerTo(question, 'Never sent.'), never())).toBe('absent');
  });

  it('never takes somebody for us who says our id again', async () => {
    await set();
    const ana = await enter('Ana');
    await say(ana, 'a-1', body('Does it rain?'));
    const [question] = messages(await desk.until('a question', ({ kind }) => kind === 'message', room));
    if (question === undefined) throw new Error('no question');
    const attempt = answerTo(question, 'It does.');
    await desk.send(attempt);
    await say(
      ana,
      attempt.clientId,
      body('It does not.'),
      element('origin-id', 'urn:xmpp:sid:0', { id: attempt.clientId }),
    );
    const all = await desk.until(
      'both',
      (one) => one.kind === 'message' && one.text === 'It does not.',
      room,
    );
    expect(messages(all)).toMatchObject([
      { direction: 'out', clientId: attempt.clientId },
      { direction: 'in', clientId: null, from: { address: `${room}/Ana` } },
    ]);
    expect(new Set(messages(all).map(({ name }) => name)).size).toBe(2);
  });

  it('lets a speaker correct and react only as themselves, whoever takes their name', async () => {
    await set();
    const ana = await enter('Ana');
    await say(ana, 'a-1', body('I need two'));
    await say(
      ana,
      'a-2',
      body('I need three'),
      element('replace', 'urn:xmpp:message-correct:0', { id: 'a-1' }),
    );
    const all = await desk.until('both', (one) => 'text' in one && one.text === 'I need three', room);
    const [first] = messages(all);
    // A nick proves nobody: where the room gives no ids to its people, a correction is words of its own.
    expect(all.at(-1)).toMatchObject(
      dialect === 'Prosody' ? { kind: 'edit', about: { name: first?.name } } : { kind: 'message' },
    );
    ana.say(element('presence', client, { to: `${room}/Ana`, type: 'unavailable' }));
    ana.close();
    const thief = await eventually(() => enter('Ana'), { message: 'the name is free', withinMs: 60_000 });
    await say(
      thief,
      't-1',
      body('I need none'),
      element('replace', 'urn:xmpp:message-correct:0', { id: 'a-1' }),
    );
    const later = await desk.until('the thief', (one) => 'text' in one && one.text === 'I need none', room);
    for (const one of later) if (one.kind === 'edit') expect(one.about).not.toEqual({ name: first?.name });
  });

  it('knows by the archive which message a reaction or a removal is about', async () => {
    await set();
    const ana = await enter('Ana');
    const ben = await enter('Ben');
    await say(ana, 'a-1', body('Does it rain?'));
    const [question] = messages(await desk.until('a question', ({ kind }) => kind === 'message', room));
    if (question === undefined) throw new Error('no question');
    const stored = element('store', 'urn:xmpp:hints');
    const reactions = 'urn:xmpp:reactions:0';
    const retract = 'urn:xmpp:message-retract:1';
    await say(
      ben,
      'b-1',
      body('👍'),
      element('reactions', reactions, { id: question.key }, element('reaction', reactions, {}, '👍')),
      stored,
    );
    await say(ben, 'b-2', body('took it back'), element('retract', retract, { id: question.key }), stored);
    await say(ana, 'a-2', body('took it back'), element('retract', retract, { id: question.key }), stored);
    await say(ana, 'a-3', body('end'));
    const all = await desk.until('the end', (one) => one.kind === 'message' && one.text === 'end', room);
    const facts = all.filter(({ kind }) => kind !== 'message' && kind !== 'nothing');
    expect(facts[0]).toMatchObject({
      kind: 'reaction',
      about: { name: question.name },
      emoji: '👍',
      on: true,
    });
    const removals = facts.filter(({ kind }) => kind === 'remove');
    expect(removals).toHaveLength(dialect === 'Prosody' ? 1 : 0);
    for (const one of removals) expect(one).toMatchObject({ about: { name: question.name } });
  });

  it('is entered under another name where somebody has ours', async () => {
    const agent = await set();
    await enter(agent);
    const ana = await enter('Ana');
    await desk.listen(['archive', room]);
    await desk.catchUp(room);
    desk.hints.length = 0;
    await say(ana, 'a-1', body('Hello'));
    await eventually(() => desk.hints.includes(room), { message: 'a hint about the room' });
  });

  it('is found among the bookmarks of other programs', async () => {
    const agent = await set('');
    const pubsub = 'http://jabber.org/protocol/pubsub';
    const node = 'urn:xmpp:bookmarks:1';
    await enter('Ana');
    const phone = await chatter(server, agent);
    people.push(phone);
    const conference = element('conference', node, { autojoin: 'true', name: 'Help' });
    const item = element('item', pubsub, { id: room }, conference);
    const publish = element('pubsub', pubsub, {}, element('publish', pubsub, { node }, item));
    phone.say(element('iq', client, { type: 'set', id: 'b' }, publish));
    await eventually(async () => (await desk.session.streams(never())).some(({ name }) => name === room), {
      message: 'the room among the streams',
      withinMs: 60_000,
    });
  });

  it('is refused in the form when it does not exist, and never made by entering it', async () => {
    await set();
    await expect(desk.channel.probe(desk.context, never())).rejects.toMatchObject({
      failure: { kind: 'settings', where: 'rooms', said: room },
    });
    expect((await desk.session.streams(never())).map(({ name }) => name)).toEqual(['archive']);
    expect(await desk.catchUp(room)).toEqual([]);
    expect((await desk.session.streams(never())).map(({ name }) => name)).toEqual(['archive']);
  });
});
