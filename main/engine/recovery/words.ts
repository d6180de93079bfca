import { randomBytes } from 'node:crypto';
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';

/** 128 bits and 4 bits of checksum (BIP-39). */
const entropyBytes = 16;
const wordCount = 12;
/** No two words of the list begin with the same four letters. */
const telling = 4;

/** Which word is none; null where each is one and they do not belong together. */
export type BadWords = { readonly place: number | null };

/** The 16 bytes as twelve English words. */
export const wordsOf = (entropy: Uint8Array): readonly string[] =>
  entropyToMnemonic(entropy, wordlist).split(' ');

/** Twelve new words. */
export const newWords = (): readonly string[] => wordsOf(new Uint8Array(randomBytes(entropyBytes)));

/** A word as it was typed; null for one that is not in the list. Its first four letters are enough. */
export const fullWord = (typed: string): string | null => {
  const plain = typed.normalize('NFKC').trim().toLowerCase();
  if (wordlist.includes(plain)) return plain;
  if (plain.length < telling) return null;
  // Whoever knows only the beginning writes no more than that; anything longer is a slip.
  return plain.length === telling ? (wordlist.find((word) => word.startsWith(plain)) ?? null) : null;
};

/** The 16 bytes of what somebody typed, in any case and with anything between the words; the checksum refuses slips. */
export const entropyOf = (typed: string): Result<Uint8Array, BadWords> => {
  const parts = typed.split(/[^\p{L}]+/u).filter((part) => part !== '');
  const words = parts.slice(0, wordCount).map(fullWord);
  const strange = words.indexOf(null);
  if (strange >= 0) return fail({ place: strange + 1 });
  if (parts.length !== wordCount) return fail({ place: null });
  try {
    return ok(mnemonicToEntropy(words.join(' '), wordlist));
  } catch {
    return fail({ place: null });
  }
};
