import type { Login } from '../credentials.ts';
import { within } from '../../kit/waiting.ts';
import type { Timeouts } from '../deadline.ts';
import type { Endpoint } from '../../kit/endpoint.ts';
import { tlsOptions } from '../../kit/certificates.ts';
import { CheckedClient } from './checked-client.ts';
import { imapFailure } from './imap-failures.ts';

/** How a connection is opened. */
export type ImapTarget = {
  readonly endpoint: Endpoint;
  readonly login: Login;
  readonly timeouts: Timeouts;
  readonly now: () => number;
};

const mebibytes = 1024 * 1024;

/** The largest mail that is fetched as a whole, in bytes: it is held in memory more than once while it is read. */
export const mostMailBytes = 200 * mebibytes;

/**
 * One signed-in IMAP connection. Commands go through {@link ImapConnection.run}, which ends the connection when the signal is
 * aborted or the time is over: a half-finished command leaves no state that could be trusted.
 */
export class ImapConnection {
  readonly client: CheckedClient;
  private readonly target: ImapTarget;
  private lastError: unknown = null;

  private constructor(target: ImapTarget) {
    this.target = target;
    const { endpoint, login, timeouts } = target;
    this.client = new CheckedClient(
      {
        host: endpoint.host,
        port: endpoint.port,
        secure: endpoint.security === 'tls',
        doSTARTTLS: endpoint.security === 'starttls',
        tls: tlsOptions(endpoint),
        auth:
          login.kind === 'password'
            ? { user: login.user, pass: login.password }
            : { user: login.user, accessToken: login.accessToken },
        clientInfo: { name: 'Steward', version: false, vendor: false, 'support-url': false },
        logger: false,
        qresync: true,
        disableAutoIdle: true,
        // Compression would save little on mail that is mostly base64 and costs memory on both sides.
        disableCompression: true,
        connectionTimeout: timeouts.connect,
        greetingTimeout: timeouts.greeting,
        socketTimeout: timeouts.silence,
        // A line is a SEARCH answer of a million UIDs at most; a literal one message with its attachments.
        maxLineLength: 16 * mebibytes,
        maxLiteralSize: mostMailBytes,
        maxResponseSize: 216 * mebibytes,
      },
      endpoint,
      login,
    );
    this.client.on('error', (error) => {
      this.lastError = error;
    });
  }

  /** Connects and signs in. */
  static async open(target: ImapTarget, signal: AbortSignal): Promise<ImapConnection> {
    signal.throwIfAborted();
    const connection = new ImapConnection(target);
    await connection.run(
      (client) => client.connect(),
      signal,
      target.timeouts.connect + target.timeouts.greeting * 2,
    );
    // There is always one (RFC 9051 section 5.1): opening it needs no question whether there is.
    connection.client.folders.set('INBOX', { path: 'INBOX' });
    return connection;
  }

  get usable(): boolean {
    return this.client.usable && !this.client.isClosed;
  }

  /** Runs commands; failures come out as ChannelError, an abort as the signal's reason. */
  async run<T>(
    work: (client: CheckedClient) => Promise<T>,
    signal: AbortSignal,
    ms: number = this.target.timeouts.total,
  ): Promise<T> {
    try {
      return await within(work(this.client), {
        signal,
        ms,
        late: () => Object.assign(new Error('no answer in time'), { code: 'ETIMEOUT' }),
        end: () => this.client.close(),
      });
    } catch (error) {
      signal.throwIfAborted();
      const { endpoint, login } = this.target;
      throw await imapFailure(
        error,
        { endpoint, login, before: this.lastError, now: this.target.now() },
        signal,
      );
    }
  }

  /** Says goodbye if that works at once; the connection is closed in any case. */
  async close(): Promise<void> {
    if (this.usable) {
      const goodbye = this.client.logout().catch(() => undefined);
      await within(goodbye, {
        signal: new AbortController().signal,
        ms: 500,
        late: () => new Error('late'),
        end: () => undefined,
      }).catch(() => undefined);
    }
    this.client.close();
  }

  /** Ends the connection without a word. */
  drop(): void {
    this.client.close();
  }
}
