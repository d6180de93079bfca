import { refusalWords } from '#renderer/ui/index.ts';
import type { Changed } from '#shared/contract/refusals.ts';
import type { Words } from '#shared/messages/format.ts';

type Why = Changed['refused'][number]['why'];

const saidOfMany = (words: Words, why: Why, count: number): string =>
  why.kind === 'owned'
    ? words('ownership.refused.owned', { name: why.name, count })
    : words('ownership.refused.some', { words: refusalWords(words, why), count });

/** Why some conversations were left as they were, each reason once with how many it holds for. */
export const refusedWords = (words: Words, refused: Changed['refused']): string => {
  const [first, ...others] = refused;
  if (first === undefined) return '';
  if (others.length === 0) return refusalWords(words, first.why);
  const reasons = new Map<string, { readonly why: Why; readonly count: number }>();
  for (const { why } of refused) {
    const said = refusalWords(words, why);
    reasons.set(said, { why, count: (reasons.get(said)?.count ?? 0) + 1 });
  }
  return [...reasons.values()].map(({ why, count }) => saidOfMany(words, why, count)).join(' ');
};
