import type { Segment } from '#shared/contract/search.ts';

/** How much is shown before the first match, in characters: enough to see its sentence, little enough that the match is in sight. */
const before = 24;

/** An excerpt that begins shortly before its first match, so that the end of a narrow line does not hide why it was found. */
export const fromFirstMatch = (segments: readonly Segment[]): readonly Segment[] => {
  const first = segments.findIndex(({ match }) => match);
  const lead = segments
    .slice(0, Math.max(0, first))
    .map(({ text }) => text)
    .join('');
  if (lead.length <= before) return segments;
  const cut = lead.slice(-before);
  // From the next whole word, where there is one.
  const word = cut.indexOf(' ');
  return [{ text: `… ${cut.slice(word + 1)}`, match: false }, ...segments.slice(first)];
};
