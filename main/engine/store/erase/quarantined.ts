import type { BlobId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';
import type { VaultReader } from '../vault.ts';
import { addressesOf } from './scope.ts';

/** So much of an unreadable item is looked at, in bytes: the head is there, and nothing else can be trusted. */
const head = 256 * 1024;

/** Unreadable items that bear an address of these customers. */
export const quarantinedOf = (
  db: ReadableDb,
  vault: VaultReader,
  customers: readonly string[],
): readonly string[] => {
  // A number is in many items; an address with its host is in nobody else's.
  const addresses = addressesOf(db, customers).flatMap(({ address }) =>
    address.includes('@') ? [address] : [],
  );
  const rows = db.all<{ id: string; source: BlobId }>(
    'SELECT id, source FROM quarantine WHERE source IS NOT NULL',
  );
  return rows.flatMap(({ id, source }) => {
    const text = Buffer.from(readHead(vault, source)).toString('latin1').toLowerCase();
    return addresses.some((address) => text.includes(address)) ? [id] : [];
  });
};

const readHead = (vault: VaultReader, source: BlobId): Uint8Array => {
  try {
    return vault.read(source).subarray(0, head);
  } catch {
    // What cannot be read any more says nothing of anybody.
    return new Uint8Array();
  }
};
