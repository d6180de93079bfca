/** Letters without case and accents, so that "resume" finds "Résumé". */
const folded = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/**
 * How well a label fits what was typed, or 0 if it does not: every typed word has to begin a word of the label, and
 * words in the order of the label fit better.
 */
const fit = (label: string, typed: string): number => {
  const wanted = folded(typed)
    .split(/\s+/u)
    .filter((word) => word !== '');
  const words = folded(label).split(/[\s:()/-]+/u);
  let score = 1;
  let last = -1;
  for (const word of wanted) {
    const at = words.findIndex((candidate) => candidate.startsWith(word));
    if (at < 0) return 0;
    score += (at > last ? 2 : 1) + (at === 0 ? 2 : 0) + (words[at] === word ? 1 : 0);
    last = at;
  }
  return score;
};

/** The things that fit, best first; those that fit equally stay in their order. */
export const fitting = <Thing extends { readonly label: string }>(
  things: readonly Thing[],
  typed: string,
): readonly Thing[] =>
  things
    .map((thing) => ({ thing, score: fit(thing.label, typed) }))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score)
    .map(({ thing }) => thing);
