/** How many recovery words there are. */
export const wordCount = 12;

/** The words of a text; numbers before them, as on the paper, are left out. */
export const wordsOf = (text: string): readonly string[] => text.match(/\p{L}+/gu) ?? [];

/** How many words a text has so far. */
export const countWords = (text: string): number => wordsOf(text).length;

/** Three places (from 1) in their order that a person is asked for, drawn with `random` (0 up to, not with, 1). */
export const placesToAsk = (random: () => number): readonly number[] => {
  const left = Array.from({ length: wordCount }, (_, index) => index + 1);
  const drawn = Array.from({ length: 3 }, () => left.splice(Math.floor(random() * left.length), 1)).flat();
  return drawn.sort((one, other) => one - other);
};
