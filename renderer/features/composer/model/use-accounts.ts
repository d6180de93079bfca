import { useLive } from '#renderer/engine-client/index.ts';
import type { AccountRow } from '#shared/contract/accounts.ts';
import type { Capabilities } from '#shared/domain/channel-profile.ts';

/** The accounts that can send, the one that will, and what its channel is capable of. */
export type Senders = {
  readonly list: readonly AccountRow[] | null;
  readonly chosen: AccountRow | undefined;
  readonly capabilities: Capabilities | null;
};

/** Reads the accounts; the only one there is counts as chosen. */
export const useAccounts = (account: string | null): Senders => {
  const list = useLive('account.list', {}).data?.accounts ?? null;
  const kinds = useLive('account.kinds', {}).data?.kinds ?? [];
  const chosen = list?.find(({ id }) => id === account) ?? (list?.length === 1 ? list[0] : undefined);
  return {
    list,
    chosen,
    capabilities: kinds.find(({ kind }) => kind === chosen?.kind)?.capabilities ?? null,
  };
};
