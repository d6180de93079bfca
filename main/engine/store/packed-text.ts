import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';

/** A text as its row keeps it: as it is, or with `text` empty and its UTF-8 bytes packed (RFC 1951), `size` of them. */
export type StoredText = {
  readonly text: string;
  readonly packed: Uint8Array<ArrayBuffer> | null;
  readonly size: number | null;
};

/** The columns of {@link StoredText}, of a table `t`. */
export const textColumns = 't.text, t.packed, t.size';

/** How many bytes a text has, of a table `t`. */
export const textSize = 'ifnull(t.size, octet_length(t.text))';

/** Bytes below which packing saves less than it costs to read: a line or two. */
const shortest = 256;
/** What packing must save to be worth it, as a share of the text. */
const worthwhile = 1 / 8;

/**
 * A window of 8 KiB is as good for mails as the usual 32, and quicker to set up: 25 us for 1 KB of text. Flushed and not ended, so
 * that several can be unpacked as one, which takes 4 us for each instead of 12.
 */
const packing = { level: 6, windowBits: 13, memLevel: 7, finishFlush: constants.Z_SYNC_FLUSH };
/** With what every flush ends; it is left out, as RFC 7692 section 7.2.1 does. */
const tail = Buffer.from([0, 0, 0xff, 0xff]);

/** Brings a text into the form in which its row keeps it. */
export const packText = (text: string): StoredText => {
  const plain = { text, packed: null, size: null };
  if (text.length < shortest) return plain;
  const bytes = Buffer.from(text);
  const packed = deflateRawSync(bytes, packing).subarray(0, -tail.length);
  if (packed.length > bytes.length * (1 - worthwhile)) return plain;
  return { text: '', packed: new Uint8Array(packed), size: bytes.length };
};

/** The whole texts of rows, in their order. Throws where bytes are damaged. */
export const unpackTexts = (rows: readonly StoredText[]): readonly string[] => {
  const whole = rows.reduce((sum, { size }) => sum + (size ?? 0), 0);
  const packed = rows.flatMap((row) => (row.packed === null ? [] : [row.packed, tail]));
  if (packed.length === 0) return rows.map(({ text }) => text);
  // One piece of just the right size.
  const options = { chunkSize: Math.max(64, whole), finishFlush: constants.Z_SYNC_FLUSH };
  const bytes = inflateRawSync(Buffer.concat(packed), { ...options, windowBits: packing.windowBits });
  if (bytes.length !== whole) throw new Error('a packed text is not as long as it was');
  let from = 0;
  return rows.map((row) => {
    if (row.packed === null) return row.text;
    const end = from + (row.size ?? 0);
    const text = bytes.toString('utf8', from, end);
    from = end;
    return text;
  });
};

/** The whole text of a row. Throws where its bytes are damaged. */
export const unpackText = (row: StoredText): string =>
  row.packed === null ? row.text : (unpackTexts([row])[0] ?? '');

/** The beginning of a text, so many UTF-16 units at most, never half a pair. */
export const beginningOf = (text: string, most: number): string => {
  if (text.length <= most) return text;
  const last = text.charCodeAt(most - 1);
  return text.slice(0, last >= 0xd8_00 && last <= 0xdb_ff ? most - 1 : most);
};

/** Shorter ones are not worth looking for in their text. */
const shortestLead = 32;
/** A snippet of 200 units, which is the longest that channels make, stands within so many of its text. */
const leadWithin = 2_000;

/** A space that stands alone is passed over rather than written anew. */
const inOneLine = (text: string): string =>
  text
    .slice(0, leadWithin)
    .replace(/[^\S ]\s*| \s+/gu, ' ')
    .trim();

/** The beginning of that line, with so many units at least where there are so many: less of the text has to be looked at. */
const beginsInOneLine = (text: string, length: number): string => {
  const line = inOneLine(text.slice(0, 2 * length));
  return line.length < length ? inOneLine(text) : line;
};

/** A snippet as its row keeps it: as it is, or empty where it is the beginning of the text, `lead` units of it; below zero with an ellipsis behind them. */
export type KeptSnippet = { readonly snippet: string; readonly lead: number | null };

/** Brings a snippet into the form in which its row keeps it: most are the beginning of their text, in one line. */
export const snippetIn = (text: string, snippet: string): KeptSnippet => {
  if (snippet.length < shortestLead) return { snippet, lead: null };
  const line = beginsInOneLine(text, snippet.length);
  if (line.startsWith(snippet)) return { snippet: '', lead: snippet.length };
  const bare = snippet.endsWith('…') ? snippet.slice(0, -1) : snippet;
  return bare !== snippet && line.startsWith(bare)
    ? { snippet: '', lead: -bare.length }
    : { snippet, lead: null };
};

/** The snippet of a message whose text is this. */
export const snippetFrom = ({ snippet, lead }: KeptSnippet, text: () => string): string =>
  lead === null
    ? snippet
    : `${beginsInOneLine(text(), Math.abs(lead)).slice(0, Math.abs(lead))}${lead < 0 ? '…' : ''}`;
