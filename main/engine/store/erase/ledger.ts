import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import * as v from 'valibot';
import { withStoreErrors } from '../failure.ts';
import type { KeyedHash } from './tombstones.ts';

const entry = v.object({
  id: v.string(),
  reason: v.picklist(['request', 'retention', 'team']),
  author: v.nullable(v.string()),
  askedAt: v.number(),
  doneAt: v.nullable(v.number()),
  conversations: v.number(),
  messages: v.number(),
  files: v.number(),
  customers: v.array(v.string()),
  tombstones: v.array(v.string()),
});
const entries = v.array(entry);

/** One erasure as it is written down beside the database. Times are ms UTC; customers are ids, nothing names a person. */
export type LedgerEntry = v.InferOutput<typeof entry>;

/** The list of erasures outside the database, which no restored backup takes back. */
export interface ErasureLedger {
  readonly hash: KeyedHash;
  /** Everything that is written down; nothing where there is no list or it cannot be read. */
  read(): readonly LedgerEntry[];
  /** Replaces the list; the old one stays until the new one is on disk. */
  write(entries: readonly LedgerEntry[]): void;
}

const nonceBytes = 12;
const tagBytes = 16;

const seal = (key: Uint8Array, plain: string): Uint8Array => {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  return Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
};

const unseal = (key: Uint8Array, sealed: Uint8Array): string => {
  const end = sealed.byteLength - tagBytes;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  }).setAuthTag(sealed.subarray(end));
  return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, end)), decipher.final()]).toString(
    'utf8',
  );
};

const readList = (path: string, key: Uint8Array): readonly LedgerEntry[] => {
  if (!existsSync(path)) return [];
  try {
    return v.parse(entries, JSON.parse(unseal(key, readFileSync(path))));
  } catch {
    // The database has the list as well, and writes it anew.
    return [];
  }
};

const writeList = (path: string, key: Uint8Array, list: readonly LedgerEntry[]): void =>
  withStoreErrors(() => {
    const partial = `${path}.partial`;
    const file = openSync(partial, 'w', 0o600);
    try {
      const bytes = seal(key, JSON.stringify(list));
      for (let written = 0; written < bytes.byteLength;) {
        written += writeSync(file, bytes, written);
      }
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(partial, path);
  });

/** The hash of names by which this workspace knows what was erased; `key` has 32 bytes. */
export const keyedHash =
  (key: Uint8Array): KeyedHash =>
  (word) =>
    createHmac('sha256', key).update(word).digest('base64url').slice(0, 22);

/** Opens the list at a path; `keys` are two of 32 bytes each, one to seal it and one for the hashes of names. */
export const openLedger = (
  path: string,
  keys: { readonly seal: Uint8Array; readonly names: Uint8Array },
): ErasureLedger => ({
  hash: keyedHash(keys.names),
  read: () => readList(path, keys.seal),
  write: (list) => writeList(path, keys.seal, list),
});
