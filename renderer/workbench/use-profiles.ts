import { useLive } from '#renderer/engine-client/index.ts';
import type { ChannelProfile } from '#shared/domain/channel-profile.ts';

/** Looks up what a channel is and can do; null while that is not known yet, and for a channel of another version. */
export const useProfiles = (): ((kind: string) => ChannelProfile | null) => {
  const kinds = useLive('account.kinds', {}).data?.kinds ?? [];
  return (kind) => kinds.find((profile) => profile.kind === kind) ?? null;
};
