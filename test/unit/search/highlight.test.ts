import { describe, expect, it } from 'vitest';
import { excerpt, highlight } from '#shared/domain/search/highlight.ts';
import { seededRandom } from '#test/support/mailbox-generator/seeded-random.ts';

const needle = (word: string, prefix = false) => [{ words: [word], prefix }];

/** What is marked, in square brackets. */
const marked = (text: string, word: string, prefix = false): string =>
  highlight(text, needle(word, prefix))
    .map((segment) => (segment.match ? `[${segment.text}]` : segment.text))
    .join('');

describe('marking what was found', () => {
  it.each([
    ['The CAFÉ is open', 'cafe', 'The [CAFÉ] is open'],
    ['Cafe\u0301 au lait', 'cafe', '[Cafe\u0301] au lait'],
    ['Ein Gruß, İstanbul und Größe', 'große', 'Ein Gruß, İstanbul und [Größe]'],
    ['👋🏽 hello ❤️ lamp', 'lamp', '👋🏽 hello ❤️ [lamp]'],
    ['𐐀 lamp 𐐀', 'lamp', '𐐀 [lamp] 𐐀'],
    ['ΟΔΟΣ και οδός', 'οδοσ', '[ΟΔΟΣ] και οδός'],
    ['I can’t', "can't", 'I [can’t]'],
    ['Где мой Заказ?', 'заказ', 'Где мой [Заказ]?'],
    ['주문 번호', '주문', '[주문] 번호'],
    ['half \ud83d lamp', 'lamp', 'half \ud83d [lamp]'],
  ])('%s', (text, word, shown) => {
    expect(marked(text, word)).toBe(shown);
  });

  it('finds the word at its place among whatever stands before it', () => {
    const random = seededRandom(4_711);
    const pieces = [
      'a',
      'É',
      'ß',
      'e\u0301',
      '👋🏽',
      '❤️',
      'Ω',
      'が',
      '한',
      'İ',
      '’',
      '\u0000',
      'ﬁ',
      '\ud83d',
    ] as const;
    for (let round = 0; round < 500; round += 1) {
      const noise = Array.from({ length: random.below(12) }, () => random.pick(pieces)).join('');
      expect(marked(`${noise} Lámpara ${noise}`, 'lamp', true), `seed 4711, round ${String(round)}`).toBe(
        `${noise} [Lámp]ara ${noise}`,
      );
    }
  });

  it('gives the text back whole, and cuts an excerpt where the match is', () => {
    const long = `${'word '.repeat(500)}Größe ${'word '.repeat(500)}`;
    expect(
      highlight(long, needle('große'))
        .map(({ text }) => text)
        .join(''),
    ).toBe(long);
    expect(excerpt(long, needle('große'))?.find(({ match }) => match)?.text).toBe('Größe');
    expect(excerpt(long, needle('lamp'))).toBeNull();
  });
});
