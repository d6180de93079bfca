import { within } from '../../kit/waiting.ts';
import { XmppConnection } from './connection.ts';
import type { XmppTarget } from './connection.ts';
import type { Element } from './element.ts';

/** What a line is opened with, and who hears what comes over it, from the first stanza on. */
export type LineOptions = {
  /** Settings and secrets as they are now. */
  readonly target: () => XmppTarget;
  readonly message: (message: Element) => void;
  readonly presence: (presence: Element) => void;
  /** Told of every connection; `anew` where the server knows nothing of the one before. */
  readonly opened: (connection: XmppConnection, anew: boolean) => void;
};

/**
 * One connection at a time, opened when first needed and opened again after it broke: then the stream goes on where it was (XEP-0198), or,
 * where the server has forgotten it, a new one begins and the archive tells what was missed.
 */
export class Line {
  private readonly options: LineOptions;
  private readonly connectMs: number;
  private connection: XmppConnection | null = null;
  private opening: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(options: LineOptions, connectMs: number) {
    this.options = options;
    this.connectMs = connectMs;
  }

  get isClosed(): boolean {
    return this.closed;
  }

  /** The connection as it is, if it stands. */
  get current(): XmppConnection | null {
    return this.connection?.usable === true ? this.connection : null;
  }

  /** The connection, opened by one caller at a time; who waits for another's attempt makes their own when that one failed. */
  async connected(signal: AbortSignal): Promise<XmppConnection> {
    for (;;) {
      signal.throwIfAborted();
      if (this.connection?.usable === true) return this.connection;
      const before = this.opening;
      await within(before, {
        signal,
        ms: this.connectMs * 2,
        late: () => new Error('no answer in time'),
        end: () => undefined,
      });
      if (before !== this.opening) continue;
      const opening = this.open(signal);
      this.opening = opening.catch(() => undefined);
      return opening;
    }
  }

  close(): void {
    this.closed = true;
    this.connection?.close();
    this.connection = null;
  }

  private async open(signal: AbortSignal): Promise<XmppConnection> {
    const { target, message, presence, opened } = this.options;
    const resume = this.connection?.resumption ?? null;
    const connection = await XmppConnection.open({ ...target(), resume, message, presence }, signal);
    if (this.closed) {
      connection.drop();
      throw new Error('the session was closed');
    }
    this.connection = connection;
    opened(connection, !connection.resumed);
    return connection;
  }
}
