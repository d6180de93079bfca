import { createHash } from 'node:crypto';

const LF = 10;
const CR = 13;
const chunkBytes = 64 * 1024;

/**
 * SHA-256 in hex of a body with its line ends made LF and trailing line ends dropped: a server that stores LF and one
 * that sends CRLF give the same mail the same digest.
 */
export function contentDigest(bytes: Buffer, start: number): string {
  let end = bytes.length;
  while (end > start && (bytes[end - 1] === LF || bytes[end - 1] === CR)) end -= 1;
  const hash = createHash('sha256');
  const firstReturn = bytes.indexOf(CR, start);
  if (firstReturn === -1 || firstReturn >= end) return hash.update(bytes.subarray(start, end)).digest('hex');
  const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, end - start + 1));
  let size = 0;
  for (let at = start; at < end; at += 1) {
    let byte = bytes[at] ?? 0;
    if (byte === CR) {
      if (bytes[at + 1] === LF) continue;
      byte = LF;
    }
    chunk[size++] = byte;
    if (size === chunk.length) {
      hash.update(chunk);
      size = 0;
    }
  }
  return hash.update(chunk.subarray(0, size)).digest('hex');
}
