const LF = 10;
const CR = 13;

/** A line that can begin a mail in an mbox (RFC 4155): "From ", somebody, and a time with a year. Anything else is text. */
const separator = /^From \S.*\d{1,2}:\d{2}(:\d{2})?.*\b(19|20)\d{2}\b/;

/** A separator line is short; what is longer is text. */
export const longestSeparator = 1_000;

/** Whether a line, without its end, separates mails. */
export const isSeparator = (line: string): boolean => line.length <= longestSeparator && separator.test(line);

/** The time in a separator line, in ms UTC (RFC 4155 says UTC; a zone that is written counts); null when it cannot be read. */
export const separatorTime = (line: string): number | null => {
  const match =
    /(?<month>[A-Z][a-z]{2}) +(?<day>\d{1,2}) +(?<time>\d{1,2}:\d{2}(?::\d{2})?) *(?<zone>[+-]\d{4})? *(?<year>(?:19|20)\d{2})(?: *(?<late>[+-]\d{4}))?/.exec(
      line,
    );
  const { month = '', day = '', time = '', year = '', zone, late } = match?.groups ?? {};
  const at = Date.parse(`${day} ${month} ${year} ${time} ${zone ?? late ?? '+0000'}`);
  return Number.isNaN(at) ? null : at;
};

/** Whether the bytes just before `at` end an empty line, or nothing at all is before it. */
export const followsEmptyLine = (bytes: Buffer, at: number): boolean => {
  if (at === 0) return true;
  if (bytes[at - 1] !== LF) return false;
  if (at === 1) return true;
  return bytes[at - 2] === LF || (bytes[at - 2] === CR && (at === 2 || bytes[at - 3] === LF));
};

/** Where the text before an empty line that ends at `at` ends; `at` itself when there is no empty line before it. */
export const withoutEmptyLine = (bytes: Buffer, at: number): number => {
  if (at < 2 || bytes[at - 1] !== LF) return at;
  if (bytes[at - 2] === LF) return at - 1;
  return at >= 3 && bytes[at - 2] === CR && bytes[at - 3] === LF ? at - 2 : at;
};

/** Where the headers end: just behind the first empty line; -1 when there is none yet. */
export const endOfHeaders = (bytes: Buffer): number => {
  const unix = bytes.indexOf('\n\n');
  const wire = bytes.indexOf('\n\r\n');
  if (unix === -1 && wire === -1) return -1;
  if (wire === -1 || (unix !== -1 && unix < wire)) return unix + 2;
  return wire + 3;
};

/** Puts one `>` before each line that could be taken for a separator (the mboxrd way, which can be undone exactly). */
export const quoteFromLines = (bytes: Uint8Array): Uint8Array => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!buffer.includes('From ')) return bytes;
  return Buffer.from(buffer.toString('latin1').replace(/(^|\n)(>*From )/g, '$1>$2'), 'latin1');
};

/** Takes one `>` from each line that was so quoted. */
export const unquoteFromLines = (bytes: Buffer): Buffer =>
  bytes.includes('>From ')
    ? Buffer.from(bytes.toString('latin1').replace(/(^|\n)>(>*From )/g, '$1$2'), 'latin1')
    : bytes;
