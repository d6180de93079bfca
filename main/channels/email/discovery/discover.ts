import { Resolver } from 'node:dns/promises';
import type { Discovered } from '#shared/contract/accounts.ts';
import { domainOf, plainAddress } from '../address.ts';
import { limitSignal, within } from '../../kit/waiting.ts';
import { providerOfDomain, providerOfMx } from '../providers.ts';
import { readAutoconfig } from './autoconfig.ts';
import { discovered, discoveredAt } from './candidates.ts';
import { fetchDocument } from './fetch-document.ts';
import { guessServers, knockByTls } from './guess.ts';
import type { Knock } from './guess.ts';
import { findBySrv } from './srv.ts';
import type { MailResolver } from './srv.ts';

/** What discovery asks instead of the real network. */
export type DiscoveryOptions = {
  readonly resolver?: MailResolver;
  /** Asked instead of the hosts of the domain, e.g. `http://127.0.0.1:8080/`; both paths are appended. */
  readonly autoconfigBase?: string;
  readonly knock?: Knock;
};

const patience = 10_000;

const usualResolver = (): MailResolver => new Resolver({ timeout: 3_000, tries: 2 });

/** The addresses of an autoconfig document. Only hosts of the mail's own domain are asked: no third party learns who connects where. */
function documents(address: string, domain: string, base: string | undefined): readonly string[] {
  const query = `?emailaddress=${encodeURIComponent(address)}`;
  if (base !== undefined) {
    const root = base.replace(/\/$/, '');
    return [`${root}/mail/config-v1.1.xml${query}`, `${root}/.well-known/autoconfig/mail/config-v1.1.xml`];
  }
  return [
    `https://autoconfig.${domain}/mail/config-v1.1.xml${query}`,
    `https://${domain}/.well-known/autoconfig/mail/config-v1.1.xml`,
  ];
}

async function findByAutoconfig(
  address: string,
  domain: string,
  options: DiscoveryOptions,
  signal: AbortSignal,
): Promise<Discovered | null> {
  const texts = await Promise.all(
    documents(address, domain, options.autoconfigBase).map((url) =>
      fetchDocument(url, options.autoconfigBase ?? null, signal),
    ),
  );
  for (const text of texts) {
    const pair = text === null ? null : readAutoconfig(text, address);
    if (pair !== null) return discovered('autoconfig', pair);
  }
  return null;
}

const orNull = <T>(work: Promise<T | null>): Promise<T | null> => work.catch(() => null);

/**
 * Looks for the servers of an address, the surest ways first: the table of large providers, the domain's own autoconfig, the provider
 * behind its MX, SRV records, then guesses that were tried out. All ways are tried at once and for ten seconds at most.
 */
export async function discoverServers(
  written: string,
  options: DiscoveryOptions,
  signal: AbortSignal,
): Promise<readonly Discovered[]> {
  const address = plainAddress(written.trim());
  if (address === null) return [];
  const domain = domainOf(address);
  const known = providerOfDomain(domain);
  if (known !== null) return discoveredAt(known, address);
  const resolver = options.resolver ?? usualResolver();
  const limited = limitSignal(signal, patience);
  const enough = limited.signal;
  const bounded = <T>(work: Promise<T | null>): Promise<T | null> =>
    orNull(
      within(work, { signal: enough, ms: patience, late: () => new Error('late'), end: () => undefined }),
    );
  const [autoconfig, exchanges, srv, guess] = await Promise.all([
    bounded(findByAutoconfig(address, domain, options, enough)),
    bounded(resolver.resolveMx(domain)),
    bounded(findBySrv(resolver, address, domain)),
    bounded(guessServers(address, domain, options.knock ?? knockByTls, enough)),
  ]);
  limited.release();
  signal.throwIfAborted();
  const hoster = providerOfMx((exchanges ?? []).map(({ exchange }) => exchange));
  return withoutDoubles([
    ...(autoconfig === null ? [] : [autoconfig]),
    ...(hoster === null ? [] : discoveredAt(hoster, address)),
    ...(srv === null ? [] : [discovered('dns', srv)]),
    ...(guess === null ? [] : [discovered('guess', guess)]),
  ]);
}

function withoutDoubles(found: readonly Discovered[]): readonly Discovered[] {
  const nameOf = (one: Discovered): string =>
    JSON.stringify([
      one.signIn,
      one.settings['imapHost'],
      one.settings['imapPort'],
      one.settings['smtpHost'],
      one.settings['smtpPort'],
    ]);
  const seen = new Set<string>();
  return found.filter((one) => {
    const name = nameOf(one);
    const isNew = !seen.has(name);
    seen.add(name);
    return isNew;
  });
}
