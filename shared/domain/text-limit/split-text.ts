import type { TextLimit } from '../channel-profile.ts';
import { countBytes, graphemesOf } from './graphemes.ts';
import { isWithin, measure } from './measure.ts';
import { countIn, wholesIn } from './wholes.ts';

/** What is never cut, with what it takes of the limit. */
type Atom = { readonly text: string; readonly used: number; readonly bytes: number };

/** How good a place is to cut before an atom; higher is better. */
const ranks = { word: 1, sentence: 2, line: 3, paragraph: 4 } as const;
type Border = { readonly at: number; readonly rank: number };

/** A cut that leaves less than this share of a message is only made where there is no better one. */
const leastShare = 1 / 3;

const atomOf = (text: string, limit: TextLimit, used = countIn(text, limit.unit)): Atom => ({
  text,
  used,
  bytes: limit.bytes === undefined ? 0 : countBytes(text),
});

const fits = (used: number, bytes: number, limit: TextLimit): boolean =>
  used <= limit.count && bytes <= (limit.bytes ?? Number.POSITIVE_INFINITY);

/** Code points one by one, for a letter with so many marks that it is longer than a whole message. */
const crumbs = (text: string, limit: TextLimit): Atom[] =>
  Array.from(text, (letter) => atomOf(letter, limit));

function* lettersOf(text: string, limit: TextLimit): Generator<Atom> {
  for (const letter of graphemesOf(text)) {
    const atom = atomOf(letter, limit);
    if (fits(atom.used, atom.bytes, limit)) yield atom;
    else yield* crumbs(letter, limit);
  }
}

/** The text as atoms; a web address that is longer than a whole message comes letter by letter. */
function* atomsOf(text: string, limit: TextLimit): Generator<Atom> {
  let done = 0;
  for (const { from, to, used } of wholesIn(text, limit)) {
    yield* lettersOf(text.slice(done, from), limit);
    const whole = atomOf(text.slice(from, to), limit, used);
    if (fits(whole.used, whole.bytes, limit)) yield whole;
    else yield* lettersOf(whole.text, limit);
    done = to;
  }
  yield* lettersOf(text.slice(done), limit);
}

const isSpace = (text: string): boolean => /^\s+$/u.test(text);

/** What ends a sentence with white space behind it, and what does without. */
const sentenceEnd = /[.!?…][)\]"'”’»]*$/u;
const wideSentenceEnd = /[。！？][」』）]*$/u;

/** Where the atoms may be cut, each before the white space that falls away there. */
const bordersIn = (atoms: readonly Atom[]): readonly Border[] => {
  const borders: Border[] = [];
  for (let at = 1; at < atoms.length; at += 1) {
    const before = atoms[at - 1]?.text ?? '';
    const here = atoms[at]?.text ?? '';
    if (isSpace(before)) continue;
    const said = (atoms[at - 2]?.text ?? '') + before;
    if (isSpace(here)) {
      let spaces = here;
      for (let next = at + 1; isSpace(atoms[next]?.text ?? ''); next += 1) spaces += atoms[next]?.text ?? '';
      const lines = spaces.match(/\n|\r(?!\n)/g)?.length ?? 0;
      const rank =
        lines > 1
          ? ranks.paragraph
          : lines === 1
            ? ranks.line
            : sentenceEnd.test(said)
              ? ranks.sentence
              : ranks.word;
      borders.push({ at, rank });
    } else if (wideSentenceEnd.test(said)) borders.push({ at, rank: ranks.sentence });
  }
  return borders;
};

/** The best border that leaves a message of a decent length, or else the last word's, or else the end. */
const cutOf = (atoms: readonly Atom[], next: Atom): number => {
  const room = atoms.length;
  // What comes next decides whether the last border is one: "word" and a space.
  const borders = bordersIn([...atoms, next]);
  const decent = borders.filter(({ at }) => at >= room * leastShare);
  const best = Math.max(0, ...decent.map(({ rank }) => rank));
  return (decent.findLast(({ rank }) => rank === best) ?? borders.at(-1))?.at ?? room;
};

const textOf = (atoms: readonly Atom[]): string => atoms.map(({ text }) => text).join('');
const sum = (atoms: readonly Atom[], part: 'used' | 'bytes'): number =>
  atoms.reduce((total, atom) => total + atom[part], 0);

/** Where the message ends that begins with these atoms; less than `cut` where a web address that was cut counts for more. */
const checked = (atoms: readonly Atom[], cut: number, limit: TextLimit): number => {
  let end = cut;
  while (end > 1 && !isWithin(measure(textOf(atoms.slice(0, end)).trimEnd(), limit))) end -= 1;
  return end;
};

/**
 * Cuts a text that is over a limit into messages that are not: between paragraphs, else lines, sentences, words or
 * letters, never inside a letter (UAX 29), a web address or a mention that fits. White space at the cuts falls away and
 * nothing else. A text within the limit comes back as it is.
 */
export const splitText = (text: string, limit: TextLimit): readonly string[] => {
  if (isWithin(measure(text, limit))) return [text];
  const pieces: string[] = [];
  let held: Atom[] = [];
  let used = 0;
  let bytes = 0;
  const take = (wanted: number): void => {
    const cut = checked(held, wanted, limit);
    pieces.push(textOf(held.slice(0, cut)).trimEnd());
    const rest = held.slice(cut);
    const begin = rest.findIndex((atom) => !isSpace(atom.text));
    held = begin < 0 ? [] : rest.slice(begin);
    used = sum(held, 'used');
    bytes = sum(held, 'bytes');
  };
  for (const atom of atomsOf(text, limit)) {
    while (held.length > 0 && !fits(used + atom.used, bytes + atom.bytes, limit)) take(cutOf(held, atom));
    if (held.length === 0 && isSpace(atom.text)) continue;
    held.push(atom);
    used += atom.used;
    bytes += atom.bytes;
  }
  while (held.length > 0) take(held.length);
  return pieces.filter((piece) => piece !== '');
};
