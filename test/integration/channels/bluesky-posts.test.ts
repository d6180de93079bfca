import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBlueskyChannel } from '#main/channels/bluesky/channel.ts';
import type { SessionContext } from '#main/channels/kit/channel.ts';
import { newAccountOfOurs } from '#test/support/bluesky/account.ts';
import { startFront } from '#test/support/bluesky/front.ts';
import { startNetwork } from '#test/support/bluesky/network.ts';
import type { Network } from '#test/support/bluesky/network.ts';
import { mentionAtStart, newPerson } from '#test/support/bluesky/people.ts';
import type { Person } from '#test/support/bluesky/people.ts';
import { Stream, answersTo, attemptOf, messagesIn } from '#test/support/bluesky/pulling.ts';
import type { HttpEmulator } from '#test/support/http-emulator/http-emulator.ts';

const channel = createBlueskyChannel();
const agreeing = { handingOver: () => Promise.resolve() };
const never = (): AbortSignal => new AbortController().signal;
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

describe('posts on Bluesky', () => {
  let network: Network;
  let front: HttpEmulator;

  beforeAll(async () => {
    network = await startNetwork({ appView: true });
    front = await startFront(network.pds);
  });

  afterAll(async () => {
    await front.stop();
    await network.stop();
  });

  const mention = (by: Person, of: Person, text: string): ReturnType<Person['post']> =>
    by.post(`@${of.handle} ${text}`, { facets: [mentionAtStart(of.handle, of.did)] });

  const staged = async (): Promise<{
    readonly ours: Awaited<ReturnType<typeof newAccountOfOurs>>;
    readonly ana: Person;
    readonly stream: Stream;
  }> => {
    const [ours, ana] = await Promise.all([
      newAccountOfOurs(network, { service: front.base }),
      newPerson(network, 'ana', 'Ana Pereira'),
    ]);
    await network.settle();
    return { ours, ana, stream: new Stream(channel, ours.context.address, 'notifications') };
  };

  const recordOf = async (person: Person, uri: string | null): Promise<Readonly<Record<string, unknown>>> => {
    const params = { repo: person.did, collection: 'app.bsky.feed.post', rkey: uri?.split('/').at(-1) ?? '' };
    const { value } = await person.call('com.atproto.repo.getRecord', { params });
    return isRecord(value) ? value : {};
  };

  it('answers a mention in its thread, with links and mentions at the right bytes', async () => {
    const { ours, ana, stream } = await staged();
    const asked = await mention(ana, ours.person, 'Wo bleibt mein Päckchen? 🙂');
    await network.settle();
    const session = channel.open(ours.context);
    const [question] = messagesIn(await stream.catchUp(session));
    if (question === undefined) throw new Error('nothing came');
    expect(question).toMatchObject({
      from: { name: 'Ana Pereira', address: ana.did },
      name: asked.uri,
      text: `@${ours.person.handle} Wo bleibt mein Päckchen? 🙂`,
      visibility: 'public',
    });
    const text = `Grüße 👩‍👩‍👧‍👦! @${ana.handle}, siehe https://shop.example/größe #Päckchen`;
    const attempt = attemptOf(channel, ours.person.did, {
      text,
      to: [question.from],
      answers: answersTo(question),
      visibility: 'public',
    });
    const result = await session.send(attempt, agreeing, never());
    expect(result).toMatchObject({ kind: 'accepted', externalId: attempt.externalId });
    const record = await recordOf(ours.person, attempt.externalId);
    expect(record).toMatchObject({ text, reply: { root: asked, parent: asked } });
    const facets = Array.isArray(record['facets']) ? record['facets'] : [];
    const words = facets.map((facet: { index: { byteStart: number; byteEnd: number } }) =>
      Buffer.from(text, 'utf8').subarray(facet.index.byteStart, facet.index.byteEnd).toString('utf8'),
    );
    expect(words).toEqual([`@${ana.handle}`, 'https://shop.example/größe', '#Päckchen']);
    expect(facets[0]).toMatchObject({ features: [{ did: ana.did }] });
  });

  it('shows what an answer in a strange thread is about, and quotes what is quoted', async () => {
    const { ours, ana, stream } = await staged();
    const session = channel.open(ours.context);
    await stream.catchUp(session);
    const bo = await newPerson(network, 'bo');
    const root = await bo.post('Who sells good boxes?');
    const middle = await bo.post('Anybody?', { reply: { root, parent: root } });
    const reply = { root, parent: middle };
    const at = `@${ours.person.handle}`;
    const facets = [mentionAtStart(ours.person.handle, ours.person.did)];
    const asked = await ana.post(`${at} do`, { facets, reply });
    const own = await ours.person.post('Boxes are back');
    await ana.post('At last', { embed: { $type: 'app.bsky.embed.record', record: own } });
    await network.settle();
    const messages = messagesIn(await stream.catchUp(session));
    expect(messages.map(({ text }) => text).sort()).toEqual(
      [`${at} do`, 'Anybody?', `At last\n\n> ${at}:\n> Boxes are back`, 'Who sells good boxes?'].sort(),
    );
    const inThread = messages.filter(({ thread }) => thread.room === root.uri);
    expect(inThread).toHaveLength(3);
    expect(inThread.find(({ name }) => name === asked.uri)?.seen).toBe(false);
    expect(inThread.filter(({ name }) => name !== asked.uri).every(({ seen }) => seen)).toBe(true);
  });

  it('makes one post of two tries, also where the first verdict was lost', async () => {
    const { ours, ana } = await staged();
    const session = channel.open(ours.context);
    const attempt = attemptOf(channel, ours.person.did, {
      text: 'Just once',
      to: [{ name: '', address: ana.did }],
    });
    front.lose('taken', ({ url }) => url.pathname.endsWith('putRecord'));
    expect(await session.send(attempt, agreeing, never())).toMatchObject({ kind: 'unknown' });
    expect(await session.reconcile(attempt, never())).toEqual({ acceptedAs: attempt.externalId });
    expect(await session.send(attempt, agreeing, never())).toMatchObject({ kind: 'accepted' });
    const posts = new Stream(channel, ours.context.address, 'posts');
    const written = messagesIn(await posts.catchUp(session));
    expect(written).toMatchObject([
      { name: attempt.externalId, text: `@${ana.handle} Just once`, direction: 'out' },
    ]);
  });

  it('renews an expired token once for all who ask, and saves it before anything is asked with it', async () => {
    const { ours, ana, stream } = await staged();
    await mention(ana, ours.person, 'hello');
    await network.settle();
    const early: number[] = [];
    const context: SessionContext = {
      ...ours.context,
      saveSecrets: async (fresh) => {
        const before = front.requests.length;
        await new Promise((resolve) => setTimeout(resolve, 200));
        early.push(front.requests.length - before);
        await ours.context.saveSecrets(fresh);
      },
    };
    const asked = (method: string): number =>
      front.requests.filter(({ url }) => url.pathname.endsWith(method)).length;
    const before = { create: asked('createSession'), refresh: asked('refreshSession') };
    await stream.catchUp(channel.open(context));
    await ours.expireToken();
    const sessions = [1, 2, 3].map(() => channel.open(context));
    await Promise.all(sessions.map((session) => session.streams(never())));
    expect(asked('createSession') - before.create).toBe(1);
    expect(asked('refreshSession') - before.refresh).toBe(1);
    expect(early).toEqual([0, 0]);
    expect(await stream.catchUp(channel.open(context))).toEqual([]);
  });

  it('takes back a post that its author has deleted', async () => {
    const { ours, ana, stream } = await staged();
    const asked = await mention(ana, ours.person, 'never mind');
    const kept = await mention(ana, ours.person, 'this stays');
    await network.settle();
    const session = channel.open(ours.context);
    expect(messagesIn(await stream.catchUp(session))).toHaveLength(2);
    const rkey = asked.uri.split('/').at(-1) ?? '';
    await ana.call('com.atproto.repo.deleteRecord', {
      input: { repo: ana.did, collection: 'app.bsky.feed.post', rkey },
    });
    await network.settle();
    expect(await stream.catchUp(session, true)).toMatchObject([
      { kind: 'remove', about: { name: asked.uri } },
    ]);
    expect(await stream.catchUp(session, true)).toEqual([]);
    const late = attemptOf(channel, ours.person.did, {
      text: 'Too late',
      to: [{ name: '', address: ana.did }],
      answers: {
        name: asked.uri,
        room: asked.uri,
        from: { name: '', address: ana.did },
        visibility: 'public',
        warning: '',
      },
    });
    expect(await session.send(late, agreeing, never())).toMatchObject({
      kind: 'rejected',
      code: 'answered-post-gone',
    });
    expect(kept.uri).not.toBe(asked.uri);
  });

  it('posts pictures with their names as descriptions, and fetches them again', async () => {
    const { ours, ana } = await staged();
    const session = channel.open(ours.context);
    const file = {
      name: 'Schachtel 📦.png',
      mimeType: 'image/png',
      contentId: null,
      bytes: new Uint8Array(picture),
    };
    const attempt = attemptOf(channel, ours.person.did, {
      text: 'Here it is',
      to: [{ name: '', address: ana.handle }],
      files: [file],
    });
    expect(await session.send(attempt, agreeing, never())).toMatchObject({ kind: 'accepted' });
    const posts = new Stream(channel, ours.context.address, 'posts');
    const [message] = messagesIn(await posts.catchUp(session));
    expect(message?.parts).toMatchObject([
      { part: '1', name: 'Schachtel 📦.png', mimeType: 'image/png', remote: true },
    ]);
    const [item] = posts.items;
    if (item === undefined) throw new Error('no post');
    const wanted = { stream: 'posts', key: item.key, part: '1', source: item.bytes };
    const bytes = await session.file?.(wanted, 1_000_000, never());
    expect(Buffer.from(bytes ?? []).equals(picture)).toBe(true);
    await expect(session.file?.(wanted, 10, never())).rejects.toMatchObject({ failure: { kind: 'quota' } });
  });

  it('brings the picture that a customer has sent', async () => {
    const { ours, ana, stream } = await staged();
    const uploaded = await ana.call('com.atproto.repo.uploadBlob', {
      input: new Uint8Array(picture),
      type: 'image/png',
    });
    const embed = {
      $type: 'app.bsky.embed.images',
      images: [{ alt: 'The broken box', image: uploaded['blob'] }],
    };
    const facets = [mentionAtStart(ours.person.handle, ours.person.did)];
    await ana.post(`@${ours.person.handle} broken`, { facets, embed });
    await network.settle();
    const session = channel.open(ours.context);
    const [message] = messagesIn(await stream.catchUp(session));
    expect(message?.parts).toMatchObject([{ part: '1', name: 'The broken box.webp', remote: true }]);
    const [item] = stream.items;
    if (item === undefined) throw new Error('no post');
    const wanted = { stream: 'notifications', key: item.key, part: '1', source: item.bytes };
    const bytes = Buffer.from((await session.file?.(wanted, 1_000_000, never())) ?? []);
    expect(bytes.subarray(8, 12).toString('latin1')).toBe('WEBP');
  });

  it('says what cannot be sent: too many letters, files that are no pictures, people that are not there', async () => {
    const { ours, ana } = await staged();
    const session = channel.open(ours.context);
    const to = [{ name: '', address: ana.did }];
    const send = (changes: Parameters<typeof attemptOf>[2]): ReturnType<typeof session.send> =>
      session.send(attemptOf(channel, ours.person.did, { to, text: 'x', ...changes }), agreeing, never());
    expect(await send({ text: 'x'.repeat(301) })).toMatchObject({ kind: 'rejected' });
    const file = { name: 'a.pdf', mimeType: 'application/pdf', contentId: null, bytes: new Uint8Array(9) };
    expect(await send({ files: [file] })).toMatchObject({
      kind: 'rejected',
      said: 'a.pdf',
      code: 'file-not-carried',
    });
    expect(await send({ to: [{ name: '', address: 'nobody-at-all.test' }] })).toMatchObject({
      kind: 'rejected',
      code: 'no-such-account',
    });
  });

  it('hears who likes our posts', async () => {
    const { ours, ana } = await staged();
    const own = await ours.person.post('Boxes are back');
    const session = channel.open(ours.context);
    const likes = new Stream(channel, ours.context.address, 'likes');
    expect(await likes.catchUp(session)).toEqual([]);
    const record = { $type: 'app.bsky.feed.like', subject: own, createdAt: new Date().toISOString() };
    await ana.call('com.atproto.repo.createRecord', {
      input: { repo: ana.did, collection: 'app.bsky.feed.like', record },
    });
    await network.settle();
    expect(await likes.catchUp(session)).toMatchObject([
      { kind: 'reaction', about: { name: own.uri }, by: { name: 'Ana Pereira', address: ana.did }, on: true },
    ]);
    expect(await likes.catchUp(session)).toEqual([]);
  });

  it('is called by its handle, and kept by what does not change', async () => {
    const { ours } = await staged();
    const probed = await channel.probe({ ...ours.context, address: `@${ours.person.handle}` }, never());
    expect(probed).toMatchObject({ address: ours.person.did, label: `@${ours.person.handle}` });
  });
});
