import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Inbound } from '#main/channels/kit/inbound.ts';
import type { OutgoingFile } from '#main/channels/kit/outgoing.ts';
import { TestMastodonAccount, agreeing } from '#test/support/mastodon/account.ts';
import { MastodonServer } from '#test/support/mastodon/mastodon-server.ts';
import type { Person } from '#test/support/mastodon/person.ts';
import type { Flavour, StoredStatus, World } from '#test/support/mastodon/world.ts';

const never = (): AbortSignal => new AbortController().signal;
const start = Date.UTC(2026, 10, 3, 9);
const anaAt = { name: 'Ana Pereira', address: 'ana@customers.example' };
const benAt = { name: '', address: 'ben@social.example' };

let server: MastodonServer;
let world: World;
let shop: Person;
let ana: Person;
let ben: Person;
let account: TestMastodonAccount;
let now = start;

const later = (ms = 60_000): void => {
  now += ms;
};

async function stage(flavour: Flavour = 'mastodon') {
  now = start;
  server = await MastodonServer.start({ now: () => now, flavour });
  ({ world } = server);
  shop = world.person('shop');
  ana = world.person('ana', { domain: 'customers.example', displayName: 'Ana Pereira' });
  ben = world.person('ben');
  account = new TestMastodonAccount(server, shop);
}

beforeEach(() => stage());
afterEach(() => server.stop());

/** What Ana says, as it comes to us. */
async function heard(
  draft: Parameters<World['write']>[1],
): Promise<{ readonly status: StoredStatus; readonly message: Inbound }> {
  const status = world.write(ana, draft);
  const { messages } = await account.pull('notifications');
  const message = messages.find(({ name }) => name === status.id);
  if (message === undefined) throw new Error('it was not heard');
  later();
  return { status, message };
}

/** The one post that a letter became. */
const posted = (clientId: string): StoredStatus => {
  const [made, ...more] = server.madeWith(clientId);
  if (made === undefined || more.length > 0)
    throw new Error(`posted ${String(more.length + (made ? 1 : 0))} times`);
  return made;
};

const isPost = ({ method, url }: { readonly method: string; readonly url: URL }): boolean =>
  method === 'POST' && url.pathname === '/api/v1/statuses';

const file = (mimeType: string, name: string, bytes = 'bytes'): OutgoingFile => ({
  name,
  mimeType,
  contentId: null,
  bytes: Buffer.from(bytes),
});

describe('an answer on Mastodon', () => {
  it('goes where it was asked, names whom it is for, and is seen by no more people', async () => {
    for (const visibility of ['public', 'unlisted', 'private', 'direct'] as const) {
      const { status, message } = await heard({ text: `@shop ${visibility}?`, visibility });
      const letter = account.answerTo(message);
      expect(await account.send(letter)).toMatchObject({
        kind: 'accepted',
        accepted: [anaAt.address],
        refused: [],
      });
      const made = posted(letter.clientId);
      expect(made.inReplyTo).toBe(status);
      expect(made.visibility).toBe(visibility);
      expect(made.mentions).toEqual([ana]);
      expect(made.text).toBe('@ana@customers.example It left yesterday.');
    }
  });

  it('is never seen by more people than what it answers, whatever is chosen', async () => {
    const { message } = await heard({ text: '@shop between us', visibility: 'direct' });
    const letter = account.answerTo(message, { visibility: 'public' });
    await account.send(letter);
    expect(posted(letter.clientId).visibility).toBe('direct');
  });

  it('may be seen by fewer, and is looked for in the room where it will be seen', async () => {
    const { message } = await heard({ text: '@shop my order?' });
    const letter = account.answerTo(message, { visibility: 'direct' });
    const attempt = account.attempt(letter);
    await account.send(letter);
    expect(posted(letter.clientId).visibility).toBe('direct');
    const [echo] = (await account.pull('statuses')).messages;
    expect(echo?.thread.room).toBe(attempt.room);
    expect(attempt.room).not.toBe(message.thread.room);
  });

  it('names everybody it goes to, once, and nobody of ours', async () => {
    const { message } = await heard({ text: '@shop and @ben, look', visibility: 'direct' });
    const letter = account.answerTo(message, {
      cc: [benAt, account.own, anaAt],
      text: 'Hello @ben, hello Ana',
    });
    const attempt = account.attempt(letter);
    expect(attempt.recipients).toEqual([anaAt.address, benAt.address]);
    await account.send(letter);
    const made = posted(letter.clientId);
    expect(made.text).toBe('@ana@customers.example Hello @ben, hello Ana');
    expect(made.mentions).toEqual([ana, ben]);
    const [echo] = (await account.pull('statuses')).messages;
    expect(echo?.thread.room).toBe(attempt.room);
    expect(echo?.thread.room).toBe(message.thread.room);
  });

  it('keeps the warning of what it answers, with its files behind it', async () => {
    const { message } = await heard({ text: '@shop blood', spoiler: 'Injury' });
    const letter = account.answerTo(message, { warning: 'Injury', files: [file('image/png', 'x.png')] });
    await account.send(letter);
    expect(posted(letter.clientId)).toMatchObject({ spoiler: 'Injury', sensitive: true });
  });

  it('comes back as what was typed, under our own id', async () => {
    const { message } = await heard({ text: '@shop where?' });
    const letter = account.answerTo(message, {
      text: 'See https://shop.example/orders/4711?x=1&y=2 & wait\n\nThe shop',
    });
    const result = await account.send(letter);
    const [echo] = (await account.pull('statuses')).messages;
    expect(echo).toMatchObject({ direction: 'out', clientId: letter.clientId, text: letter.text });
    expect(result).toMatchObject({ externalId: echo?.name });
  });

  it('is known again when it comes back before the verdict', async () => {
    const { message } = await heard({ text: '@shop where?' });
    const letter = account.answerTo(message);
    server.http.lose('taken', isPost);
    expect(await account.send(letter)).toMatchObject({ kind: 'unknown' });
    expect((await account.pull('statuses')).messages).toMatchObject([{ clientId: letter.clientId }]);
  });

  it('tells of one that answers nothing any more in the words of the server', async () => {
    const { status, message } = await heard({ text: '@shop where?' });
    world.remove(status);
    expect(await account.send(account.answerTo(message))).toEqual({
      kind: 'rejected',
      said: 'The post you are trying to reply to does not appear to exist.',
      code: '404',
    });
  });
});

describe('a first word on Mastodon', () => {
  it('is direct unless somebody says otherwise, and names its reader', async () => {
    const [quiet, loud] = [
      account.letter({ to: [anaAt] }),
      account.letter({ to: [anaAt], visibility: 'public', text: 'Thank you all!' }),
    ];
    await account.send(quiet);
    await account.send(loud);
    expect(posted(quiet.clientId)).toMatchObject({ visibility: 'direct', mentions: [ana], inReplyTo: null });
    expect(posted(loud.clientId)).toMatchObject({ visibility: 'public', mentions: [ana] });
  });

  it('and its answer are one conversation', async () => {
    const letter = account.letter({ to: [anaAt] });
    await account.send(letter);
    const [ours] = (await account.pull('statuses')).messages;
    const { message } = await heard({
      text: '@shop thank you',
      visibility: 'direct',
      inReplyTo: posted(letter.clientId),
    });
    expect(message.thread.room).toBe(ours?.thread.room);
  });
});

describe('files sent on Mastodon', () => {
  it('are handed in before the post, and waited for', async () => {
    const { message } = await heard({ text: '@shop a picture?' });
    server.delayMedia(3);
    const letter = account.answerTo(message, {
      files: [file('video/mp4', 'Sales plan 2027 (internal).mp4')],
    });
    const order: string[] = [];
    const hooks = {
      handingOver: async () => {
        order.push('handing over');
        expect(world.media.size).toBe(1);
        expect([...world.media.values()].every(({ checks }) => checks === 0)).toBe(true);
        expect(server.madeWith(letter.clientId)).toEqual([]);
      },
    };
    expect(await account.session.send(account.attempt(letter), hooks, never())).toMatchObject({
      kind: 'accepted',
    });
    expect(order).toEqual(['handing over']);
    const { media } = posted(letter.clientId);
    expect(media.map(({ bytes }) => bytes.toString())).toEqual(['bytes']);
    // The name of a file on our disk is nobody's business.
    expect(media.map(({ description }) => description)).toEqual([null]);
  });

  it('are refused in the words of the server, and nothing is posted', async () => {
    const { message } = await heard({ text: '@shop the invoice?' });
    const letter = account.answerTo(message, { files: [file('application/pdf', 'invoice.pdf')] });
    expect(await account.send(letter)).toEqual({
      kind: 'rejected',
      said: 'Validation failed: File content type is invalid, File is invalid',
      code: '422',
    });
    expect(server.madeWith(letter.clientId)).toEqual([]);
  });

  it('are four at most', async () => {
    const files = Array.from({ length: 6 }, (_, n) => file('image/png', `${String(n)}.png`, String(n)));
    const letter = account.letter({ to: [anaAt], files });
    await account.send(letter);
    expect(posted(letter.clientId).media).toHaveLength(4);
  });

  it('can be read again from what was frozen at the click', async () => {
    const letter = account.letter({ to: [anaAt], files: [file('image/png', 'cup.png', 'cup')] });
    const { bytes } = account.attempt(letter);
    const { mapper } = account.channel;
    expect(mapper.body(bytes)).toEqual({ text: letter.text, html: null, inline: [] });
    expect(mapper.part(bytes, '1')).toMatchObject({ name: 'cup.png', mimeType: 'image/png' });
    expect(mapper.part(bytes, '2')).toBeNull();
  });

  it('come another time when the server never gets ready with them', async () => {
    server.delayMedia(1_000_000);
    const letter = account.letter({ to: [anaAt], files: [file('video/mp4', 'film.mp4')] });
    expect(await account.send(letter)).toMatchObject({ kind: 'retry', said: 'film.mp4' });
    expect(server.madeWith(letter.clientId)).toEqual([]);
  });
});

describe('what a server says to a post', () => {
  it('is passed on when it is too long', async () => {
    const letter = account.letter({ to: [anaAt], text: 'x'.repeat(496) });
    expect(await account.send(letter)).toEqual({
      kind: 'rejected',
      said: 'Validation failed: Text character limit of 500 exceeded',
      code: '422',
    });
  });

  it('is yes to 500 characters as Mastodon counts them: addresses 23, names without their servers, and the warning, too', async () => {
    const address = `https://shop.example/${'a'.repeat(200)}`;
    const rest = 500 - '@ana '.length - 23 - 1 - 'warned'.length;
    const fits = account.letter({ to: [anaAt], text: `${address} ${'🧑‍🌾'.repeat(rest)}`, warning: 'warned' });
    expect(await account.send(fits)).toMatchObject({ kind: 'accepted' });
    const over = account.letter({
      to: [anaAt],
      text: `${address} ${'🧑‍🌾'.repeat(rest + 1)}`,
      warning: 'warned',
    });
    expect(await account.send(over)).toMatchObject({ kind: 'rejected' });
  });

  it('is when to come back, when it comes too fast', async () => {
    server.http.throttle();
    expect(await account.send(account.letter({ to: [anaAt] }))).toEqual({
      kind: 'retry',
      said: 'Too many requests',
      afterMs: 60_000,
    });
  });

  it('is a wait for the next sign-in when the token was revoked', async () => {
    server.revoke(account.token);
    expect(await account.send(account.letter({ to: [anaAt] }))).toMatchObject({
      kind: 'retry',
      said: 'The access token was revoked',
    });
  });

  it('is a refusal when the token may only read', async () => {
    const reader = new TestMastodonAccount(server, shop, { scopes: ['read'] });
    expect(await reader.send(reader.letter({ to: [anaAt] }))).toMatchObject({
      kind: 'rejected',
      code: '403',
    });
  });

  it('leaves the fate open when it is an error of its own or of a gateway', async () => {
    for (const status of [500, 502, 503, 504]) {
      server.http.fail({ status, body: '<html>Bad Gateway</html>' });
      expect(await account.send(account.letter({ to: [anaAt] }))).toEqual({
        kind: 'unknown',
        said: `HTTP ${String(status)}`,
      });
    }
  });
});

describe('a post whose fate is unknown', () => {
  it('is posted once by a server that honours keys, however often it is said', async () => {
    const letter = account.letter({ to: [anaAt] });
    for (let turn = 0; turn < 3; turn += 1) await account.send(letter);
    expect(server.madeWith(letter.clientId)).toHaveLength(1);
  });

  for (const flavour of ['mastodon', 'gotosocial'] as const) {
    it(`is found by its words and place after a restart (${flavour})`, async () => {
      await server.stop();
      await stage(flavour);
      const { message } = await heard({ text: '@shop where?' });
      const letter = account.answerTo(message, {
        text: 'On its way to @ben, see https://shop.example/4711 🙂',
      });
      const attempt = account.attempt(letter);
      server.http.lose('taken', isPost);
      expect(await account.session.send(attempt, agreeing, never())).toMatchObject({ kind: 'unknown' });
      const again = new TestMastodonAccount(server, shop);
      expect(await again.session.reconcile(attempt, never())).toEqual({
        acceptedAs: posted(letter.clientId).id,
      });
      expect((await again.pull('statuses')).messages).toMatchObject([{ clientId: letter.clientId }]);
    });
  }

  it('is absent when nothing was said there', async () => {
    const { message } = await heard({ text: '@shop where?' });
    const attempt = account.attempt(account.answerTo(message));
    server.http.lose('not-taken', isPost);
    expect(await account.session.send(attempt, agreeing, never())).toMatchObject({ kind: 'unknown' });
    expect(await account.session.reconcile(attempt, never())).toBe('absent');
  });

  it('is not said to be absent when something else was said there since', async () => {
    const { status, message } = await heard({ text: '@shop where?' });
    const attempt = account.attempt(account.answerTo(message));
    later();
    world.write(shop, { text: '@ana@customers.example said by phone', inReplyTo: status });
    expect(await account.session.reconcile(attempt, never())).toBe('unknown');
  });

  it('is not taken for the same words said elsewhere, or before', async () => {
    const { message: before } = await heard({ text: '@shop one?' });
    await account.send(account.answerTo(before));
    later(3_600_000);
    const { message } = await heard({ text: '@shop two?' });
    expect(await account.session.reconcile(account.attempt(account.answerTo(message)), never())).toBe(
      'absent',
    );
  });

  it('is not taken for the same words of long ago, when everything is read anew', async () => {
    const before = world.write(shop, {
      text: '@ana@customers.example It left yesterday.',
      visibility: 'direct',
    });
    later(3_600_000);
    const attempt = account.attempt(account.letter({ to: [anaAt] }));
    server.http.lose('not-taken', isPost);
    await account.session.send(attempt, agreeing, never());
    expect((await account.pull('statuses')).messages).toMatchObject([{ name: before.id, clientId: null }]);
  });

  it('stays unknown where there is too much to look through', async () => {
    const { message } = await heard({ text: '@shop where?' });
    const attempt = account.attempt(account.answerTo(message));
    for (let n = 0; n < 220; n += 1) {
      later(1_000);
      world.write(shop, { text: `news ${String(n)}` });
    }
    expect(await account.session.reconcile(attempt, never())).toBe('unknown');
  });
});
