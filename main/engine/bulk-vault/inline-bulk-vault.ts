import { storeReason } from '../store/failure.ts';
import { openVaultWriter } from '../store/vault.ts';
import { WriteError } from '../writer/writer.ts';
import type { BulkVault, BulkVaultOptions } from './bulk-vault.ts';
import { putAll } from './put-all.ts';

/** Puts away on the calling thread: for tests that run from sources. */
export const openInlineBulkVault = (options: BulkVaultOptions): BulkVault => {
  const vault = openVaultWriter({ ...options, appender: 'bulk' });
  return {
    put: async (sources) => {
      try {
        return putAll(vault, sources);
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error);
        throw new WriteError(words, storeReason(error), error instanceof Error ? error.stack : undefined);
      }
    },
    close: async () => {
      vault.close();
    },
  };
};
