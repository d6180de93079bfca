import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TextLimit } from '#shared/domain/channel-profile.ts';
import { countGraphemes, graphemesOf } from '#shared/domain/text-limit/graphemes.ts';
import { isWithin, measure } from '#shared/domain/text-limit/measure.ts';
import { overFrom } from '#shared/domain/text-limit/over-from.ts';
import { splitText } from '#shared/domain/text-limit/split-text.ts';

const family = '👨‍👩‍👧‍👦';
const flag = '🇪🇪';
const accent = 'é';

const used = (text: string, limit: TextLimit): number => measure(text, limit).used;

describe('a text is counted in the unit of its channel', () => {
  it.each([
    ['bytes', 'a€', 4],
    ['utf16', `a${family}`, 12],
    ['characters', `a${family}`, 8],
    ['graphemes', `a${family}${flag}${accent}`, 4],
    ['graphemes', 'two\r\nlines', 9],
    ['bytes', '\ud83d', 3],
  ] as const)('%s of “%s”', (unit, text, expected) => {
    expect(used(text, { unit, count: 100 })).toBe(expected);
  });

  it('takes every web address for the same length, without what ends the sentence', () => {
    const limit: TextLimit = { unit: 'graphemes', count: 500, links: 23 };
    expect(used('See https://example.org/a/very/long/path?with=everything#there.', limit)).toBe(4 + 23 + 1);
    expect(used('(http://a.test) and https://b.test', limit)).toBe(1 + 23 + 6 + 23);
  });

  it('counts of a mention only the part before the host', () => {
    const limit: TextLimit = { unit: 'graphemes', count: 500, shortMentions: true };
    expect(used('Hello @ana@social.example.org!', limit)).toBe('Hello @ana!'.length);
    expect(used('mail ana@example.org', limit)).toBe('mail ana@example.org'.length);
  });

  it('holds it against a second limit in bytes as well', () => {
    const limit: TextLimit = { unit: 'graphemes', count: 300, bytes: 50 };
    const measured = measure(family.repeat(3), limit);
    expect(measured).toEqual({ used: 3, most: 300, over: 0, bytesOver: 25 });
    expect(isWithin(measured)).toBe(false);
  });

  it('says where the limit is reached', () => {
    expect(overFrom('abcdef', { unit: 'characters', count: 4 })).toBe(4);
    expect(overFrom(`ab${family}c`, { unit: 'graphemes', count: 3 })).toBe(2 + family.length);
    expect(overFrom('short', { unit: 'characters', count: 40 })).toBe(5);
  });
});

describe('a text over the limit is cut', () => {
  const limit = (count: number, more: Partial<TextLimit> = {}): TextLimit => ({
    unit: 'graphemes',
    count,
    ...more,
  });

  it('between paragraphs first', () => {
    expect(splitText('One is this.\n\nTwo. And more of two.', limit(30))).toEqual([
      'One is this.',
      'Two. And more of two.',
    ]);
  });

  it('between sentences where a paragraph is too long', () => {
    expect(splitText('The first one. The second one is longer.', limit(30))).toEqual([
      'The first one.',
      'The second one is longer.',
    ]);
  });

  it('between words where a sentence is too long', () => {
    expect(splitText('one two three four', limit(9))).toEqual(['one two', 'three', 'four']);
  });

  it('between letters where a word is too long, and never inside one', () => {
    expect(splitText(family.repeat(5), limit(2))).toEqual([family.repeat(2), family.repeat(2), family]);
  });

  it('never inside a web address that fits', () => {
    const link = 'https://example.org/some/where';
    expect(splitText(`Please look at ${link} today`, limit(32))).toEqual(['Please look at', link, 'today']);
  });

  it('inside a web address that is longer than a whole message', () => {
    const link = `https://example.org/${'x'.repeat(50)}`;
    expect(splitText(link, limit(30)).join('')).toBe(link);
  });

  it('leaves a text that fits as it is', () => {
    expect(splitText('  as it is \n', limit(20))).toEqual(['  as it is \n']);
  });

  it('cuts between sentences that have no space behind them', () => {
    expect(splitText('今日は晴れです。明日は雨でしょう。', limit(10))).toEqual([
      '今日は晴れです。',
      '明日は雨でしょう。',
    ]);
  });
});

const words = fc.oneof(
  fc.string({ minLength: 1, maxLength: 20 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }),
  fc.constantFrom(
    family,
    flag,
    accent,
    'https://example.org/a?b=c',
    '@ana@social.example.org',
    'Zurück.',
    '。',
    '\r\n',
    '\n\n',
    ' ',
    '. ',
    `e${'\u0301'.repeat(40)}`,
  ),
);
const texts = fc.array(words, { maxLength: 40 }).map((parts) => parts.join(''));
const limits: fc.Arbitrary<TextLimit> = fc.record(
  {
    unit: fc.constantFrom('bytes', 'utf16', 'characters', 'graphemes'),
    count: fc.integer({ min: 24, max: 200 }),
    bytes: fc.integer({ min: 30, max: 300 }),
    links: fc.constant(23),
    shortMentions: fc.constant(true),
  },
  { requiredKeys: ['unit', 'count'] },
);
const bare = (text: string): string => text.replace(/\s+/gu, '');

describe('whatever is written', () => {
  it('every piece fits, and nothing is lost but white space at the cuts', () => {
    fc.assert(
      fc.property(texts, limits, (text, limit) => {
        const pieces = splitText(text, limit);
        expect(bare(pieces.join(''))).toBe(bare(text));
        let from = 0;
        for (const piece of pieces) {
          expect(isWithin(measure(piece, limit))).toBe(true);
          const at = text.indexOf(piece, from);
          expect(at).toBeGreaterThanOrEqual(from);
          expect(text.slice(from, at).trim()).toBe('');
          from = at + piece.length;
        }
        expect(text.slice(from).trim()).toBe('');
      }),
      { numRuns: 2_000 },
    );
  });

  it('the short way of counting letters says what the segmenter says', () => {
    const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
    fc.assert(
      fc.property(texts, (text) => {
        const expected = [...segmenter.segment(text)].map(({ segment }) => segment);
        expect([...graphemesOf(text)]).toEqual(expected);
        expect(countGraphemes(text)).toBe(expected.length);
      }),
      { numRuns: 2_000 },
    );
  });

  it('counts a book of plain letters without going through it letter by letter', () => {
    expect(countGraphemes('A line of plain words.\r\n'.repeat(100_000))).toBe(2_300_000);
  });
});
