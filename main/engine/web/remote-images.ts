import { guardedGet, readBody, RefusedError, resolveAll } from '#main/channels/kit/http/guarded-get.ts';
import { isPublicAddress } from '#main/channels/kit/http/public-address.ts';
import type { RemoteImage } from '#shared/contract/messages.ts';
import { rasterImage } from '#shared/domain/picture/raster-image.ts';

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

const follow = async (
  start: string,
  options: Required<ImageFetchOptions>,
  signal: AbortSignal,
): Promise<Uint8Array> => {
  const headers = {
    'user-agent': userAgent,
    accept: 'image/png,image/jpeg,image/gif,image/webp,image/*;q=0.5',
  };
  const guard = { schemes: ['http:', 'https:'], headers, redirects: limits.redirects, ...options };
  const response = await guardedGet(start, guard, signal);
  if (response.statusCode !== 200) {
    response.destroy();
    throw new RefusedError('network');
  }
  return readBody(response, options.maxBytes);
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
