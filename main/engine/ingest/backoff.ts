import type { AccountFailure } from '#shared/contract/accounts.ts';

/** Network trouble: from 5 s (one login per 5 s and account is allowed) doubling to 5 min. */
const network = { firstMs: 5_000, longestMs: 5 * 60_000 } as const;
/** What only the person can mend is still tried now and then: servers refuse good passwords while they restart. */
const person = { firstMs: 60_000, longestMs: 30 * 60_000 } as const;

const needsPerson: ReadonlySet<AccountFailure['kind']> = new Set<AccountFailure['kind']>([
  'password-refused',
  'sign-in-expired',
  'certificate',
  'no-tls',
  'mailbox-gone',
  'settings',
  'quota',
  'not-allowed',
]);

/**
 * How long to wait, in ms, before the next try after `failures` failures in a row (1 = the first). `chance` in [0, 1)
 * spreads clients that failed together by a quarter either way. A time the server named is waited for in full.
 */
export const retryDelay = (
  kind: AccountFailure['kind'],
  failures: number,
  chance: number,
  askedMs: number | null = null,
): number => {
  const { firstMs, longestMs } = needsPerson.has(kind) ? person : network;
  const doubled = Math.min(firstMs * 2 ** Math.min(Math.max(failures, 1) - 1, 20), longestMs);
  const spread = Math.round(doubled * (0.75 + chance / 2));
  return Math.max(spread, network.firstMs, askedMs ?? 0);
};
