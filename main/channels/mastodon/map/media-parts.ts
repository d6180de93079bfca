import type { InboundPart } from '../../kit/inbound.ts';
import type { MediaAttachment } from '../api/entities.ts';
import { oneLine } from './person.ts';

/** Types by the ending of an address; servers say no more than image, gifv, video or audio. */
const types: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  heic: 'image/heic',
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  webm: 'video/webm',
  mov: 'video/quicktime',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  oga: 'audio/ogg',
  opus: 'audio/ogg',
  flac: 'audio/flac',
  wav: 'audio/wav',
  m4a: 'audio/mp4',
  aac: 'audio/aac',
};

const endings: Readonly<Record<string, string>> = { image: 'jpg', gifv: 'mp4', video: 'mp4', audio: 'mp3' };

const longestName = 80;

const typeOf = (ending: string): string | undefined =>
  Object.hasOwn(types, ending) ? types[ending] : undefined;

function endingOf({ url, type }: MediaAttachment): string {
  const path = url !== null && url.length < 4_000 && URL.canParse(url) ? new URL(url).pathname : '';
  const ending = /\.([a-z0-9]{2,5})$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  if (typeOf(ending) !== undefined) return ending;
  return Object.hasOwn(endings, type) ? (endings[type] ?? '') : '';
}

/** The files of a status: their bytes are fetched when somebody wants them, and the author's description is what tells them apart. */
export const partsOf = (files: readonly MediaAttachment[]): readonly InboundPart[] =>
  files.map((file, index) => {
    const ending = endingOf(file);
    const described = oneLine((file.description ?? '').replaceAll(/[/\\:*?"<>|]/g, ' '), longestName);
    const name =
      described === ''
        ? `${/^\w{1,20}$/.test(file.type) ? file.type : 'file'}-${String(index + 1)}`
        : described;
    return {
      part: String(index + 1),
      name: ending === '' ? name : `${name}.${ending}`,
      mimeType: typeOf(ending) ?? 'application/octet-stream',
      // The server does not say.
      size: 0,
      contentId: null,
      inline: false,
      kind: 'file',
      remote: true,
    };
  });
