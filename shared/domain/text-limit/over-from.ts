import type { TextLimit } from '../channel-profile.ts';
import { graphemesOf } from './graphemes.ts';
import { isWithin, measure } from './measure.ts';

/** Where in a text the limit is reached, in UTF-16 units; what stands from there on is over it. The length where it fits. */
export const overFrom = (text: string, limit: TextLimit): number => {
  if (isWithin(measure(text, limit))) return text.length;
  const ends = [0];
  for (const letter of graphemesOf(text)) ends.push((ends.at(-1) ?? 0) + letter.length);
  let fits = 0;
  let tooLong = ends.length - 1;
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (isWithin(measure(text.slice(0, ends[middle]), limit))) fits = middle;
    else tooLong = middle;
  }
  return ends[fits] ?? 0;
};
