import * as v from 'valibot';
import { jsonOf } from '../../kit/http/http-client.ts';
import type { BlueskyAccount } from '../account/account.ts';
import { granted, refusalIn } from '../account/xrpc.ts';
import { readPostUri, readRecordUri } from '../names.ts';

/** Posts that one call looks up (lexicon app.bsky.feed.getPosts). */
const postsAtOnce = 25;

/** How many posts before an answer are fetched, so that whoever reads it sees what it is about. */
const parentsAtMost = 10;

/** Depth of a thread's answer that is read at all. */
const threadLoops = 50;

const postShape = v.looseObject({ uri: v.string() });
const postsShape = v.object({ posts: v.array(v.unknown()) });

const postIn = (value: unknown): readonly [string, unknown] | null => {
  const parsed = v.safeParse(postShape, value);
  const uri = parsed.success ? readPostUri(parsed.output.uri) : null;
  return uri === null ? null : [uri, value];
};

/** Posts as the network shows them, by their AT-URI; those that it does not show are missing. */
export async function lookUpPosts(
  account: BlueskyAccount,
  uris: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, unknown>> {
  const wanted = [...new Set(uris)];
  const found = new Map<string, unknown>();
  for (let at = 0; at < wanted.length; at += postsAtOnce) {
    const call = { method: 'app.bsky.feed.getPosts', params: { uris: wanted.slice(at, at + postsAtOnce) } };
    const { posts } = await account.need(call, postsShape, signal);
    for (const one of posts) {
      const post = postIn(one);
      if (post !== null) found.set(...post);
    }
  }
  return found;
}

const threadShape = v.object({ thread: v.unknown() });
const levelShape = v.object({ post: v.unknown(), parent: v.fallback(v.unknown(), null) });

/** The posts that an answer stands on, nearest first; none where the thread cannot be seen. */
export async function postsBefore(
  account: BlueskyAccount,
  uri: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, unknown>> {
  const params = { uri, depth: '0', parentHeight: String(parentsAtMost) };
  const answer = await account.ask({ method: 'app.bsky.feed.getPostThread', params }, signal);
  if (answer.status === 429 || answer.status >= 500) throw await account.refused(answer, signal);
  const parsed = granted(answer) ? v.safeParse(threadShape, jsonOf(answer)) : null;
  const found = new Map<string, unknown>();
  let level: unknown = parsed?.success === true ? parsed.output.thread : null;
  for (let depth = 0; depth < threadLoops; depth += 1) {
    const read = v.safeParse(levelShape, level);
    if (!read.success) break;
    const post = postIn(read.output.post);
    if (post !== null && post[0] !== uri) found.set(...post);
    level = read.output.parent;
  }
  return found;
}

/** Which of these posts are gone for good; not shown to us is not gone, so the record itself is asked for. */
export async function goneAmong(
  account: BlueskyAccount,
  uris: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const there = await lookUpPosts(account, uris, signal);
  const gone: string[] = [];
  for (const uri of uris) {
    const record = there.has(uri) ? null : readRecordUri(uri);
    if (record === null) continue;
    const { did, collection, rkey } = record;
    const params = { repo: did, collection, rkey };
    const answer = await account.ask({ method: 'com.atproto.repo.getRecord', params }, signal);
    if (answer.status === 429 || answer.status >= 500) throw await account.refused(answer, signal);
    if (refusalIn(answer).error === 'RecordNotFound') gone.push(uri);
  }
  return gone;
}
