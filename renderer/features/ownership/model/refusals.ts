import { refusalWords } from '#renderer/ui/index.ts';
import type { Changed } from '#shared/contract/refusals.ts';
import type { Words } from '#shared/messages/format.ts';

/** Why some conversations were left as they were, each reason once with how many it holds for. */
export const refusedWords = (words: Words, refused: Changed['refused']): string => {
  const [first, ...others] = refused;
  if (first === undefined) return '';
  if (others.length === 0) return refusalWords(words, first.why);
  const counts = new Map<string, number>();
  for (const { why } of refused) {
    const said = refusalWords(words, why);
    counts.set(said, (counts.get(said) ?? 0) + 1);
  }
  return [...counts]
    .map(([said, count]) => words('ownership.refused.some', { words: said, count }))
    .join(' ');
};
