import type { Secrets } from '../kit/channel.ts';
import type { Settings } from '#shared/contract/accounts.ts';
import { ChannelError, failure } from '../kit/failure.ts';
import { readBaseUrl } from '../kit/http/base-url.ts';

/** The address of the instance, or a ChannelError `settings` that names the field. */
export const readInstance = (settings: Settings): URL => readBaseUrl(settings, 'instance', null);

/** The access token as it was typed, or a ChannelError `settings`. */
export function readToken(typed: string): string {
  const token = typed.trim();
  // RFC 6750 section 2.1 allows no more; anything else would not survive as a header.
  if (!/^[\w.~+/-]{1,2000}=*$/.test(token)) throw new ChannelError(failure('settings', 'password'));
  return token;
}

/** The access token out of the secrets. */
export function tokenOf(secrets: Secrets): string {
  if (secrets.kind !== 'password') throw new ChannelError(failure('settings', 'password'));
  return secrets.password;
}
