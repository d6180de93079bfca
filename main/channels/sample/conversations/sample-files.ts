import { crc32, deflateSync } from 'node:zlib';
import type { SampleFile } from './sample-conversation.ts';

const chunk = (type: string, content: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
};

/** A small PNG (RFC 2083) painted by `colour`, which gives red, green and blue for a point between 0 and 1. */
const paint = (
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly [number, number, number],
): Uint8Array => {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      rows.set(colour(x / width, y / height), y * (1 + width * 3) + 1 + x * 3);
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', new Uint8Array()),
  ]);
};

/** A picture of two wheels on a road at dusk. */
const bicyclePicture = (): Uint8Array =>
  paint(480, 300, (x, y) => {
    const wheel = [0.3, 0.7].some((centre) => {
      const distance = Math.hypot((x - centre) * 1.6, y - 0.62);
      return Math.abs(distance - 0.2) < 0.014 || distance < 0.02;
    });
    const frame =
      Math.abs((x - 0.3) * 0.9 - (0.62 - y)) < 0.012 && x > 0.3 && x < 0.5
        ? true
        : Math.abs((x - 0.5) * 1 - (y - 0.44)) < 0.012 && x > 0.5 && x < 0.7;
    if (wheel || frame) return [28, 42, 46];
    if (y > 0.84) return [92, 104, 100];
    return [236 - Math.round(y * 90), 190 - Math.round(y * 30), 150 + Math.round(y * 70)];
  });

/** A logo: a leaf-green disc on white. */
const logoPicture = (): Uint8Array =>
  paint(96, 96, (x, y) => (Math.hypot(x - 0.5, y - 0.5) < 0.42 ? [15, 118, 110] : [255, 255, 255]));

/** A one-page PDF with a line of text (ISO 32000-1, 7.5). */
const pdf = (line: string): Uint8Array => {
  const stream = `BT /F1 18 Tf 72 760 Td (${line.replaceAll(/[()\\]/g, '')}) Tj ET`;
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
    `<</Length ${String(stream.length)}>>stream\n${stream}\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${String(index + 1)} 0 obj${object}endobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  text += `xref\n0 6\n0000000000 65535 f \n${table}trailer<</Size 6/Root 1 0 R>>\nstartxref\n${String(text.length)}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
};

export const pdfFile = (name: string, line: string): SampleFile => ({
  name,
  mimeType: 'application/pdf',
  make: () => pdf(line),
});

export const pictureFile = (name: string, contentId?: string): SampleFile => ({
  name,
  mimeType: 'image/png',
  make: name.startsWith('logo') ? logoPicture : bicyclePicture,
  ...(contentId === undefined ? {} : { contentId }),
});

export const textFile = (name: string, mimeType: string, text: string): SampleFile => ({
  name,
  mimeType,
  make: () => Buffer.from(text, 'utf8'),
});
