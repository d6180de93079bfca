const lineBytes = 76;

/** Base64 in lines of 76 characters (RFC 2045 section 6.8), CRLF between and after them. */
export function base64Lines(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  const lines: string[] = [];
  for (let at = 0; at < text.length; at += lineBytes) lines.push(text.slice(at, at + lineBytes));
  return lines.length === 0 ? '' : `${lines.join('\r\n')}\r\n`;
}

const hex = (byte: number): string => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;

/** Quoted-printable (RFC 2045 section 6.7) of a text in UTF-8; its line ends become CRLF. A dot at a line's beginning is encoded. */
export function quotedPrintable(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map(encodeLine)
    .join('\r\n');
}

function encodeLine(line: string): string {
  const bytes = Buffer.from(line);
  const pieces: string[] = [];
  let width = 0;
  for (const [at, byte] of bytes.entries()) {
    const last = at === bytes.length - 1;
    const blank = byte === 0x20 || byte === 0x09;
    const plain = (byte > 0x20 && byte < 0x7f && byte !== 0x3d) || (blank && !last);
    let piece = plain ? String.fromCharCode(byte) : hex(byte);
    if (width + piece.length > lineBytes - (last ? 0 : 1)) {
      pieces.push('=\r\n');
      width = 0;
    }
    // Some servers mishandle a lone dot; "From " at a line's beginning is quoted by others (RFC 2049 section 3).
    if (width === 0 && (piece === '.' || (piece === 'F' && line.startsWith('From ', at)))) piece = hex(byte);
    pieces.push(piece);
    width += piece.length;
  }
  return pieces.join('');
}

const safeWord = /[A-Za-z0-9!*+/-]/;
// RFC 2047 section 2 allows 75 characters for an encoded word and 76 for its line; "Subject: " stands before the first one.
const wordRoom = 66 - '=?UTF-8?Q??='.length;

function inQ(text: string): string {
  return Array.from(Buffer.from(text), (byte) => {
    const char = String.fromCharCode(byte);
    if (byte === 0x20) return '_';
    return byte < 0x80 && safeWord.test(char) ? char : hex(byte);
  }).join('');
}

/** Encoded words (RFC 2047) of a text, cut between characters, separated by single blanks for folding. */
export function encodedWords(text: string): string {
  const mostly8bit = Buffer.byteLength(text) > text.length * 1.5;
  const encode = (part: string): string => (mostly8bit ? Buffer.from(part).toString('base64') : inQ(part));
  const words: string[] = [];
  let part = '';
  for (const char of text) {
    if (part !== '' && encode(part + char).length > wordRoom) {
      words.push(part);
      part = '';
    }
    part += char;
  }
  words.push(part);
  return words.map((word) => `=?UTF-8?${mostly8bit ? 'B' : 'Q'}?${encode(word)}?=`).join(' ');
}
