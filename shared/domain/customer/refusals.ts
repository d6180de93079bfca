import type { CustomerId } from '../../kit/brand.ts';

/** The fields that agents write. */
export const customerFields = ['name', 'company', 'note'] as const;
export type CustomerField = (typeof customerFields)[number];

/** Somebody else wrote into the same field meanwhile; `theirs` is what stands there now. */
export type CustomerChanged = {
  readonly kind: 'customer-changed';
  readonly field: CustomerField;
  readonly theirs: string;
  readonly rev: number;
};

/** There is no such customer, or they became part of another one. */
export type CustomerGone = { readonly kind: 'customer-gone'; readonly mergedInto: CustomerId | null };

/** Something happened to one of the two since the agent looked at the preview. */
export type PreviewOld = { readonly kind: 'merge-preview-old' };

/** A customer without any address could never be reached, or found, again. */
export type NoAddressLeft = { readonly kind: 'no-address-left' };

/** The address belongs to somebody else by now. */
export type IdentityElsewhere = { readonly kind: 'identity-elsewhere' };

/** There is nothing that this would take back: it was taken back before, or changed since. */
export type NothingToUndo = { readonly kind: 'nothing-to-undo' };
