/** A piece of a text: words, or an address that may be followed. */
export type Piece = { readonly text: string; readonly href: string | null };

const address = /https?:\/\/[^\s<>"'`\p{Cc}\u202a-\u202e\u2066-\u2069]+/giu;
const longest = 2_000;

/** An address ends before the punctuation of the sentence it stands in, and before a bracket that it did not open. */
function trimmed(found: string): string {
  let end = found.replace(/[.,;:!?…]+$/, '');
  for (const [open, close] of [
    ['(', ')'],
    ['[', ']'],
  ] as const) {
    while (end.endsWith(close) && end.split(open).length < end.split(close).length) end = end.slice(0, -1);
  }
  return end.replace(/[.,;:!?…]+$/, '');
}

const hrefOf = (found: string): string | null => {
  try {
    return new URL(found).href;
  } catch {
    return null;
  }
};

/** Cuts a text at the web addresses in it; only http and https are taken for such, and only where a browser can read them. */
export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(address)) {
    const found = trimmed(match[0]);
    const href = found.length > longest ? null : hrefOf(found);
    if (href === null) continue;
    if (match.index > at) pieces.push({ text: text.slice(at, match.index), href: null });
    pieces.push({ text: found, href });
    at = match.index + found.length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), href: null });
  return pieces;
}
