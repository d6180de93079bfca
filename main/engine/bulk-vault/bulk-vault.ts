import type { BlobId } from '#shared/kit/brand.ts';

/** Puts away the sources of large pulls beside the writer, in segments of its own. */
export interface BulkVault {
  /**
   * Puts these away and answers their ids in the same order once they survive a power cut; takes the bytes with it. All or nothing:
   * rejects with WriteError, and what was put then is spoken of by nobody.
   */
  put(sources: readonly Uint8Array[]): Promise<readonly BlobId[]>;
  /** Finishes what is at hand and refuses the rest. */
  close(): Promise<void>;
}

/** Where the vault lies and its 32-byte key. */
export type BulkVaultOptions = { readonly folder: string; readonly key: Uint8Array };
