import type { Discovered, Settings } from '#shared/contract/accounts.ts';
import { providerOfHost } from '../providers.ts';
import type { Provider } from '../providers.ts';
import type { Security } from '../../kit/endpoint.ts';

/** One server found for an address. */
export type FoundServer = { readonly host: string; readonly port: number; readonly security: Security };

/** A pair of servers with the login they want. */
export type FoundPair = { readonly imap: FoundServer; readonly smtp: FoundServer; readonly user: string };

/** The settings of a pair, complete and ready to be tried. */
function settingsOf(pair: FoundPair, provider: Provider | null): Settings {
  return {
    user: pair.user,
    imapHost: pair.imap.host,
    imapPort: pair.imap.port,
    imapSecurity: pair.imap.security,
    smtpHost: pair.smtp.host,
    smtpPort: pair.smtp.port,
    smtpSecurity: pair.smtp.security,
    provider: provider?.id ?? null,
    authserv: provider?.authserv ?? null,
    sent: provider?.sent ?? 'unknown',
  };
}

/** A pair as the engine offers it; a host of a known provider brings that provider's way to sign in. */
export function discovered(how: Discovered['how'], pair: FoundPair): Discovered {
  const provider = providerOfHost(pair.imap.host);
  return {
    how,
    settings: settingsOf(pair, provider),
    signIn: provider?.signIn ?? 'password',
    provider: provider?.id ?? null,
  };
}

/** What the table knows about a provider; where OAuth is its way, a password (of an application) is offered second. */
export function discoveredAt(provider: Provider, address: string): readonly Discovered[] {
  const server = ([host, port, security]: Provider['imap']): FoundServer => ({ host, port, security });
  const user = provider.login === 'address' ? address : address.slice(0, address.lastIndexOf('@'));
  const settings = settingsOf({ imap: server(provider.imap), smtp: server(provider.smtp), user }, provider);
  const one: Discovered = { how: 'provider', settings, signIn: provider.signIn, provider: provider.id };
  return one.signIn === 'oauth' ? [one, { ...one, signIn: 'password' }] : [one];
}
