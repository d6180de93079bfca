import { describe, expect, it } from 'vitest';
import { createBlueskyChannel } from '#main/channels/bluesky/channel.ts';
import { tidTime } from '#main/channels/bluesky/tid.ts';
import type { Outgoing } from '#main/channels/kit/outgoing.ts';
import { unpack } from '#main/channels/kit/packed.ts';

const channel = createBlueskyChannel();
const us = 'did:plc:shopshopshopshopshopshop';
const ana = 'did:plc:anaanaanaanaanaanaanaana';
const question = `at://${ana}/app.bsky.feed.post/3lbqanaaaaa2a`;
const thread = `at://${us}/app.bsky.feed.post/3lbqrootaaa2a`;
const at = Date.UTC(2026, 10, 22, 9, 30);

const answered: NonNullable<Outgoing['answers']> = {
  name: question,
  room: thread,
  from: { name: 'Ana', address: ana },
  visibility: 'public',
  warning: '',
};

const outgoing = (changes: Partial<Outgoing> = {}): Outgoing => ({
  clientId: '019a8f00-0000-7000-8000-000000000001',
  at,
  from: { name: 'Shop', address: us },
  to: [{ name: 'Ana', address: ana }],
  cc: [],
  bcc: [],
  subject: '',
  text: 'It left yesterday.',
  html: null,
  files: [],
  references: [],
  automatic: false,
  answers: answered,
  visibility: 'public',
  warning: '',
  template: null,
  ...changes,
});

const composed = (changes: Partial<Outgoing> = {}): ReturnType<typeof channel.compose> =>
  channel.compose(outgoing(changes), {});
const saidOf = (bytes: Uint8Array): unknown => unpack(bytes)?.said;

describe('the wire form of a message for Bluesky', () => {
  it('has a key of its own for a post, made of the click and the same on every try', () => {
    const one = composed();
    expect(composed()).toEqual(one);
    expect(one.room).toBe(thread);
    const rkey = one.externalId?.split('/').at(-1) ?? '';
    expect(one.externalId).toBe(`at://${us}/app.bsky.feed.post/${rkey}`);
    expect(tidTime(rkey)).toBe(at);
    const others = Array.from({ length: 500 }, (_, n) =>
      composed({ clientId: `019a8f00-0000-7000-8000-${String(n).padStart(12, '0')}` }),
    );
    expect(new Set(others.map(({ externalId }) => externalId)).size).toBe(500);
  });

  it('keeps its key when it is given another date', () => {
    const one = composed();
    const later = channel.redate?.(one.bytes, at + 3_600_000) ?? one.bytes;
    expect(saidOf(later)).toEqual({ ...Object(saidOf(one.bytes)), at: at + 3_600_000 });
  });

  it('answers a direct message where it was said', () => {
    const answers = { ...answered, name: 'convo1/msg1', room: 'convo1', visibility: 'direct' } as const;
    const one = composed({ answers, visibility: 'direct' });
    expect(saidOf(one.bytes)).toMatchObject({ is: 'direct', convo: 'convo1', to: ana });
    expect(one).toMatchObject({ externalId: null, room: 'convo1', recipients: [ana] });
  });

  it('never makes public what was said in private, whatever is asked', () => {
    const answers = { ...answered, name: 'convo1/msg1', room: 'convo1', visibility: 'direct' } as const;
    for (const visibility of ['public', 'unlisted', null] as const)
      expect(saidOf(composed({ answers, visibility }).bytes)).toMatchObject({ is: 'direct' });
  });

  it('can answer a public post in private', () => {
    const one = composed({ visibility: 'direct' });
    expect(saidOf(one.bytes)).toMatchObject({ is: 'direct', convo: null, to: ana });
  });

  it('mentions whom a first word is for, and opens a room of its own', () => {
    const one = composed({ answers: null });
    expect(saidOf(one.bytes)).toMatchObject({ is: 'post', answers: null, mentions: ana });
    expect(one.room).toBe(one.externalId);
  });

  it('labels what its author warned of, in the words that the network has for it', () => {
    expect(saidOf(composed({ warning: 'graphic-media, spoiler' }).bytes)).toMatchObject({
      labels: ['graphic-media'],
    });
  });

  it('gives back its words and files', () => {
    const file = {
      name: 'box.png',
      mimeType: 'image/png',
      contentId: null,
      bytes: new Uint8Array([1, 2, 3]),
    };
    const { bytes } = composed({ files: [file] });
    expect(channel.mapper.body(bytes)).toEqual({ text: 'It left yesterday.', html: null, inline: [] });
    expect(channel.mapper.part(bytes, '1')).toMatchObject({ name: 'box.png', mimeType: 'image/png' });
  });

  it('reads whom a message is for from a handle, a DID or a page', () => {
    expect(channel.readRecipient?.(' @Ana.Test ')).toBe('ana.test');
    expect(channel.readRecipient?.(ana)).toBe(ana);
    expect(channel.readRecipient?.('https://bsky.app/profile/ana.test/post/3k')).toBe('ana.test');
    for (const wrong of [
      'ana',
      'ana@mail.test',
      '',
      'a b.test',
      '-a.test',
      'did:plc',
      'ana.test\n'.repeat(2),
    ])
      expect(channel.readRecipient?.(wrong)).toBeNull();
  });
});
