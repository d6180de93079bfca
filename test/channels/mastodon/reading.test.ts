import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChannelError } from '#main/channels/kit/failure.ts';
import { TestMastodonAccount } from '#test/support/mastodon/account.ts';
import { MastodonServer } from '#test/support/mastodon/mastodon-server.ts';
import type { Person } from '#test/support/mastodon/person.ts';
import type { World } from '#test/support/mastodon/world.ts';

const never = (): AbortSignal => new AbortController().signal;
const start = Date.UTC(2026, 10, 3, 9);

let server: MastodonServer;
let world: World;
let shop: Person;
let ana: Person;
let ben: Person;
let account: TestMastodonAccount;
let now = start;

/** Time goes on, so that what is written next is later. */
const later = (ms = 60_000): void => {
  now += ms;
};

async function stage(
  options: { readonly requests?: number; readonly flavour?: 'mastodon' | 'gotosocial' } = {},
) {
  now = start;
  server = await MastodonServer.start({ now: () => now, ...options });
  ({ world } = server);
  shop = world.person('shop');
  ana = world.person('ana', { domain: 'customers.example', displayName: 'Ana Pereira' });
  ben = world.person('ben');
  account = new TestMastodonAccount(server, shop);
}

beforeEach(() => stage());
afterEach(() => server.stop());

describe('what is said to us on Mastodon', () => {
  it('comes with its author, words, place and page', async () => {
    const status = world.write(ana, { text: '@shop where is my order?' });
    const { messages } = await account.pull('notifications');
    expect(messages).toMatchObject([
      {
        direction: 'in',
        name: status.id,
        dedupe: status.uri,
        from: { name: 'Ana Pereira', address: 'ana@customers.example' },
        to: [{ address: 'shop@social.example' }],
        text: '@shop@social.example where is my order?',
        snippet: 'where is my order?',
        visibility: 'public',
        permalink: status.url,
        authenticatedFrom: 'ana@customers.example',
        at: start,
        thread: { room: status.id },
      },
    ]);
    expect(messages[0]).not.toHaveProperty('aside');
  });

  it('says who can see it, and takes what it does not know for the narrowest', async () => {
    for (const visibility of ['public', 'unlisted', 'private', 'direct'] as const) {
      later();
      world.write(ana, { text: `@shop ${visibility}`, visibility });
    }
    const { items, messages } = await account.pull('notifications');
    expect(messages.map(({ visibility }) => visibility)).toEqual([
      'direct',
      'followers',
      'unlisted',
      'public',
    ]);
    const [item] = items;
    if (item === undefined) throw new Error('nothing came');
    const altered = Buffer.from(item.bytes)
      .toString('utf8')
      .replace('"visibility":"direct"', '"visibility":"mutuals_only"');
    expect(account.understand({ ...item, bytes: Buffer.from(altered) })).toMatchObject({
      visibility: 'direct',
    });
  });

  it('keeps a direct talk apart from the public thread it began in, and its answers together', async () => {
    const open = world.write(ana, { text: '@shop my order?' });
    later();
    const closed = world.write(ana, { text: '@shop it is 4711', visibility: 'direct', inReplyTo: open });
    later();
    world.write(shop, { text: '@ana@customers.example thank you', visibility: 'direct', inReplyTo: closed });
    later();
    world.write(ana, { text: '@shop @ben look', visibility: 'direct', inReplyTo: closed });
    const [third, second, first] = (await account.pull('notifications')).messages;
    const [ours] = (await account.pull('statuses')).messages;
    expect(first?.thread.room).toBe(open.id);
    expect(second?.thread.room).toMatch(new RegExp(`^${open.id}:direct:`));
    expect(ours?.thread.room).toBe(second?.thread.room);
    // Another one reads along: that is another talk.
    expect(third?.thread.room).not.toBe(second?.thread.room);
  });

  it('tells of what went before in a thread we are named in, without making anybody wait for it', async () => {
    const root = world.write(ben, { text: 'The shop never answers' });
    later();
    const step = world.write(ana, { text: '@ben have you asked?', inReplyTo: root });
    later();
    const call = world.write(ben, { text: '@ana@customers.example let us ask @shop', inReplyTo: step });
    const { messages } = await account.pull('notifications');
    expect(messages.map(({ name, aside = false, seen }) => ({ name, aside, seen }))).toEqual([
      { name: call.id, aside: false, seen: false },
      { name: root.id, aside: true, seen: true },
      { name: step.id, aside: true, seen: true },
    ]);
    expect(new Set(messages.map(({ thread }) => thread.room))).toEqual(new Set([root.id]));
  });

  it('asks for a thread once, and again only for what it has not been told', async () => {
    const root = world.write(ana, { text: '@shop first' });
    await account.pull('notifications');
    later();
    const second = world.write(ana, { text: '@shop second', inReplyTo: root });
    await account.pull('notifications');
    const contexts = (): number =>
      server.http.requests.filter(({ url }) => url.pathname.endsWith('/context')).length;
    expect(contexts()).toBe(0);
    later();
    const aside = world.write(ben, { text: '@ana@customers.example me too', inReplyTo: second });
    later();
    world.write(ana, { text: '@shop @ben hears nothing either', inReplyTo: aside });
    const { messages } = await account.pull('notifications');
    expect(contexts()).toBe(1);
    expect(messages.map(({ name, aside: isAside = false }) => [name === aside.id, isAside])).toEqual([
      [false, false],
      [true, true],
    ]);
    expect(new Set(messages.map(({ thread }) => thread.room))).toEqual(new Set([root.id]));
  });

  it('comes, too, where the server keeps strangers’ direct posts from those who do not ask for them', async () => {
    world.write(ana, { text: '@shop in private', visibility: 'direct' });
    expect(world.notifications.map(({ filtered }) => filtered)).toEqual([true]);
    expect((await account.pull('notifications')).messages).toMatchObject([{ visibility: 'direct' }]);
  });

  it('keeps what others say in a thread in its conversation', async () => {
    const root = world.write(ana, { text: '@shop where is it?' });
    later();
    world.write(ben, { text: '@ana@customers.example @shop mine is late, too', inReplyTo: root });
    const { messages } = await account.pull('notifications');
    expect(messages.map(({ thread }) => thread.room)).toEqual([root.id, root.id]);
  });

  it('goes far up a thread of which a server tells no context', async () => {
    const root = world.write(ben, { text: 'So it begins' });
    let last = root;
    for (let n = 0; n < 6; n += 1) {
      later();
      last = world.write(ben, { text: `step ${String(n)}`, inReplyTo: last });
    }
    later();
    world.write(ana, { text: '@shop see above', inReplyTo: last });
    server.withoutContext();
    const { messages } = await account.pull('notifications');
    expect(messages).toHaveLength(8);
    expect(new Set(messages.map(({ thread }) => thread.room))).toEqual(new Set([root.id]));
  });

  it('holds the author’s warning before the words', async () => {
    world.write(ana, { text: '@shop it bled all over', spoiler: 'Injury' });
    const { messages } = await account.pull('notifications');
    expect(messages).toMatchObject([
      { warning: 'Injury', snippet: 'Injury', text: '@shop@social.example it bled all over' },
    ]);
  });

  it('shows the choices of a poll', async () => {
    world.write(ana, {
      text: '@shop which one?',
      poll: { options: ['red', 'blue'], votes: [3, 0], multiple: false },
    });
    const { messages } = await account.pull('notifications');
    expect(messages[0]?.text).toBe('@shop@social.example which one?\n\n○ red · 3\n○ blue · 0');
  });

  it('lets no name play tricks', async () => {
    const mallory = world.person('mallory', {
      domain: 'evil.example',
      displayName: '\u202egro.knab@troppus :verified: support@bank.example\u0000\r\n',
      emojis: ['verified'],
    });
    const dana = world.person('dana', {
      domain: 'fine.example',
      displayName: 'דנה :party:',
      emojis: ['party'],
    });
    world.write(mallory, { text: '@shop hello', html: '<p>hello<img src="https://evil.example/pixel"></p>' });
    later();
    world.write(dana, { text: '@shop hello' });
    const [second, first] = (await account.pull('notifications')).messages;
    expect(first?.oddities).toEqual(['bidi-in-name', 'address-in-name']);
    expect(first?.from.name).not.toMatch(/[\r\n\0]/);
    expect(first?.text).toBe('hello');
    expect(second?.from.name).toBe('דנה');
    expect(second?.oddities).toEqual([]);
  });

  it('keeps raw what cannot be read', async () => {
    world.write(ana, { text: '@shop hello' });
    const { items } = await account.pull('notifications');
    const [item] = items;
    if (item === undefined) throw new Error('nothing came');
    const broken = Buffer.from(item.bytes)
      .toString('utf8')
      .replace('"account":{', '"account":{"id":null,"acct":7,"x":{')
      .concat('}');
    expect(account.understand({ ...item, bytes: Buffer.from(broken) })).toMatchObject({ kind: 'unreadable' });
    expect(account.understand({ ...item, bytes: new Uint8Array() })).toMatchObject({ reason: 'empty' });
  });

  it('comes under ids of any form', async () => {
    await server.stop();
    await stage({ flavour: 'gotosocial' });
    for (let n = 1; n <= 90; n += 1) {
      later(1_000);
      world.write(ana, { text: `@shop ${String(n)}` });
    }
    const { messages } = await account.pull('notifications');
    expect(messages).toHaveLength(90);
    expect(messages[0]?.text).toBe('@shop@social.example 90');
    later();
    world.write(ana, { text: '@shop 91' });
    expect((await account.pull('notifications')).messages.map(({ text }) => text)).toEqual([
      '@shop@social.example 91',
    ]);
  });
});

describe('what we say elsewhere', () => {
  it('is seen in the conversation it belongs to', async () => {
    const root = world.write(ana, { text: '@shop where is it?' });
    later();
    const ours = world.write(shop, { text: '@ana@customers.example On its way!', inReplyTo: root });
    await account.pull('notifications');
    const { messages } = await account.pull('statuses');
    expect(messages).toMatchObject([
      {
        direction: 'out',
        clientId: null,
        name: ours.id,
        text: 'On its way!',
        to: [{ address: 'ana@customers.example' }],
        thread: { room: root.id },
      },
    ]);
  });

  it('is left out when it is said to nobody, until somebody answers', async () => {
    const news = world.write(shop, { text: 'We have moved' });
    later();
    world.boost(shop, news);
    expect((await account.pull('statuses')).messages).toEqual([]);
    later();
    world.write(ana, { text: '@shop where to?', inReplyTo: news });
    const { messages } = await account.pull('notifications');
    expect(messages).toMatchObject([
      { direction: 'in', thread: { room: news.id } },
      { direction: 'out', name: news.id, aside: true, text: 'We have moved', thread: { room: news.id } },
    ]);
  });
});

describe('what happens to it later', () => {
  it('is an edit when its author changes it, told once', async () => {
    const status = world.write(ana, { text: '@shop my order is 4711' });
    await account.pull('notifications');
    later();
    world.edit(status, '@shop my order is 4712');
    expect((await account.pull('notifications')).facts).toEqual([]);
    const { facts } = await account.pull('notifications', { check: true });
    expect(facts).toMatchObject([
      {
        kind: 'edit',
        about: { name: status.id },
        version: new Date(now).toISOString(),
        at: now,
        text: '@shop@social.example my order is 4712',
      },
    ]);
    expect((await account.pull('notifications', { check: true })).facts).toEqual([]);
    later();
    world.edit(status, '@shop my order is 4713');
    const again = await account.pull('notifications', { check: true });
    expect(again.facts.map((fact) => (fact.kind === 'edit' ? fact.version : ''))).toEqual([
      new Date(now).toISOString(),
    ]);
  });

  it('is noted when it had been changed before we saw it', async () => {
    const status = world.write(ana, { text: '@shop helo' });
    later();
    world.edit(status, '@shop hello');
    expect((await account.pull('notifications')).messages).toMatchObject([
      { text: '@shop@social.example hello', editedAt: now },
    ]);
    expect((await account.pull('notifications', { check: true })).all).toEqual([]);
  });

  it('is a removal when its author takes it back', async () => {
    const [one, two] = [world.write(ana, { text: '@shop one' }), world.write(ana, { text: '@shop two' })];
    await account.pull('notifications');
    later();
    world.remove(one);
    const { facts } = await account.pull('notifications', { check: true });
    expect(facts).toMatchObject([{ kind: 'remove', about: { name: one.id }, at: now }]);
    expect((await account.pull('notifications', { check: true })).facts).toEqual([]);
    expect(two.id).not.toBe(one.id);
  });

  it('is looked for though there is news as well', async () => {
    const [one, two] = [world.write(ana, { text: '@shop one' }), world.write(ana, { text: '@shop two' })];
    await account.pull('notifications');
    later();
    world.edit(one, '@shop one, I mean');
    world.remove(two);
    world.write(ana, { text: '@shop three' });
    const { messages, facts } = await account.pull('notifications', { check: true });
    expect(messages.map(({ text }) => text)).toEqual(['@shop@social.example three']);
    expect(facts.map(({ kind }) => kind).sort()).toEqual(['edit', 'remove']);
  });

  it('is no removal when only the notification was cleared away', async () => {
    world.write(ana, { text: '@shop one' });
    await account.pull('notifications');
    world.notifications.splice(0);
    expect((await account.pull('notifications', { check: true })).facts).toEqual([]);
  });

  it('is told of our own posts, too', async () => {
    const [one, two] = [
      world.write(shop, { text: '@ana@customers.example one' }),
      world.write(shop, { text: '@ana@customers.example two' }),
    ];
    await account.pull('statuses');
    later();
    world.edit(one, '@ana@customers.example one, corrected');
    world.remove(two);
    const { facts } = await account.pull('statuses', { check: true });
    expect(facts).toMatchObject([
      { kind: 'remove', about: { name: two.id } },
      { kind: 'edit', about: { name: one.id }, text: 'one, corrected' },
    ]);
  });

  it('is a liking of an answer of ours, and none of what we tell everybody', async () => {
    const [answer, news] = [
      world.write(shop, { text: '@ana@customers.example done' }),
      world.write(shop, { text: 'We have moved' }),
    ];
    world.write(ana, { text: '@shop hello' });
    await account.pull('notifications');
    later();
    world.favourite(ana, answer);
    world.favourite(ana, news);
    world.follow(ana, shop);
    const { facts, messages } = await account.pull('notifications');
    expect(messages).toEqual([]);
    expect(facts).toMatchObject([
      {
        kind: 'reaction',
        about: { name: answer.id },
        by: { address: 'ana@customers.example' },
        emoji: '⭐',
        on: true,
      },
    ]);
  });

  it('is an edit at once where the server tells of it', async () => {
    const status = world.write(ana, { text: '@shop look' });
    world.boost(shop, status);
    await account.pull('notifications');
    later();
    world.edit(status, '@shop look here');
    const { facts } = await account.pull('notifications');
    expect(facts).toMatchObject([
      { kind: 'edit', about: { name: status.id }, text: '@shop@social.example look here' },
    ]);
    expect((await account.pull('notifications', { check: true })).facts).toEqual([]);
  });
});

describe('files on Mastodon', () => {
  const picture = Buffer.from('not really a picture');
  const fileOf = async (part = '1', maxBytes = 1_000) => {
    const { items, messages } = await account.pull('notifications');
    const [item] = items;
    if (item === undefined) throw new Error('nothing came');
    return {
      message: messages[0],
      bytes: () =>
        account.session.file?.(
          { stream: 'notifications', key: item.key, part, source: item.bytes },
          maxBytes,
          never(),
        ),
    };
  };

  it('are fetched when wanted, and named by their descriptions', async () => {
    const media = world.file(ana, {
      type: 'image',
      mimeType: 'image/png',
      bytes: picture,
      description: 'A broken cup: left/right',
    });
    world.write(ana, { text: '@shop see', media: [media] });
    const { message, bytes } = await fileOf();
    expect(message?.parts).toMatchObject([
      { part: '1', name: 'A broken cup  left right.png', mimeType: 'image/png', remote: true, inline: false },
    ]);
    expect(Buffer.from((await bytes()) ?? []).equals(picture)).toBe(true);
  });

  it('are followed to where the server keeps those of other servers, without the token', async () => {
    const media = world.file(ana, { type: 'image', mimeType: 'image/jpeg', bytes: picture, proxied: true });
    world.write(ana, { text: '@shop see', media: [media] });
    const { bytes } = await fileOf();
    expect(Buffer.from((await bytes()) ?? []).equals(picture)).toBe(true);
  });

  it('are gone with their post, and refused when they are too large', async () => {
    const media = world.file(ana, { type: 'image', mimeType: 'image/png', bytes: picture });
    const status = world.write(ana, { text: '@shop see', media: [media] });
    const small = await fileOf('1', 5);
    await expect(small.bytes()).rejects.toMatchObject({ failure: { kind: 'quota' } });
    world.remove(status);
    expect(await small.bytes()).toBeNull();
  });

  it('are none under a name that says nothing', async () => {
    world.write(ana, { text: '@shop see' });
    const { bytes } = await fileOf('../../etc/passwd');
    expect(await bytes()).toBeNull();
  });
});

describe('asking within the limits of the server', () => {
  it('keeps what it has when requests run out, says until when, and goes on', async () => {
    await server.stop();
    await stage({ requests: 60 });
    const names: string[] = [];
    for (let n = 0; n < 60; n += 1) {
      later(1_000);
      const root = world.write(ben, { text: `matter ${String(n)}` });
      later(1_000);
      names.push(world.write(ana, { text: `@shop what of ${String(n)}`, inReplyTo: root }).id);
    }
    const seen = new Set<string>();
    const failures: number[] = [];
    for (let turn = 0; turn < 10 && seen.size < names.length; turn += 1) {
      const cursor = account.cursors.get('notifications') ?? null;
      try {
        const limits = { maxItems: 100, maxBytes: 8_000_000, check: false };
        const batch = await account.session.pull('notifications', cursor, limits, never());
        account.cursors.set('notifications', batch.next);
        for (const { key, seen: isAside } of batch.items) if (!isAside) seen.add(key);
      } catch (error) {
        if (!(error instanceof ChannelError)) throw error;
        expect(error.failure.kind).toBe('rate-limited');
        expect(error.failure.retryAt).toBeGreaterThan(now);
        failures.push(error.failure.retryAt ?? 0);
        now = error.failure.retryAt ?? now;
      }
    }
    expect([...seen].sort()).toEqual(names.toSorted());
    expect(failures.length).toBeGreaterThan(0);
    // Never to the last request: somebody may want to answer meanwhile.
    const last = server.http.requests.filter(({ url }) => url.pathname.startsWith('/api/')).length;
    expect(last).toBeLessThan(60 * (failures.length + 1));
  });

  it('names the time when it may ask again by the clock of the server', async () => {
    await account.session.streams(never());
    server.http.throttle();
    await expect(account.pull('notifications')).rejects.toMatchObject({
      failure: { kind: 'rate-limited', said: 'Too many requests', retryAt: now + 60_000 },
    });
  });

  it('starts over with a server that numbers anew', async () => {
    world.write(ana, { text: '@shop before' });
    await account.pull('notifications');
    const saved = account.cursors.get('notifications') ?? {};
    account.cursors.set('notifications', { ...saved, newest: '99999999999999999999' });
    later();
    world.write(ana, { text: '@shop after' });
    expect((await account.pull('notifications')).messages).toEqual([]);
    const { messages } = await account.pull('notifications', { check: true });
    expect(messages.map(({ text }) => text)).toEqual([
      '@shop@social.example after',
      '@shop@social.example before',
    ]);
  });

  it('needs two requests for a look in which nothing happened', async () => {
    world.write(ana, { text: '@shop hello' });
    world.write(shop, { text: '@ana@customers.example hello' });
    await account.pull('notifications');
    await account.pull('statuses');
    const before = server.http.requests.length;
    await account.pull('notifications');
    await account.pull('statuses');
    expect(server.http.requests.length - before).toBe(2);
  });
});
