import * as v from 'valibot';
import type { Clock } from '#shared/kit/ports.ts';
import type { Batch, Cursor } from '../../kit/channel.ts';
import type { RawItem } from '../../kit/inbound.ts';
import type { BlueskyAccount } from '../account/account.ts';
import { sourceOf } from '../map/items.ts';
import { replyShape } from '../map/views.ts';
import { readPostUri, readRecordUri } from '../names.ts';
import { notificationsFor, ownPosts } from './lists.ts';
import type { Notification, OwnRecord } from './lists.ts';
import { goneAmong, lookUpPosts, postsBefore } from './posts.ts';
import { readWalkCursor } from './walk-cursor.ts';
import type { WalkCursor } from './walk-cursor.ts';
import { rememberedIn, walk, withoutGone } from './walk.ts';
import type { Entry, Walked, WalkMemory } from './walk.ts';

/** What a session remembers of public posts between pulls; losing it costs questions, never a post. */
export type PostMemory = WalkMemory & { readonly rooms: Set<string>; own: unknown };

/** A pull of one of the lists. */
export type ListPull = {
  readonly cursor: Cursor | null;
  readonly maxItems: number;
  readonly check: boolean;
  readonly clock: Clock;
};

/** Threads whose beginning is fetched in one pull; in a flood of answers the others show only what they answer. */
const threadsAtOnce = 5;
/** Threads that a session remembers to have shown. */
const mostRooms = 2_000;

const itemOf = (key: string, bytes: Uint8Array, seen: boolean): RawItem => ({
  key,
  bytes,
  partial: false,
  size: bytes.byteLength,
  receivedAt: null,
  seen,
  answered: false,
});

const goneItem = (uri: string, at: number): RawItem =>
  itemOf(`${uri}#gone`, sourceOf({ is: 'gone', uri, at }), true);

const postItem = (uri: string, view: unknown, seen: boolean): RawItem =>
  itemOf(uri, sourceOf({ is: 'post', view }), seen);

function batchOf<T>(walked: Walked<T>, items: readonly RawItem[], next: WalkCursor): Batch {
  return { items, changes: [], next, more: walked.more, onServer: null, remaining: null, gap: null };
}

/** A notification as a post, for what the network does not show any more. */
const asPost = ({ uri, cid, author, record, indexedAt, labels }: Notification): unknown => ({
  uri,
  cid,
  author,
  record,
  indexedAt,
  labels,
});

const answerShape = v.object({ record: v.object({ reply: replyShape }) });

/** The thread that a post belongs to, and the post it answers; null for a post that answers none. */
function answersIn(post: unknown): { readonly root: string; readonly parent: string } | null {
  const parsed = v.safeParse(answerShape, post);
  if (!parsed.success) return null;
  const { root, parent } = parsed.output.record.reply;
  return { root: root.uri, parent: parent.uri };
}

/** Mentions, answers and quotes, with the posts they stand on where the thread has not been seen yet. */
export async function pullNotifications(
  account: BlueskyAccount,
  request: ListPull,
  memory: PostMemory,
  signal: AbortSignal,
): Promise<Batch> {
  const { clock, check } = request;
  const list = notificationsFor(account, ['mention', 'reply', 'quote'], true);
  const cursor = readWalkCursor(request.cursor);
  // Half of what may come is left for the posts that come with them.
  const maxItems = Math.max(1, Math.floor(request.maxItems / 2));
  const walked = await walk(list, cursor, { maxItems, clock }, memory, signal);
  const posts = walked.fresh.filter(({ uri }) => readPostUri(uri) !== null);
  const views = await lookUpPosts(
    account,
    posts.map(({ uri }) => uri),
    signal,
  );
  // The network remembers one time at which the list was looked at, and counts everything as read where it never was: that says
  // something of the past, and nothing of what has just come.
  const items = posts.map(({ uri, what }) =>
    postItem(uri, views.get(uri) ?? asPost(what), !walked.live && what.isRead),
  );
  const before = await contextOf(account, posts, walked.live, memory, signal);
  const room = Math.max(0, request.maxItems - items.length);
  const context = [...before].filter(([uri]) => !views.has(uri)).slice(0, room);
  const gone = check && cursor !== null ? await goneAmong(account, rememberedIn(cursor), signal) : [];
  return batchOf(
    walked,
    [
      ...items,
      ...context.map(([uri, view]) => postItem(uri, view, true)),
      ...gone.map((uri) => goneItem(uri, clock.now())),
    ],
    withoutGone(walked.next, gone),
  );
}

/** What the posts of threads that are new to us stand on: the whole way up for news, the nearest and the first for what is older. */
async function contextOf(
  account: BlueskyAccount,
  posts: readonly Entry<Notification>[],
  live: boolean,
  memory: PostMemory,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, unknown>> {
  if (memory.rooms.size > mostRooms) memory.rooms.clear();
  const unknown = posts.flatMap(({ uri, what }) => {
    const answers = answersIn(what);
    if (answers === null || memory.rooms.has(answers.root)) return [];
    memory.rooms.add(answers.root);
    return [{ uri, ...answers }];
  });
  const found = new Map<string, unknown>();
  const climbed = live ? unknown.slice(0, threadsAtOnce) : [];
  for (const { uri } of climbed) for (const one of await postsBefore(account, uri, signal)) found.set(...one);
  const others = unknown.slice(climbed.length).flatMap(({ root, parent }) => [parent, root]);
  for (const one of await lookUpPosts(account, others, signal)) found.set(...one);
  return found;
}

/** Likes of our posts, from now on: what was liked before nobody answers. */
export async function pullLikes(
  account: BlueskyAccount,
  request: ListPull,
  memory: WalkMemory,
  signal: AbortSignal,
): Promise<Batch> {
  const list = notificationsFor(account, ['like'], false);
  const walked = await walk(list, readWalkCursor(request.cursor), request, memory, signal);
  const items = walked.fresh.flatMap(({ uri, what }) => {
    const of = readPostUri(what.reasonSubject);
    if (of === null) return [];
    return [itemOf(uri, sourceOf({ is: 'like', of, by: what['author'], at: what.indexedAt }), true)];
  });
  return batchOf(walked, items, walked.next);
}

/** Our own posts, whichever program wrote them. */
export async function pullOwnPosts(
  account: BlueskyAccount,
  request: ListPull,
  memory: PostMemory,
  signal: AbortSignal,
): Promise<Batch> {
  const { clock, check } = request;
  const list = ownPosts(account);
  const cursor = readWalkCursor(request.cursor);
  const walked = await walk(list, cursor, request, memory, signal);
  const by = walked.fresh.length === 0 ? null : await ownActor(account, memory, signal);
  const items = walked.fresh.map(({ uri, what }) =>
    itemOf(uri, sourceOf({ is: 'record', uri, value: what.value, by }), true),
  );
  const gone = check && cursor !== null ? await goneOf(list, cursor, signal) : [];
  return batchOf(
    walked,
    [...items, ...gone.map((uri) => goneItem(uri, clock.now()))],
    withoutGone(walked.next, gone),
  );
}

async function goneOf(
  list: { page: ReturnType<typeof ownPosts>['page'] },
  cursor: WalkCursor,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { entries, next } = await list.page(null, 100, signal);
  const there = new Set(entries.map(({ uri }: Entry<OwnRecord>) => uri));
  const lowest = next === null ? '' : (entries.at(-1)?.mark ?? '');
  return rememberedIn(cursor).filter((uri) => !there.has(uri) && (readRecordUri(uri)?.rkey ?? '') > lowest);
}

const sessionShape = v.object({ did: v.string(), handle: v.string() });

/** Who we are, as our own server says (com.atproto.server.getSession). */
export const whoWeAre = (
  account: BlueskyAccount,
  signal: AbortSignal,
): Promise<v.InferOutput<typeof sessionShape>> =>
  account.need({ method: 'com.atproto.server.getSession' }, sessionShape, signal);

async function ownActor(account: BlueskyAccount, memory: PostMemory, signal: AbortSignal): Promise<unknown> {
  memory.own ??= await whoWeAre(account, signal);
  return memory.own;
}
