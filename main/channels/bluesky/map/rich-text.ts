import type { Facet } from './views.ts';

const linkFeature = 'app.bsky.richtext.facet#link';
const longestAddress = 4_000;

const withoutScheme = (text: string): string =>
  text
    .trim()
    .replace(/^https?:\/\//i, '')
    .replace(/\/$/, '');

/** True where the words are the address itself, perhaps cut short with dots at the end. */
function standsFor(words: string, address: string): boolean {
  const shown = withoutScheme(words.replace(/(\.\.\.|…)$/u, ''));
  return shown !== '' && withoutScheme(address).toLowerCase().startsWith(shown.toLowerCase());
}

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/**
 * The text with its links in full: most programs show only the beginning of an address, and keep the whole one beside the text, at byte
 * positions in UTF-8 (lexicon app.bsky.richtext.facet). Positions that make no sense are passed over.
 */
export function plainText(text: string, facets: readonly Facet[]): string {
  const links = facets
    .flatMap(({ index, features }) => {
      const address = features.find(({ $type }) => $type === linkFeature)?.uri ?? '';
      const usable = /^https?:\/\//i.test(address) && address.length <= longestAddress;
      return usable ? [{ from: index.byteStart, to: index.byteEnd, address }] : [];
    })
    .sort((one, other) => one.from - other.from);
  if (links.length === 0) return text;
  const bytes = new TextEncoder().encode(text);
  const pieces: string[] = [];
  let at = 0;
  for (const { from, to, address } of links) {
    if (from < at || to <= from || to > bytes.length) continue;
    const words = decode(bytes.subarray(from, to));
    pieces.push(decode(bytes.subarray(at, from)));
    pieces.push(standsFor(words, address) ? address : `${words} (${address})`);
    at = to;
  }
  pieces.push(decode(bytes.subarray(at)));
  return pieces.join('');
}
