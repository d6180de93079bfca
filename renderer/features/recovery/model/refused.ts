import { refusalWords } from '#renderer/ui/index.ts';
import type { Words } from '#shared/messages/format.ts';

const placeOf = (failure: object): number | null =>
  'place' in failure && typeof failure.place === 'number' ? failure.place : null;

/** Why words, a passphrase or a backup were refused; a word that is in no list is named by its place. */
export const recoveryRefusal = (words: Words, failure: { readonly kind: string }): string => {
  const place = failure.kind === 'wrong-words' ? placeOf(failure) : null;
  return place === null ? refusalWords(words, failure) : words('recovery.enter.place', { place });
};
