import type { RemoteFile } from '../kit/channel.ts';
import { isLoopback } from '../kit/endpoint.ts';
import type { BlueskyAccount } from './account/account.ts';
import { granted } from './account/xrpc.ts';
import { picturesOfRecord, picturesOfView } from './map/embeds.ts';
import type { Picture } from './map/embeds.ts';
import { readItem } from './map/items.ts';
import { sourceOf } from './map/items.ts';
import { lookUpPosts } from './walk/posts.ts';

/** The pictures as the network shows them now: where they are may have changed since the post came. */
async function picturesNow(
  account: BlueskyAccount,
  uri: string,
  signal: AbortSignal,
): Promise<readonly Picture[]> {
  const view = (await lookUpPosts(account, [uri], signal)).get(uri);
  const item = view === undefined ? null : readItem(sourceOf({ is: 'post', view }));
  return item?.is === 'post' ? picturesOfView(item.view.embed) : [];
}

/** An address that a file may be fetched from: it comes from outside, and must not lead to a machine of the local net in the clear. */
const fetchable = (address: string | null): URL | null => {
  const url = address !== null && URL.canParse(address) ? new URL(address) : null;
  if (url === null) return null;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)) ? url : null;
};

/** The bytes of a picture of a post; null when it is gone. Pictures of our own come from our own server, as they were uploaded. */
export async function fetchFile(
  account: BlueskyAccount,
  file: RemoteFile,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  const item = readItem(file.source);
  const at = Number(file.part) - 1;
  if (item?.is === 'record') {
    const cid = picturesOfRecord(item.value.embed)[at]?.cid ?? null;
    if (cid === null) return null;
    const call = { method: 'com.atproto.sync.getBlob', params: { did: item.by.did, cid }, maxBytes };
    const answer = await account.ask(call, signal);
    return granted(answer) ? answer.bytes : nullIfGone(answer.status, await account.refused(answer, signal));
  }
  if (item?.is !== 'post') return null;
  const url = fetchable((await picturesNow(account, item.view.uri, signal))[at]?.url ?? null);
  if (url === null) return null;
  const answer = await account.fetchPublic(url, maxBytes, signal);
  return granted(answer) ? answer.bytes : nullIfGone(answer.status, await account.refused(answer, signal));
}

function nullIfGone(status: number, error: Error): null {
  if (status === 400 || status === 404 || status === 410) return null;
  throw error;
}
