import type { CustomerId } from '../../kit/brand.ts';

/** One address of a customer on one channel, in comparable form. */
export type IdentityKey = { readonly channel: string; readonly address: string };

/** What agents wrote about a customer. `name` is null where nobody chose one and the customer's own name counts. */
export type CustomerWords = { readonly name: string | null; readonly company: string; readonly note: string };

/**
 * What can happen in the life of a customer, in the past tense. Each customer has a log of their own; what concerns
 * two of them is told in both, each with all that its own replay needs.
 */
export type CustomerEvent =
  /** Somebody was met at an address for the first time. */
  | { readonly kind: 'identity.added'; readonly identity: IdentityKey }
  | { readonly kind: 'identity.moved-in'; readonly identity: IdentityKey; readonly from: CustomerId }
  | { readonly kind: 'identity.moved-out'; readonly identity: IdentityKey; readonly to: CustomerId }
  | { readonly kind: 'customer.renamed'; readonly name: string | null; readonly before: string | null }
  | { readonly kind: 'company.changed'; readonly company: string; readonly before: string }
  | { readonly kind: 'note.changed'; readonly note: string; readonly before: string }
  /** Told to the one who stays: what came from the other, whose words won, and what they were before. */
  | {
      readonly kind: 'customers.merged';
      readonly from: CustomerId;
      readonly identities: readonly IdentityKey[];
      readonly words: CustomerWords;
      readonly before: CustomerWords;
      readonly dismissed: readonly CustomerId[];
    }
  /** Told to the one who became part of another. */
  | { readonly kind: 'customer.joined'; readonly into: CustomerId }
  /** Told to whoever holds what came with a merge when it is taken back. */
  | {
      readonly kind: 'merge.undone';
      readonly from: CustomerId;
      readonly identities: readonly IdentityKey[];
      readonly words: CustomerWords;
      readonly dismissed: readonly CustomerId[];
    }
  /** Told to the one who is a customer of their own again. */
  | {
      readonly kind: 'customer.parted';
      readonly from: CustomerId;
      readonly identities: readonly IdentityKey[];
    }
  | { readonly kind: 'suggestion.dismissed'; readonly other: CustomerId }
  | { readonly kind: 'suggestion.restored'; readonly other: CustomerId };
