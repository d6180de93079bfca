import * as v from 'valibot';
import type { Clock } from '#shared/kit/ports.ts';
import type { Discovered } from '#shared/contract/accounts.ts';
import { ChannelError } from '../kit/failure.ts';
import { readBaseUrl } from '../kit/http/base-url.ts';
import { HttpClient, jsonOf } from '../kit/http/http-client.ts';
import type { HttpAnswer } from '../kit/http/http-client.ts';
import { versionsAnswer, wellKnownAnswer } from './api/answers.ts';

/** Where a server's own pages are; tests lead it to loopback. */
export type SiteOf = (server: string) => string;

const patienceMs = 8_000;
const mostMoves = 3;

/**
 * Asks the server of a Matrix id where its client-server API is (client-server API, "Server discovery"). A place that does not answer as a
 * homeserver does is not offered; without any word the server's own name is.
 */
export async function discoverServer(
  server: string,
  siteOf: SiteOf,
  clock: Clock,
  signal: AbortSignal,
): Promise<readonly Discovered[]> {
  const site = readBaseUrl({ site: siteOf(server) }, 'site', null);
  const told = await wellKnownBase(site, clock, signal);
  if (told === null) return [found('guess', site)];
  return (await isHomeserver(told, clock, signal)) ? [found('autoconfig', told)] : [];
}

const found = (how: Discovered['how'], base: URL): Discovered => ({
  how,
  settings: { homeserver: base.href },
  signIn: 'password',
  provider: null,
});

async function wellKnownBase(site: URL, clock: Clock, signal: AbortSignal): Promise<URL | null> {
  let at = new URL('.well-known/matrix/client', site);
  for (let move = 0; move <= mostMoves; move += 1) {
    const answer = await ask(at, clock, signal);
    const location = answer?.headers.get('location') ?? null;
    if (answer !== null && answer.status >= 300 && answer.status < 400 && location !== null) {
      const next = URL.canParse(location, at.href) ? new URL(location, at) : null;
      // Whoever could send us from https to http could tell us any server.
      if (next === null || (next.protocol !== 'https:' && next.origin !== at.origin)) return null;
      at = next;
      continue;
    }
    const told = answer?.status === 200 ? v.safeParse(wellKnownAnswer, jsonOf(answer)) : null;
    if (told?.success !== true) return null;
    try {
      return readBaseUrl({ homeserver: told.output['m.homeserver'].base_url }, 'homeserver', null);
    } catch (error) {
      if (error instanceof ChannelError) return null;
      throw error;
    }
  }
  return null;
}

async function isHomeserver(base: URL, clock: Clock, signal: AbortSignal): Promise<boolean> {
  const answer = await ask(new URL('_matrix/client/versions', base), clock, signal);
  return answer?.status === 200 && v.safeParse(versionsAnswer, jsonOf(answer)).success;
}

async function ask(url: URL, clock: Clock, signal: AbortSignal): Promise<HttpAnswer | null> {
  const client = new HttpClient({ base: url, clock, timeoutMs: patienceMs });
  try {
    return await client.ask({ method: 'GET', path: url, maxBytes: 100_000 }, signal);
  } catch (error) {
    if (error instanceof ChannelError) return null;
    throw error;
  }
}
