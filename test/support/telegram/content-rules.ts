import { Refused, property, structureIn } from './parameters.ts';
import type { Parameters } from './parameters.ts';

/** What bots may send: "files of any type of up to 50 MB", photos of 10 MB (sendDocument, sendPhoto). */
const largestUpload = 50 * 1024 * 1024;
const largestPhoto = 10 * 1024 * 1024;

const entityTypes: ReadonlySet<string> = new Set(
  'mention hashtag cashtag bot_command url email phone_number bold italic underline strikethrough spoiler blockquote expandable_blockquote code pre text_link text_mention custom_emoji date_time'.split(
    ' ',
  ),
);

/** Reads a list of MessageEntity and refuses what lies outside of its text or is of no known type. */
export function entitiesIn(parameters: Parameters, name: string, text: string): readonly unknown[] {
  const list = structureIn(parameters, name) ?? [];
  if (!Array.isArray(list)) throw new Refused(400, `Bad Request: can't parse ${name}: expected an Array`);
  const entities: readonly unknown[] = list;
  for (const one of entities) {
    const [type, offset, length] = ['type', 'offset', 'length'].map((field) => property(one, field));
    const isGood =
      typeof type === 'string' &&
      entityTypes.has(type) &&
      typeof offset === 'number' &&
      typeof length === 'number' &&
      offset >= 0 &&
      length > 0 &&
      offset + length <= text.length &&
      (type !== 'text_link' || typeof property(one, 'url') === 'string');
    if (!isGood) throw new Refused(400, `Bad Request: can't parse ${name}: ${JSON.stringify(one)}`);
  }
  return entities;
}

/** Refuses files that are too large or empty, and what cannot be shown as a photo. Measures are read from PNGs alone. */
export function checkUpload(kind: 'photo' | 'document', bytes: Uint8Array): void {
  if (bytes.byteLength > largestUpload) throw new Refused(413, 'Request Entity Too Large');
  if (bytes.byteLength === 0) throw new Refused(400, 'Bad Request: file must be non-empty');
  if (kind === 'document') return;
  if (bytes.byteLength > largestPhoto) throw new Refused(400, 'Bad Request: PHOTO_SAVE_FILE_INVALID');
  const isPng = bytes[0] === 0x89 && bytes[1] === 0x50;
  if (!isPng || bytes.byteLength < 24) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  // "The photo's width and height must not exceed 10000 in total. Width and height ratio must be at most 20."
  if (width + height > 10_000 || Math.max(width, height) > 20 * Math.min(width, height))
    throw new Refused(400, 'Bad Request: PHOTO_INVALID_DIMENSIONS');
}
