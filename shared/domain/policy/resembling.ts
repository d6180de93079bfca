import { policyKeyNames } from './keys.ts';
import type { PolicyKey } from './keys.ts';

/** So many slips of a finger still leave a name that is meant for a key. */
const mostSlips = 2;

/** Letters inserted, left out, exchanged or swapped on the way from one word to another (Damerau and Levenshtein, adjacent swaps). */
const slips = (one: string, other: string): number => {
  const width = other.length + 1;
  const far: number[] = [];
  const at = (row: number, column: number): number => far[row * width + column] ?? 0;
  for (let row = 0; row <= one.length; row += 1) {
    for (let column = 0; column < width; column += 1) {
      if (row === 0 || column === 0) {
        far[row * width + column] = row + column;
        continue;
      }
      const same = one.charAt(row - 1) === other.charAt(column - 1);
      let least = Math.min(
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + (same ? 0 : 1),
      );
      const swapped =
        row > 1 &&
        column > 1 &&
        one.charAt(row - 1) === other.charAt(column - 2) &&
        one.charAt(row - 2) === other.charAt(column - 1);
      if (swapped) least = Math.min(least, at(row - 2, column - 2) + 1);
      far[row * width + column] = least;
    }
  }
  return at(one.length, width - 1);
};

/** The words of a name, in any order and any case: `allowedChannels` is `channels.allowed`. */
const wordsOf = (name: string): string =>
  name
    .replaceAll(/([a-z])([A-Z])/gu, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/u)
    .filter((word) => word !== '')
    .sort()
    .join('');

const sectionOf = (key: string): string | null => (key.includes('.') ? (key.split('.')[0] ?? null) : null);

/** The keys that an unknown name may have been meant for: a slip of the finger, the same words, or a whole section. */
export const resembling = (name: string): readonly PolicyKey[] => {
  // A name longer than any key by more than the slips is none of them; and nobody makes us compare a novel.
  const short = name.slice(0, 100);
  return policyKeyNames.filter(
    (key) =>
      slips(short.toLowerCase(), key.toLowerCase()) <= mostSlips ||
      wordsOf(short) === wordsOf(key) ||
      sectionOf(key)?.toLowerCase() === short.trim().toLowerCase(),
  );
};
