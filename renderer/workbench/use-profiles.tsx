import { createContext, useCallback, useContext, type ReactNode } from 'react';
import { useLive } from '#renderer/engine-client/index.ts';
import type { ChannelProfile } from '#shared/domain/channel-profile.ts';

type Lookup = (kind: string) => ChannelProfile | null;

const ProfilesContext = createContext<Lookup>(() => null);

/** Asks once what the channels are, for every row and message below it: each would wait for the answer by itself otherwise. */
export const ProfilesProvider = ({ children }: { readonly children: ReactNode }) => {
  const kinds = useLive('account.kinds', {}).data?.kinds;
  const lookup = useCallback<Lookup>(
    (kind) => kinds?.find((profile) => profile.kind === kind) ?? null,
    [kinds],
  );
  return <ProfilesContext value={lookup}>{children}</ProfilesContext>;
};

/** Looks up what a channel is and can do; null while that is not known yet, and for a channel of another version. */
export const useProfiles = (): Lookup => useContext(ProfilesContext);
