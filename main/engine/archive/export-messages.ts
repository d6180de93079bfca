import type { ConversationId } from '#shared/kit/brand.ts';
import { exportRows } from '../store/read/export.ts';
import type { ExportRow } from '../store/read/export.ts';
import { VaultError } from '../store/vault.ts';
import type { Workspace } from '../workspace.ts';

/** A message on its way out of the workspace. */
export type ExportedMessage = Omit<ExportRow, 'source'> & {
  /** The message as it came or went over the wire; null where it has none. Throws nothing: damaged bytes are 'damaged'. */
  source(): Uint8Array | 'damaged' | null;
};

/** Every message, oldest first, or those of one conversation. */
export const exportMessages = function* (
  { db, vault }: Pick<Workspace, 'db' | 'vault'>,
  conversation: ConversationId | null,
): Generator<ExportedMessage> {
  for (const { source, ...row } of exportRows(db, conversation)) {
    yield {
      ...row,
      source: () => {
        if (source === null) return null;
        try {
          return vault.read(source);
        } catch (error) {
          if (error instanceof VaultError) return 'damaged';
          throw error;
        }
      },
    };
  }
};
