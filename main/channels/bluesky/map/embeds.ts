import type { InboundPart } from '../../kit/inbound.ts';
import type { RecordMedia, ViewEmbed } from './views.ts';

/** A picture of a post: where its bytes are is asked anew when somebody wants them. */
export type Picture = {
  readonly alt: string;
  /** Where the network shows it; null in our own records, which name it by its hash. */
  readonly url: string | null;
  readonly cid: string | null;
  readonly mimeType: string;
  /** Bytes of the original; 0 where nobody says. */
  readonly size: number;
};

const longestName = 80;
const endings: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'video/mp4': 'mp4',
};

const known = (mimeType: string): string =>
  Object.hasOwn(endings, mimeType) ? mimeType : 'application/octet-stream';

/** The pictures of a post as the network shows it, and the preview of its film. It makes WebP files of all of them, or what it names after an @. */
export function picturesOfView(embed: ViewEmbed | null): readonly Picture[] {
  const media = embed?.media ?? embed;
  if (media === null) return [];
  const shown = (url: string, alt: string): Picture => ({
    alt,
    url,
    cid: null,
    mimeType: url.endsWith('@jpeg') ? 'image/jpeg' : 'image/webp',
    size: 0,
  });
  const film = media.thumbnail === null ? [] : [shown(media.thumbnail, media.alt)];
  return [...[...media.images, ...media.items].map(({ fullsize, alt }) => shown(fullsize, alt)), ...film];
}

/** The pictures and films of a record of our own, by the hash of their content. */
export function picturesOfRecord(
  embed: (RecordMedia & { readonly media: RecordMedia | null }) | null,
): readonly Picture[] {
  const media = embed?.media ?? embed;
  if (media === null) return [];
  const film = media.video === null ? [] : [{ alt: media.alt, image: media.video }];
  return [...media.images, ...media.items, ...film].map(({ alt, image }) => ({
    alt,
    url: null,
    cid: image.ref.$link,
    mimeType: known(image.mimeType),
    size: image.size,
  }));
}

function nameOf({ alt, mimeType }: Picture, at: number): string {
  const ending = endings[mimeType] ?? 'bin';
  const words = alt
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}/\\:*?"<>|]+/gu, ' ')
    .trim()
    .slice(0, longestName);
  if (words === '') return `image-${String(at + 1)}.${ending}`;
  return words.toLowerCase().endsWith(`.${ending}`) ? words : `${words}.${ending}`;
}

/** The pictures as parts that are fetched when somebody wants them; parts count from 1. */
export const partsOf = (pictures: readonly Picture[]): readonly InboundPart[] =>
  pictures.map((picture, at) => ({
    part: String(at + 1),
    name: nameOf(picture, at),
    mimeType: picture.mimeType,
    size: picture.size,
    contentId: null,
    inline: false,
    kind: 'file',
    remote: true,
  }));

/** What an embed says in words, one line each: a link that is not in the text anyway, and a quoted post as a quotation. */
export function wordsOfEmbed(embed: ViewEmbed | null, text: string): readonly string[] {
  if (embed === null) return [];
  const link = embed.external ?? embed.media?.external ?? null;
  const linked =
    link === null || !/^https?:\/\//i.test(link.uri) || text.includes(link.uri)
      ? []
      : [[link.title, link.uri].filter((word) => word !== '').join('\n')];
  const { record } = embed;
  if (record === null) return linked;
  const who = record.author.handle === null ? record.author.displayName : `@${record.author.handle}`;
  const quoted = [`${who}:`, ...record.value.text.split('\n')]
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
  return [...linked, quoted];
}
