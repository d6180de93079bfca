import type { BlobId } from '#shared/kit/brand.ts';
import type { VaultWriter } from '../store/vault.ts';

/** Puts all of them away with one wait for the disk, or none. */
export const putAll = (vault: VaultWriter, sources: readonly Uint8Array[]): readonly BlobId[] => {
  try {
    const ids = sources.map((source) => vault.put(source));
    vault.sync();
    return ids;
  } catch (error) {
    vault.discard();
    throw error;
  }
};
