import { isIP } from 'node:net';
import type { Settings } from '#shared/contract/accounts.ts';
import { ChannelError, failure } from '../kit/failure.ts';
import { providerOfHost } from './providers.ts';
import type { SentFiler } from './providers.ts';

/** How a connection is protected: TLS from the first byte, upgraded before anything is said, or not at all (loopback only). */
export type Security = 'tls' | 'starttls' | 'plain';

/** A server of the account. `trusted` is the SHA-256 fingerprint (hex, upper case, no colons) of one certificate trusted by hand. */
export type Endpoint = {
  readonly host: string;
  readonly port: number;
  readonly security: Security;
  readonly trusted: string | null;
};

/** The settings of an email account, checked. */
export type EmailSettings = {
  readonly imap: Endpoint;
  readonly smtp: Endpoint;
  readonly user: string;
  readonly provider: string | null;
  readonly sent: SentFiler;
};

/** Names an endpoint as the failures do. */
export const hostPort = (endpoint: { readonly host: string; readonly port: number }): string =>
  `${endpoint.host}:${String(endpoint.port)}`;

const refuse = (field: string, said: string | null = null): ChannelError =>
  new ChannelError(failure('settings', field, { said }));

/** The text of a setting without blanks around it, or null when it is empty or absent. */
export function textOf(settings: Settings, field: string): string | null {
  const value = settings[field];
  if (typeof value !== 'string') return null;
  const text = value.trim();
  return text === '' ? null : text;
}

/** True for the names and addresses of this machine, the only ones that may be spoken to in plain text. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '');
  if (name === 'localhost' || name === '::1') return true;
  return isIP(name) === 4 && name.startsWith('127.');
}

// Letters, digits, dots and hyphens (RFC 1123), or an address; anything else could smuggle bytes into a command or a URL.
const hostName = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\.?$/i;

function readHost(settings: Settings, field: string): string {
  const host = textOf(settings, field)?.replace(/^\[|\]$/g, '') ?? '';
  if (isIP(host) === 0 && !hostName.test(host)) throw refuse(field);
  return host.toLowerCase().replace(/\.$/, '');
}

function readPort(settings: Settings, field: string, usual: number): number {
  const value = settings[field];
  const port = value === undefined || value === null || value === '' ? usual : Number(value);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw refuse(field);
  return port;
}

function readSecurity(
  settings: Settings,
  field: string,
  host: string,
  port: number,
  tlsPort: number,
): Security {
  const value = textOf(settings, field) ?? (port === tlsPort ? 'tls' : 'starttls');
  switch (value) {
    case 'tls':
    case 'starttls':
      return value;
    case 'plain':
      if (!isLoopback(host)) throw refuse(field);
      return value;
    default:
      throw refuse(field);
  }
}

/** A fingerprint in the one spelling that is compared: hex, upper case, no colons; null when it is none. */
export function readFingerprint(value: string | null): string | null {
  const hex = value?.replaceAll(':', '').toUpperCase() ?? '';
  return /^[0-9A-F]{64}$/.test(hex) ? hex : null;
}

const usualPorts = { imap: { tls: 993, starttls: 143 }, smtp: { tls: 465, starttls: 587 } } as const;

function readEndpoint(settings: Settings, protocol: 'imap' | 'smtp'): Endpoint {
  const host = readHost(settings, `${protocol}Host`);
  const usual = usualPorts[protocol];
  const asked = textOf(settings, `${protocol}Security`);
  const port = readPort(
    settings,
    `${protocol}Port`,
    asked === null || asked === 'tls' ? usual.tls : usual.starttls,
  );
  return {
    host,
    port,
    security: readSecurity(settings, `${protocol}Security`, host, port, usual.tls),
    trusted: readFingerprint(textOf(settings, protocol === 'imap' ? 'trustedImap' : 'trustedSmtp')),
  };
}

function readSentFiler(settings: Settings, imap: Endpoint): SentFiler {
  const value = textOf(settings, 'sent');
  if (value === 'server' || value === 'client') return value;
  return providerOfHost(imap.host)?.sent ?? 'unknown';
}

/** Reads an account's settings; a bad field is a ChannelError `settings` that names it. */
export function readSettings(address: string, settings: Settings): EmailSettings {
  const imap = readEndpoint(settings, 'imap');
  const smtp = readEndpoint(settings, 'smtp');
  const user = textOf(settings, 'user') ?? address;
  if (user === '' || /[\0\r\n]/.test(user)) throw refuse('user');
  return {
    imap,
    smtp,
    user,
    provider: textOf(settings, 'provider') ?? providerOfHost(imap.host)?.id ?? null,
    sent: readSentFiler(settings, imap),
  };
}
