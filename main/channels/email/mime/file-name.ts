import { trimCharacters } from './trim-characters.ts';

/** Names Windows gives a meaning whatever their extension. */
const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$|clock\$)(\..*)?$/i;
const invisible = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\u2028\u2029\u115f\u1160\u3164\uffa0]/gu;
/** Most file systems take 255 bytes; this leaves room for " (2)" and a partial-download suffix. */
const longestBytes = 200;
const longestExtension = 20;

/** Extensions of the types that mails name no file for. */
const extensions: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'application/zip': 'zip',
  'application/msword': 'doc',
  'application/rtf': 'rtf',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/json': 'json',
  'application/ics': 'ics',
  'application/pgp-signature': 'asc',
  'application/pgp-keys': 'asc',
  'application/pgp-encrypted': 'asc',
  'application/pkcs7-mime': 'p7m',
  'application/x-pkcs7-mime': 'p7m',
  'application/pkcs7-signature': 'p7s',
  'application/x-pkcs7-signature': 'p7s',
  'application/ms-tnef': 'dat',
  'application/vnd.ms-tnef': 'dat',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/svg+xml': 'svg',
  'image/tiff': 'tif',
  'image/bmp': 'bmp',
  'audio/mpeg': 'mp3',
  'audio/wav': 'wav',
  'video/mp4': 'mp4',
  'text/plain': 'txt',
  'text/html': 'html',
  'text/calendar': 'ics',
  'text/csv': 'csv',
  'text/vcard': 'vcf',
  'text/x-vcard': 'vcf',
  'text/xml': 'xml',
  'text/rfc822-headers': 'txt',
  'message/rfc822': 'eml',
  'message/global': 'eml',
  'message/delivery-status': 'txt',
  'message/disposition-notification': 'txt',
};

/** The usual extension of a media type without a dot, or null. */
function extensionFor(mimeType: string): string | null {
  return extensions[mimeType] ?? null;
}

function cutToBytes(name: string): string {
  if (Buffer.byteLength(name) <= longestBytes) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= longestExtension ? name.slice(dot) : '';
  let stem = '';
  let size = Buffer.byteLength(extension);
  for (const char of extension === '' ? name : name.slice(0, dot)) {
    size += Buffer.byteLength(char);
    if (size > longestBytes) break;
    stem += char;
  }
  return stem.trimEnd() + extension;
}

/**
 * A name that can be shown and joined to a folder on any system: NFC, last path segment only, without control, bidi and
 * invisible characters, reserved names and characters disarmed, no leading dots, no trailing dots or blanks, at most 200
 * bytes with the extension kept. Cleaning repeats until nothing changes, so that what is removed cannot hide the rest.
 */
export function safeFileName(written: string, mimeType: string): string {
  let name = written.slice(0, 2000);
  for (let round = 0, before = ''; round < 5 && before !== name; round += 1) {
    before = name;
    name = name.normalize('NFC').replace(invisible, '');
    name = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    name = name
      .replace(/^[a-z]:/i, '')
      .replace(/[<>:"|?*]/g, '_')
      .replace(/\s+/g, ' ');
    name = trimCharacters(name, '. ');
  }
  name = trimCharacters(cutToBytes(name), '. ');
  if (reserved.test(name)) name = `_${name}`;
  if (name !== '') return name;
  const extension = extensionFor(mimeType);
  return extension === null ? 'attachment' : `attachment.${extension}`;
}

/** Whether a written name tries to look like another: bidi overrides, invisible characters, or a path. */
export function isDeceptiveName(written: string): boolean {
  return (
    /[\u202a-\u202e\u2066-\u2069\u200b-\u200f]/.test(written) ||
    written.includes('\0') ||
    /(^|[\\/])\.\.?[\\/]/.test(written)
  );
}
