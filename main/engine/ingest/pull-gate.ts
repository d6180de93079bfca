import type { AccountHealth } from '#shared/contract/accounts.ts';
import type { AccountId } from '#shared/kit/brand.ts';

/** Whether an account is pulled on this device just now; if not, how that is said. */
export type MayPull = { readonly kind: 'yes' } | { readonly kind: 'no'; readonly health: AccountHealth };

/** Who decides which device pulls an account: in a team one at a time. Asked before every pull; cheap. */
export interface PullGate {
  mayPull(account: AccountId): MayPull;
  /** What has to be done before an account is pulled over a new session; its streams are known by then. */
  begin(account: AccountId): Promise<void>;
  /** An account's health as it is said, where more is known of it than its loop knows. */
  seen(account: AccountId, health: AccountHealth): AccountHealth;
}

/** A workspace of one person: every account is pulled here. */
export const openGate: PullGate = {
  mayPull: () => ({ kind: 'yes' }),
  begin: () => Promise.resolve(),
  seen: (_account, health) => health,
};
