import type { Cursor, RemoteChange, Session, SessionContext, StreamInfo, Batch } from '../kit/channel.ts';
import { ChannelError, failure } from '../kit/failure.ts';
import type { Attempt, Reconciled, SendHooks, SendResult } from '../kit/outgoing.ts';
import type { Timeouts } from './deadline.ts';
import { ImapConnection, mostMailBytes } from './imap/connection.ts';
import { noMemory } from './imap/fetch-slice.ts';
import type { FolderMemory, News } from './imap/fetch-slice.ts';
import { readKey } from './imap/folder-cursor.ts';
import { isGmail, listFolders } from './imap/folders.ts';
import { listenOn } from './imap/listen.ts';
import { pullFolder } from './imap/pull.ts';
import { applyChanges } from './imap/remote-changes.ts';
import { SentFolder } from './imap/sent-folder.ts';
import { tokensOf } from './oauth/token-keeper.ts';
import type { TokenKeeper } from './oauth/token-keeper.ts';
import { pause } from '../kit/waiting.ts';
import { hostPort } from '../kit/endpoint.ts';
import { readSettings } from './settings.ts';
import type { EmailSettings } from './settings.ts';
import { probeSmtp, sendBySmtp } from './smtp/send.ts';

/** How long listening may let the first looks go first, and how long nothing is to happen after them: ms. */
const longestSettling = 2_000;
const briefly = 20;
/** Readings of what is new that wait for a pull; when one does not come for longer, it asks for all of it itself. */
const mostHeard = 4;

/**
 * One mailbox. Two IMAP connections at most, since providers count them: one works (pull, apply, look), one listens. Calls on the
 * working one take turns. SMTP connections live for one message.
 */
export class EmailSession implements Session {
  readonly pullsAtOnce = true;
  private readonly context: SessionContext;
  private readonly settings: EmailSettings;
  private readonly timeouts: Timeouts;
  private readonly tokens: TokenKeeper;
  private readonly sent: SentFolder;
  private readonly memories = new Map<string, FolderMemory>();
  private readonly listening = new Set<ImapConnection>();
  private worker: ImapConnection | null = null;
  private folders: readonly StreamInfo[] | null = null;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(context: SessionContext, timeouts: Timeouts) {
    this.context = context;
    this.timeouts = timeouts;
    this.settings = readSettings(context.address, context.settings);
    this.tokens = tokensOf(context);
    this.sent = new SentFolder(
      { address: context.address, filer: this.settings.sent, timeouts, clock: context.clock },
      (work, signal) => this.work(work, signal),
    );
  }

  async streams(signal: AbortSignal): Promise<readonly StreamInfo[]> {
    this.folders = await this.work((connection) => connection.run(listFolders, signal), signal);
    return this.folders;
  }

  pull(
    stream: string,
    cursor: Cursor | null,
    limits: { readonly maxItems: number; readonly maxBytes: number; readonly check: boolean },
    signal: AbortSignal,
  ): Promise<Batch> {
    const memory = this.memoryOf(stream);
    const where = hostPort(this.settings.imap);
    const request = { stream, cursor, limits, clock: this.context.clock, where };
    return this.work(
      (connection) => connection.run((client) => pullFolder(client, request, memory), signal),
      signal,
    );
  }

  async listen(
    streams: readonly string[],
    hint: (stream: string) => void,
    signal: AbortSignal,
  ): Promise<void> {
    await this.settle(signal);
    // Between two looks the connection may be silent for as long as an IDLE lasts.
    const timeouts = { ...this.timeouts, silence: this.timeouts.idle + this.timeouts.silence };
    const connection = await this.open(signal, timeouts);
    this.listening.add(connection);
    try {
      const folders = this.folders ?? (await connection.run(listFolders, signal));
      const roleOf = (name: string): string =>
        folders.find((folder) => folder.name === name)?.role ?? 'other';
      const byRole = (role: string): string | undefined => streams.find((name) => roleOf(name) === role);
      const watched =
        (isGmail(connection.client) ? byRole('all') : undefined) ?? byRole('inbox') ?? streams[0];
      if (watched === undefined) return;
      const others = streams.filter((name) => name !== watched);
      const { clock } = this.context;
      const news = (read: News): void => {
        const memory = this.memoryOf(watched);
        memory.heard = [...memory.heard.slice(1 - mostHeard), read];
      };
      await listenOn(connection, { watched, others, hint, news, timeouts: this.timeouts, clock }, signal);
    } finally {
      this.listening.delete(connection);
      connection.drop();
    }
  }

  async send(attempt: Attempt, hooks: SendHooks, signal: AbortSignal): Promise<SendResult> {
    const sendAs = async (refused: string | null): Promise<SendResult> => {
      const login = await this.tokens.login(signal, refused);
      try {
        const target = { endpoint: this.settings.smtp, login, timeouts: this.timeouts };
        return await sendBySmtp(target, attempt, hooks, signal);
      } catch (error) {
        if (refused === null && login.kind === 'oauth' && isExpired(error)) return sendAs(login.accessToken);
        throw error;
      }
    };
    return sendAs(null);
  }

  reconcile(attempt: Attempt, signal: AbortSignal): Promise<Reconciled> {
    return this.sent.reconcile(attempt, signal);
  }

  fileSent(attempt: Attempt, signal: AbortSignal): Promise<void> {
    return this.sent.file(attempt, signal);
  }

  apply(changes: readonly RemoteChange[], signal: AbortSignal): Promise<void> {
    return this.work(
      (connection) => connection.run((client) => applyChanges(client, changes), signal),
      signal,
    );
  }

  async source(stream: string, key: string, signal: AbortSignal): Promise<Uint8Array | null> {
    const found = await this.work(
      (connection) =>
        connection.run(async (client) => {
          const wanted = readKey(key);
          const mailbox = await client.mailboxOpen(stream, { readOnly: true });
          if (wanted?.uidValidity !== String(mailbox.uidValidity)) return null;
          const uid = String(wanted.uid);
          const listed = await client.fetchOne(uid, { uid: true, size: true }, { uid: true });
          // The connection would end at a literal of that size, and everything else with it.
          if (listed !== false && (listed?.size ?? 0) > mostMailBytes) return 'too-large';
          const row = await client.fetchOne(uid, { uid: true, source: true }, { uid: true });
          return row === false ? null : (row?.source ?? null);
        }, signal),
      signal,
    );
    if (found === 'too-large') throw new ChannelError(failure('quota', this.settings.imap.host));
    return found;
  }

  /** Signs in to both servers and lists the folders; nothing is changed and nothing sent. */
  async probe(signal: AbortSignal): Promise<readonly StreamInfo[]> {
    const folders = await this.streams(signal);
    const login = await this.tokens.login(signal);
    await probeSmtp({ endpoint: this.settings.smtp, login, timeouts: this.timeouts }, signal);
    return folders;
  }

  async close(): Promise<void> {
    const open = [...this.listening, ...(this.worker === null ? [] : [this.worker])];
    this.worker = null;
    this.listening.clear();
    await Promise.all(open.map((connection) => connection.close()));
  }

  private memoryOf(stream: string): FolderMemory {
    const memory = this.memories.get(stream) ?? noMemory();
    this.memories.set(stream, memory);
    return memory;
  }

  /**
   * Waits until the working connection has nothing to do for the moment, but not for long: what is there already comes before news,
   * and two logins at once take twice as long. What happens meanwhile is found by the first look of listening.
   */
  private async settle(signal: AbortSignal): Promise<void> {
    const { clock } = this.context;
    const until = clock.monotonic() + longestSettling;
    for (let seen: unknown = null; seen !== this.turn && clock.monotonic() < until;) {
      seen = this.turn;
      await Promise.race([this.turn, pause(until - clock.monotonic(), signal)]);
      // Whoever has waited for that begins what follows from it now.
      await pause(briefly, signal);
    }
    signal.throwIfAborted();
  }

  /** Runs work on the working connection when it is its turn; a connection that failed is not used again. */
  private work<T>(work: (connection: ImapConnection) => Promise<T>, signal: AbortSignal): Promise<T> {
    const before = this.turn;
    const run = async (): Promise<T> => {
      await whenOver(before, signal);
      const connection = await this.workingConnection(signal);
      try {
        return await work(connection);
      } finally {
        if (!connection.usable && this.worker === connection) this.worker = null;
      }
    };
    const result = run();
    // The next one waits for both, also when this one gave up waiting.
    this.turn = Promise.allSettled([before, result]);
    return result;
  }

  private async workingConnection(signal: AbortSignal): Promise<ImapConnection> {
    if (this.worker?.usable === true) return this.worker;
    this.worker?.drop();
    this.worker = await this.open(signal, this.timeouts);
    return this.worker;
  }

  private async open(signal: AbortSignal, timeouts: Timeouts): Promise<ImapConnection> {
    const now = (): number => this.context.clock.now();
    const openAs = async (refused: string | null): Promise<ImapConnection> => {
      const login = await this.tokens.login(signal, refused);
      try {
        return await ImapConnection.open({ endpoint: this.settings.imap, login, timeouts, now }, signal);
      } catch (error) {
        // A token may be withdrawn before its time; one new one is tried before the person is asked.
        if (refused === null && login.kind === 'oauth' && isExpired(error)) return openAs(login.accessToken);
        throw error;
      }
    };
    const connection = await openAs(null);
    this.context.log('imap connected', { condstore: connection.client.enabled.has('CONDSTORE') });
    return connection;
  }
}

const isExpired = (error: unknown): boolean =>
  error instanceof ChannelError && error.failure.kind === 'sign-in-expired';

/** Waits for a promise to settle, or throws the signal's reason. */
function whenOver(before: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    const over = (): void => {
      signal.removeEventListener('abort', abort);
      resolve();
    };
    before.then(over, over);
  });
}
