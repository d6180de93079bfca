import { useCallback } from 'react';
import { useWords } from '#renderer/ui/index.ts';
import { useProfiles } from './use-profiles.tsx';

/** Somebody of a channel: with the name shown, and the address that messages go to. */
type Person = { readonly name: string; readonly address: string };

/** Says who somebody is: by name, else by the address where that means something to a person. */
export const useWho = (): ((person: Person, channel: string) => string) => {
  const words = useWords();
  const profileOf = useProfiles();
  return useCallback(
    ({ name, address }, channel) => {
      if (name !== '') return name;
      if (address === '') return words('word.no-name');
      // Even where customers are known by ids, our own address may be one that people read.
      if (profileOf(channel)?.readableAddresses !== false || address.includes('@')) return address;
      // Of many nameless people in one list each has a mark to be told apart by, where the channel has a word for them.
      return words.of(`channel.${channel}.somebody`, { mark: address.slice(0, 4) }, 'word.no-name');
    },
    [words, profileOf],
  );
};
