import type { Language } from './languages.ts';
import { seededRandom } from './seeded-random.ts';
import type { SeededRandom } from './seeded-random.ts';

/** How many words people of one language use in such mail; the most frequent come first. */
const size = 6_000;

const latin = [
  'ba',
  'de',
  'lin',
  'mor',
  'ta',
  'ver',
  'son',
  'ki',
  'ru',
  'pen',
  'sto',
  'al',
  'gra',
  'fe',
  'nu',
  'cho',
  'wi',
  'ex',
];

/** What words are made of: syllables, with the letters that a language has beside others, or characters. */
const syllables: Readonly<Record<Language['code'], readonly [string, ...string[]]>> = {
  en: ['sh', ...latin, 'ing', 'er', 'th'],
  de: ['sch', ...latin, 'ung', 'ä', 'ö', 'ü', 'ß'],
  fr: ['é', ...latin, 'eau', 'è', 'ç', 'ê'],
  es: ['ñ', ...latin, 'ción', 'á', 'í', 'ó'],
  pl: ['ł', ...latin, 'ść', 'ą', 'ę', 'ż'],
  ru: ['за', 'ка', 'по', 'ро', 'тел', 'ни', 'вер', 'до', 'ст', 'ль', 'ми', 'ще', 'об', 'гра', 'ню', 'че'],
  ar: ['ال', 'مر', 'سل', 'كت', 'ون', 'در', 'با', 'حم', 'قي', 'طل', 'فا', 'نو', 'شح', 'عم', 'ري', 'زي'],
  ja: [
    '注',
    '文',
    '配',
    '送',
    '商',
    '品',
    '確',
    '認',
    '日',
    '本',
    '部',
    '電',
    '話',
    '番',
    '号',
    '返',
    '金',
    '時',
    '間',
    '店',
  ],
  zh: [
    '订',
    '单',
    '快',
    '递',
    '商',
    '品',
    '查',
    '询',
    '中',
    '国',
    '部',
    '电',
    '话',
    '号',
    '退',
    '款',
    '时',
    '间',
    '店',
    '货',
  ],
};

/** Languages that write without spaces. */
const unspaced: ReadonlySet<Language['code']> = new Set(['ja', 'zh']);

const made = new Map<Language['code'], readonly string[]>();

/** The same words in every mailbox: whoever searches knows what is to be found. */
const wordsOf = (code: Language['code']): readonly string[] => {
  const known = made.get(code);
  if (known !== undefined) return known;
  const random = seededRandom(
    Array.from(code, (letter) => letter.charCodeAt(0)).reduce((sum, letter) => sum * 31 + letter, 7),
  );
  const [first, ...others] = syllables[code];
  const words = new Set<string>();
  while (words.size < size) {
    const length = unspaced.has(code) ? 2 + random.below(2) : 2 + random.below(3);
    words.add(Array.from({ length }, () => random.pick([first, ...others])).join(''));
  }
  const list = [...words];
  made.set(code, list);
  return list;
};

/** One word; the n-th is used about 1/n as often as the first, as in any language (Zipf). */
const word = (random: SeededRandom, words: readonly string[]): string =>
  words[Math.floor(words.length ** random.next()) - 1] ?? '';

/** So many sentences of ordinary length, as one paragraph. */
export const paragraph = (random: SeededRandom, language: Language, sentences: number): string => {
  const words = wordsOf(language.code);
  const space = unspaced.has(language.code) ? '' : ' ';
  const stop = unspaced.has(language.code) ? '。' : '. ';
  return Array.from({ length: sentences }, () =>
    Array.from({ length: 6 + random.below(12) }, () => word(random, words)).join(space),
  )
    .join(stop)
    .concat(stop.trim());
};
