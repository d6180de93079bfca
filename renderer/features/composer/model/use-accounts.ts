import { useLive } from '#renderer/engine-client/index.ts';
import { useProfiles } from '#renderer/workbench/index.ts';
import type { AccountHead } from '#shared/contract/accounts.ts';
import type { Capabilities, ChannelProfile, TextLimit } from '#shared/domain/channel-profile.ts';

/** The accounts that can send, the one that will, and what its channel is capable of. */
export type Senders = {
  readonly list: readonly AccountHead[] | null;
  readonly chosen: AccountHead | undefined;
  readonly profile: ChannelProfile | null;
  readonly capabilities: Capabilities | null;
  /** How long a text may be, as the account's own server says, or else its channel. */
  readonly limit: TextLimit | null;
  /** How much the files may weigh together, in bytes; null while that is not known. */
  readonly maxBytes: number | null;
  /** The accounts that a message of this kind can be sent from instead. */
  readonly others: readonly AccountHead[];
};

/** Reads the accounts; the only one there is counts as chosen. `first` is whether the message answers nothing. */
export const useAccounts = (account: string | null, first: boolean): Senders => {
  const list = useLive('account.heads', {}).data?.accounts ?? null;
  const profileOf = useProfiles();
  // Mail imported from files has no server to send by.
  const senders = list?.filter(({ archive }) => !archive) ?? [];
  const chosen = list?.find(({ id }) => id === account) ?? (list?.length === 1 ? list[0] : undefined);
  const profile = chosen === undefined ? null : profileOf(chosen.kind);
  return {
    list,
    chosen,
    profile,
    capabilities: profile?.capabilities ?? null,
    limit: chosen?.maxText ?? profile?.capabilities.maxText ?? null,
    maxBytes: chosen?.maxAttachmentBytes ?? profile?.capabilities.maxAttachmentBytes ?? null,
    others: senders.filter(({ kind, id }) =>
      first
        ? id === chosen?.id || profileOf(kind)?.capabilities.newMessage !== false
        : chosen === undefined || kind === chosen.kind,
    ),
  };
};
