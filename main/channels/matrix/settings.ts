import type { Settings } from '#shared/contract/accounts.ts';
import { textOf } from '../kit/endpoint.ts';
import { ChannelError, failure } from '../kit/failure.ts';
import { readBaseUrl } from '../kit/http/base-url.ts';
import { readUserId, serverOf } from './identifiers.ts';

/** What the person types to prove who they are. */
export type SignInWith = 'password' | 'token';

/** The settings of a Matrix account, checked. */
export type MatrixSettings = {
  /** Where the client-server API is, ending with a slash. */
  readonly base: URL;
  readonly userId: string;
  readonly signInWith: SignInWith;
  /** The device that an earlier sign-in made here; signing in again takes it over instead of leaving one more behind. */
  readonly device: string | null;
};

/** Our own Matrix id as the form gave it, or a ChannelError `settings`. */
export function ownUserId(address: string): string {
  const id = readUserId(address.trim());
  if (id === null) throw new ChannelError(failure('settings', 'address'));
  return id;
}

/** Reads an account's settings; a bad field is a ChannelError `settings` that names it. */
export function readSettings(address: string, settings: Settings): MatrixSettings {
  const userId = ownUserId(address);
  const device = textOf(settings, 'device');
  return {
    base: readBaseUrl(settings, 'homeserver', `https://${serverOf(userId)}`),
    userId,
    signInWith: textOf(settings, 'signInWith') === 'token' ? 'token' : 'password',
    device: device !== null && device.length <= 255 ? device : null,
  };
}
