import { createDecipheriv } from 'node:crypto';
import { isIP } from 'node:net';
import { isLoopback } from '../../kit/endpoint.ts';
import { ChannelError, failure } from '../../kit/failure.ts';
import { guardedGet, readBody, RefusedError } from '../../kit/http/guarded-get.ts';
import { isPublicAddress } from '../../kit/http/public-address.ts';
import { limitSignal } from '../../kit/waiting.ts';

/** How a file is fetched. `nearby` is true for an account on a server of this machine alone, whose files lie there, too. */
export type FileFetch = { readonly nearby: boolean; readonly maxBytes: number; readonly ms: number };

/** Name and version of the program are nobody's business (reliability check 62). */
const headers = { 'user-agent': 'Mozilla/5.0', accept: '*/*' };

/** What stands behind the # of an aesgcm address: a nonce of 12 or 16 bytes and a key of 32, in hex (OMEMO Media Sharing). */
const secretForm = /^(?:[0-9a-f]{24}|[0-9a-f]{32})[0-9a-f]{64}$/i;

/**
 * Fetches a file from where a message says it is: https to the public internet only, redirects included. Null when it is not there; a
 * ChannelError `quota` when it is larger than allowed, and `protocol` where the address may not be asked.
 */
export async function fetchFile(
  url: string,
  how: FileFetch,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  const encrypted = /^aesgcm:/i.test(url);
  const address = encrypted ? url.replace(/^aesgcm:/i, 'https:') : url;
  const parsed = URL.canParse(address) ? new URL(address) : null;
  if (parsed === null) return null;
  const secret = parsed.hash.slice(1);
  parsed.hash = '';
  if (encrypted && !secretForm.test(secret)) return null;
  const limited = limitSignal(signal, how.ms);
  try {
    const bytes = await get(parsed, how, limited.signal);
    return bytes === null || !encrypted ? bytes : openSealed(bytes, secret);
  } catch (error) {
    signal.throwIfAborted();
    throw failed(error, parsed.host);
  } finally {
    limited.release();
  }
}

async function get(
  url: URL,
  { nearby, maxBytes }: FileFetch,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  const local = nearby && isLoopback(url.hostname);
  const guard = {
    schemes: local ? ['https:', 'http:'] : ['https:'],
    headers,
    redirects: 3,
    isAllowed: (address: string) =>
      isPublicAddress(address) || (local && isIP(address) !== 0 && isLoopback(address)),
  };
  const response = await guardedGet(url.href, guard, signal);
  if (response.statusCode === 200) return readBody(response, maxBytes);
  response.destroy();
  const status = response.statusCode ?? 0;
  // Upload services forget files after some time, and some say so with 403 (XEP-0363 leaves it open).
  if (status === 403 || status === 404 || status === 410) return null;
  throw new ChannelError(failure('no-answer', url.host, { said: `HTTP ${String(status)}` }));
}

/** A file sealed by AES-256-GCM with its tag at the end, `secret` being nonce and key in hex; null when it is not what the key was made for. */
export function openSealed(bytes: Uint8Array, secret: string): Buffer | null {
  const tag = 16;
  if (bytes.byteLength < tag) return null;
  const nonce = Buffer.from(secret.slice(0, -64), 'hex');
  const decipher = createDecipheriv('aes-256-gcm', Buffer.from(secret.slice(-64), 'hex'), nonce);
  decipher.setAuthTag(bytes.subarray(bytes.byteLength - tag));
  const plain = decipher.update(bytes.subarray(0, bytes.byteLength - tag));
  try {
    return Buffer.concat([plain, decipher.final()]);
  } catch {
    return null;
  }
}

function failed(error: unknown, where: string): Error {
  if (error instanceof ChannelError) return error;
  if (error instanceof RefusedError) {
    const kind = error.reason === 'size' ? 'quota' : 'protocol';
    return new ChannelError(
      failure(kind, where, { said: error.reason === 'size' ? null : error.reason }),
      error,
    );
  }
  return new ChannelError(failure('no-answer', where), error);
}
