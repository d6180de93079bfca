import type { AccountFailure } from '#shared/contract/accounts.ts';

/** A failure that a session throws; the engine turns it into health in words and a time to try again. */
export class ChannelError extends Error {
  readonly failure: AccountFailure;

  constructor(failure: AccountFailure, cause?: unknown) {
    super(`${failure.kind} at ${failure.where}`, { cause });
    this.name = 'ChannelError';
    this.failure = failure;
  }
}

/** Builds a failure with the optional facts left empty. */
export const failure = (
  kind: AccountFailure['kind'],
  where: string,
  facts: Partial<Pick<AccountFailure, 'said' | 'certificate' | 'retryAt'>> = {},
): AccountFailure => ({
  kind,
  where,
  said: facts.said ?? null,
  certificate: facts.certificate ?? null,
  retryAt: facts.retryAt ?? null,
});

/** A sign-in that the person ended, by closing it here or by refusing it at the provider. */
export class SignInCancelled extends Error {
  constructor(cause?: unknown) {
    super('the sign-in was cancelled', { cause });
    this.name = 'SignInCancelled';
  }
}
