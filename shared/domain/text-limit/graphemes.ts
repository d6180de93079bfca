const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/**
 * Letters that can hang together with their neighbours: everything beyond ASCII, and the ASCII letter on either side.
 * Between two ASCII letters there is always a border (UAX 29 rules GB3 to GB5 and GB999), except in CR LF.
 */
const hanging = /[\p{ASCII}]?[^\p{ASCII}](?:[^\p{ASCII}]|\p{ASCII}(?=[^\p{ASCII}]))*\p{ASCII}?/gu;

const count = (iterable: Iterable<unknown>): number => {
  let counted = 0;
  for (const _one of iterable) counted += 1;
  return counted;
};

/** How many UTF-16 units the pairs of CR and LF are more than graphemes. */
const pairsIn = (ascii: string): number => (ascii.includes('\r') ? (ascii.match(/\r\n/g)?.length ?? 0) : 0);

/** Splits a text into what a person takes for letters (UAX 29), without the slow segmenter where it is plain ASCII. */
export function* graphemesOf(text: string): Generator<string> {
  const plain = function* (from: number, to: number): Generator<string> {
    for (let at = from; at < to; at += 1) {
      const pair = text[at] === '\r' && text[at + 1] === '\n' && at + 1 < to;
      yield pair ? '\r\n' : text.charAt(at);
      if (pair) at += 1;
    }
  };
  let done = 0;
  for (const { 0: stretch, index } of text.matchAll(hanging)) {
    // A CR that ends the plain part belongs to an LF that begins the stretch.
    const from = stretch.startsWith('\n') && text[index - 1] === '\r' && index > done ? index - 1 : index;
    yield* plain(done, from);
    const begin = Math.max(done, from);
    const to =
      index + stretch.length + (stretch.endsWith('\r') && text[index + stretch.length] === '\n' ? 1 : 0);
    for (const { segment } of segmenter.segment(text.slice(begin, to))) yield segment;
    done = to;
  }
  yield* plain(done, text.length);
}

/** How many graphemes a text has. */
export const countGraphemes = (text: string): number =>
  /^\p{ASCII}*$/u.test(text) ? text.length - pairsIn(text) : count(graphemesOf(text));

/** How many code points a text has. */
export const countCodePoints = (text: string): number => {
  let counted = text.length;
  for (let at = 0; at + 1 < text.length; at += 1) {
    // The first half of a pair, followed by its second.
    if ((text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) {
      counted -= 1;
      at += 1;
    }
  }
  return counted;
};

/** How many bytes a text is in UTF-8 (RFC 3629); half a surrogate pair becomes U+FFFD, as encoders make of it. */
export const countBytes = (text: string): number => {
  let counted = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) counted += 1;
    else if (unit < 0x800) counted += 2;
    else if ((unit & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) {
      counted += 4;
      at += 1;
    } else counted += 3;
  }
  return counted;
};
