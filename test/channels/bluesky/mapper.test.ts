import { describe, expect, it } from 'vitest';
import { sourceOf } from '#main/channels/bluesky/map/items.ts';
import { blueskyMapper } from '#main/channels/bluesky/map/mapper.ts';
import type { Inbound, Understood } from '#main/channels/kit/inbound.ts';

const us = 'did:plc:shopshopshopshopshopshop';
const ana = 'did:plc:anaanaanaanaanaanaanaana';
const uri = `at://${ana}/app.bsky.feed.post/3lbqanaaaaa2a`;
const cid = 'bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy';
const now = Date.UTC(2026, 10, 22, 12);
const author = { did: ana, handle: 'ana.test', displayName: 'Ana Pereira' };

type Frame = Parameters<typeof sourceOf>[0];

const understood = (frame: Frame): Understood => {
  const bytes = sourceOf(frame);
  const item = {
    key: uri,
    bytes,
    partial: false,
    size: bytes.byteLength,
    receivedAt: null,
    seen: false,
    answered: false,
  };
  return blueskyMapper.map(item, { own: [us], streamRole: 'inbox', trustedAuthserv: null, now });
};

const view = (record: object, more: object = {}): Frame => ({
  is: 'post',
  view: {
    uri,
    cid,
    author,
    record: { $type: 'app.bsky.feed.post', text: '', createdAt: '2026-11-22T10:00:00Z', ...record },
    indexedAt: '2026-11-22T10:00:01Z',
    ...more,
  },
});

const message = (frame: Frame): Inbound => {
  const result = understood(frame);
  if (result.kind !== 'message') throw new Error(`it is ${result.kind}`);
  return result;
};

const link = (from: number, to: number, address: string): object => ({
  index: { byteStart: from, byteEnd: to },
  features: [{ $type: 'app.bsky.richtext.facet#link', uri: address }],
});

describe('a post from Bluesky', () => {
  it('says who wrote it, where it stands and who can see it', () => {
    expect(message(view({ text: 'Where is it?' }))).toMatchObject({
      direction: 'in',
      from: { name: 'Ana Pereira', address: ana },
      name: uri,
      dedupe: uri,
      thread: { room: uri },
      visibility: 'public',
      permalink: 'https://bsky.app/profile/ana.test/post/3lbqanaaaaa2a',
      at: Date.UTC(2026, 10, 22, 10, 0, 1),
    });
  });

  it('belongs to the first post of its thread', () => {
    const root = `at://${us}/app.bsky.feed.post/3lbqrootaaa2a`;
    const reply = { root: { uri: root, cid }, parent: { uri, cid } };
    expect(message(view({ text: 'And now?', reply })).thread.room).toBe(root);
  });

  it('shows links in full, though most programs write only their beginning', () => {
    const text = 'Grüße 🙂 shop.example/orders/12... danke';
    const from = Buffer.byteLength('Grüße 🙂 ', 'utf8');
    const to = from + Buffer.byteLength('shop.example/orders/12...', 'utf8');
    const facets = [link(from, to, 'https://shop.example/orders/1234567890')];
    expect(message(view({ text, facets })).text).toBe(
      'Grüße 🙂 https://shop.example/orders/1234567890 danke',
    );
  });

  it('shows where a link leads that is hidden behind other words', () => {
    const facets = [link(0, 8, 'https://evil.example/login')];
    expect(message(view({ text: 'bank.com says hello', facets })).text).toBe(
      'bank.com (https://evil.example/login) says hello',
    );
  });

  it('passes over stretches that make no sense', () => {
    const facets = [
      link(-5, 3, 'https://a.example'),
      link(4, 2, 'https://a.example'),
      link(0, 9_999, 'https://a.example'),
    ];
    expect(message(view({ text: 'hello', facets: [...facets, { index: 'x' }, null] })).text).toBe('hello');
  });

  it('quotes the post it quotes', () => {
    const embed = {
      $type: 'app.bsky.embed.record#view',
      record: {
        $type: 'app.bsky.embed.record#viewRecord',
        uri: `at://${us}/app.bsky.feed.post/3lbqrootaaa2a`,
        cid,
        author: { did: us, handle: 'shop.test' },
        value: { text: 'Open again\nfrom Monday' },
        indexedAt: '2026-11-21T10:00:00Z',
      },
    };
    expect(message(view({ text: 'Really?' }, { embed })).text).toBe(
      'Really?\n\n> @shop.test:\n> Open again\n> from Monday',
    );
  });

  it('brings its pictures as files that are fetched when they are wanted, and a quotation beside them', () => {
    const embed = {
      $type: 'app.bsky.embed.recordWithMedia#view',
      record: { record: { uri, cid, author, value: { text: 'before' }, indexedAt: '' } },
      media: {
        $type: 'app.bsky.embed.images#view',
        images: [
          { thumb: 'https://cdn.example/t', fullsize: 'https://cdn.example/f', alt: 'The broken/../box' },
          { thumb: 'https://cdn.example/t', fullsize: 'https://cdn.example/g', alt: '' },
        ],
      },
    };
    const found = message(view({ text: 'Look' }, { embed }));
    expect(found.text).toBe('Look\n\n> @ana.test:\n> before');
    expect(found.parts).toMatchObject([
      { part: '1', name: 'The broken .. box.webp', mimeType: 'image/webp', remote: true },
      { part: '2', name: 'image-2.webp', remote: true },
    ]);
  });

  it('names the page that it shows a card of, once', () => {
    const external = { uri: 'https://news.example/a', title: 'News', description: '', thumb: '' };
    const embed = { $type: 'app.bsky.embed.external#view', external };
    expect(message(view({ text: 'See' }, { embed })).text).toBe('See\n\nNews\nhttps://news.example/a');
    expect(message(view({ text: 'See https://news.example/a' }, { embed })).text).toBe(
      'See https://news.example/a',
    );
  });

  it('warns of what its author or the network labelled, and not of rules for programs', () => {
    const labels = [{ val: 'graphic-media' }, { val: '!no-unauthenticated' }, { val: 'spam', neg: true }];
    const record = {
      text: 'x',
      labels: { $type: 'com.atproto.label.defs#selfLabels', values: [{ val: 'nudity' }] },
    };
    expect(message(view(record, { labels })).warning).toBe('nudity, graphic-media');
  });

  it('is never from the future and has no page under a handle that leads nowhere', () => {
    const found = message(
      view(
        { text: 'x' },
        { indexedAt: '2099-01-01T00:00:00Z', author: { did: ana, handle: 'handle.invalid' } },
      ),
    );
    expect(found.at).toBe(now);
    expect(found.permalink).toBe(`https://bsky.app/profile/${ana}/post/3lbqanaaaaa2a`);
    expect(found.from).toEqual({ name: '', address: ana });
  });

  it('is ours when we wrote it, in whichever program', () => {
    const by = { did: us, handle: 'shop.test' };
    const own = `at://${us}/app.bsky.feed.post/3lbqrootaaa2a`;
    const image = { $type: 'blob', ref: { $link: cid }, mimeType: 'image/png', size: 12 };
    const value = {
      text: 'Open again',
      createdAt: '2026-11-21T10:00:00Z',
      embed: { $type: 'app.bsky.embed.images', images: [{ alt: 'door.png', image }] },
    };
    expect(message({ is: 'record', uri: own, value, by })).toMatchObject({
      direction: 'out',
      name: own,
      from: { name: '@shop.test', address: us },
      parts: [{ name: 'door.png', mimeType: 'image/png', size: 12, remote: true }],
    });
  });
});

describe('what else Bluesky tells', () => {
  it('a like is a reaction to our post', () => {
    const of = `at://${us}/app.bsky.feed.post/3lbqrootaaa2a`;
    expect(understood({ is: 'like', of, by: author, at: '2026-11-22T10:00:00Z' })).toMatchObject({
      kind: 'reaction',
      about: { name: of },
      by: { name: 'Ana Pereira', address: ana },
      on: true,
    });
  });

  it('a post that is gone is taken back', () => {
    expect(understood({ is: 'gone', uri, at: now })).toMatchObject({
      kind: 'remove',
      about: { name: uri },
      at: now,
    });
  });

  it('a direct message has its conversation for a room, and only its two sides see it', () => {
    const said = {
      id: '3lbqmsgaaaa2a',
      rev: '3lbqmsgaaaa2a',
      text: 'Hello',
      sender: { did: ana },
      sentAt: '2026-11-22T10:00:00Z',
    };
    const members = [author, { did: us, handle: 'shop.test' }];
    expect(message({ is: 'message', convo: { id: 'c1', members }, message: said })).toMatchObject({
      direction: 'in',
      name: 'c1/3lbqmsgaaaa2a',
      from: { name: 'Ana Pereira', address: ana },
      to: [{ name: '@shop.test', address: us }],
      thread: { room: 'c1' },
      visibility: 'direct',
    });
  });

  it('what is of no known kind is kept and said to be unreadable', () => {
    expect(understood({ is: 'like', of: 'nonsense', by: author, at: '' })).toMatchObject({
      kind: 'unreadable',
    });
  });
});
