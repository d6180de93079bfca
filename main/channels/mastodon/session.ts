import type { Batch, Cursor, RemoteFile, Session, SessionContext, StreamInfo } from '../kit/channel.ts';
import { ChannelError, failure } from '../kit/failure.ts';
import type { Attempt, Reconciled, SendHooks, SendResult } from '../kit/outgoing.ts';
import { Pace, pollEvery } from '../kit/polling.ts';
import { MastodonApi } from './api/mastodon-api.ts';
import { statusFile } from './files.ts';
import { addressOf, homeOf } from './names.ts';
import { mentionsFeed, ownStatusesFeed } from './pull/feeds.ts';
import { statusItem } from './pull/item.ts';
import { pullStream } from './pull/pull-stream.ts';
import type { Limits, PullContext } from './pull/pull-stream.ts';
import { Threads } from './pull/threads.ts';
import { reconcilePost, sendPost } from './send.ts';
import type { SentMemory } from './sent-memory.ts';
import { readInstance, tokenOf } from './settings.ts';
import type { Timing } from './timing.ts';

/** What others say to us, and what we say; named as the server names the lists. */
const mentions = 'notifications';
const ownStatuses = 'statuses';

/** The two streams of every account. */
export const streamsOfAccount: readonly StreamInfo[] = [
  { name: mentions, label: mentions, role: 'inbox', chosen: true },
  { name: ownStatuses, label: ownStatuses, role: 'sent', chosen: true },
];

/** How to reach the server of an account that may not be saved yet. */
export const apiFor = (context: SessionContext): MastodonApi =>
  new MastodonApi({
    base: readInstance(context.settings),
    clock: context.clock,
    token: () => tokenOf(context.secrets()),
  });

/** One account: short requests alone, and nothing that stays open. */
export class MastodonSession implements Session {
  readonly #context: SessionContext;
  readonly #timing: Timing;
  readonly #sent: SentMemory;
  readonly #api: MastodonApi;
  readonly #base: URL;
  readonly #own: string;
  readonly #home: string;
  readonly #threads: Threads;
  readonly #pace: Pace;
  #ownId: string | null = null;

  constructor(context: SessionContext, timing: Timing, sent: SentMemory) {
    this.#context = context;
    this.#timing = timing;
    this.#pace = new Pace(timing.poll, context.clock);
    this.#sent = sent;
    this.#api = apiFor(context);
    this.#base = readInstance(context.settings);
    this.#own = context.address.toLowerCase();
    this.#home = homeOf(context.address);
    this.#threads = new Threads(this.#api);
  }

  async streams(signal: AbortSignal): Promise<readonly StreamInfo[]> {
    this.#ownId = null;
    await this.#whoAmI(signal);
    return streamsOfAccount;
  }

  async pull(stream: string, cursor: Cursor | null, limits: Limits, signal: AbortSignal): Promise<Batch> {
    const context = await this.#pullContext(signal);
    const feed =
      stream === ownStatuses ? ownStatusesFeed(this.#api, context) : mentionsFeed(this.#api, context);
    const batch = await pullStream(feed, context, cursor, limits, signal);
    if (batch.items.length > 0 && cursor !== null) this.#pace.stir();
    return batch;
  }

  /** Mastodon is asked again and again: its streaming needs a second connection and is missing on some servers, and must not be relied on. */
  listen(streams: readonly string[], hint: (stream: string) => void, signal: AbortSignal): Promise<void> {
    return pollEvery(this.#pace, () => streams.forEach(hint), signal);
  }

  send(attempt: Attempt, hooks: SendHooks, signal: AbortSignal): Promise<SendResult> {
    this.#pace.stir();
    return sendPost(this.#sending(), attempt, hooks, signal);
  }

  async reconcile(attempt: Attempt, signal: AbortSignal): Promise<Reconciled> {
    const ownId = await this.#whoAmI(signal);
    return reconcilePost({ ...this.#sending(), ownId }, attempt, signal);
  }

  /** Items are whole when they come; this reads one anew. */
  async source(_stream: string, key: string, signal: AbortSignal): Promise<Uint8Array | null> {
    const status = await this.#api.status(key, signal);
    if (status === null) return null;
    const { root } = await this.#threads.placeOf(status, signal);
    return statusItem(status, { home: this.#home, root, client: null, aside: false }).bytes;
  }

  file(file: RemoteFile, maxBytes: number, signal: AbortSignal): Promise<Uint8Array | null> {
    return statusFile(this.#api, this.#base, file, maxBytes, signal);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #sending() {
    return {
      api: this.#api,
      clock: this.#context.clock,
      sent: this.#sent,
      own: this.#own,
      timing: this.#timing,
    };
  }

  async #pullContext(signal: AbortSignal): Promise<PullContext> {
    const ownId = await this.#whoAmI(signal);
    return {
      api: this.#api,
      clock: this.#context.clock,
      threads: this.#threads,
      sent: this.#sent,
      ownId,
      own: this.#own,
      home: this.#home,
    };
  }

  /** Our id at the server. A token of somebody else would bring somebody else's mentions into this account. */
  async #whoAmI(signal: AbortSignal): Promise<string> {
    if (this.#ownId !== null) return this.#ownId;
    const { id, acct } = await this.#api.verify(signal);
    if (addressOf(acct, this.#home) !== this.#own)
      throw new ChannelError(failure('password-refused', this.#base.host, { said: `@${acct}` }));
    this.#ownId = id;
    return id;
  }
}
