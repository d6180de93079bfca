import { createDecipheriv } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

/** SQLCipher 4 with its defaults: pages of 4,096 bytes that end in an IV of 16 and an HMAC of 64 (zetetic.net/sqlcipher/design). */
const pageBytes = 4_096;
const ivBytes = 16;
const reserved = ivBytes + 64;
/** What a write-ahead log puts before its first page and before each (sqlite.org/fileformat2.html, section 4). */
const walHeader = 32;
const frameHeader = 24;
/** The first page begins with the salt, which is not encrypted. */
const saltBytes = 16;

const decryptPage = (page: Uint8Array, key: Uint8Array, from: number): Uint8Array => {
  const end = pageBytes - reserved;
  const decipher = createDecipheriv('aes-256-cbc', key, page.subarray(end, end + ivBytes));
  decipher.setAutoPadding(false);
  return Buffer.concat([decipher.update(page.subarray(from, end)), decipher.final()]);
};

/** Everything that lies in a database's file and its log, decrypted page by page, what is free or was deleted among it. */
export const rawPages = (path: string, key: Uint8Array): Buffer => {
  const file = readFileSync(path);
  const pages: Uint8Array[] = [];
  for (let at = 0; at + pageBytes <= file.byteLength; at += pageBytes) {
    const page = file.subarray(at, at + pageBytes);
    if (page.every((byte) => byte === 0)) continue;
    pages.push(decryptPage(page, key, at === 0 ? saltBytes : 0));
  }
  const log = `${path}-wal`;
  const wal = existsSync(log) ? readFileSync(log) : Buffer.alloc(0);
  for (let at = walHeader; at + frameHeader + pageBytes <= wal.byteLength; at += frameHeader + pageBytes) {
    const first = wal.readUInt32BE(at) === 1 ? saltBytes : 0;
    pages.push(decryptPage(wal.subarray(at + frameHeader, at + frameHeader + pageBytes), key, first));
  }
  return Buffer.concat(pages);
};
