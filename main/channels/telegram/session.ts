import type { Batch, Cursor, RemoteFile, Session, SessionContext, StreamInfo } from '../kit/channel.ts';
import type { Attempt, Reconciled, SendHooks, SendResult } from '../kit/outgoing.ts';
import { BotApi } from './api/bot-api.ts';
import { me } from './api/shapes.ts';
import type { Me } from './api/shapes.ts';
import type { Timeouts } from './deadlines.ts';
import { fetchFile } from './fetch-file.ts';
import { sendMessage } from './say/send.ts';
import { readApiRoot, tokenIn } from './settings.ts';
import { readCursor } from './updates/cursor.ts';
import { pullUpdates } from './updates/pull.ts';
import { UpdateQueue } from './updates/update-queue.ts';

/** The one stream of a bot: everything that is told to it. */
const updates = 'updates';

/** What a bot is called: its user name, or its number where it has none. */
export const botLabel = ({ id, username }: Me): string =>
  username === undefined ? String(id) : `@${username}`;

/** The streams of a bot. */
export const streamsOf = (bot: Me): readonly StreamInfo[] => [
  { name: updates, label: botLabel(bot), role: 'inbox', chosen: true },
];

/** One bot, or one that is to be. Nothing is asked before the first call. */
export class TelegramSession implements Session {
  readonly #context: SessionContext;
  readonly #timeouts: Timeouts;
  readonly #ended = new AbortController();
  #api: BotApi | null = null;
  #queue: UpdateQueue | null = null;
  #listeners = 0;

  constructor(context: SessionContext, timeouts: Timeouts) {
    this.#context = context;
    this.#timeouts = timeouts;
  }

  async streams(signal: AbortSignal): Promise<readonly StreamInfo[]> {
    return streamsOf(await this.#during(signal, (ends) => this.#bot().call('getMe', me, {}, ends)));
  }

  pull(
    _stream: string,
    cursor: Cursor | null,
    limits: { readonly maxItems: number; readonly maxBytes: number; readonly check: boolean },
    signal: AbortSignal,
  ): Promise<Batch> {
    const request = {
      bot: this.#bot().bot,
      cursor,
      maxItems: limits.maxItems,
      maxBytes: limits.maxBytes,
      // A poll under way would have told; without one, or where a person wants to know, the server is asked.
      ask: limits.check || this.#listeners === 0,
      now: this.#context.clock.now(),
    };
    return this.#during(signal, (ends) => pullUpdates(this.#updates(), request, ends));
  }

  committed(_stream: string, cursor: Cursor): Promise<void> {
    const taken = readCursor(cursor);
    if (taken !== null) this.#updates().committed(taken);
    return Promise.resolve();
  }

  /** Polls for as long as the signal lets it. What a poll brings waits in the queue for pull, which the hint wakes. */
  listen(streams: readonly string[], hint: (stream: string) => void, signal: AbortSignal): Promise<void> {
    const { clock } = this.#context;
    return this.#during(signal, async (ends) => {
      this.#listeners += 1;
      try {
        let hintedAt = Number.NEGATIVE_INFINITY;
        for (;;) {
          const isNews = hintedAt === Number.NEGATIVE_INFINITY || (await this.#updates().poll(ends));
          if (!isNews && clock.monotonic() - hintedAt < this.#timeouts.recheck) continue;
          streams.forEach(hint);
          hintedAt = clock.monotonic();
        }
      } finally {
        this.#listeners -= 1;
      }
    });
  }

  send(attempt: Attempt, hooks: SendHooks, signal: AbortSignal): Promise<SendResult> {
    return this.#during(signal, (ends) => sendMessage(this.#bot(), attempt, hooks, ends));
  }

  /** A bot cannot look for what it said. */
  reconcile(): Promise<Reconciled> {
    return Promise.resolve('unknown');
  }

  /** Items are always whole, and an update is told once. */
  source(): Promise<Uint8Array | null> {
    return Promise.resolve(null);
  }

  file(file: RemoteFile, maxBytes: number, signal: AbortSignal): Promise<Uint8Array | null> {
    return this.#during(signal, (ends) => fetchFile(this.#bot(), file, maxBytes, ends));
  }

  close(): Promise<void> {
    this.#ended.abort(new Error('the session was closed'));
    return Promise.resolve();
  }

  #bot(): BotApi {
    const { clock, settings } = this.#context;
    this.#api ??= new BotApi({
      root: readApiRoot(settings),
      token: tokenIn(this.#context.secrets()),
      clock,
      timeouts: this.#timeouts,
    });
    return this.#api;
  }

  #updates(): UpdateQueue {
    this.#queue ??= new UpdateQueue(this.#bot(), this.#context.clock, this.#timeouts);
    return this.#queue;
  }

  /** Work that ends with the signal, and with the session. */
  async #during<T>(signal: AbortSignal, work: (ends: AbortSignal) => Promise<T>): Promise<T> {
    const either = new AbortController();
    const sources = [signal, this.#ended.signal];
    const stops = sources.map((source) => {
      const stop = (): void => either.abort(source.reason);
      source.addEventListener('abort', stop, { once: true });
      if (source.aborted) stop();
      return (): void => source.removeEventListener('abort', stop);
    });
    try {
      return await work(either.signal);
    } finally {
      for (const stop of stops) stop();
    }
  }
}
