import { decodeWords } from './encoded-words.ts';
import { isDeceptiveName, safeFileName } from './file-name.ts';
import type { MailPart, MailPartKind } from './mail-types.ts';
import type { Entity } from './mime-structure.ts';
import { leafBytes } from './part-bytes.ts';
import type { ReadLimits } from './read-limits.ts';
import { readTnef } from './tnef.ts';
import type { TnefContent } from './tnef.ts';
import { decodedSize } from './transfer-encoding.ts';

/** What the part is by its type and, for types that say nothing, by its name. */
function kindOf(type: string, name: string): MailPartKind {
  if (type === 'message/rfc822' || type === 'message/global') return 'message';
  if (type === 'text/calendar' || type === 'application/ics') return 'calendar';
  if (type.startsWith('application/pgp-')) return 'pgp';
  if (/^application\/(x-)?pkcs7-/.test(type)) return 'smime';
  if (type === 'application/ms-tnef' || type === 'application/vnd.ms-tnef') return 'tnef';
  if (type === 'application/octet-stream' && /^winmail\.dat$/i.test(name)) return 'tnef';
  return 'file';
}

/** Name, size and purpose of a leaf that is a file. `deceptive` says that the written name tried to look like another. */
export function describePart(
  bytes: Buffer,
  entity: Entity,
): { readonly part: MailPart; readonly deceptive: boolean } {
  const written =
    entity.dispositionParams.get('filename') ??
    entity.typeParams.get('name') ??
    entity.dispositionParams.get('name') ??
    '';
  const name = decodeWords(written);
  const kind = kindOf(entity.type, name);
  const mimeType = kind === 'tnef' ? 'application/ms-tnef' : entity.type;
  const size = decodedSize(bytes, entity.start, entity.end, entity.encoding);
  const inline = entity.disposition === 'inline' || (entity.disposition === '' && entity.contentId !== null);
  const part: MailPart = {
    partId: entity.path,
    name: safeFileName(name, mimeType),
    mimeType,
    size,
    contentId: entity.contentId,
    disposition: inline ? 'inline' : 'attachment',
    kind,
  };
  return { part, deceptive: isDeceptiveName(name) };
}

/** Opens the TNEF container of a leaf within the limits; null when it is none or too large. */
export function openTnef(bytes: Buffer, entity: Entity, limits: ReadLimits): TnefContent | null {
  if (decodedSize(bytes, entity.start, entity.end, entity.encoding) > limits.tnefBytes) return null;
  return readTnef(leafBytes(bytes, entity));
}

/** The files of a TNEF container as parts named `<container>/tnef.<n>`. */
export function describeTnefFiles(container: Entity, content: TnefContent): readonly MailPart[] {
  return content.files.map((file, index) => ({
    partId: `${container.path}/tnef.${String(index + 1)}`,
    name: safeFileName(file.name, file.mimeType),
    mimeType: file.mimeType,
    size: file.bytes.length,
    contentId: file.contentId,
    disposition: file.contentId === null ? 'attachment' : 'inline',
    kind: 'file',
  }));
}
