import type { Words } from './format.ts';

/** How much longer than the English the texts are: other languages need about this much more room (W3C, "Text size in translation"). */
const share = 0.4;

const syllables = 'lorem ipsum dolor sit amet ';

/** A text with more behind it; what is empty stays so. */
const stretched = (text: string): string => {
  if (text === '') return text;
  const more = Math.ceil(text.length * share);
  return `${text} ${syllables
    .repeat(Math.ceil(more / syllables.length))
    .slice(0, more)
    .trim()}`;
};

/** The same words, each with 40 % more text, to see what is cut off. */
export const longerWords = (words: Words): Words =>
  Object.assign((...said: Parameters<Words>): string => stretched(words(...said)), {
    of: (...said: Parameters<Words['of']>): string => stretched(words.of(...said)),
    has: words.has,
    locale: words.locale,
  });
