import * as v from 'valibot';
import type {
  Batch,
  Cursor,
  RemoteChange,
  RemoteFile,
  Session,
  SessionContext,
  StreamInfo,
} from '../kit/channel.ts';
import { jsonOf } from '../kit/http/http-client.ts';
import type { Attempt, Reconciled, SendHooks, SendResult } from '../kit/outgoing.ts';
import { unpack } from '../kit/packed.ts';
import { pollEvery } from '../kit/polling.ts';
import { accountOf } from './account/account.ts';
import type { BlueskyAccount } from './account/account.ts';
import { granted } from './account/xrpc.ts';
import { saidBy } from './compose.ts';
import { fetchFile } from './files.ts';
import { sourceOf } from './map/items.ts';
import { Chat } from './messages/chat.ts';
import { findMessage, pullMessages } from './messages/pull.ts';
import type { ChatMemory } from './messages/pull.ts';
import { reconcileDirect, sendDirect } from './send/direct.ts';
import { reconcilePost, sendPost } from './send/post.ts';
import { pullLikes, pullNotifications, pullOwnPosts, whoWeAre } from './walk/pull.ts';
import type { PostMemory } from './walk/pull.ts';
import type { WalkMemory } from './walk/walk.ts';

/** How long calls may take and how often each list is asked for, in ms. */
export type Timing = {
  readonly call: number;
  readonly notifications: number;
  readonly posts: number;
  readonly messages: number;
  readonly likes: number;
};

/** Servers allow 3,000 calls in 5 minutes from one place (https://docs.bsky.app/docs/advanced-guides/rate-limits); these make 35. */
export const usualTiming: Timing = {
  call: 30_000,
  notifications: 30_000,
  messages: 15_000,
  posts: 120_000,
  likes: 120_000,
};

/** The lists of an account, under the names that Bluesky's own program gives them. */
const streams: readonly StreamInfo[] = [
  { name: 'notifications', label: 'Notifications', role: 'inbox', chosen: true },
  { name: 'messages', label: 'Chat', role: 'all', chosen: true },
  { name: 'posts', label: 'Posts', role: 'sent', chosen: true },
  { name: 'likes', label: 'Likes', role: 'other', chosen: true },
];

const fresh = (): WalkMemory => ({ lookedAt: Number.NEGATIVE_INFINITY });

/** One account. Calls are independent of each other; what they share is the sign-in. */
export class BlueskySession implements Session {
  readonly #context: SessionContext;
  readonly #timing: Timing;
  readonly #account: BlueskyAccount;
  readonly #chat: Chat;
  readonly #notifications: PostMemory = { ...fresh(), rooms: new Set(), own: undefined };
  readonly #posts: PostMemory = { ...fresh(), rooms: new Set(), own: undefined };
  readonly #likes: WalkMemory = fresh();
  readonly #messages: ChatMemory = { ...fresh(), convos: new Map(), below: new Map(), listed: null };

  constructor(context: SessionContext, timing: Timing) {
    this.#context = context;
    this.#timing = timing;
    this.#account = accountOf(context, timing.call);
    this.#chat = new Chat(this.#account);
  }

  async streams(signal: AbortSignal): Promise<readonly StreamInfo[]> {
    await whoWeAre(this.#account, signal);
    return streams;
  }

  pull(
    stream: string,
    cursor: Cursor | null,
    limits: { readonly maxItems: number; readonly check: boolean },
    signal: AbortSignal,
  ): Promise<Batch> {
    const { clock } = this.#context;
    const request = { cursor, maxItems: limits.maxItems, check: limits.check, clock };
    switch (stream) {
      case 'messages':
        return pullMessages(this.#chat, { ...request, own: this.#account.did }, this.#messages, signal);
      case 'posts':
        return pullOwnPosts(this.#account, request, this.#posts, signal);
      case 'likes':
        return pullLikes(this.#account, request, this.#likes, signal);
      default:
        return pullNotifications(this.#account, request, this.#notifications, signal);
    }
  }

  async listen(
    wanted: readonly string[],
    hint: (stream: string) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const every = (stream: string): number => {
      switch (stream) {
        case 'messages':
          return this.#timing.messages;
        case 'posts':
          return this.#timing.posts;
        case 'likes':
          return this.#timing.likes;
        default:
          return this.#timing.notifications;
      }
    };
    await Promise.all(wanted.map((stream) => pollEvery(every(stream), () => hint(stream), signal)));
  }

  async send(attempt: Attempt, hooks: SendHooks, signal: AbortSignal): Promise<SendResult> {
    const packed = unpack(attempt.bytes);
    const said = saidBy(packed?.said);
    const now = (): number => this.#context.clock.now();
    const files = packed?.files ?? [];
    switch (said?.is) {
      case undefined:
        return { kind: 'rejected', said: '', code: 'unreadable' };
      case 'post':
        return sendPost(this.#account, { post: said, files }, attempt, hooks, now, signal);
      case 'direct': {
        // The service has no files at all.
        const [file] = files;
        if (file !== undefined) return { kind: 'rejected', said: file.name, code: 'file-not-carried' };
        return sendDirect(this.#account, said, attempt, hooks, now, signal);
      }
    }
  }

  async reconcile(attempt: Attempt, signal: AbortSignal): Promise<Reconciled> {
    const said = saidBy(unpack(attempt.bytes)?.said);
    switch (said?.is) {
      case undefined:
        return 'unknown';
      case 'post':
        return reconcilePost(this.#account, said, signal);
      case 'direct':
        return reconcileDirect(this.#account, said, attempt, this.#context.clock, signal);
    }
  }

  /** Tells the service how far conversations have been read; public posts have no such state of their own. */
  async apply(changes: readonly RemoteChange[], signal: AbortSignal): Promise<void> {
    const read = new Map<string, string>();
    for (const change of changes) {
      if (change.kind !== 'seen' || !change.seen || change.stream !== 'messages') continue;
      const at = change.key.lastIndexOf('/');
      const [convo, id] = [change.key.slice(0, at), change.key.slice(at + 1)];
      // Ids of messages sort by time, and reading the last is reading all before it.
      if (at > 0 && id > (read.get(convo) ?? '')) read.set(convo, id);
    }
    for (const [convo, id] of read) await this.#chat.read(convo, id, signal);
  }

  /** Items are always whole; this finds one again as the network shows it now. */
  async source(stream: string, key: string, signal: AbortSignal): Promise<Uint8Array | null> {
    if (stream === 'messages') return findMessage(this.#chat, key, this.#messages, signal);
    const call = { method: 'app.bsky.feed.getPosts', params: { uris: [key] } };
    const answer = await this.#account.ask(call, signal);
    const parsed = granted(answer) ? v.safeParse(postsShape, jsonOf(answer)) : null;
    const view = parsed?.success === true ? parsed.output.posts[0] : undefined;
    return view === undefined ? null : sourceOf({ is: 'post', view });
  }

  file(file: RemoteFile, maxBytes: number, signal: AbortSignal): Promise<Uint8Array | null> {
    return fetchFile(this.#account, file, maxBytes, signal);
  }

  /** Every call ends by its own signal; nothing stays open between them. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

const postsShape = v.object({ posts: v.array(v.unknown()) });
