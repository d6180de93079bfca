import { Resolver } from 'node:dns/promises';
import type { SrvRecord } from 'node:dns';
import type { Discovered } from '#shared/contract/accounts.ts';
import { within } from '../kit/waiting.ts';

const patience = 8_000;

/** Asks the domain's SRV records where its server is (RFC 6120 section 3.2, XEP-0368); without any, the domain itself is tried. */
export async function discoverServer(domain: string, signal: AbortSignal): Promise<readonly Discovered[]> {
  const resolver = new Resolver({ timeout: 3_000, tries: 2 });
  const best = async (service: string): Promise<SrvRecord | null> => {
    const records = await resolver.resolveSrv(`${service}._tcp.${domain}`).catch(() => []);
    // A single "." says that the service is decidedly not there (RFC 2782).
    const usable = records.filter(({ name }) => name !== '' && name !== '.');
    return usable.toSorted((a, b) => a.priority - b.priority || b.weight - a.weight)[0] ?? null;
  };
  const asked = Promise.all([best('_xmpp-client'), best('_xmpps-client')]);
  const [upgraded, direct] = await within(asked, {
    signal,
    ms: patience,
    late: () => new Error('no answer in time'),
    end: () => resolver.cancel(),
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    if (error instanceof Error) return [null, null] as const;
    throw error;
  });
  const found = (how: Discovered['how'], host: string, port: number, security: string): Discovered => ({
    how,
    settings: { xmppHost: host, xmppPort: port, xmppSecurity: security },
    signIn: 'password',
    provider: null,
  });
  const all = [
    ...(direct === null ? [] : [found('dns', direct.name, direct.port, 'tls')]),
    ...(upgraded === null ? [] : [found('dns', upgraded.name, upgraded.port, 'starttls')]),
  ];
  return all.length > 0 ? all : [found('guess', domain, 5_222, 'starttls')];
}
