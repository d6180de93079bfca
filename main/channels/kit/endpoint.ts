import { isIP } from 'node:net';
import type { Settings } from '#shared/contract/accounts.ts';
import { ChannelError, failure } from './failure.ts';

/** How a connection is protected: TLS from the first byte, upgraded before anything is said, or not at all (loopback only). */
export type Security = 'tls' | 'starttls' | 'plain';

/** A server of the account. `trusted` is the SHA-256 fingerprint (hex, upper case, no colons) of one certificate trusted by hand. */
export type Endpoint = {
  readonly host: string;
  readonly port: number;
  readonly security: Security;
  readonly trusted: string | null;
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

/**
 * Reads the settings of one server, named as the form of every channel names them: `<server>Host`, `<server>Port`, `<server>Security` and
 * `trusted<Server>`. A bad field is a ChannelError `settings` that names it.
 */
export function readEndpoint(
  settings: Settings,
  server: string,
  usual: { readonly tls: number; readonly starttls: number },
): Endpoint {
  const host = readHost(settings, `${server}Host`);
  const asked = textOf(settings, `${server}Security`);
  const port = readPort(
    settings,
    `${server}Port`,
    asked === null || asked === 'tls' ? usual.tls : usual.starttls,
  );
  return {
    host,
    port,
    security: readSecurity(settings, `${server}Security`, host, port, usual.tls),
    trusted: readFingerprint(textOf(settings, `trusted${server.charAt(0).toUpperCase()}${server.slice(1)}`)),
  };
}
