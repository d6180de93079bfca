import type { CustomerId } from '../../kit/brand.ts';
import type { CustomerWords, IdentityKey } from './events.ts';

/** Everything the rules of customers need to know of one of them; rebuilt from their events by `evolveCustomer`. */
export type CustomerState = {
  readonly rev: number;
  readonly words: CustomerWords;
  /** Their addresses, each once, in the order in which they came. */
  readonly identities: readonly IdentityKey[];
  /** Whom they became part of; null while they are a customer of their own. */
  readonly mergedInto: CustomerId | null;
  /** Of whom somebody said that it is not the same person. */
  readonly dismissed: readonly CustomerId[];
};

/** Nobody has met them yet. */
export const unmet: CustomerState = {
  rev: 0,
  words: { name: null, company: '', note: '' },
  identities: [],
  mergedInto: null,
  dismissed: [],
};

/** Whether two keys mean one address. */
const sameIdentity = (one: IdentityKey, other: IdentityKey): boolean =>
  one.channel === other.channel && one.address === other.address;

/** Whether a list holds an address. */
export const holdsIdentity = (list: readonly IdentityKey[], identity: IdentityKey): boolean =>
  list.some((one) => sameIdentity(one, identity));
