import type { PolicyValues } from './keys.ts';

/** The usual ports: RFC 8314 for TLS from the start, RFC 9051 and RFC 6409 for STARTTLS. */
const usualPorts = { imap: { tls: 993, starttls: 143 }, smtp: { tls: 465, starttls: 587 } } as const;

const domainOf = (address: string): string => address.trim().split('@').at(-1)?.toLowerCase() ?? '';

/** The settings of the servers that a policy names for an address; null where it names none. */
export const serversFor = (
  values: PolicyValues,
  address: string,
): Readonly<Record<string, string | number>> | null => {
  const domain = domainOf(address);
  const named = (values['accounts.mailServers'] ?? []).find((one) => one.domain.toLowerCase() === domain);
  if (named === undefined) return null;
  const { imapHost, imapSecurity = 'tls', smtpHost, smtpSecurity = 'tls' } = named;
  return {
    imapHost,
    imapPort: named.imapPort ?? usualPorts.imap[imapSecurity],
    imapSecurity,
    smtpHost,
    smtpPort: named.smtpPort ?? usualPorts.smtp[smtpSecurity],
    smtpSecurity,
  };
};
