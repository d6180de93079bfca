import * as v from 'valibot';
import { jsonOf } from '../../kit/http/http-client.ts';
import type { Attempt, OutgoingFile, Reconciled, SendHooks, SendResult } from '../../kit/outgoing.ts';
import type { BlueskyAccount } from '../account/account.ts';
import { granted, refusalIn } from '../account/xrpc.ts';
import type { Said } from '../compose.ts';
import { replyShape } from '../map/views.ts';
import { postCollection, readDid, recordUri } from '../names.ts';
import { largestImage, mostImages } from '../profile.ts';
import { facetsOf, handlesIn } from './facets.ts';
import { fateOf } from './outcome.ts';
import { didOf, didsOf, handleOf } from './people.ts';

type Post = Extract<Said, { readonly is: 'post' }>;
type Refused = Extract<SendResult, { readonly kind: 'rejected' }>;

/** A reference that also says which version is meant (lexicon com.atproto.repo.strongRef). */
type Reply = v.InferOutput<typeof replyShape>;

const rejected = (code: string, said = ''): Refused => ({ kind: 'rejected', said, code });
const isRejected = (value: object): value is Refused => 'kind' in value && value.kind === 'rejected';

const postsShape = v.object({
  posts: v.array(
    v.object({
      uri: v.string(),
      cid: v.string(),
      record: v.object({ reply: v.fallback(v.nullable(replyShape), null) }),
      viewer: v.fallback(v.object({ replyDisabled: v.fallback(v.boolean(), false) }), {
        replyDisabled: false,
      }),
    }),
  ),
});

/** What an answer has to point to: the post it answers and the first of the thread, each in its present version. */
async function replyTo(account: BlueskyAccount, uri: string, signal: AbortSignal): Promise<Reply | Refused> {
  const call = { method: 'app.bsky.feed.getPosts', params: { uris: [uri] } };
  const { posts } = await account.need(call, postsShape, signal);
  const post = posts.find((one) => one.uri === uri);
  if (post === undefined) return rejected('answered-post-gone', uri);
  if (post.viewer.replyDisabled) return rejected('replies-not-allowed', uri);
  const parent = { uri, cid: post.cid };
  return { parent, root: post.record.reply?.root ?? parent };
}

/** The text of a first word: whom it is for has to be mentioned in it, or they never hear of it. */
async function withMention(
  account: BlueskyAccount,
  post: Post,
  signal: AbortSignal,
): Promise<string | Refused> {
  const { mentions, text } = post;
  if (mentions === null) return text;
  const did = readDid(mentions);
  const handle = did === null ? mentions : await handleOf(account, did, signal);
  if (handle === null || (did === null && (await didOf(account, handle, signal)) === null))
    return rejected('no-such-account', mentions);
  return handlesIn(text).includes(handle) ? text : `@${handle} ${text}`;
}

const blobShape = v.object({ blob: v.looseObject({ $type: v.literal('blob') }) });

async function upload(account: BlueskyAccount, file: OutgoingFile, signal: AbortSignal): Promise<unknown> {
  const call = {
    method: 'com.atproto.repo.uploadBlob',
    input: new Uint8Array(file.bytes),
    type: file.mimeType,
  };
  return (await account.need(call, blobShape, signal)).blob;
}

const unfit = (files: readonly OutgoingFile[]): OutgoingFile | undefined =>
  files.length > mostImages
    ? files[mostImages]
    : files.find(({ mimeType, bytes }) => !mimeType.startsWith('image/') || bytes.byteLength > largestImage);

/** The record of a post (lexicon app.bsky.feed.post), with its pictures uploaded; the same on every try. */
async function recordOf(
  account: BlueskyAccount,
  post: Post,
  files: readonly OutgoingFile[],
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>> | Refused> {
  const wrong = unfit(files);
  if (wrong !== undefined) return rejected('file-not-carried', wrong.name);
  const reply = post.answers === null ? null : await replyTo(account, post.answers, signal);
  if (reply !== null && isRejected(reply)) return reply;
  const text = await withMention(account, post, signal);
  if (typeof text !== 'string') return text;
  const facets = facetsOf(text, await didsOf(account, handlesIn(text), signal));
  const images: unknown[] = [];
  for (const file of files) images.push({ alt: file.name, image: await upload(account, file, signal) });
  return {
    $type: postCollection,
    text,
    createdAt: new Date(post.at).toISOString(),
    ...(facets.length === 0 ? {} : { facets }),
    ...(reply === null ? {} : { reply }),
    ...(images.length === 0 ? {} : { embed: { $type: 'app.bsky.embed.images', images } }),
    ...(post.labels.length === 0
      ? {}
      : {
          labels: { $type: 'com.atproto.label.defs#selfLabels', values: post.labels.map((val) => ({ val })) },
        }),
  };
}

const writtenShape = v.object({ uri: v.string() });

/** One try to post. The record has a key of ours, so that a second try cannot make a second post. */
export async function sendPost(
  account: BlueskyAccount,
  said: { readonly post: Post; readonly files: readonly OutgoingFile[] },
  attempt: Attempt,
  hooks: SendHooks,
  now: () => number,
  signal: AbortSignal,
): Promise<SendResult> {
  const { post, files } = said;
  const record = await recordOf(account, post, files, signal);
  if (isRejected(record)) return record;
  const input = { repo: account.did, collection: postCollection, rkey: post.rkey, record };
  await hooks.handingOver();
  const outcome = await account.say({ method: 'com.atproto.repo.putRecord', input }, signal);
  const fate = fateOf(outcome, now());
  if (fate.kind === 'over') return fate.result;
  const parsed = v.safeParse(writtenShape, jsonOf(fate.answer));
  const externalId = parsed.success ? parsed.output.uri : attempt.externalId;
  return { kind: 'accepted', accepted: attempt.pending, refused: [], externalId };
}

/** Looks for the record under its key. Sending again is harmless, so not being there is all there is to prove. */
export async function reconcilePost(
  account: BlueskyAccount,
  post: Post,
  signal: AbortSignal,
): Promise<Reconciled> {
  const { rkey } = post;
  const params = { repo: account.did, collection: postCollection, rkey };
  const answer = await account.ask({ method: 'com.atproto.repo.getRecord', params }, signal);
  if (granted(answer))
    return { acceptedAs: recordUri({ did: account.did, collection: postCollection, rkey }) };
  if (refusalIn(answer).error === 'RecordNotFound') return 'absent';
  throw await account.refused(answer, signal);
}
