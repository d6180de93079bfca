import { readHeaderBlock } from './header-block.ts';
import { describePart, openTnef } from './mail-parts.ts';
import { leavesOf, readStructure } from './mime-structure.ts';
import { findUuBlocks, leafBytes, uuBlockBytes } from './part-bytes.ts';
import { defaultReadLimits } from './read-limits.ts';
import { mailBytes } from './mail-bytes.ts';
import { safeFileName } from './file-name.ts';

/** One attachment decoded. */
export type PartContent = { readonly bytes: Uint8Array; readonly mimeType: string; readonly name: string };

/**
 * Decodes one part of a mail by the id `readMail` gave it: `1.2`, a file inside an Outlook container `1.2/tnef.1`, or a
 * uuencoded block `1/uu.1`. Null when there is no such part; never throws.
 */
export function readPart(raw: Uint8Array, partId: string): PartContent | null {
  try {
    return partOf(mailBytes(raw), partId);
  } catch {
    return null;
  }
}

function partOf(bytes: Buffer, partId: string): PartContent | null {
  const limits = defaultReadLimits;
  const [path = '', inside] = partId.split('/', 2);
  const header = readHeaderBlock(bytes, 0, bytes.length, limits);
  const entity = leavesOf(readStructure(bytes, header, limits).root).find((leaf) => leaf.path === path);
  if (entity === undefined) return null;
  if (inside === undefined) {
    const { part } = describePart(bytes, entity);
    return { bytes: leafBytes(bytes, entity), mimeType: part.mimeType, name: part.name };
  }
  const [kind, number] = inside.split('.', 2);
  const index = Number(number) - 1;
  if (kind === 'tnef') {
    const file = openTnef(bytes, entity, limits)?.files[index];
    return file === undefined
      ? null
      : { bytes: file.bytes, mimeType: file.mimeType, name: safeFileName(file.name, file.mimeType) };
  }
  const block = kind === 'uu' ? findUuBlocks(bytes, entity)[index] : undefined;
  if (block === undefined) return null;
  const mimeType = 'application/octet-stream';
  return { bytes: uuBlockBytes(bytes, block), mimeType, name: safeFileName(block.name, mimeType) };
}
