import { describe, expect, it } from 'vitest';
import { rasterImage } from '#shared/domain/picture/raster-image.ts';

const size = { width: 37, height: 21 };
const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64');
const uint32 = (...values: readonly number[]): Buffer => {
  const buffer = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => buffer.writeUInt32BE(value, index * 4));
  return buffer;
};
const uint16 = (...values: readonly number[]): Buffer => {
  const buffer = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => buffer.writeUInt16LE(value, index * 2));
  return buffer;
};

const png = (width: number, height: number): Buffer =>
  Buffer.concat([bytes('iVBORw0KGgo='), uint32(13), Buffer.from('IHDR'), uint32(width, height)]);

/** Chunks written by Chromium's encoder, in a file of their own. */
const webp = (...chunks: readonly Buffer[]): Buffer => {
  const body = Buffer.concat([Buffer.from('WEBP'), ...chunks]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return Buffer.concat([Buffer.from('RIFF'), length, body]);
};
const lossy = bytes('VlA4ICgAAADwAgCdASolABUAP3G402I0ryqmJWgCkC4JaQAAKUNt8AD+7agAAAAA');
const lossless = bytes('VlA4TBEAAAAvJAAFAAfQ//73v/+BiOh/AA==');
const extended = bytes('VlA4WAoAAAAwAAAAJAAAFAAA');

/** Chromium's JPEG up to its frame, behind two tables. */
const jpeg = bytes(
  `/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI${'/'.repeat(52)}2wBDAVVaWnhpeOuCguv${'/'.repeat(73)}wAARCAAVACUDASIAAhEBAxEB`,
);

const gif = (screen: readonly [number, number], frame: readonly [number, number]): Buffer =>
  Buffer.concat([
    Buffer.from('GIF89a'),
    uint16(...screen),
    Buffer.from([0x80, 0, 0, 1, 2, 3, 4, 5, 6]),
    Buffer.from([0x21, 0xfe, 2, 0x2c, 0x2c, 0]),
    Buffer.from([0x21, 0xf9, 4, 0, 0, 0, 0, 0]),
    Buffer.from([0x2c]),
    uint16(0, 0, ...frame),
  ]);

const avif = (...sizes: readonly (readonly [number, number])[]): Buffer =>
  Buffer.concat([
    uint32(24),
    Buffer.from('ftypavif\0\0\0\0mif1'),
    ...sizes.map((one) => Buffer.concat([uint32(20), Buffer.from('ispe'), uint32(0, ...one)])),
  ]);

const bmp = (headerLength: number, sides: Buffer): Buffer => {
  const head = Buffer.alloc(18);
  head.write('BM');
  head.writeUInt32LE(headerLength, 14);
  return Buffer.concat([head, sides, Buffer.alloc(16)]);
};
const bmpSides = (width: number, height: number): Buffer => {
  const sides = Buffer.alloc(8);
  sides.writeInt32LE(width);
  sides.writeInt32LE(height, 4);
  return sides;
};

describe('the size of a picture', () => {
  it.each([
    ['image/png', png(37, 21)],
    ['image/gif', gif([37, 21], [37, 21])],
    ['image/jpeg', jpeg],
    ['image/webp', webp(lossy)],
    ['image/webp', webp(lossless)],
    ['image/webp', webp(extended, lossy)],
    ['image/avif', avif([8, 8], [37, 21])],
    ['image/bmp', bmp(40, bmpSides(37, -21))],
    ['image/bmp', bmp(12, uint16(37, 21))],
  ])('is read from the head of an %s', (mimeType, file) => {
    expect(rasterImage(file)).toEqual({ mimeType, size });
    // Where it lies in a larger buffer does not matter.
    expect(rasterImage(Buffer.concat([Buffer.alloc(7), file]).subarray(7))).toEqual({ mimeType, size });
  });

  it('of a GIF is that of its first picture where that does not fit on the screen it names', () => {
    expect(rasterImage(gif([1, 1], [37, 21]))?.size).toEqual(size);
  });
});

describe('a picture is not shown', () => {
  const huge = webp(
    Buffer.concat([Buffer.from('VP8X'), uint32(0x0a_00_00_00), Buffer.alloc(4), Buffer.alloc(6, 0xff)]),
  );
  it.each([
    ['a PNG of 30,000 by 30,000 pixels', png(30_000, 30_000)],
    ['a GIF that names a small screen for a huge picture', gif([1, 1], [65_535, 65_535])],
    ['a WebP of the largest canvas', huge],
    ['an AVIF with one huge part among small ones', avif([8, 8], [65_536, 65_536], [8, 8])],
    ['a BMP of the largest sides', bmp(40, bmpSides(-2_147_483_648, 2_147_483_647))],
  ])('where it would take too much memory: %s', (_what, file) => {
    expect(rasterImage(file)).toBeNull();
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"></svg>')],
    ['a page', Buffer.from('<!doctype html><p>BM GIF89a')],
    ['an AVIF without a size', avif()],
    ['a WebP of an unknown chunk', webp(Buffer.from('ICCP\0\0\0\0'))],
  ])('where it is none or does not say how large it is: %s', (_what, file) => {
    expect(rasterImage(file)).toBeNull();
  });

  it('where it ends before it says how large it is', () => {
    for (const file of [png(37, 21), gif([37, 21], [37, 21]), jpeg, webp(lossy), avif([37, 21])]) {
      const told = Array.from({ length: file.length + 1 }, (_, end) => rasterImage(file.subarray(0, end)));
      expect(told.at(-1)).not.toBeNull();
      for (const image of told) if (image !== null) expect(image.size).toEqual(size);
    }
  });
});
