import type { TextLimit } from '../channel-profile.ts';
import { countBytes, countCodePoints, countGraphemes } from './graphemes.ts';

/** A web address as far as servers count one: up to the white space, without the punctuation that ends a sentence. */
const links = /https?:\/\/[^\s<>"]+/giu;
const trailing: ReadonlySet<string> = new Set('.,;:!?\'"’”»)]}…');

/** A person named with their server, `@ana@example.org`; the part before the host is the first group. */
const mentions =
  /(?<![\p{L}\p{N}_/@.])(@[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]{0,100}[\p{L}\p{N}_])?)@[\p{L}\p{N}](?:[\p{L}\p{N}.-]{0,250}[\p{L}\p{N}])?/giu;

/** A part of a text that counts in its own way and is never cut: a web address or a mention. */
export type Whole = { readonly from: number; readonly to: number; readonly used: number };

/** Counts a stretch of text in a limit's unit, every letter for itself. */
export const countIn = (text: string, unit: TextLimit['unit']): number => {
  switch (unit) {
    case 'bytes':
      return countBytes(text);
    case 'utf16':
      return text.length;
    case 'characters':
      return countCodePoints(text);
    case 'graphemes':
      return countGraphemes(text);
  }
};

const linkAt = (text: string, limit: TextLimit, index: number): Whole => {
  let end = text.length;
  while (trailing.has(text.charAt(end - 1))) end -= 1;
  const shown = text.slice(0, end);
  return { from: index, to: index + shown.length, used: limit.links ?? countIn(shown, limit.unit) };
};

/** The web addresses and, where they count less, the mentions of a text, in order and apart. */
export const wholesIn = (text: string, limit: TextLimit): readonly Whole[] => {
  const found = [...text.matchAll(links)].map(({ 0: link, index }) => linkAt(link, limit, index));
  if (limit.shortMentions !== true) return found;
  const named = [...text.matchAll(mentions)]
    .map(({ 0: mention, 1: short, index }) => ({
      from: index,
      to: index + mention.length,
      used: countIn(short ?? mention, limit.unit),
    }))
    .filter(({ from, to }) => !found.some((link) => from < link.to && link.from < to));
  return named.length === 0 ? found : [...found, ...named].sort((one, other) => one.from - other.from);
};
