import { ChannelError } from '#main/channels/kit/failure.ts';
import { isOffline } from '../ingest/failures.ts';
import type { OutboxItem } from '../store/read/outbox.ts';
import { VaultError } from '../store/vault.ts';
import type { Workspace } from '../workspace.ts';
import { afterLostSource } from './plan.ts';
import type { SendFailure, SendState } from './plan.ts';

/** An item as the rules see it; `now` is ms UTC. */
export const stateOf = (item: OutboxItem, now: number): SendState => ({
  recipients: item.recipients,
  pending: item.pending,
  attempts: item.attempts,
  firstTryAt: item.firstTryAt ?? now,
  handedOver: item.handedOverAt !== null,
  doubtful: item.doubtful,
});

/** What a channel said; null for a fault of ours. */
export const failureOf = (error: unknown): SendFailure | null => {
  if (!(error instanceof ChannelError)) return null;
  const { kind, said } = error.failure;
  return { kind: isOffline(kind) ? 'offline' : 'account', said, recipient: null };
};

/**
 * Whether the bytes to be sent are gone for good, or are not what they were. A disk that gives no answer, or too many open files,
 * may pass.
 */
export const isLostSource = (error: unknown): boolean => {
  if (!(error instanceof VaultError)) return false;
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return error.kind === 'damaged' || code === undefined || code === 'ENOENT';
};

/** The bytes that are about to be sent for the first time or anew; null where they are lost: then the item waits for a person. */
export const bytesToSend = async (
  { vault, writer, clock }: Pick<Workspace, 'vault' | 'writer' | 'clock'>,
  item: OutboxItem,
): Promise<Uint8Array | null> => {
  try {
    return vault.read(item.source);
  } catch (error) {
    if (!isLostSource(error)) throw error;
    const step = afterLostSource({ ...stateOf(item, clock.now()), handedOver: false });
    await writer.run('outbox.step', { id: item.id, step });
    return null;
  }
};
