import { decodeCharset } from './charset.ts';
import { decodeWords } from './encoded-words.ts';

/** A header value of the form `word; name=value; ...` (RFC 2045 section 5.1, RFC 2183, RFC 2231). */
export type ParameterValue = { readonly word: string; readonly params: ReadonlyMap<string, string> };

/** Parameters and continuations that are looked at: a name cut into more pieces than this is an attack. */
const mostPieces = 500;
const longestParameter = 8 * 1024;

type Piece = { readonly name: string; readonly value: string };

function skipBlanksAndComments(value: string, from: number): number {
  let at = from;
  let depth = 0;
  while (at < value.length) {
    const char = value.charAt(at);
    if (char === '(') depth += 1;
    else if (char === ')' && depth > 0) depth -= 1;
    else if (depth === 0 && char !== ' ' && char !== '\t') break;
    at += 1;
  }
  return at;
}

function quoted(value: string, from: number): { readonly text: string; readonly end: number } {
  let text = '';
  let at = from + 1;
  for (; at < value.length; at += 1) {
    const char = value.charAt(at);
    if (char === '"') return { text, end: at + 1 };
    // A backslash before anything but a quote or itself is a Windows path of a careless mailer, not an escape.
    if (char === '\\' && (value.charAt(at + 1) === '"' || value.charAt(at + 1) === '\\')) at += 1;
    text += value.charAt(at);
  }
  return { text, end: at };
}

function pieces(value: string, from: number): readonly Piece[] {
  const found: Piece[] = [];
  let at = from;
  while (at < value.length && found.length < mostPieces) {
    at = skipBlanksAndComments(value, at);
    if (value.charAt(at) === ';') {
      at += 1;
      continue;
    }
    let nameEnd = at;
    while (nameEnd < value.length && value.charAt(nameEnd) !== '=' && value.charAt(nameEnd) !== ';')
      nameEnd += 1;
    const name = value.slice(at, nameEnd).trim().toLowerCase();
    if (value.charAt(nameEnd) !== '=') {
      at = nameEnd;
      continue;
    }
    at = skipBlanksAndComments(value, nameEnd + 1);
    if (value.charAt(at) === '"') {
      const read = quoted(value, at);
      found.push({ name, value: read.text });
      at = read.end;
      while (at < value.length && value.charAt(at) !== ';') at += 1;
    } else {
      let end = value.indexOf(';', at);
      if (end === -1) end = value.length;
      found.push({ name, value: value.slice(at, end).trim() });
      at = end;
    }
  }
  return found;
}

function percentDecode(text: string): Buffer {
  const out = Buffer.allocUnsafe(text.length * 3);
  let size = 0;
  for (let at = 0; at < text.length; at += 1) {
    const hex = text.charAt(at) === '%' ? text.slice(at + 1, at + 3) : '';
    if (/^[0-9a-f]{2}$/i.test(hex)) {
      out[size++] = Number.parseInt(hex, 16);
      at += 2;
    } else {
      size += out.write(text.charAt(at), size, 'utf8');
    }
  }
  return out.subarray(0, size);
}

type Section = { readonly index: number; readonly extended: boolean; readonly value: string };

function joinSections(sections: readonly Section[]): string {
  const ordered = [...sections].sort((a, b) => a.index - b.index);
  let charset: string | null = null;
  const chunks: Buffer[] = [];
  for (const [position, section] of ordered.entries()) {
    let { value } = section;
    if (section.extended && position === 0) {
      const head = /^([^']{0,60})'[^']{0,60}'/.exec(value);
      if (head) {
        charset = head[1] ?? '';
        value = value.slice(head[0].length);
      }
    }
    chunks.push(section.extended ? percentDecode(value) : Buffer.from(value, 'utf8'));
  }
  return decodeCharset(Buffer.concat(chunks).subarray(0, longestParameter), charset === '' ? null : charset)
    .text;
}

/** Reads `word; name=value` with comments, RFC 2231 continuations and charsets, and the encoded words that mailers put there against RFC 2047. */
export function readParameters(value: string): ParameterValue {
  const start = skipBlanksAndComments(value, 0);
  let end = value.indexOf(';', start);
  if (end === -1) end = value.length;
  const word = value
    .slice(start, end)
    .replace(/[\s"].*$/, '')
    .toLowerCase();
  const plain = new Map<string, string>();
  const sectioned = new Map<string, Section[]>();
  for (const piece of pieces(value, end)) {
    const star = piece.name.indexOf('*');
    if (star === -1) {
      if (!plain.has(piece.name)) plain.set(piece.name, decodeWords(piece.value.slice(0, longestParameter)));
      continue;
    }
    const match = /^\*(\d{1,4})?(\*)?$/.exec(piece.name.slice(star));
    if (!match) continue;
    const base = piece.name.slice(0, star);
    const section: Section = {
      index: match[1] === undefined ? 0 : Number(match[1]),
      extended: match[1] === undefined || match[2] === '*',
      value: piece.value,
    };
    const list = sectioned.get(base);
    if (list) list.push(section);
    else sectioned.set(base, [section]);
  }
  for (const [name, sections] of sectioned) {
    const joined = joinSections(sections);
    if (joined !== '') plain.set(name, joined);
  }
  return { word, params: plain };
}
