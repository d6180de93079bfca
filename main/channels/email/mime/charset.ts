import { isUtf8 } from 'node:buffer';
import { analyse } from 'chardet';
import iconv from 'iconv-lite';

/** Text decoded from bytes, and whether its charset had to be guessed. */
export type DecodedText = { readonly text: string; readonly guessed: boolean };

/** Bytes that detection looks at: its cost is linear and its answer settles long before. */
const sampleBytes = 4096;
/** Below this chardet's answer on Western text is noise, and windows-1252 is the better bet. */
const trustworthyConfidence = 20;

/** Labels seen in mail that iconv-lite does not know or reads more narrowly than the mail was written. */
const aliases: Readonly<Record<string, string>> = {
  'us-ascii': 'windows-1252',
  ascii: 'windows-1252',
  'iso-8859-1': 'windows-1252',
  'iso8859-1': 'windows-1252',
  latin1: 'windows-1252',
  'iso-8859-9': 'windows-1254',
  'iso-8859-11': 'windows-874',
  gb2312: 'gb18030',
  gbk: 'gb18030',
  'x-gbk': 'gb18030',
  'gb_2312-80': 'gb18030',
  big5: 'big5-hkscs',
  'ks_c_5601-1987': 'cp949',
  'ks_c_5601-1989': 'cp949',
  'euc-kr': 'cp949',
  'x-windows-949': 'cp949',
  'x-sjis': 'shift_jis',
  ms_kanji: 'shift_jis',
  'x-euc-jp': 'euc-jp',
  'unicode-1-1-utf-7': 'utf-7',
  'x-unicode-2-0-utf-7': 'utf-7',
  'unicode-1-1-utf-8': 'utf-8',
  'x-unknown': '',
  unknown: '',
  'unknown-8bit': '',
  '8bit': '',
  none: '',
  default: '',
  'iso-8859-8-i': 'windows-1255',
  'iso-8859-8-e': 'windows-1255',
  'iso-8859-8': 'windows-1255',
  'x-mac-cyrillic': 'maccyrillic',
  'x-mac-roman': 'macintosh',
};

/** iconv-lite answers to these too, but they are not charsets. */
const notCharsets = new Set(['base64', 'hex', 'binary', 'ucs2', 'internal']);

function normalLabel(label: string): string {
  const plain = label.trim().toLowerCase().replace(/["' ]/g, '').slice(0, 40);
  const named = /^cp-?(125\d)$/.exec(plain);
  if (named?.[1]) return `windows-${named[1]}`;
  return aliases[plain] ?? plain.replace(/^cp-(\d)/, 'cp$1');
}

function known(label: string): boolean {
  return label !== '' && !notCharsets.has(label) && iconv.encodingExists(label);
}

/** ISO-2022-JP (RFC 1468, RFC 1554) by its escapes into EUC-JP, which iconv-lite knows; JIS X 0201 kana included. */
function iso2022Jp(bytes: Buffer): string {
  const out = Buffer.allocUnsafe(bytes.length * 2 + 4);
  let size = 0;
  let mode: 'ascii' | 'kana' | 'double' | 'triple' = 'ascii';
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === 27) {
      const escape = bytes.toString('latin1', at + 1, at + 4);
      if (escape.startsWith('$(D')) {
        mode = 'triple';
        at += 3;
        continue;
      }
      if (escape.startsWith('$(')) {
        mode = 'double';
        at += 3;
        continue;
      }
      if (escape.startsWith('$')) {
        mode = 'double';
        at += 2;
        continue;
      }
      if (escape.startsWith('(')) {
        mode = escape[1] === 'I' ? 'kana' : 'ascii';
        at += 2;
        continue;
      }
    }
    if (byte === 10 || byte === 13) mode = 'ascii';
    const second = bytes[at + 1] ?? 0;
    if (mode === 'kana' && byte > 32) {
      out[size++] = 0x8e;
      out[size++] = byte | 0x80;
    } else if ((mode === 'double' || mode === 'triple') && byte > 32 && second > 32) {
      if (mode === 'triple') out[size++] = 0x8f;
      out[size++] = byte | 0x80;
      out[size++] = second | 0x80;
      at += 1;
    } else {
      out[size++] = byte;
    }
  }
  return iconv.decode(out.subarray(0, size), 'euc-jp');
}

/** Charsets that shift between ASCII and a 94x94 set: ISO-2022-KR and -CN by SO/SI (RFC 1557), HZ by ~{ and ~} (RFC 1843). */
function shifted(bytes: Buffer, by: 'so' | 'tilde', target: string): string {
  const out = Buffer.allocUnsafe(bytes.length);
  let size = 0;
  let high = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    const next = bytes[at + 1] ?? 0;
    if (by === 'so') {
      if (byte === 27 && next === 36) {
        at += 3;
        continue;
      }
      if (byte === 14 || byte === 15) {
        high = byte === 14;
        continue;
      }
    } else if (byte === 126 && (next === 123 || next === 125 || next === 126 || next === 10)) {
      if (next === 123 || next === 125) high = next === 123;
      if (next === 126) out[size++] = 126;
      at += 1;
      continue;
    }
    if (byte === 10) high = false;
    out[size++] = high && byte > 32 ? byte | 0x80 : byte;
  }
  return iconv.decode(out.subarray(0, size), target);
}

function decodeKnown(bytes: Buffer, label: string): string | null {
  try {
    if (label === 'utf-8' || label === 'utf8')
      return bytes.toString('utf8', 0, bytes.length).replace(/^\uFEFF/, '');
    if (label.startsWith('iso-2022-jp')) return iso2022Jp(bytes);
    if (label === 'iso-2022-kr') return shifted(bytes, 'so', 'cp949');
    if (label.startsWith('iso-2022-cn')) return shifted(bytes, 'so', 'gb18030');
    if (label === 'hz-gb-2312' || label === 'hz') return shifted(bytes, 'tilde', 'gb18030');
    return known(label) ? iconv.decode(bytes, label) : null;
  } catch {
    return null;
  }
}

function isAscii(bytes: Buffer): boolean {
  return !/[^\0-\x7f]/.test(bytes.toString('latin1', 0, bytes.length));
}

const multibyte = /^(shift_jis|euc-|gb|big5|cp949|iso-2022|utf-)/;

/** Whether the bytes over 127 mostly stand alone between ASCII, as accents do and the halves of wide characters do not. */
function mostlyIsolated(sample: Buffer): boolean {
  let runs = 0;
  let alone = 0;
  for (let at = 0; at < sample.length; at += 1) {
    const start = at;
    while ((sample[at] ?? 0) > 127) at += 1;
    if (at === start) continue;
    runs += 1;
    if (at - start === 1) alone += 1;
  }
  return alone > runs * 0.6;
}

/**
 * The likeliest charset of bytes that declare none: UTF-8 where valid, else what detection finds, with a declared legacy
 * charset as the tie-breaker.
 */
export function guessCharset(sample: Buffer, declared: string | null): string {
  if (isUtf8(sample)) return 'utf-8';
  const hint = declared === null ? '' : normalLabel(declared);
  const legacyHint = known(hint) && !hint.startsWith('utf-') ? hint : '';
  if (legacyHint !== '' && multibyte.test(legacyHint)) return legacyHint;
  const western = mostlyIsolated(sample);
  for (const match of analyse(sample.subarray(0, sampleBytes))) {
    const name = normalLabel(match.name);
    const wide = multibyte.test(name);
    if (legacyHint !== '' && !(wide && match.confidence >= 60)) return legacyHint;
    if (match.confidence < (wide ? 10 : trustworthyConfidence)) break;
    if (known(name) && !name.startsWith('utf-') && !(wide && western)) return name;
  }
  return legacyHint === '' ? 'windows-1252' : legacyHint;
}

/** Share of replacement characters above which a text was certainly not written in the charset it claims. */
const brokenShare = 0.02;

function brokenUtf8(text: string): boolean {
  let broken = 0;
  for (let at = text.indexOf('\uFFFD'); at !== -1; at = text.indexOf('\uFFFD', at + 1)) broken += 1;
  return broken > 2 && broken / text.length > brokenShare;
}

/**
 * Decodes bytes by the label a mail gave them (WHATWG's meaning of the labels, plus those only mail uses); an absent,
 * unknown or plainly wrong label is replaced by a guess. Never throws.
 */
export function decodeCharset(bytes: Buffer, label: string | null): DecodedText {
  const wanted = label === null ? '' : normalLabel(label);
  const declaresAscii = label === null || /ascii/i.test(label) || wanted === '';
  if (declaresAscii && isAscii(bytes) && !bytes.includes(27)) {
    return { text: bytes.toString('latin1', 0, bytes.length), guessed: false };
  }
  if (bytes.length > 2 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    return { text: bytes.toString('utf8', 3, bytes.length), guessed: false };
  }
  if (!declaresAscii) {
    const text = decodeKnown(bytes, wanted);
    const utf8 = wanted === 'utf-8' || wanted === 'utf8';
    if (text !== null && !(utf8 && brokenUtf8(text))) return { text, guessed: false };
  }
  if (isUtf8(bytes) && !(isAscii(bytes) && bytes.includes(27))) {
    return { text: bytes.toString('utf8', 0, bytes.length), guessed: !isAscii(bytes) };
  }
  if (bytes.includes('\x1b$')) return { text: iso2022Jp(bytes), guessed: true };
  const guess = guessCharset(bytes.subarray(0, sampleBytes), null);
  return { text: decodeKnown(bytes, guess) ?? bytes.toString('latin1', 0, bytes.length), guessed: true };
}
