import { ns } from '../names.ts';
import { attributeOf, childOf, elementsOf, textIn } from '../stream/element.ts';
import type { Element } from '../stream/element.ts';

/** A file that lies on the web, as a message names it. `url` is https, http or aesgcm (an encrypted file with its key in the fragment). */
export type SharedFile = {
  readonly url: string;
  readonly name: string;
  readonly mimeType: string;
  /** Bytes, 0 when the message does not say. */
  readonly size: number;
};

const mostFiles = 10;
const longestUrl = 4_000;

const isFileUrl = (url: string): boolean =>
  url.length <= longestUrl && /^(?:https?|aesgcm):\/\//i.test(url) && URL.canParse(url) && !/\s/.test(url);

const types: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  pdf: 'application/pdf',
  txt: 'text/plain',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  oga: 'audio/ogg',
  opus: 'audio/ogg',
  m4a: 'audio/mp4',
  mp4: 'video/mp4',
  webm: 'video/webm',
};

/** The last step of a URL's path, read as a name. */
function nameIn(url: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

const tidy = (name: string): string =>
  name
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}/\\]+/gu, ' ')
    .trim()
    .slice(0, 200);

const fileAt = (url: string, described: Element | undefined, space: string): SharedFile => {
  const said = (field: string): string => textIn(childOf(described, field, space)).trim();
  const name = tidy(said('name')) || tidy(nameIn(url));
  const size = Number(said('size'));
  const typed = said('media-type').toLowerCase();
  const known = types[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';
  return {
    url,
    name,
    mimeType: /^[a-z0-9.+-]{1,60}\/[a-z0-9.+-]{1,100}$/.test(typed) ? typed : known,
    size: Number.isSafeInteger(size) && size > 0 ? size : 0,
  };
};

/** Files described fully: XEP-0447 with XEP-0446 and XEP-0103, and its forerunner XEP-0385. */
function described(message: Element): readonly SharedFile[] {
  return elementsOf(message).flatMap((child) => {
    if (child.name === 'file-sharing' && child.ns === ns.fileSharing) {
      const source = childOf(childOf(child, 'sources', ns.fileSharing), 'url-data', ns.urlData);
      const url = attributeOf(source, 'target')?.trim() ?? '';
      return isFileUrl(url) ? [fileAt(url, childOf(child, 'file', ns.fileMetadata), ns.fileMetadata)] : [];
    }
    const shared = child.ns === ns.reference ? childOf(child, 'media-sharing', ns.mediaSharing) : undefined;
    if (shared === undefined) return [];
    const source = childOf(childOf(shared, 'sources', ns.mediaSharing), 'reference', ns.reference);
    const url = attributeOf(source, 'uri')?.trim() ?? '';
    return isFileUrl(url) ? [fileAt(url, childOf(shared, 'file', ns.jingleFile), ns.jingleFile)] : [];
  });
}

/** All files a message points to, each address once, in a fixed order. */
export function filesIn(message: Element): readonly SharedFile[] {
  const body = textIn(childOf(message, 'body', ns.client)).trim();
  const bare = elementsOf(message)
    .filter((child) => child.name === 'x' && child.ns === ns.outOfBand)
    .map((child) => textIn(childOf(child, 'url', ns.outOfBand)).trim());
  const encrypted = /^aesgcm:\/\/\S+$/i.test(body) ? [body] : [];
  const plain = [...bare, ...encrypted].filter(isFileUrl).map((url) => fileAt(url, undefined, ''));
  const all = new Map<string, SharedFile>();
  for (const file of [...described(message), ...plain]) if (!all.has(file.url)) all.set(file.url, file);
  return [...all.values()].slice(0, mostFiles);
}

/** What was said beside the files: their addresses stand in the body only for programs that know no files. */
export function textBeside(message: Element, files: readonly SharedFile[]): string {
  const urls = new Set(files.map(({ url }) => url));
  const body = textIn(childOf(message, 'body', ns.client));
  return urls.size === 0
    ? body
    : body
        .split('\n')
        .filter((line) => !urls.has(line.trim()))
        .join('\n')
        .trim();
}
