import { describe, expect, it } from 'vitest';
import { facetsOf, handlesIn } from '#main/channels/bluesky/send/facets.ts';

const nobody = new Map<string, string>();

/** The stretches of a text that its facets name, read as the network does: by bytes. */
const stretches = (
  text: string,
  dids: ReadonlyMap<string, string> = nobody,
): readonly (readonly [string, string])[] =>
  facetsOf(text, dids).map(({ index, features }) => [
    Buffer.from(text, 'utf8').subarray(index.byteStart, index.byteEnd).toString('utf8'),
    features[0]?.['uri'] ?? features[0]?.['did'] ?? features[0]?.['tag'] ?? '',
  ]);

describe('the facets of a post', () => {
  it('count in bytes of UTF-8, whatever stands before them', () => {
    const text = 'Grüße 👩‍👩‍👧‍👦 aus Köln: https://shop.example/größe?q=ä und #Wärme 🧣';
    expect(stretches(text)).toEqual([
      ['https://shop.example/größe?q=ä', 'https://shop.example/größe?q=ä'],
      ['#Wärme', 'Wärme'],
    ]);
  });

  it('end an address before the punctuation of the sentence, and before a bracket that was opened outside', () => {
    expect(stretches('See https://a.example/b. Or (https://a.example/c), "https://a.example/d"!')).toEqual([
      ['https://a.example/b', 'https://a.example/b'],
      ['https://a.example/c', 'https://a.example/c'],
      ['https://a.example/d', 'https://a.example/d'],
    ]);
    expect(stretches('https://en.wikipedia.org/wiki/Inbox_(disambiguation)')).toEqual([
      [
        'https://en.wikipedia.org/wiki/Inbox_(disambiguation)',
        'https://en.wikipedia.org/wiki/Inbox_(disambiguation)',
      ],
    ]);
  });

  it('make a link of a bare address only where there is such a domain', () => {
    expect(stretches('write to shop.com/help, not to file.txt or 3.14 or v1.2.3')).toEqual([
      ['shop.com/help', 'https://shop.com/help'],
    ]);
  });

  it('mention whoever was found, and leave the others as words', () => {
    const dids = new Map([['ana.test', 'did:plc:ana']]);
    const text = '@ana.test, please ask @nobody.test (not ana@mail.test) 🙂 @Ana.test';
    expect(handlesIn(text)).toEqual(['ana.test', 'nobody.test']);
    expect(stretches(text, dids)).toEqual([
      ['@ana.test', 'did:plc:ana'],
      ['@Ana.test', 'did:plc:ana'],
    ]);
  });

  it('know a hashtag from a number', () => {
    expect(stretches('order #1 is #lost, #注文 and #2nd')).toEqual([
      ['#lost', 'lost'],
      ['#注文', '注文'],
      ['#2nd', '2nd'],
    ]);
  });

  it('never overlap and never leave the text', () => {
    const text = 'https://a.example/#tag @https://b.example #https://c.example @x.test/y 🙂🙂🙂';
    let end = 0;
    for (const { index } of facetsOf(text, new Map([['x.test', 'did:plc:x']]))) {
      expect(index.byteStart).toBeGreaterThanOrEqual(end);
      expect(index.byteEnd).toBeGreaterThan(index.byteStart);
      end = index.byteEnd;
    }
    expect(end).toBeLessThanOrEqual(Buffer.byteLength(text, 'utf8'));
  });

  it('take no longer for a text that is made to be slow', () => {
    const nasty = [
      'a.'.repeat(5_000),
      '@'.repeat(10_000),
      'https://'.repeat(1_000),
      '#'.repeat(10_000),
      '('.repeat(10_000),
    ];
    for (const text of nasty) expect(Array.isArray(facetsOf(text, nobody))).toBe(true);
  });
});
