import type { Batch, Cursor, Session, SessionContext, StreamInfo } from '../../kit/channel.ts';
import { ChannelError, failure } from '../../kit/failure.ts';
import type { Attempt, Reconciled, SendHooks, SendResult } from '../../kit/outgoing.ts';
import { readPage } from '../archive/archive-page.ts';
import type { Timeouts } from '../deadlines.ts';
import { listenOn } from '../listen.ts';
import { readSettings } from '../settings.ts';
import type { XmppSettings } from '../settings.ts';
import type { XmppConnection } from '../stream/connection.ts';
import { StanzaError } from '../stream/failures.ts';
import type { Login } from '../stream/sign-in.ts';
import type { Desk } from './find-visitor.ts';
import { KeptConnection } from './kept-connection.ts';
import { pullVisitors } from './pull.ts';
import type { PullMemory } from './pull.ts';
import { reconcileAnswer, sendAnswer } from './send.ts';
import type { VisitorBook } from './visitor-book.ts';
import { visitorItems } from './visitor-items.ts';
import { welcomeArchived, welcomeLive } from './welcome.ts';

/** The one stream of an account: its archive. */
const archive = 'archive';

/** One account that visitors write to. */
export class LivechatSession implements Session {
  readonly #context: SessionContext;
  readonly #settings: XmppSettings;
  readonly #timeouts: Timeouts;
  readonly #book: VisitorBook;
  readonly #kept: KeptConnection;
  readonly #memory: PullMemory = { lookedAt: Number.NEGATIVE_INFINITY, answered: new Set() };

  constructor(context: SessionContext, timeouts: Timeouts, book: VisitorBook) {
    const settings = readSettings(context.address, context.settings);
    this.#context = context;
    this.#settings = settings;
    this.#timeouts = timeouts;
    this.#book = book;
    this.#kept = new KeptConnection(() => ({ settings, login: this.#login(), timeouts }), {
      settings,
      timeouts,
    });
  }

  /** Proves that there is an archive to read; without one, what visitors say while we are away would be lost. */
  streams(signal: AbortSignal): Promise<readonly StreamInfo[]> {
    const { jid } = this.#settings;
    return this.#kept.work(async (connection) => {
      await readPage(connection, jid, { kind: 'newest' }, 1, signal);
      return [{ name: archive, label: jid, role: 'all', chosen: true }];
    }, signal);
  }

  pull(
    _stream: string,
    cursor: Cursor | null,
    limits: { readonly maxItems: number },
    signal: AbortSignal,
  ): Promise<Batch> {
    return this.#kept.work(async (connection) => {
      const desk = this.#desk(connection);
      const { clock } = this.#context;
      const asked = { cursor, maxItems: limits.maxItems, monotonic: () => clock.monotonic() };
      const batch = await pullVisitors(desk, asked, this.#memory, signal);
      await welcomeArchived(desk, batch.items, this.#wake, signal);
      return batch;
    }, signal);
  }

  listen(streams: readonly string[], hint: (stream: string) => void, signal: AbortSignal): Promise<void> {
    const hintAll = (): void => streams.forEach(hint);
    return this.#kept.work(async (connection) => {
      const stop = welcomeLive(this.#desk(connection), { hint: hintAll, wake: this.#wake }, signal);
      try {
        await listenOn(
          connection,
          { own: this.#settings.jid, hint: hintAll, timeouts: this.#timeouts },
          signal,
        );
      } finally {
        stop();
      }
    }, signal);
  }

  send(attempt: Attempt, hooks: SendHooks, signal: AbortSignal): Promise<SendResult> {
    return this.#kept.work(
      (connection) => sendAnswer(this.#desk(connection), attempt, hooks, signal),
      signal,
    );
  }

  reconcile(attempt: Attempt, signal: AbortSignal): Promise<Reconciled> {
    return this.#kept.work(
      (connection) => reconcileAnswer(this.#desk(connection), attempt, this.#timeouts.settle, signal),
      signal,
    );
  }

  /** Items are always whole; this finds one again where the server can look by id (XEP-0313 section 4.1.5). */
  source(_stream: string, key: string, signal: AbortSignal): Promise<Uint8Array | null> {
    return this.#kept.work(async (connection) => {
      const desk = this.#desk(connection);
      try {
        const page = await readPage(connection, desk.own, { kind: 'newest' }, 1, signal, { id: key });
        const found = page.results.filter(({ id }) => id === key).map(({ result }) => result);
        return visitorItems(desk, found, null)[0]?.bytes ?? null;
      } catch (error) {
        if (error instanceof StanzaError) return null;
        throw error;
      }
    }, signal);
  }

  close(): Promise<void> {
    this.#kept.close();
    return Promise.resolve();
  }

  readonly #wake = (room: string): void => this.#context.retrySends?.(room);

  #desk(connection: XmppConnection): Desk {
    return { connection, own: this.#settings.jid, book: this.#book, now: () => this.#context.clock.now() };
  }

  #login(): Login {
    const secrets = this.#context.secrets();
    if (secrets.kind !== 'password') throw new ChannelError(failure('settings', 'password'));
    return { user: this.#settings.local, password: secrets.password };
  }
}
