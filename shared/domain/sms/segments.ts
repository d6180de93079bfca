/** How a text travels by SMS: as 7-bit letters of GSM 03.38, or as UCS-2 as soon as one letter is not among those. */
export type SmsEncoding = 'gsm7' | 'ucs2';

/** What a text costs by SMS. `units` are septets or UCS-2 units; `left` is how many more fit before another segment begins. */
export type SmsSegments = {
  readonly encoding: SmsEncoding;
  readonly units: number;
  readonly segments: number;
  readonly left: number;
};

// 3GPP TS 23.038 section 6.2.1, the default alphabet in the order of its code points, without the escape (0x1B).
const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
// Section 6.2.1.1, the extension table: each of these takes an escape and a letter. The form feed stands for a page break.
const extended = '\f^{}\\[~]|€';

const septets: ReadonlyMap<string, number> = new Map([
  ...Array.from(basic, (letter) => [letter, 1] as const),
  ...Array.from(extended, (letter) => [letter, 2] as const),
]);

/** 140 bytes of a message are 160 septets or 70 units; the header of a part of several takes 6 bytes (3GPP TS 23.040 section 9.2.3.24). */
const sizes: Readonly<Record<SmsEncoding, { readonly single: number; readonly part: number }>> = {
  gsm7: { single: 160, part: 153 },
  ucs2: { single: 70, part: 67 },
};

/**
 * Counts the segments that a text is sent and paid in. A letter is never cut in two: an escape stays with its letter and the halves of
 * a surrogate pair stay together, so a segment may be left with a unit to spare. An empty text is sent in none.
 */
export function smsSegments(text: string): SmsSegments {
  const letters = Array.from(text);
  const encoding = letters.every((letter) => septets.has(letter)) ? 'gsm7' : 'ucs2';
  const costs = letters.map((letter) => (encoding === 'gsm7' ? (septets.get(letter) ?? 1) : letter.length));
  const units = costs.reduce((sum, cost) => sum + cost, 0);
  const { single, part } = sizes[encoding];
  if (units <= single) return { encoding, units, segments: units === 0 ? 0 : 1, left: single - units };
  let segments = 1;
  let filled = 0;
  for (const cost of costs) {
    if (filled + cost > part) {
      segments += 1;
      filled = 0;
    }
    filled += cost;
  }
  return { encoding, units, segments, left: part - filled };
}
