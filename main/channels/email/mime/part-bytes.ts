import type { Entity } from './mime-structure.ts';
import { decodeTransfer, decodeUuencode } from './transfer-encoding.ts';

/** A file written into a text body between "begin 644 name" and "end", as mail was sent before MIME. */
export type UuBlock = {
  readonly name: string;
  readonly start: number;
  readonly dataStart: number;
  readonly end: number;
};

const LF = 10;
/** Newsgroup posts carried a handful; more is an attack on the scan. */
const mostBlocks = 50;

/** The decoded bytes of a leaf; at most `maxEncoded` bytes of it are looked at. */
export function leafBytes(bytes: Buffer, entity: Entity, maxEncoded = Number.POSITIVE_INFINITY): Buffer {
  const end = Math.min(entity.end, entity.start + maxEncoded);
  return decodeTransfer(bytes.subarray(entity.start, Math.max(entity.start, end)), entity.encoding);
}

/** Whether the bytes of a leaf lie in the mail as they are. */
export function isPlainEncoding(entity: Entity): boolean {
  return !['base64', 'quoted-printable', 'x-uuencode', 'uuencode', 'x-uue', 'x-uu'].includes(entity.encoding);
}

/** Finds uuencoded files inside a text leaf that is not itself encoded. */
export function findUuBlocks(bytes: Buffer, entity: Entity): readonly UuBlock[] {
  if (!isPlainEncoding(entity) || entity.type !== 'text/plain') return [];
  const blocks: UuBlock[] = [];
  let at = entity.start;
  while (blocks.length < mostBlocks) {
    const begin = bytes.indexOf('begin ', at, 'latin1');
    if (begin === -1 || begin >= entity.end) break;
    at = begin + 6;
    if (begin > entity.start && bytes[begin - 1] !== LF) continue;
    let lineEnd = bytes.indexOf(LF, begin);
    if (lineEnd === -1 || lineEnd > entity.end) lineEnd = entity.end;
    const line = /^begin [0-7]{3,4} ([^\r\n]{1,255})\r?$/.exec(
      bytes.toString('latin1', begin, Math.min(lineEnd, begin + 300)),
    );
    if (!line) continue;
    const close = bytes.indexOf('\nend', lineEnd, 'latin1');
    if (close === -1 || close >= entity.end) break;
    const end = Math.min(entity.end, close + 4);
    blocks.push({ name: line[1] ?? '', start: begin, dataStart: lineEnd + 1, end });
    at = end;
  }
  return blocks;
}

/** The bytes of one uuencoded file. */
export function uuBlockBytes(bytes: Buffer, block: UuBlock): Buffer {
  return decodeUuencode(bytes, block.dataStart, block.end);
}
