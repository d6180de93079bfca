import type { Settings } from '#shared/contract/accounts.ts';
import { ChannelError, failure } from '../kit/failure.ts';
import { readEndpoint, textOf } from '../kit/endpoint.ts';
import type { Endpoint } from '../kit/endpoint.ts';
import { providerOfHost } from './providers.ts';
import type { SentFiler } from './providers.ts';

/** The settings of an email account, checked. */
export type EmailSettings = {
  readonly imap: Endpoint;
  readonly smtp: Endpoint;
  readonly user: string;
  readonly provider: string | null;
  readonly sent: SentFiler;
};

const usualPorts = { imap: { tls: 993, starttls: 143 }, smtp: { tls: 465, starttls: 587 } } as const;

function readSentFiler(settings: Settings, imap: Endpoint): SentFiler {
  const value = textOf(settings, 'sent');
  if (value === 'server' || value === 'client') return value;
  return providerOfHost(imap.host)?.sent ?? 'unknown';
}

/** Reads an account's settings; a bad field is a ChannelError `settings` that names it. */
export function readSettings(address: string, settings: Settings): EmailSettings {
  const imap = readEndpoint(settings, 'imap', usualPorts.imap);
  const smtp = readEndpoint(settings, 'smtp', usualPorts.smtp);
  const user = textOf(settings, 'user') ?? address;
  if (user === '' || /[\0\r\n]/.test(user)) throw new ChannelError(failure('settings', 'user'));
  return {
    imap,
    smtp,
    user,
    provider: textOf(settings, 'provider') ?? providerOfHost(imap.host)?.id ?? null,
    sent: readSentFiler(settings, imap),
  };
}
