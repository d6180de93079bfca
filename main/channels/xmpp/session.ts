import type { Batch, Cursor, Session, SessionContext, StreamInfo } from '../kit/channel.ts';
import { hostPort } from '../kit/endpoint.ts';
import { ChannelError, failure } from '../kit/failure.ts';
import type { Attempt, Reconciled, SendHooks, SendResult } from '../kit/outgoing.ts';
import { within } from '../kit/waiting.ts';
import { itemsOf } from './archive/archive-item.ts';
import { readPage } from './archive/archive-page.ts';
import { pullArchive } from './archive/pull.ts';
import type { ArchiveMemory } from './archive/pull.ts';
import type { Timeouts } from './deadlines.ts';
import { listenOn } from './listen.ts';
import { reconcileMessage, sendMessage } from './send.ts';
import { readSettings } from './settings.ts';
import type { XmppSettings } from './settings.ts';
import { XmppConnection } from './stream/connection.ts';
import type { Login } from './stream/sign-in.ts';
import { StanzaError } from './stream/failures.ts';

/** The one stream of an account: its archive of one-to-one messages. */
const archive = 'archive';

/** One account. Everything runs over one connection, which XMPP is made for; it is opened when first needed. */
export class XmppSession implements Session {
  private readonly context: SessionContext;
  private readonly settings: XmppSettings;
  private readonly timeouts: Timeouts;
  private readonly memory: ArchiveMemory = { lookedAt: Number.NEGATIVE_INFINITY, answered: new Set() };
  private connection: XmppConnection | null = null;
  private opening: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(context: SessionContext, timeouts: Timeouts) {
    this.context = context;
    this.timeouts = timeouts;
    this.settings = readSettings(context.address, context.settings);
  }

  /** Proves that there is an archive to read; a server without one cannot be used, since what comes while we are away would be lost. */
  streams(signal: AbortSignal): Promise<readonly StreamInfo[]> {
    const { jid } = this.settings;
    return this.work(async (connection) => {
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
    const request = { own: this.settings.jid, cursor, maxItems: limits.maxItems, clock: this.context.clock };
    return this.work((connection) => pullArchive(connection, request, this.memory, signal), signal);
  }

  listen(streams: readonly string[], hint: (stream: string) => void, signal: AbortSignal): Promise<void> {
    return this.work(
      (connection) =>
        listenOn(
          connection,
          { own: this.settings.jid, hint: () => streams.forEach(hint), timeouts: this.timeouts },
          signal,
        ),
      signal,
    );
  }

  send(attempt: Attempt, hooks: SendHooks, signal: AbortSignal): Promise<SendResult> {
    return this.work((connection) => sendMessage(connection, attempt, hooks, signal), signal);
  }

  reconcile(attempt: Attempt, signal: AbortSignal): Promise<Reconciled> {
    const { jid } = this.settings;
    return this.work(
      (connection) => reconcileMessage(connection, jid, attempt, this.timeouts.settle, signal),
      signal,
    );
  }

  /** Items are always whole; this finds one again where the server can look by id (XEP-0313 section 4.1.5). */
  source(_stream: string, key: string, signal: AbortSignal): Promise<Uint8Array | null> {
    const { jid } = this.settings;
    return this.work(async (connection) => {
      try {
        const page = await readPage(connection, jid, { kind: 'newest' }, 1, signal, { id: key });
        const found = page.results.filter(({ id }) => id === key).map(({ result }) => result);
        return itemsOf(found, jid, this.context.clock.now(), null)[0]?.bytes ?? null;
      } catch (error) {
        if (error instanceof StanzaError) return null;
        throw error;
      }
    }, signal);
  }

  close(): Promise<void> {
    this.closed = true;
    this.connection?.close();
    this.connection = null;
    return Promise.resolve();
  }

  private async work<T>(work: (connection: XmppConnection) => Promise<T>, signal: AbortSignal): Promise<T> {
    const connection = await this.connected(signal);
    try {
      return await work(connection);
    } catch (error) {
      if (!(error instanceof StanzaError)) throw error;
      const said = error.said ?? error.condition;
      throw new ChannelError(failure('protocol', hostPort(this.settings.server), { said }), error);
    }
  }

  /** The connection, opened by one caller at a time; who waits for another's attempt makes their own when that one failed. */
  private async connected(signal: AbortSignal): Promise<XmppConnection> {
    for (;;) {
      signal.throwIfAborted();
      if (this.connection?.usable === true) return this.connection;
      const before = this.opening;
      await within(before, {
        signal,
        ms: this.timeouts.connect * 2,
        late: () => new Error('no answer in time'),
        end: () => undefined,
      });
      if (before !== this.opening) continue;
      const opening = this.open(signal);
      this.opening = opening.catch(() => undefined);
      return opening;
    }
  }

  private async open(signal: AbortSignal): Promise<XmppConnection> {
    const { settings, timeouts } = this;
    const connection = await XmppConnection.open({ settings, login: this.login(), timeouts }, signal);
    if (this.closed) {
      connection.drop();
      throw new Error('the session was closed');
    }
    this.connection = connection;
    this.context.log('xmpp connected');
    return connection;
  }

  private login(): Login {
    const secrets = this.context.secrets();
    if (secrets.kind !== 'password') throw new ChannelError(failure('settings', 'password'));
    return { user: this.settings.local, password: secrets.password };
  }
}
