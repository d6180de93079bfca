import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBlueskyChannel } from '#main/channels/bluesky/channel.ts';
import { newAccountOfOurs } from '#test/support/bluesky/account.ts';
import type { OurAccount } from '#test/support/bluesky/account.ts';
import { ChatService } from '#test/support/bluesky/chat-service.ts';
import { startFront } from '#test/support/bluesky/front.ts';
import { startNetwork } from '#test/support/bluesky/network.ts';
import type { Network } from '#test/support/bluesky/network.ts';
import { newPerson } from '#test/support/bluesky/people.ts';
import type { Person } from '#test/support/bluesky/people.ts';
import { Stream, answersTo, attemptOf, messagesIn } from '#test/support/bluesky/pulling.ts';
import type { HttpEmulator } from '#test/support/http-emulator/http-emulator.ts';

const channel = createBlueskyChannel();
const agreeing = { handingOver: () => Promise.resolve() };
const never = (): AbortSignal => new AbortController().signal;

describe('direct messages on Bluesky', () => {
  let network: Network;
  let front: HttpEmulator;
  let chat: ChatService;

  beforeAll(async () => {
    network = await startNetwork({ appView: false });
    [front, chat] = await Promise.all([startFront(network.pds), ChatService.start(network.directory)]);
    chat.known(await network.register('bsky_chat', 'BskyChatService', chat.http.base));
  });

  afterAll(async () => {
    await Promise.all([front.stop(), chat.http.stop()]);
    await network.stop();
  });

  const staged = async (
    options: { readonly privileged?: boolean; readonly takes?: 'all' | 'none' } = {},
  ): Promise<{ readonly ours: OurAccount; readonly ana: Person; readonly stream: Stream }> => {
    const [ours, ana] = await Promise.all([
      newAccountOfOurs(
        network,
        { service: front.base, chat: chat.did },
        { privileged: options.privileged ?? true },
      ),
      newPerson(network, 'ana'),
    ]);
    const { takes = 'all' } = options;
    chat.enter({ did: ours.person.did, handle: ours.person.handle });
    chat.enter({ did: ana.did, handle: ana.handle, displayName: 'Ana Pereira', takes });
    return { ours, ana, stream: new Stream(channel, ours.context.address, 'messages') };
  };

  it('are answered where they were said, and our own words are known again', async () => {
    const { ours, ana, stream } = await staged();
    chat.write(ana.did, ours.person.did, ['Is it really gone? 🙂']);
    const session = channel.open(ours.context);
    const [question] = messagesIn(await stream.catchUp(session));
    if (question === undefined) throw new Error('nothing came');
    expect(question).toMatchObject({
      from: { name: 'Ana Pereira', address: ana.did },
      to: [{ name: `@${ours.person.handle}`, address: ours.person.did }],
      visibility: 'direct',
      seen: false,
    });
    const attempt = attemptOf(channel, ours.person.did, {
      text: 'No, see https://shop.example/ä',
      to: [question.from],
      answers: answersTo(question),
    });
    const result = await session.send(attempt, agreeing, never());
    expect(result.kind).toBe('accepted');
    const [echo] = messagesIn(await stream.catchUp(session));
    expect(echo).toMatchObject({
      direction: 'out',
      text: 'No, see https://shop.example/ä',
      thread: question.thread,
    });
    expect(echo?.name).toBe(result.kind === 'accepted' ? result.externalId : '');
  });

  it('tell reactions, and put away what was deleted for us', async () => {
    const { ours, ana, stream } = await staged();
    chat.write(ana.did, ours.person.did, ['first', 'second']);
    const session = channel.open(ours.context);
    const [second] = messagesIn(await stream.catchUp(session));
    const [convo = '', id = ''] = second?.name?.split('/') ?? [];
    chat.state.react(ana.did, convo, id, '👍', true);
    chat.state.react(ana.did, convo, id, '👍', false);
    chat.state.deleteForSelf(ours.person.did, convo, id);
    expect(await stream.catchUp(session)).toMatchObject([
      { kind: 'reaction', about: { name: second?.name }, emoji: '👍', on: true, by: { name: 'Ana Pereira' } },
      { kind: 'reaction', about: { name: second?.name }, emoji: '👍', on: false },
    ]);
    expect(stream.gone).toEqual([second?.name]);
  });

  it('are said to be read', async () => {
    const { ours, ana, stream } = await staged();
    chat.write(ana.did, ours.person.did, ['one', 'two', 'three']);
    const session = channel.open(ours.context);
    await stream.catchUp(session);
    const changes = stream.items.slice(0, 2).map(({ key }) => ({
      kind: 'seen' as const,
      seen: true,
      stream: 'messages',
      key,
      name: key,
      room: null,
      from: ana.did,
    }));
    await session.apply?.(changes, never());
    const again = new Stream(channel, ours.context.address, 'messages');
    await again.catchUp(channel.open(ours.context));
    // The newest was among what was read, and reading it is reading all before it.
    expect(again.items.map(({ seen }) => seen)).not.toContain(false);
  });

  it('are found again after a lost verdict, and never taken for the same words said before', async () => {
    const { ours, ana } = await staged();
    const session = channel.open(ours.context);
    const message = {
      text: 'It left yesterday.',
      to: [{ name: '', address: ana.did }],
      visibility: 'direct',
    } as const;
    chat.write(ours.person.did, ana.did, [message.text]);
    // The service tells times to the second; what was said before has to be a second old to be told apart.
    const since = Date.now() + 1_500;
    const lost = { ...attemptOf(channel, ours.person.did, message), since };
    expect(await session.reconcile(lost, never())).toBe('absent');
    const attempt = attemptOf(channel, ours.person.did, { ...message, text: 'It comes tomorrow.' });
    front.lose('taken', ({ url }) => url.pathname.endsWith('sendMessage'));
    expect(await session.send(attempt, agreeing, never())).toMatchObject({ kind: 'unknown' });
    expect(await session.reconcile(attempt, never())).toHaveProperty('acceptedAs');
    const missed = attemptOf(channel, ours.person.did, { ...message, text: 'Never heard.' });
    front.lose('not-taken', ({ url }) => url.pathname.endsWith('sendMessage'));
    expect(await session.send(missed, agreeing, never())).toMatchObject({ kind: 'unknown' });
    expect(await session.reconcile(missed, never())).toBe('absent');
  });

  it('are not there for a password that does not allow them, which is said, and posts go on', async () => {
    const { ours, ana, stream } = await staged({ privileged: false });
    chat.write(ana.did, ours.person.did, ['hello?']);
    const session = channel.open(ours.context);
    expect(await stream.catchUp(session)).toEqual([]);
    expect(stream.gaps).toEqual(['not-permitted']);
    await ours.person.post('We are here');
    const posts = new Stream(channel, ours.context.address, 'posts');
    expect(messagesIn(await posts.catchUp(session))).toMatchObject([{ text: 'We are here' }]);
    const attempt = attemptOf(channel, ours.person.did, {
      text: 'x',
      to: [{ name: '', address: ana.did }],
      visibility: 'direct',
    });
    expect(await session.send(attempt, agreeing, never())).toMatchObject({ kind: 'rejected' });
  });

  it('are refused in words by who does not take them', async () => {
    const { ours, ana } = await staged({ takes: 'none' });
    const attempt = attemptOf(channel, ours.person.did, {
      text: 'x',
      to: [{ name: '', address: ana.handle }],
      visibility: 'direct',
    });
    expect(await channel.open(ours.context).send(attempt, agreeing, never())).toEqual({
      kind: 'rejected',
      said: 'recipient has disabled incoming messages',
      code: 'MessagesDisabled',
    });
  });

  it('come from a service that keeps to the published lexicons', async () => {
    const { ours, ana } = await staged();
    const { state } = chat;
    const convo = state.between(ana.did, ours.person.did);
    const facets = [
      { index: { byteStart: 0, byteEnd: 2 }, features: [{ $type: 'app.bsky.richtext.facet#tag', tag: 'x' }] },
    ];
    const said: unknown = state.say(ana.did, convo, { text: 'hello', facets });
    const id = String(Object.getOwnPropertyDescriptor(said, 'id')?.value);
    const answers: readonly (readonly [string, unknown])[] = [
      ['sendMessage', said],
      ['addReaction', { message: state.react(ana.did, convo, id, '👍', true) }],
      ['removeReaction', { message: state.react(ana.did, convo, id, '👍', false) }],
      ['getConvo', { convo: state.convo(ours.person.did, convo) }],
      ['getConvoForMembers', { convo: state.convoWith(ours.person.did, [ana.did]) }],
      ['listConvos', state.convos(ours.person.did, null, 50)],
      ['getMessages', state.messages(ours.person.did, convo, null, 50)],
      ['updateRead', { convo: state.read(ours.person.did, convo, id) }],
      ['deleteMessageForSelf', state.deleteForSelf(ours.person.did, convo, id)],
      ['getLog', state.log(ours.person.did, null)],
      ['listConvos', state.convos(ours.person.did, null, 50)],
      ['getMessages', state.messages(ours.person.did, convo, null, 50)],
    ];
    for (const [method, value] of answers) {
      const nsid = `chat.bsky.convo.${method}`;
      expect([nsid, await network.wrongWith('output', nsid, value)]).toEqual([nsid, null]);
    }
  });
});
