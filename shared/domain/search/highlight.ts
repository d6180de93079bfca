/** A stretch of text; `match` is true where it is what was looked for. */
export type HighlightSegment = { readonly text: string; readonly match: boolean };

/** What to mark: folded words in a row; the last one may be the beginning of a longer word. */
export type Needle = { readonly words: readonly string[]; readonly prefix: boolean };

const foldedChars = new Map<string, string>();

/** One character without accents and case, as the search index folds it; marks fold to nothing. */
const foldChar = (char: string): string => {
  const known = foldedChars.get(char);
  if (known !== undefined) return known;
  const folded = char.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  // All scripts together have fewer; a text made of every code point must not fill the memory.
  if (foldedChars.size < 20_000) foldedChars.set(char, folded);
  return folded;
};

/** A text as the index sees it, with the place in the original for each unit of the folded text; null where they are the same. */
type Folded = { readonly text: string; readonly from: readonly number[] | null };

/** A stretch without ASCII, unit by unit; empty where a unit does not fold to one unit, such as a mark or half a pair. */
const foldRun = (run: string): string => {
  let folded = '';
  for (let at = 0; at < run.length; at += 1) {
    const unit = run.charAt(at);
    const plain = unit === '’' ? "'" : foldChar(unit);
    if (plain.length !== 1 || halfOfPair.test(unit)) return '';
    folded += plain;
  }
  return folded;
};

const halfOfPair = /\p{Cs}/u;

/** Most texts fold unit by unit: then every place stays where it is. Null where one does not. */
const foldEvenly = (text: string): string | null => {
  const even = text.replace(/[\u0080-\uffff]+/g, foldRun);
  return even.length === text.length ? even.toLowerCase() : null;
};

const fold = (text: string): Folded => {
  const even = foldEvenly(text);
  if (even !== null) return { text: even, from: null };
  const from: number[] = [];
  let folded = '';
  let at = 0;
  for (const char of text) {
    const plain = char === '’' ? "'" : foldChar(char);
    folded += plain;
    while (from.length < folded.length) from.push(at);
    at += char.length;
  }
  from.push(at);
  return { text: folded, from };
};

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/gu, '\\$&');

/** Scripts written without spaces: there a word may begin and end anywhere. */
const unspaced = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;

const patternOf = ({ words, prefix }: Needle): string => {
  const body = words.map((word) => escape(foldText(word))).join('[^\\p{L}\\p{N}]{0,5}');
  const first = words[0] ?? '';
  const last = words.at(-1) ?? '';
  const start = unspaced.test(first.slice(0, 1)) ? '' : '(?<![\\p{L}\\p{N}])';
  const end = prefix || unspaced.test(last.slice(-1)) ? '' : '(?![\\p{L}\\p{N}])';
  return `${start}${body}${end}`;
};

const foldText = (text: string): string => Array.from(text, foldChar).join('');

const matchers = new WeakMap<readonly Needle[], RegExp>();

/** The same needles mark every text of a page: their pattern is made once. */
const matcherOf = (needles: readonly Needle[]): RegExp | null => {
  const known = matchers.get(needles);
  if (known !== undefined) return known;
  const patterns = needles.filter((needle) => needle.words.some((word) => word !== '')).map(patternOf);
  if (patterns.length === 0) return null;
  const matcher = new RegExp(patterns.join('|'), 'gu');
  matchers.set(needles, matcher);
  return matcher;
};

type Range = readonly [start: number, end: number];

/** More marks than this in one line help nobody. */
const mostMarks = 50;

const rangesIn = (text: string, needles: readonly Needle[], most: number): readonly Range[] => {
  const matcher = matcherOf(needles);
  if (matcher === null) return [];
  const folded = fold(text);
  const ranges: Range[] = [];
  for (const match of folded.text.matchAll(matcher)) {
    const [start, end] = [match.index, match.index + match[0].length].map((at) =>
      folded.from === null ? at : folded.from[at],
    );
    if (start !== undefined && end !== undefined && end > start) ranges.push([start, end]);
    if (ranges.length >= most) break;
  }
  return ranges;
};

const segmentsOf = (text: string, ranges: readonly Range[]): readonly HighlightSegment[] => {
  const segments: HighlightSegment[] = [];
  let at = 0;
  for (const [start, end] of ranges) {
    if (start > at) segments.push({ text: text.slice(at, start), match: false });
    segments.push({ text: text.slice(start, end), match: true });
    at = end;
  }
  if (at < text.length) segments.push({ text: text.slice(at), match: false });
  return segments;
};

/** Whether any of the needles occurs in a text. */
export const occurs = (text: string, needles: readonly Needle[]): boolean =>
  rangesIn(text, needles, 1).length > 0;

/** A whole text, such as a subject, with what was looked for marked. */
export const highlight = (text: string, needles: readonly Needle[]): readonly HighlightSegment[] =>
  segmentsOf(text, rangesIn(text, needles, mostMarks));

/** A text is looked through this far for the place to show; in UTF-16 units. */
const lookedThrough = 20_000;
const before = 60;
const shown = 200;

/** The surroundings of the first match, white space made even; null when nothing matches in the part looked through. */
export const excerpt = (text: string, needles: readonly Needle[]): readonly HighlightSegment[] | null => {
  const head = text.slice(0, lookedThrough);
  const [first] = rangesIn(head, needles, 1);
  if (first === undefined) return null;
  const start = wordStart(head, Math.max(0, first[0] - before), first[0]);
  const window = head
    .slice(start, start + shown)
    .replace(/\s+/gu, ' ')
    .trim();
  const cut = `${start > 0 ? '…' : ''}${window}${start + shown < text.length ? '…' : ''}`;
  return highlight(cut, needles);
};

/** The beginning of the word after a place, so that an excerpt does not start in the middle of one. */
const wordStart = (text: string, from: number, limit: number): number => {
  if (from === 0) return 0;
  const space = text.slice(from, limit).search(/\s/u);
  return space < 0 ? limit : from + space + 1;
};
