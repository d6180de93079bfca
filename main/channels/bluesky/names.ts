/** The collection of posts, and of the likes that are told in notifications. */
export const postCollection = 'app.bsky.feed.post';

const longestDid = 2_048;
const longestHandle = 253;
const longestKey = 512;

/** A DID as atproto allows it (https://atproto.com/specs/did), in the spelling that is compared; null for anything else. */
export function readDid(written: unknown): string | null {
  if (typeof written !== 'string' || written.length > longestDid) return null;
  return /^did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]$/.test(written) ? written.toLowerCase() : null;
}

/** A handle without its @, lower case (https://atproto.com/specs/handle); null for anything else. */
export function readHandle(written: unknown): string | null {
  if (typeof written !== 'string' || written.length > longestHandle + 1) return null;
  const handle = written.replace(/^@/, '').toLowerCase();
  if (handle.length > longestHandle) return null;
  const labels = handle.split('.');
  if (labels.length < 2 || !/^[a-z]/.test(labels.at(-1) ?? '')) return null;
  return labels.every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label)) ? handle : null;
}

/** A handle that the network vouches for; `handle.invalid` stands for one that no longer leads to its account. */
export const goodHandle = (written: unknown): string | null => {
  const handle = readHandle(written);
  return handle === 'handle.invalid' ? null : handle;
};

/** The parts of an AT-URI of a record (https://atproto.com/specs/at-uri-scheme). */
export type RecordUri = { readonly did: string; readonly collection: string; readonly rkey: string };

/** Takes an AT-URI of a record apart; null for anything else, also one that names its account by handle. */
export function readRecordUri(written: unknown): RecordUri | null {
  if (typeof written !== 'string' || written.length > longestDid + longestKey + longestHandle) return null;
  const match = /^at:\/\/([^/]+)\/([a-zA-Z0-9.-]{1,317})\/([a-zA-Z0-9._:~-]{1,512})$/.exec(written);
  const [, authority, collection, rkey] = match ?? [];
  const did = readDid(authority);
  return did === null || collection === undefined || rkey === undefined ? null : { did, collection, rkey };
}

/** The AT-URI of a record. */
export const recordUri = ({ did, collection, rkey }: RecordUri): string =>
  `at://${did}/${collection}/${rkey}`;

/** The AT-URI of a post in the one spelling that is compared; null for anything else. */
export function readPostUri(written: unknown): string | null {
  const uri = readRecordUri(written);
  return uri?.collection === postCollection ? recordUri(uri) : null;
}

/** The page of a post, under the handle where there is a good one. */
export const postPage = (did: string, handle: string | null, rkey: string): string =>
  `https://bsky.app/profile/${handle ?? did}/post/${encodeURIComponent(rkey)}`;
