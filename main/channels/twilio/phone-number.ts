// ITU-T E.164: a country code, which never begins with 0, and at most 15 digits in all. The shortest numbers in use have seven.
const e164 = /^\+[1-9]\d{6,14}$/;
const longestTyped = 64;

/**
 * Reads a telephone number as people write it: with blanks, dashes, dots, slashes, brackets, with `+` or `00` before the country code, and
 * as a link. Null for what is none, and for a number without its country code, which could be anybody's.
 */
export function readPhoneNumber(typed: string): string | null {
  if (typed.length > longestTyped) return null;
  const text = typed
    .normalize('NFKC')
    .trim()
    .replace(/^(?:whatsapp:|tel:)\s*/i, '');
  // "+44 (0)20 …": the 0 is dialled inside the country only.
  const digits = text
    .replace(/^(\+|00)(.*?)\(0\)/u, '$1$2')
    .replace(/^00/u, '+')
    .replaceAll(/[\s\u200b-\u200f\u2060\p{Pd}\u2212().[\]/]/gu, '');
  return e164.test(digits) ? digits : null;
}
