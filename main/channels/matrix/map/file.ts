import type { InboundPart } from '../../kit/inbound.ts';
import type { MatrixEvent } from '../api/events.ts';
import { field, textField } from '../api/events.ts';
import { readMediaUri } from '../identifiers.ts';
import { contentOf, isFile } from './words.ts';

const longestName = 200;

const cleanName = (name: string | null): string =>
  (name ?? '')
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, longestName);

/** The one file of a message. */
export const filePart = '1';

/** The file that a message points to; none where its address is no media address, or its bytes are encrypted. */
export function partsOf(event: MatrixEvent): readonly InboundPart[] {
  const content = contentOf(event);
  if (!isFile(event) || mediaOf(event) === null) return [];
  const info = field(content, 'info');
  const size = field(info, 'size');
  const type = textField(info, 'mimetype');
  return [
    {
      part: filePart,
      name: cleanName(textField(content, 'filename')) || cleanName(textField(content, 'body')) || 'file',
      mimeType:
        type !== null && /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/.test(type) ? type : 'application/octet-stream',
      size: typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : 0,
      contentId: null,
      inline: false,
      kind: 'file',
      remote: true,
    },
  ];
}

/** Where the file's bytes are. */
export const mediaOf = (event: MatrixEvent): ReturnType<typeof readMediaUri> =>
  readMediaUri(field(contentOf(event), 'url'));

/** Whether the file itself is encrypted (`EncryptedFile`), as in rooms where everything is. */
export const isEncryptedFile = (event: MatrixEvent): boolean =>
  isFile(event) && field(contentOf(event), 'file') !== undefined && mediaOf(event) === null;
