const LF = 10;
const CR = 13;
const EQUALS = 61;

function hexOf(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** Decodes quoted-printable (RFC 2045 section 6.7); broken escapes stay as written. */
function decodeQuotedPrintable(bytes: Buffer): Buffer {
  let at = bytes.indexOf(EQUALS);
  if (at === -1) return bytes;
  const out = Buffer.allocUnsafe(bytes.length);
  let size = bytes.copy(out, 0, 0, at);
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte !== EQUALS) {
      out[size++] = byte;
      at += 1;
      continue;
    }
    const high = hexOf(bytes[at + 1] ?? 0);
    const low = hexOf(bytes[at + 2] ?? 0);
    if (high >= 0 && low >= 0) {
      out[size++] = high * 16 + low;
      at += 3;
      continue;
    }
    let end = at + 1;
    while (bytes[end] === 32 || bytes[end] === 9) end += 1;
    if (bytes[end] === CR) end += 1;
    if (bytes[end] === LF) end += 1;
    const softBreak = end >= bytes.length || bytes[end - 1] === LF || bytes[end - 1] === CR;
    if (softBreak) {
      at = end;
    } else {
      out[size++] = EQUALS;
      at += 1;
    }
  }
  return out.subarray(0, size);
}

/** Lines of uuencode (POSIX uuencode) from `start` up to the line "end"; stops quietly where they cease to make sense. */
export function decodeUuencode(bytes: Buffer, start: number, end: number): Buffer {
  const out = Buffer.allocUnsafe(Math.max(0, end - start));
  let size = 0;
  let at = start;
  while (at < end) {
    let lineEnd = bytes.indexOf(LF, at);
    if (lineEnd === -1 || lineEnd > end) lineEnd = end;
    const length = ((bytes[at] ?? 32) - 32) & 63;
    if (length === 0 || bytes.toString('latin1', at, at + 3) === 'end') break;
    const lineStart = size;
    for (let group = at + 1; group < lineEnd && size - lineStart < length; group += 4) {
      const a = ((bytes[group] ?? 32) - 32) & 63;
      const b = ((bytes[group + 1] ?? 32) - 32) & 63;
      const c = ((bytes[group + 2] ?? 32) - 32) & 63;
      const d = ((bytes[group + 3] ?? 32) - 32) & 63;
      const triple = (a << 18) | (b << 12) | (c << 6) | d;
      out[size++] = (triple >> 16) & 255;
      out[size++] = (triple >> 8) & 255;
      out[size++] = triple & 255;
    }
    size = Math.min(size, lineStart + length);
    at = lineEnd + 1;
  }
  return out.subarray(0, size);
}

function decodeUuPart(bytes: Buffer): Buffer {
  const begin = bytes.indexOf('begin ');
  const line = begin === -1 ? -1 : bytes.indexOf(LF, begin);
  return line === -1 ? bytes : decodeUuencode(bytes, line + 1, bytes.length);
}

/** Undoes a Content-Transfer-Encoding (RFC 2045 section 6); unknown ones are taken as 8bit. */
export function decodeTransfer(bytes: Buffer, encoding: string): Buffer {
  switch (encoding) {
    case 'base64':
      return decodeBase64(bytes);
    case 'quoted-printable':
      return decodeQuotedPrintable(bytes);
    case 'x-uuencode':
    case 'uuencode':
    case 'x-uue':
    case 'x-uu':
      return decodeUuPart(bytes);
    default:
      return bytes;
  }
}

function decodeBase64(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1', 0, bytes.length);
  const padding = text.indexOf('=');
  // Some gateways encode in blocks and pad each of them: decode block by block.
  if (padding === -1 || !/[^=\s]/.test(text.slice(padding, padding + 200)))
    return Buffer.from(text, 'base64');
  return Buffer.concat(text.split(/=+/, 10_000).map((block) => Buffer.from(block, 'base64')));
}

const isLineEnd = (byte: number | undefined): boolean => byte === LF || byte === CR;

/**
 * How many bytes of base64 say something. Programs write lines of one length: as far as each line ends where the first one
 * did, only its ends are looked at. A megabyte is counted in its 13,000 lines and not in its million bytes.
 */
function base64Symbols(bytes: Buffer, start: number, end: number): number {
  const feed = bytes.indexOf(LF, start);
  const stride = feed - start + 1;
  const width = stride - (bytes[feed - 1] === CR ? 2 : 1);
  let symbols = 0;
  let at = start;
  if (feed !== -1 && width >= shortestStride) {
    for (
      ;
      at + stride <= end &&
      bytes[at + stride - 1] === LF &&
      isLineEnd(bytes[at + width]) &&
      isSymbol(bytes[at]) &&
      isSymbol(bytes[at + width - 1]);
      at += stride
    )
      symbols += width;
  }
  for (; at < end; at += 1) if (isSymbol(bytes[at])) symbols += 1;
  return symbols;
}

/** Shorter lines are not worth a stride. */
const shortestStride = 16;

const isSymbol = (byte = 0): boolean => byte > 32 && byte !== EQUALS;

/** How many bytes `decodeTransfer` would give, without decoding: exact for well-formed base64 and quoted-printable. */
export function decodedSize(bytes: Buffer, start: number, end: number, encoding: string): number {
  if (encoding === 'base64') return Math.floor((base64Symbols(bytes, start, end) * 3) / 4);
  if (encoding === 'quoted-printable') {
    const body = bytes.subarray(start, end);
    let size = body.length;
    for (let at = body.indexOf(EQUALS); at !== -1; at = body.indexOf(EQUALS, at + 1)) {
      size -= body[at + 1] === CR ? 3 : 2;
    }
    return Math.max(0, size);
  }
  return Math.max(0, end - start);
}
