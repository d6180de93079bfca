import { useWords } from '#renderer/ui/index.ts';
import { useProfiles } from './use-profiles.ts';

/** Somebody of a channel: with the name shown, and the address that messages go to. */
type Person = { readonly name: string; readonly address: string };

/** Says who somebody is: by name, else by the address where that means something to a person. */
export const useWho = (): ((person: Person, channel: string) => string) => {
  const words = useWords();
  const profileOf = useProfiles();
  return ({ name, address }, channel) => {
    if (name !== '') return name;
    return address === '' || profileOf(channel)?.readableAddresses === false
      ? words('word.no-name')
      : address;
  };
};
