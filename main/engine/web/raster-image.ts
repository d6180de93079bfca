/** A picture made of pixels, recognised by its first bytes and not by what anybody says about it. */
export type RasterImage = {
  readonly mimeType: string;
  /** Pixels, where the head of the file says so cheaply. */
  readonly size: { readonly width: number; readonly height: number } | null;
};

/** A decoder needs four bytes a pixel; 40 million pixels are a 160 MB picture, more than any screen shows. */
const maxPixels = 40_000_000;

const ascii = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.subarray(from, to)).toString('latin1');

const jpegSize = (bytes: Uint8Array): RasterImage['size'] => {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 9 < view.length;) {
    if (view[at] !== 0xff) return null;
    const marker = view.readUInt8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { height: view.readUInt16BE(at + 5), width: view.readUInt16BE(at + 7) };
    if (marker === 0xff) at += 1;
    else at += 2 + view.readUInt16BE(at + 2);
  }
  return null;
};

const recognise = (bytes: Uint8Array): RasterImage | null => {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.length < 12) return null;
  if (ascii(view, 0, 8) === '\x89PNG\r\n\x1a\n') {
    if (view.length < 24) return null;
    return { mimeType: 'image/png', size: { width: view.readUInt32BE(16), height: view.readUInt32BE(20) } };
  }
  if (/^GIF8[79]a$/.test(ascii(view, 0, 6))) {
    return { mimeType: 'image/gif', size: { width: view.readUInt16LE(6), height: view.readUInt16LE(8) } };
  }
  if (view[0] === 0xff && view[1] === 0xd8 && view[2] === 0xff) {
    return { mimeType: 'image/jpeg', size: jpegSize(view) };
  }
  if (ascii(view, 0, 4) === 'RIFF' && ascii(view, 8, 12) === 'WEBP')
    return { mimeType: 'image/webp', size: null };
  if (ascii(view, 4, 8) === 'ftyp' && /^avi[fs]$/.test(ascii(view, 8, 12))) {
    return { mimeType: 'image/avif', size: null };
  }
  if (ascii(view, 0, 2) === 'BM' && view.length > 26) {
    return {
      mimeType: 'image/bmp',
      size: { width: Math.abs(view.readInt32LE(18)), height: Math.abs(view.readInt32LE(22)) },
    };
  }
  return null;
};

/** The type of a raster image, or null for anything else: SVG, text, a picture too large to decode, a broken head. */
export const rasterImage = (bytes: Uint8Array): RasterImage | null => {
  const image = recognise(bytes);
  if (image?.size && image.size.width * image.size.height > maxPixels) return null;
  return image;
};
