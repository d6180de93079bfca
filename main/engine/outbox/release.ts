import { channelOf } from '../ingest/account-session.ts';
import type { ConnectedAccount } from '../store/read/account.ts';
import type { OutboxItem } from '../store/read/outbox.ts';
import type { Workspace } from '../workspace.ts';
import { bytesToSend } from './item-state.ts';

/** Gives a planned item the date it leaves with, and answers that in ms UTC; null when it is not to leave. */
export const release = async (
  workspace: Workspace,
  account: ConnectedAccount,
  item: OutboxItem,
): Promise<number | null> => {
  const at = workspace.clock.now();
  const written = await bytesToSend(workspace, item);
  if (written === null) return null;
  const bytes = channelOf(workspace, account).redate?.(written, at) ?? written;
  const isReleased = await workspace.writer.run('outbox.release', {
    id: item.id,
    at,
    bytes: new Uint8Array(bytes),
  });
  return isReleased ? at : null;
};
