import type { AccountHead } from '#shared/contract/accounts.ts';

/** What an account is called: its label, or its address where it has none. */
export const nameOf = ({ label, address }: AccountHead): string => (label === '' ? address : label);
