import { decodeCharset } from './charset.ts';

/** Longest charset label with a language suffix (RFC 2231 section 5) that is looked for in an encoded word. */
const longestLabel = 60;

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** Bytes of the "Q" encoding (RFC 2047 section 4.2); a broken escape stays as written. */
function decodeQ(data: string): Buffer {
  const out = Buffer.allocUnsafe(data.length);
  let size = 0;
  for (let at = 0; at < data.length; at += 1) {
    const code = data.charCodeAt(at);
    if (code === 61) {
      const high = hexDigit(data.charCodeAt(at + 1));
      const low = hexDigit(data.charCodeAt(at + 2));
      if (high >= 0 && low >= 0) {
        out[size++] = high * 16 + low;
        at += 2;
        continue;
      }
    }
    out[size++] = code === 95 ? 32 : code & 0xff;
  }
  return out.subarray(0, size);
}

type Word = { readonly charset: string; readonly bytes: Buffer; readonly end: number };

/** The encoded word at `at` (which holds "=?"), or null when there is none, or 'none-left' when no "?=" follows at all. */
function wordAt(value: string, at: number): Word | null | 'none-left' {
  const charsetEnd = value.indexOf('?', at + 2);
  if (charsetEnd === -1) return 'none-left';
  if (charsetEnd - at - 2 > longestLabel || charsetEnd === at + 2) return null;
  const encoding = value.charAt(charsetEnd + 1).toLowerCase();
  if ((encoding !== 'q' && encoding !== 'b') || value.charAt(charsetEnd + 2) !== '?') return null;
  const dataStart = charsetEnd + 3;
  const dataEnd = value.indexOf('?=', dataStart);
  if (dataEnd === -1) return 'none-left';
  const [charset = ''] = value.slice(at + 2, charsetEnd).split('*');
  const data = value.slice(dataStart, dataEnd);
  const bytes = encoding === 'q' ? decodeQ(data) : Buffer.from(data, 'base64');
  return { charset: charset.toLowerCase(), bytes, end: dataEnd + 2 };
}

/**
 * Decodes the encoded words in a header value (RFC 2047) in linear time. Neighbours of one charset are joined before
 * decoding, because mailers cut characters in half; blanks between neighbours vanish.
 */
export function decodeWords(value: string): string {
  if (!value.includes('=?')) return value;
  let out = '';
  let at = 0;
  let pending: { charset: string; chunks: Buffer[] } | null = null;
  const flush = (): void => {
    if (pending) out += decodeCharset(Buffer.concat(pending.chunks), pending.charset).text;
    pending = null;
  };
  while (at < value.length) {
    const start = value.indexOf('=?', at);
    const word = start === -1 ? 'none-left' : wordAt(value, start);
    if (word === 'none-left') break;
    const stop = word === null ? start + 2 : start;
    const between = value.slice(at, stop);
    if (pending === null || word === null || between.trim() !== '') {
      flush();
      out += between;
    }
    at = stop;
    if (word === null) continue;
    if (pending !== null && pending.charset !== word.charset) flush();
    pending ??= { charset: word.charset, chunks: [] };
    pending.chunks.push(word.bytes);
    at = word.end;
  }
  flush();
  return out + value.slice(at);
}
