import { rasterImage } from '#shared/domain/picture/raster-image.ts';

/** A picture given in the text itself: about 2 MB once decoded. */
const longest = 3_000_000;

const bytesOf = (base64: string): Uint8Array | null => {
  try {
    return Uint8Array.from(atob(decodeURIComponent(base64)), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
};

/** Whether the address is a picture written into the text (RFC 2397) that can be drawn without taking all memory. */
export const isDrawable = (address: string): boolean => {
  const base64 =
    address.length > longest ? undefined : /^data:image\/[a-z]+;base64,(.*)$/is.exec(address)?.[1];
  const bytes = base64 === undefined ? null : bytesOf(base64);
  return bytes !== null && rasterImage(bytes) !== null;
};
