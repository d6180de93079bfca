import { isLoopback } from '../kit/endpoint.ts';
import type { HttpAnswer } from '../kit/http/http-client.ts';
import { readAs, status } from './api/entities.ts';
import type { MastodonApi } from './api/mastodon-api.ts';
import { readSaid } from './map/read-said.ts';

/** A file of another server is first led to by the media proxy, and from there to where files are kept. */
const mostRedirects = 3;

/** An address a file may be fetched from: encrypted, or on this machine when the server itself is. */
function allowed(target: string, from: URL, base: URL): URL | null {
  const url = URL.canParse(target, from.href) ? new URL(target, from) : null;
  if (url?.username !== '' || url.password !== '') return null;
  if (isLoopback(url.hostname)) return isLoopback(base.hostname) ? url : null;
  return url.protocol === 'https:' ? url : null;
}

async function fetchFile(
  api: MastodonApi,
  base: URL,
  address: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  let url = allowed(address, base, base);
  for (let hop = 0; url !== null && hop <= mostRedirects; hop += 1) {
    const answer: HttpAnswer = await api.bytes(url, maxBytes, signal);
    if (answer.status === 200) return answer.bytes;
    if (answer.status === 404 || answer.status === 410) return null;
    if (answer.status < 300 || answer.status > 399) throw api.refused(answer);
    url = allowed(answer.headers.get('location') ?? '', url, base);
  }
  return null;
}

/** The bytes of a status's file, at the address that the server gives for it now; null when status or file are gone. */
export async function statusFile(
  api: MastodonApi,
  base: URL,
  file: { readonly source: Uint8Array; readonly part: string },
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  const said = readSaid(file.source);
  if (said?.as !== 'status') return null;
  const meant = said.status.media_attachments[Number(file.part) - 1];
  if (meant === undefined) return null;
  const now = readAs(status, (await api.status(said.status.id, signal))?.raw);
  // A status that was changed may have other files, or the same ones in another order.
  const found = now?.media_attachments.find(({ id }) => id === meant.id);
  return found?.url === undefined || found.url === null
    ? null
    : fetchFile(api, base, found.url, maxBytes, signal);
}
