import { LANGUAGES } from '../../support/mailbox-generator/languages.ts';
import type { Language } from '../../support/mailbox-generator/languages.ts';
import { seededRandom } from '../../support/mailbox-generator/seeded-random.ts';
import type { SeededRandom } from '../../support/mailbox-generator/seeded-random.ts';

/** Words of one language by how common they are, the most common first. */
export type Vocabulary = {
  readonly language: Language;
  readonly words: readonly string[];
  /** Between two words: nothing in Chinese and Japanese. */
  readonly space: string;
  /** A word by Zipf's law. */
  readonly draw: (random: SeededRandom) => string;
};

/** A person's words, a shop's products and names together; a corpus of a million mails has that many and more. */
const wordsOfLanguage = 60_000;
const drawn = 1 << 16;

const unspaced = new Set(['ja', 'zh']);

/** Words that really occur, from which the rarer ones are made by joining their halves. */
const knownWords = ({ sentences, greeting, closing, answers, subjects }: Language): readonly string[] => {
  const text = [greeting, ...sentences, ...answers, ...subjects, closing].join(' ');
  return [...new Set(text.toLowerCase().match(/\p{L}[\p{L}\p{M}]*/gu))];
};

const characters = (words: readonly string[]): readonly string[] => [...new Set(words.join(''))];

const madeWord = (random: SeededRandom, known: readonly string[], letters: readonly string[]): string => {
  const half = (at: 'start' | 'end'): string => {
    const word = known[random.below(known.length)] ?? '';
    const cut = 1 + random.below(Math.max(1, word.length - 1));
    return at === 'start' ? word.slice(0, cut) : word.slice(-cut);
  };
  const middle = Array.from({ length: random.below(3) }, () => letters[random.below(letters.length)] ?? '');
  return `${half('start')}${middle.join('')}${half('end')}`;
};

const madeRun = (random: SeededRandom, letters: readonly string[]): string =>
  Array.from({ length: 2 + random.below(2) }, () => letters[random.below(letters.length)] ?? '').join('');

/**
 * Which word stands at each of 65,536 equal shares of all that is written. Zipf-Mandelbrot with an exponent of 1.05 and
 * a shift of 2.7, as English has it.
 */
const shares = (count: number): Uint32Array => {
  const weights = Float64Array.from({ length: count }, (_, rank) => (rank + 1 + 2.7) ** -1.05);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const table = new Uint32Array(drawn);
  let word = 0;
  let until = weights[0] ?? 0;
  for (let share = 0; share < drawn; share += 1) {
    while ((share + 0.5) / drawn > until / all && word < count - 1) {
      word += 1;
      until += weights[word] ?? 0;
    }
    table[share] = word;
  }
  return table;
};

/** A word in so many is drawn evenly from all: the table alone would never give the rarest. */
const evenShare = 0.04;

const vocabularyOf = (language: Language, seed: number): Vocabulary => {
  const random = seededRandom(seed);
  const known = knownWords(language);
  const letters = characters(known);
  const words = new Set(known);
  const dense = unspaced.has(language.code);
  while (words.size < wordsOfLanguage)
    words.add(dense ? madeRun(random, letters) : madeWord(random, known, letters));
  const list = [...words];
  const table = shares(list.length);
  return {
    language,
    words: list,
    space: dense ? '' : ' ',
    draw: (by) => list[by.chance(evenShare) ? by.below(list.length) : (table[by.below(drawn)] ?? 0)] ?? '',
  };
};

/** Every language that customers write; English and German more often than the others (see {@link pickVocabulary}). */
export const makeVocabularies = (): readonly Vocabulary[] =>
  LANGUAGES.map((language, place) => vocabularyOf(language, 1_000 + place));

/** Half of all conversations are English, a fifth German, the rest any. */
export const pickVocabulary = (vocabularies: readonly Vocabulary[], random: SeededRandom): Vocabulary => {
  const share = random.next();
  const place = share < 0.5 ? 0 : share < 0.7 ? 1 : random.below(vocabularies.length);
  const found = vocabularies[place];
  if (found === undefined) throw new Error('there are no languages');
  return found;
};
