import { lookup as systemLookup } from 'node:dns/promises';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';

/** Why an address from outside was not asked: its form or where it leads, no answer from there, or too much of it. */
export type Refused = 'address' | 'network' | 'type' | 'size' | 'time';

/** A request to an address from outside that was not made, or whose answer was not taken. */
export class RefusedError extends Error {
  readonly reason: Refused;

  constructor(reason: Refused) {
    super(reason);
    this.name = 'RefusedError';
    this.reason = reason;
  }
}

/** What may be asked, and how. */
export type Guard = {
  /** Schemes with their colon, such as `https:`. */
  readonly schemes: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly isAllowed: (address: string) => boolean;
  /** All addresses of a host name; the system's own answer when absent. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  readonly redirects: number;
};

/** All addresses of a host name, as the system knows them. */
export const resolveAll = async (host: string): Promise<readonly string[]> =>
  (await systemLookup(host, { all: true, verbatim: true })).map((entry) => entry.address);

/** Checks a URL's form and every address of its host; answers the addresses the connection must use. */
async function vet(url: URL, guard: Guard): Promise<readonly string[]> {
  if (!guard.schemes.includes(url.protocol)) throw new RefusedError('address');
  if (url.username !== '' || url.password !== '') throw new RefusedError('address');
  // WHATWG parsing has already turned 0x7f.1, 2130706433 and full-width digits into plain addresses.
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (host === '') throw new RefusedError('address');
  const addresses = isIP(host) === 0 ? await (guard.resolve ?? resolveAll)(host) : [host];
  // One private address among public ones is how a name is rebound between check and use.
  if (addresses.length === 0) throw new RefusedError('network');
  if (!addresses.every((address) => guard.isAllowed(address))) throw new RefusedError('address');
  return addresses;
}

/** A look-up that can only answer what was vetted, so that a second DNS answer changes nothing. */
const pinned =
  (addresses: readonly string[]): LookupFunction =>
  (_host, options, callback) => {
    const entries = addresses.map((address) => ({ address, family: isIP(address) }));
    const first = entries[0];
    if (options.all === true) callback(null, entries);
    else if (first !== undefined) callback(null, first.address, first.family);
  };

const get = (
  url: URL,
  addresses: readonly string[],
  headers: Guard['headers'],
  signal: AbortSignal,
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      method: 'GET',
      agent: false,
      lookup: pinned(addresses),
      headers,
      signal,
    });
    request.once('response', resolve);
    request.once('error', reject);
    request.end();
  });

/**
 * Asks an address that came from outside: every address of the host is vetted and then used, and so is that of every redirect. Answers the
 * response whatever its status, unread; a refusal is a {@link RefusedError}, a failed connection whatever Node says.
 */
export async function guardedGet(start: string, guard: Guard, signal: AbortSignal): Promise<IncomingMessage> {
  let url = URL.canParse(start) ? new URL(start) : null;
  for (let hop = 0; hop <= guard.redirects && url !== null; hop += 1) {
    const response = await get(url, await vet(url, guard), guard.headers, signal);
    const status = response.statusCode ?? 0;
    const { location } = response.headers;
    if (status < 300 || status > 399 || location === undefined) return response;
    response.destroy();
    url = URL.canParse(location, url.href) ? new URL(location, url) : null;
  }
  throw new RefusedError('address');
}

/** The whole body of a response, as long as it stays within `maxBytes` and is not compressed: a compressed one could grow without bound. */
export async function readBody(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const refuse = (reason: Refused): never => {
    response.destroy();
    throw new RefusedError(reason);
  };
  if (Number(response.headers['content-length'] ?? 0) > maxBytes) refuse('size');
  if ((response.headers['content-encoding'] ?? 'identity') !== 'identity') refuse('type');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) refuse('size');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
