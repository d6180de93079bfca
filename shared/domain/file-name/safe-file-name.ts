/** The longest name that common file systems keep (ext4, NTFS and APFS take 255), less room for ` (99)`. */
const maxBytes = 240;

/** Names that Windows gives to devices, whatever follows the first dot (Microsoft, "Naming Files, Paths, and Namespaces"). */
const deviceName = /^(con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$/i;

/** Characters that are not seen but change what is read: bidi controls, zero-width, soft hyphen, variation selectors, tags. */
const invisible = /\p{Default_Ignorable_Code_Point}|\p{Bidi_Control}|[\ufff9-\ufffb]/gu;

/** Dots that are not U+002E but are folded to it by some systems: leaders and full-width forms. */
const otherDots = /[\u2024\ufe52\uff0e]/gu;

/** What ends a folder's name: both slashes and everything that a system may fold to one. */
const separators = /[/\\\u2044\u2215\u2216\u29f5\u29f8\u29f9\ufe68\uff0f\uff3c]/u;

const byteLength = (text: string): number => {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
};

const cutTo = (text: string, bytes: number): string => {
  let used = 0;
  let kept = '';
  for (const character of text) {
    used += byteLength(character);
    if (used > bytes) break;
    kept += character;
  }
  return kept;
};

const isControl = (code: number): boolean => code < 0x20 || (code >= 0x7f && code < 0xa0);

const withoutControls = (text: string): string => {
  let kept = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (isControl(code)) continue;
    // Half of a surrogate pair cannot be written as UTF-8.
    kept += code >= 0xd800 && code <= 0xdfff ? '_' : character;
  }
  return kept;
};

/** The part after the last dot, without the dot; empty when there is none or the dot is the first character. */
const extensionOf = (name: string): string => {
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot + 1);
};

const fit = (name: string): string => {
  if (byteLength(name) <= maxBytes) return name;
  const extension = extensionOf(name);
  // An "extension" of more than 20 bytes is a sentence with a dot in it.
  if (extension === '' || byteLength(extension) > 20) return cutTo(name, maxBytes);
  const stem = name.slice(0, -(extension.length + 1));
  return `${cutTo(stem, maxBytes - byteLength(extension) - 1).trimEnd()}.${extension}`;
};

/**
 * A name under which a file from outside can be saved in a chosen folder on Windows, macOS and Linux. It has no folder,
 * no drive or stream, nothing invisible, no device's name and no leading or trailing dot, and shows the extension that
 * the system will go by. Everything is judged after normalising to NFC. Never empty.
 */
export const safeFileName = (raw: string): string => {
  // Invisible characters go first, so that `..<ZWSP>/` cannot become a path by their removal.
  const seen = withoutControls(raw.normalize('NFC').replace(/[\t\n\v\f\r]/g, ' ')).replace(invisible, '');
  const last = seen.replace(otherDots, '.').split(separators).at(-1) ?? '';
  const plain = last
    .replace(/[<>:"|?*]/g, '_')
    .replace(/\s+/gu, ' ')
    .replace(/^[\s.]+|[\s.]+$/gu, '');
  if (plain === '') return 'attachment';
  const fitted = fit(plain).replace(/[\s.]+$/u, '');
  const stem = (fitted.split('.')[0] ?? '').trim();
  return deviceName.test(stem) ? `_${fitted}` : fitted;
};
