import { seededRandom } from '../../support/mailbox-generator/seeded-random.ts';
import { makeVocabularies } from '../workspaces/vocabulary.ts';

/** Queries of one kind, as they are typed. Without a space at its end the last word is the beginning of one. */
export type QueryClass = { readonly name: string; readonly queries: readonly string[] };

const each = 12;

/** What people look for, by how hard it is: how common the words are, how few of their letters are typed, what is asked besides. */
export const queryClasses = (): readonly QueryClass[] => {
  const vocabularies = makeVocabularies();
  const random = seededRandom(99);
  /** Words of English and German by their place among the most common; long enough to be looked for. */
  const words = (from: number, to: number): readonly string[] =>
    Array.from({ length: each }, (_, n) => {
      const list = (vocabularies[n % 2]?.words ?? []).slice(from, to).filter((word) => word.length > 3);
      return list[random.below(list.length)] ?? '';
    });
  const common = words(0, 60);
  const mid = words(1_500, 3_000);
  const typed = (word: string): readonly string[] =>
    Array.from({ length: word.length - 1 }, (_, n) => word.slice(0, n + 2));
  const after = (query: string): readonly string[] => common.map((word) => `${query} ${word} `);
  return [
    { name: 'common word', queries: common.map((word) => `${word} `) },
    {
      name: 'two common words',
      queries: common.map((word, n) => `${word} ${common[(n + 2) % each] ?? ''} `),
    },
    {
      name: 'phrase',
      queries: ['"tracking page" ', '"eine Schraube fehlt" ', '"Kind regards" ', '"was open when it came" '],
    },
    { name: 'prefix of 2', queries: common.map((word) => word.slice(0, 2)) },
    { name: 'prefix of 3', queries: common.map((word) => word.slice(0, 3)) },
    { name: 'as it is typed, letter by letter', queries: common.slice(0, 6).flatMap(typed) },
    {
      name: 'two words as they are typed',
      queries: common.map((word, n) => `${word} ${(mid[n] ?? '').slice(0, 3)}`),
    },
    { name: 'mid word', queries: mid.map((word) => `${word} `) },
    { name: 'rare word', queries: words(40_000, 60_000).map((word) => `${word} `) },
    { name: 'no hit', queries: ['qxzvk ', 'jqwxy ', 'order qxzvk ', '"page tracking lamps" '] },
    {
      name: 'one order number',
      queries: Array.from({ length: each }, (_, n) => `${String(10_100 + n * 371)} `),
    },
    {
      name: 'from a customer',
      queries: Array.from({ length: each }, (_, n) => `from:customer${String(n * 37)} `),
    },
    {
      name: 'from a common name',
      queries: ['from:carol ', 'from:anna ', 'from:"Tom Baker" ', 'from:lamps '],
    },
    { name: 'to an inbox', queries: ['to:billing ', 'to:press ', 'to:jobs lamp'] },
    { name: 'subject', queries: ['subject:parcel ', 'subject:rechnung ', 'subject:inv'] },
    {
      name: 'common word in a folder',
      queries: [...after('in:billing'), ...after('in:jobs'), ...after('in:sent')],
    },
    { name: 'common word, open', queries: after('in:open') },
    { name: 'mid word, open', queries: mid.map((word) => `is:open ${word} `) },
    { name: 'common word, unread', queries: after('is:unread') },
    { name: 'unread', queries: ['is:unread ', 'is:unread is:open '] },
    { name: 'common word with a file', queries: after('has:attachment') },
    {
      name: 'common word in a month',
      queries: common.map(
        (word, n) =>
          `${word} after:2025-${String(1 + (n % 9)).padStart(2, '0')} before:2025-${String(2 + (n % 9)).padStart(2, '0')} `,
      ),
    },
    { name: 'everything but a word', queries: common.map((word) => `-${word} has:attachment `) },
    { name: 'Chinese and Japanese words', queries: ['包裹 ', '收据 ', 'ランプ ', '配送状況 ', '注文'] },
  ];
};

/** The same question as notmuch is asked it; null where it has no such thing: our folders, how a conversation stands. */
export const notmuchQuery = (typed: string): string | null => {
  if (/\b(?:in|is|has|after|before):|(?:^| )-|\p{sc=Han}|\p{sc=Katakana}/u.test(typed)) return null;
  if (typed.endsWith(' ') || typed.endsWith('"')) return typed.trim();
  return `${typed}*`;
};
