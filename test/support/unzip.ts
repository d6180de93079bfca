import { inflateRawSync } from 'node:zlib';

/** What is in a ZIP file, by name, in its order (PKWARE APPNOTE 4.3: the directory at the end, then each entry's own head). */
export const unzip = (zip: Buffer): ReadonlyMap<string, Buffer> => {
  const end = zip.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'));
  if (end < 0) throw new Error('this is no ZIP file');
  const entries = new Map<string, Buffer>();
  let place = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const method = zip.readUInt16LE(place + 10);
    const packed = zip.readUInt32LE(place + 20);
    const nameLength = zip.readUInt16LE(place + 28);
    const head = zip.readUInt32LE(place + 42);
    const name = zip.toString('utf8', place + 46, place + 46 + nameLength);
    const begin = head + 30 + zip.readUInt16LE(head + 26) + zip.readUInt16LE(head + 28);
    const bytes = zip.subarray(begin, begin + packed);
    entries.set(name, method === 0 ? bytes : inflateRawSync(bytes));
    place += 46 + nameLength + zip.readUInt16LE(place + 30) + zip.readUInt16LE(place + 32);
  }
  return entries;
};
