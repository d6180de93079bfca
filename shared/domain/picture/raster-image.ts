/** A picture made of pixels, recognised by its first bytes and not by what anybody says about it. */
export type RasterImage = {
  readonly mimeType: string;
  /** In pixels, as the file itself says, before anything is decoded. */
  readonly size: Size;
};

type Size = { readonly width: number; readonly height: number };

/** A kind of file: how it begins, and how large a picture it says it holds; null where it does not say. */
type Format = {
  readonly mimeType: string;
  readonly begins: (view: DataView) => boolean;
  readonly size: (view: DataView) => Size | null;
};

/** A decoder needs four bytes a pixel; 40 million pixels are a 160 MB picture, more than any screen shows. */
const maxPixels = 40_000_000;

const ascii = (view: DataView, at: number, length: number): string =>
  at + length > view.byteLength
    ? ''
    : String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, length));

const uint24 = (view: DataView, at: number): number =>
  view.getUint16(at, true) + view.getUint8(at + 2) * 0x1_00_00;

/** Walks the markers to the frame (ITU T.81, B.2.2). */
const jpegSize = (view: DataView): Size | null => {
  for (let at = 2; view.getUint8(at) === 0xff;) {
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return null;
};

/** Behind the blocks of a GIF that begin here: each names its length, and one of no length is the last. */
const afterBlocks = (view: DataView, start: number): number => {
  let at = start;
  while (view.getUint8(at) !== 0) at += 1 + view.getUint8(at);
  return at + 1;
};

const colours = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));

/** The screen it names, or its first picture where that is larger: decoders grow the screen to it (GIF89a, 18 and 20). */
const gifSize = (view: DataView): Size | null => {
  const screen = { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  let at = 13 + colours(view.getUint8(10));
  while (view.getUint8(at) === 0x21) at = afterBlocks(view, at + 2);
  if (view.getUint8(at) !== 0x2c) return null;
  return {
    width: Math.max(screen.width, view.getUint16(at + 1, true) + view.getUint16(at + 5, true)),
    height: Math.max(screen.height, view.getUint16(at + 3, true) + view.getUint16(at + 7, true)),
  };
};

/** By its first chunk: extended, lossless or lossy (RFC 9649, 2.5 to 2.7). */
const webpSize = (view: DataView): Size | null => {
  switch (ascii(view, 12, 4)) {
    case 'VP8X':
      return { width: uint24(view, 24) + 1, height: uint24(view, 27) + 1 };
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8 ':
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    default:
      return null;
  }
};

/** Where the boxes that hold sizes may lie: they come before the picture itself. */
const avifHead = 64 * 1024;

/** The largest of the sizes that its parts are given (ISO/IEC 23008-12, 6.5.3): `ispe`, version and flags, width, height. */
const avifSize = (view: DataView): Size | null => {
  let largest: Size | null = null;
  for (let at = 8; at + 16 <= Math.min(view.byteLength, avifHead); at += 1) {
    if (view.getUint32(at) !== 0x69_73_70_65) continue;
    const size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    if (largest === null || size.width * size.height > largest.width * largest.height) largest = size;
  }
  return largest;
};

/** A header of twelve bytes counts in 16 bits, every later one in 32. */
const bmpSize = (view: DataView): Size =>
  view.getUint32(14, true) === 12
    ? { width: view.getUint16(18, true), height: view.getUint16(20, true) }
    : { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) };

const formats: readonly Format[] = [
  {
    mimeType: 'image/png',
    begins: (view) => ascii(view, 0, 8) === '\x89PNG\r\n\x1a\n',
    size: (view) => ({ width: view.getUint32(16), height: view.getUint32(20) }),
  },
  { mimeType: 'image/gif', begins: (view) => /^GIF8[79]a$/.test(ascii(view, 0, 6)), size: gifSize },
  { mimeType: 'image/jpeg', begins: (view) => ascii(view, 0, 3) === '\xff\xd8\xff', size: jpegSize },
  {
    mimeType: 'image/webp',
    begins: (view) => ascii(view, 0, 4) === 'RIFF' && ascii(view, 8, 4) === 'WEBP',
    size: webpSize,
  },
  { mimeType: 'image/avif', begins: (view) => /^ftypavi[fs]$/.test(ascii(view, 4, 8)), size: avifSize },
  { mimeType: 'image/bmp', begins: (view) => ascii(view, 0, 2) === 'BM', size: bmpSize },
];

const sizeIn = (format: Format, view: DataView): Size | null => {
  try {
    return format.size(view);
  } catch (error) {
    // It ends before it says so.
    if (error instanceof RangeError) return null;
    throw error;
  }
};

/**
 * What kind of picture the bytes are and how large. Null for anything else: SVG, text, a head that is broken or does not say
 * the size, a picture that would take too much memory to decode.
 */
export const rasterImage = (bytes: Uint8Array): RasterImage | null => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const format = formats.find(({ begins }) => begins(view));
  const size = format === undefined ? null : sizeIn(format, view);
  if (format === undefined || size === null) return null;
  return size.width * size.height > maxPixels ? null : { mimeType: format.mimeType, size };
};
