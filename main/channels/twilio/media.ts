import * as v from 'valibot';
import { isLoopback } from '../kit/endpoint.ts';
import { ChannelError, failure } from '../kit/failure.ts';
import { RefusedError, guardedGet, readBody } from '../kit/http/guarded-get.ts';
import { jsonOf } from '../kit/http/http-client.ts';
import { isPublicAddress } from '../kit/http/public-address.ts';
import { limitSignal } from '../kit/waiting.ts';
import type { TwilioClient } from './api/client.ts';
import { mediaList, mediaResource, readable } from './api/resources.ts';

/** The API leads to the store of the files in one step; another may follow in a region. */
const mostRedirects = 2;
const fileTimeoutMs = 120_000;

const messagePath = (accountSid: string, message: string): string =>
  `2010-04-01/Accounts/${accountSid}/Messages/${encodeURIComponent(message)}`;

/**
 * The files of a message, as the list gives them. A list that cannot be had for reasons of its own is empty rather than keeping all later
 * messages from us; the number of files is in the message, and each is looked up again when somebody wants it.
 */
export async function listMedia(
  client: TwilioClient,
  accountSid: string,
  message: string,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const path = `${messagePath(accountSid, message)}/Media.json`;
  const answer = await client.ask({ method: 'GET', path, query: { PageSize: '50' } }, signal);
  if (answer.status === 401 || answer.status === 429) throw client.refusal(answer);
  const list = v.safeParse(mediaList, jsonOf(answer));
  return answer.status === 200 && list.success ? list.output.media_list : [];
}

/** Why the store was not asked or did not answer, in the kit's words. */
function storeFailure(error: unknown, host: string): ChannelError {
  const reason = error instanceof RefusedError ? error.reason : 'network';
  const kinds = {
    size: 'quota',
    address: 'protocol',
    type: 'protocol',
    network: 'no-answer',
    time: 'no-answer',
  } as const;
  return new ChannelError(failure(kinds[reason], host), error);
}

/** Fetches from the store of the files, with nothing that says who we are: the address alone proves that we may. */
async function fetchFrom(
  location: URL,
  client: TwilioClient,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  // Only a server on this machine may lead to this machine, and only there without protection.
  const local = isLoopback(client.base.hostname);
  const guard = {
    schemes: local ? ['https:', 'http:'] : ['https:'],
    headers: {},
    isAllowed: (address: string) => isPublicAddress(address) || (local && isLoopback(address)),
    redirects: mostRedirects,
  };
  const limited = limitSignal(signal, fileTimeoutMs);
  try {
    const response = await guardedGet(location.href, guard, limited.signal);
    if (response.statusCode === 200) return await readBody(response, maxBytes);
    response.destroy();
    if (response.statusCode === 404 || response.statusCode === 410) return null;
    const said = `HTTP ${String(response.statusCode)}`;
    throw new ChannelError(failure('no-answer', location.host, { said }));
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof ChannelError ? error : storeFailure(error, location.host);
  } finally {
    limited.release();
  }
}

/**
 * The bytes of a file; null when it is gone. The API wants our credentials and answers with the way to a store of others, which must not
 * get them.
 */
export async function fetchMedia(
  client: TwilioClient,
  {
    accountSid,
    message,
    part,
  }: { readonly accountSid: string; readonly message: string; readonly part: string },
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  const file = /^ME[0-9a-fA-F]{32}$/.test(part)
    ? part
    : readable(mediaResource, await listMedia(client, accountSid, message, signal))[Number(part) - 1]?.sid;
  if (file === undefined) return null;
  const path = `${messagePath(accountSid, message)}/Media/${file}`;
  const answer = await client.ask({ method: 'GET', path, maxBytes, ms: fileTimeoutMs }, signal);
  if (answer.status === 200) return answer.bytes;
  if (answer.status === 404) return null;
  const location = answer.headers.get('location');
  if (answer.status < 300 || answer.status > 399 || location === null) throw client.refusal(answer);
  if (!URL.canParse(location, client.base.href)) throw new ChannelError(failure('protocol', client.host));
  return fetchFrom(new URL(location, new URL(path, client.base)), client, maxBytes, signal);
}
