import type { Settings } from '#shared/contract/accounts.ts';
import { textOf } from '../kit/endpoint.ts';
import { ChannelError, failure } from '../kit/failure.ts';
import { readBaseUrl } from '../kit/http/base-url.ts';
import { readPhoneNumber } from './phone-number.ts';
import { usualBases } from './profile.ts';

/** The settings of an account, checked. */
export type TwilioSettings = {
  /** Our own number (E.164). */
  readonly own: string;
  readonly accountSid: string;
  /** The name that goes with the secret: an API key's, or the account's with its auth token. */
  readonly user: string;
  readonly api: URL;
  readonly content: URL;
};

/** Our number as the form gave it, or a ChannelError `settings`. */
export function ownNumber(address: string): string {
  const own = readPhoneNumber(address);
  if (own === null) throw new ChannelError(failure('settings', 'address'));
  return own;
}

function sid(settings: Settings, field: string, form: RegExp): string | null {
  const text = textOf(settings, field);
  if (text !== null && !form.test(text)) throw new ChannelError(failure('settings', field));
  return text;
}

/** Reads an account's settings; a bad field is a ChannelError `settings` that names it. */
export function readSettings(address: string, settings: Settings): TwilioSettings {
  const accountSid = sid(settings, 'accountSid', /^AC[0-9a-fA-F]{32}$/);
  if (accountSid === null) throw new ChannelError(failure('settings', 'accountSid'));
  return {
    own: ownNumber(address),
    accountSid,
    user: sid(settings, 'apiKeySid', /^SK[0-9a-fA-F]{32}$/) ?? accountSid,
    api: readBaseUrl(settings, 'apiUrl', usualBases.apiUrl),
    content: readBaseUrl(settings, 'contentUrl', usualBases.contentUrl),
  };
}
