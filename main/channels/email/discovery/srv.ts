import type { SrvRecord } from 'node:dns';
import type { FoundPair, FoundServer } from './candidates.ts';

/** The part of DNS that discovery asks; tests give one that talks to their own server. */
export interface MailResolver {
  resolveSrv(name: string): Promise<readonly SrvRecord[]>;
  resolveMx(name: string): Promise<readonly { readonly exchange: string; readonly priority: number }[]>;
}

const services = {
  imap: [
    ['_imaps._tcp', 'tls'],
    ['_imap._tcp', 'starttls'],
  ],
  smtp: [
    ['_submissions._tcp', 'tls'],
    ['_submission._tcp', 'starttls'],
  ],
} as const;

async function best(
  resolver: MailResolver,
  names: (typeof services)[keyof typeof services],
  domain: string,
): Promise<FoundServer | null> {
  for (const [service, security] of names) {
    const records = await resolver.resolveSrv(`${service}.${domain}`).catch((): readonly SrvRecord[] => []);
    // A target of "." says that the service is decidedly not offered (RFC 2782).
    const offered = records.filter((record) => record.name !== '' && record.name !== '.');
    const [first] = offered.sort((a, b) => a.priority - b.priority || b.weight - a.weight);
    if (first !== undefined)
      return { host: first.name.toLowerCase().replace(/\.$/, ''), port: first.port, security };
  }
  return null;
}

/** Servers by SRV records (RFC 6186, RFC 8314), TLS from the first byte preferred. */
export async function findBySrv(
  resolver: MailResolver,
  address: string,
  domain: string,
): Promise<FoundPair | null> {
  const [imap, smtp] = await Promise.all([
    best(resolver, services.imap, domain),
    best(resolver, services.smtp, domain),
  ]);
  return imap === null || smtp === null ? null : { imap, smtp, user: address };
}
