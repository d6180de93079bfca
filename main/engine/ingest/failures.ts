import type { AccountFailure } from '#shared/contract/accounts.ts';
import { ChannelError, failure } from '#main/channels/kit/failure.ts';
import { reasonOf } from '../writer/writer.ts';

/** Failures of the way there and not of the account: said as "offline", tried again soon. */
const offlineKinds: ReadonlySet<AccountFailure['kind']> = new Set<AccountFailure['kind']>([
  'offline',
  'host-not-found',
  'connection-refused',
  'no-answer',
]);

/** Whether a failure is said as being offline. */
export const isOffline = (kind: AccountFailure['kind']): boolean => offlineKinds.has(kind);

/** What an error means for the account; null when it is a fault of ours that belongs in the log. */
export const accountFailure = (error: unknown): AccountFailure | null => {
  if (error instanceof ChannelError) return error.failure;
  const reason = reasonOf(error);
  return reason === 'disk-full' ? failure('disk-full', 'disk') : null;
};
