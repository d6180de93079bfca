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
function isPlainEncoding(entity: Entity): boolean {
  return !['base64', 'quoted-printable', 'x-uuencode', 'uuencode', 'x-uue', 'x-uu'].includes(entity.encoding);
}

/** Finds uuencoded files inside a text leaf that is not itself encoded. */
export function findUuBlocks(bytes: Buffer, entity: Entity): readonly UuBlock[] {
  if (!isPlainEncoding(entity) || entity.type !== 'text/plain') return [];
  const body = bytes.subarray(entity.start, entity.end);
  const blocks: UuBlock[] = [];
  let at = 0;
  while (blocks.length < mostBlocks) {
    const begin = body.indexOf('begin ', at, 'latin1');
    if (begin === -1) break;
    at = begin + 6;
    if (begin > 0 && body[begin - 1] !== LF) continue;
    const line = /^begin [0-7]{3,4} ([^\r\n]{1,255})\r?\n/.exec(body.toString('latin1', begin, begin + 300));
    if (!line) continue;
    const dataStart = begin + line[0].length;
    const close = body.indexOf('\nend', dataStart - 1, 'latin1');
    if (close === -1) break;
    blocks.push({
      name: line[1] ?? '',
      start: entity.start + begin,
      dataStart: entity.start + dataStart,
      end: entity.start + close + 4,
    });
    at = close + 4;
  }
  return blocks;
}

/** The bytes of one uuencoded file. */
export function uuBlockBytes(bytes: Buffer, block: UuBlock): Buffer {
  return decodeUuencode(bytes, block.dataStart, block.end);
}
