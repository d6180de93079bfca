import { hostPort } from '../../kit/endpoint.ts';
import { ChannelError, failure } from '../../kit/failure.ts';
import { within } from '../../kit/waiting.ts';
import { XmppConnection } from '../stream/connection.ts';
import type { XmppTarget } from '../stream/connection.ts';
import { StanzaError } from '../stream/failures.ts';

/** One connection at a time, opened when it is first needed and again when it has failed. */
export class KeptConnection {
  readonly #target: () => XmppTarget;
  readonly #where: string;
  readonly #connectMs: number;
  #connection: XmppConnection | null = null;
  #opening: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(target: () => XmppTarget, of: Pick<XmppTarget, 'settings' | 'timeouts'>) {
    this.#target = target;
    this.#where = hostPort(of.settings.server);
    this.#connectMs = of.timeouts.connect;
  }

  /** Does something on the connection; a refusal of the server becomes a ChannelError. */
  async work<T>(work: (connection: XmppConnection) => Promise<T>, signal: AbortSignal): Promise<T> {
    const connection = await this.#connected(signal);
    try {
      return await work(connection);
    } catch (error) {
      if (!(error instanceof StanzaError)) throw error;
      throw new ChannelError(
        failure('protocol', this.#where, { said: error.said ?? error.condition }),
        error,
      );
    }
  }

  close(): void {
    this.#closed = true;
    this.#connection?.close();
    this.#connection = null;
  }

  /** Opened by one caller at a time; who waits for another's attempt makes their own when that one failed. */
  async #connected(signal: AbortSignal): Promise<XmppConnection> {
    for (;;) {
      signal.throwIfAborted();
      if (this.#connection?.usable === true) return this.#connection;
      const before = this.#opening;
      await within(before, {
        signal,
        ms: this.#connectMs * 2,
        late: () => new Error('no answer in time'),
        end: () => undefined,
      });
      if (before !== this.#opening) continue;
      const opening = this.#open(signal);
      this.#opening = opening.catch(() => undefined);
      return opening;
    }
  }

  async #open(signal: AbortSignal): Promise<XmppConnection> {
    const connection = await XmppConnection.open(this.#target(), signal);
    if (this.#closed) {
      connection.drop();
      throw new Error('the session was closed');
    }
    this.#connection = connection;
    return connection;
  }
}
