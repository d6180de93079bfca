import { lookup as systemLookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { RemoteImage } from '#shared/contract/messages.ts';
import { isPublicAddress } from './public-address.ts';
import { rasterImage } from './raster-image.ts';

/** What the guard needs from outside; tests pass their own resolver and let loopback through. */
export type ImageFetchOptions = {
  /** All addresses of a host name. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  readonly isAllowed?: (address: string) => boolean;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
};

/** Bounds of one picture: the design's 10 s and 5 MB, and 3 redirects as link shorteners and trackers chain them. */
const limits = { timeoutMs: 10_000, maxBytes: 5 * 1024 * 1024, redirects: 3, atOnce: 6 } as const;

/** Says nothing about this application, its version or the person (reliability check 62). */
const userAgent = 'Mozilla/5.0';

type Refused = Extract<RemoteImage, { kind: 'refused' }>['reason'];

class RefusedError extends Error {
  readonly reason: Refused;
  constructor(reason: Refused) {
    super(reason);
    this.reason = reason;
  }
}

const resolveAll = async (host: string): Promise<readonly string[]> =>
  (await systemLookup(host, { all: true, verbatim: true })).map((entry) => entry.address);

/** Checks a URL's form and every address of its host; answers the addresses the connection must use. */
const vet = async (
  url: URL,
  options: Required<Pick<ImageFetchOptions, 'resolve' | 'isAllowed'>>,
): Promise<readonly string[]> => {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new RefusedError('address');
  if (url.username !== '' || url.password !== '') throw new RefusedError('address');
  // WHATWG parsing has already turned 0x7f.1, 2130706433 and full-width digits into plain addresses.
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (host === '') throw new RefusedError('address');
  const addresses = isIP(host) === 0 ? await options.resolve(host) : [host];
  // One private address among public ones is how a name is rebound between check and use.
  if (addresses.length === 0) throw new RefusedError('network');
  if (!addresses.every((address) => options.isAllowed(address))) throw new RefusedError('address');
  return addresses;
};

/** A look-up that can only answer what was vetted, so that a second DNS answer changes nothing. */
const pinned =
  (addresses: readonly string[]): LookupFunction =>
  (_host, options, callback) => {
    const entries = addresses.map((address) => ({ address, family: isIP(address) }));
    const first = entries[0];
    if (options.all === true) callback(null, entries);
    else if (first !== undefined) callback(null, first.address, first.family);
  };

const get = (url: URL, addresses: readonly string[], signal: AbortSignal): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      method: 'GET',
      agent: false,
      lookup: pinned(addresses),
      headers: { 'user-agent': userAgent, accept: 'image/png,image/jpeg,image/gif,image/webp,image/*;q=0.5' },
      signal,
    });
    request.once('response', resolve);
    request.once('error', reject);
    request.end();
  });

const readBody = async (response: IncomingMessage, maxBytes: number): Promise<Uint8Array> => {
  const announced = Number(response.headers['content-length'] ?? 0);
  if (announced > maxBytes) throw new RefusedError('size');
  // A compressed body could grow without bound, and no server needs to compress a picture.
  if ((response.headers['content-encoding'] ?? 'identity') !== 'identity') throw new RefusedError('type');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new RefusedError('size');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const follow = async (
  start: string,
  options: Required<ImageFetchOptions>,
  signal: AbortSignal,
): Promise<Uint8Array> => {
  let url = URL.canParse(start) ? new URL(start) : null;
  for (let hop = 0; hop <= limits.redirects && url !== null; hop += 1) {
    const response = await get(url, await vet(url, options), signal);
    const status = response.statusCode ?? 0;
    const location = response.headers.location;
    if (status >= 300 && status < 400 && location !== undefined) {
      response.destroy();
      url = URL.canParse(location, url.href) ? new URL(location, url) : null;
      continue;
    }
    if (status !== 200) {
      response.destroy();
      throw new RefusedError('network');
    }
    return readBody(response, options.maxBytes);
  }
  throw new RefusedError('address');
};

/** Fetches one picture through the guard: DNS vetted and pinned, redirects vetted again, raster images only. */
export const fetchRemoteImage = async (
  url: string,
  options: ImageFetchOptions = {},
): Promise<RemoteImage> => {
  const all: Required<ImageFetchOptions> = {
    resolve: options.resolve ?? resolveAll,
    isAllowed: options.isAllowed ?? isPublicAddress,
    timeoutMs: options.timeoutMs ?? limits.timeoutMs,
    maxBytes: options.maxBytes ?? limits.maxBytes,
  };
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), all.timeoutMs);
  const overdue = new Promise<never>((_resolve, reject) => {
    limit.signal.addEventListener('abort', () => reject(new RefusedError('time')), { once: true });
  });
  try {
    // The resolver does not hear the signal, so the clock runs beside everything.
    const bytes = await Promise.race([follow(url, all, limit.signal), overdue]);
    const image = rasterImage(bytes);
    if (image === null) return { url, kind: 'refused', reason: 'type' };
    return { url, kind: 'image', mimeType: image.mimeType, bytes: new Uint8Array(bytes) };
  } catch (error) {
    const reason = error instanceof RefusedError ? error.reason : limit.signal.aborted ? 'time' : 'network';
    return { url, kind: 'refused', reason };
  } finally {
    clearTimeout(timer);
  }
};

/** Fetches several pictures, a few at once, in the order asked. */
export const fetchRemoteImages = async (
  urls: readonly string[],
  options: ImageFetchOptions = {},
): Promise<readonly RemoteImage[]> => {
  const results: RemoteImage[] = [];
  const queue = [...urls.entries()];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, url] = next;
      results[index] = await fetchRemoteImage(url, options);
    }
  };
  await Promise.all(Array.from({ length: limits.atOnce }, work));
  return results;
};
