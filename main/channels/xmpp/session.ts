import type {
  Batch,
  Cursor,
  RemoteChange,
  RemoteFile,
  Session,
  SessionContext,
  StreamInfo,
} from '../kit/channel.ts';
import { hostPort, isLoopback } from '../kit/endpoint.ts';
import { ChannelError, failure } from '../kit/failure.ts';
import type { Attempt, OutgoingFile, Reconciled, SendHooks, SendResult } from '../kit/outgoing.ts';
import { archivedIn, itemsOf } from './archive/archive-item.ts';
import { Notes } from './archive/notes.ts';
import { readPage } from './archive/archive-page.ts';
import { pullArchive } from './archive/pull.ts';
import type { ArchiveMemory } from './archive/pull.ts';
import type { Timeouts } from './deadlines.ts';
import { fetchFile } from './files/fetch-file.ts';
import { findUpload, uploadFile } from './files/upload.ts';
import type { Uploaded, UploadService } from './files/upload.ts';
import { Heard } from './heard.ts';
import { listenOn } from './listen.ts';
import { filesIn } from './map/files.ts';
import { displayedMarks } from './marks.ts';
import { Rooms } from './rooms/join.ts';
import { bookmarkedRooms, roomInfo } from './rooms/known-rooms.ts';
import { reconcileMessage, sendMessage } from './send.ts';
import { readSettings } from './settings.ts';
import type { XmppSettings } from './settings.ts';
import type { XmppConnection } from './stream/connection.ts';
import type { Element } from './stream/element.ts';
import { StanzaError } from './stream/failures.ts';
import { Line } from './stream/line.ts';
import type { Login } from './stream/sign-in.ts';
import { readElement } from './stream/xml-reader.ts';

/** The stream of what is said between two; every room is a stream of its own, named by its address. */
const people = 'archive';

/** So many broken lines within so many ms are taken up again by ourselves; a line worse than that is the engine's to wait for. */
const mostRepairs = 3;
const repairsWithin = 60_000;
const fileMs = 300_000;

type StreamMemory = { readonly archive: ArchiveMemory; readonly notes: Notes };

/** One account. Everything runs over one connection, which XMPP is made for; it is opened when first needed. */
export class XmppSession implements Session {
  private readonly context: SessionContext;
  private readonly settings: XmppSettings;
  private readonly timeouts: Timeouts;
  private readonly line: Line;
  private readonly heard: Heard;
  private readonly rooms = new Rooms();
  private readonly memories = new Map<string, StreamMemory>();
  private hint: (stream: string) => void = () => undefined;
  private uploads: Promise<UploadService | null> | null = null;
  private repairs: number[] = [];

  constructor(context: SessionContext, timeouts: Timeouts) {
    this.context = context;
    this.timeouts = timeouts;
    this.settings = readSettings(context.address, context.settings);
    this.heard = new Heard(this.settings.jid, () => context.clock.now());
    this.line = new Line(
      {
        target: () => ({ settings: this.settings, login: this.login(), timeouts }),
        message: (message) => this.take(message),
        presence: (presence) => this.rooms.take(presence),
        opened: (_connection, anew) => {
          if (anew) this.rooms.forget();
          this.context.log('xmpp connected', { resumed: !anew });
        },
      },
      timeouts.connect,
    );
  }

  /** Proves that there is an archive to read; a server without one cannot be used, since what comes while we are away would be lost. */
  streams(signal: AbortSignal): Promise<readonly StreamInfo[]> {
    const { jid, rooms } = this.settings;
    return this.work(async (connection) => {
      await readPage(connection, jid, { kind: 'newest' }, 1, signal);
      const wanted = new Set([...rooms, ...(await bookmarkedRooms(connection, signal))]);
      const known: StreamInfo[] = [{ name: people, label: jid, role: 'all', chosen: true }];
      for (const room of wanted) {
        const info = await roomInfo(connection, room, signal);
        if (info?.archived === true)
          known.push({ name: room, label: info.label, role: 'other', chosen: true });
      }
      return known;
    }, signal);
  }

  /** The largest file the server takes, in bytes; 0 when it takes none, null when it does not say. */
  async largestUpload(signal: AbortSignal): Promise<number | null> {
    const service = await this.work((connection) => this.uploadService(connection, signal), signal);
    return service === null ? 0 : service.maxBytes;
  }

  pull(
    stream: string,
    cursor: Cursor | null,
    limits: { readonly maxItems: number },
    signal: AbortSignal,
  ): Promise<Batch> {
    return this.work(
      (connection) =>
        stream === people
          ? this.pullPeople(connection, cursor, limits.maxItems, signal)
          : this.pullRoom(connection, stream, cursor, limits.maxItems, signal),
      signal,
    );
  }

  /** What the engine has for good may be forgotten here, and those who asked are told that it arrived (XEP-0184). */
  committed(_stream: string, cursor: Cursor): Promise<void> {
    const receipts = this.heard.committed(cursor);
    this.tell(receipts);
    return Promise.resolve();
  }

  async listen(
    streams: readonly string[],
    hint: (stream: string) => void,
    signal: AbortSignal,
  ): Promise<void> {
    this.hint = (stream) => {
      if (streams.includes(stream)) hint(stream);
    };
    const all = (): void => streams.forEach(hint);
    try {
      for (;;) {
        try {
          await this.work(async (connection) => {
            await this.enterAll(connection, streams, signal);
            await listenOn(connection, { own: null, hint: all, timeouts: this.timeouts }, signal);
          }, signal);
          return;
        } catch (error) {
          if (signal.aborted || !this.mayRepair(error)) throw error;
          this.context.log('xmpp line broke');
        }
      }
    } finally {
      this.hint = () => undefined;
    }
  }

  send(attempt: Attempt, hooks: SendHooks, signal: AbortSignal): Promise<SendResult> {
    return this.work(async (connection) => {
      const { room } = attempt;
      if (typeof room === 'string') await this.enter(connection, room, signal);
      const upload = (file: OutgoingFile): Promise<Uploaded> => this.upload(connection, file, signal);
      const answerMs = this.timeouts.answer;
      return sendMessage(connection, attempt, { hooks, upload, answerMs }, signal);
    }, signal);
  }

  reconcile(attempt: Attempt, signal: AbortSignal): Promise<Reconciled> {
    const search = { own: this.settings.jid, settle: this.timeouts.settle };
    return this.work(async (connection) => {
      if (typeof attempt.room === 'string') await this.enter(connection, attempt.room, signal);
      return reconcileMessage(connection, attempt, search, signal);
    }, signal);
  }

  /** What was read here is told to whoever wrote it (XEP-0333); a room is told nothing. */
  apply(changes: readonly RemoteChange[], signal: AbortSignal): Promise<void> {
    const marks = displayedMarks(changes.filter(({ stream }) => stream === people));
    if (marks.length === 0) return Promise.resolve();
    return this.work((connection) => {
      for (const mark of marks) connection.say(mark);
      return Promise.resolve();
    }, signal);
  }

  /** Items are always whole; this finds one again where the server can look by id (XEP-0313 section 4.1.5). */
  source(stream: string, key: string, signal: AbortSignal): Promise<Uint8Array | null> {
    const { jid } = this.settings;
    const archive = stream === people ? jid : stream;
    return this.work(async (connection) => {
      try {
        const page = await readPage(connection, archive, { kind: 'newest' }, 1, signal, { id: key });
        const found = page.results.filter(({ id }) => id === key).map(({ result }) => result);
        return itemsOf(found, jid, this.context.clock.now(), null)[0]?.bytes ?? null;
      } catch (error) {
        if (error instanceof StanzaError) return null;
        throw error;
      }
    }, signal);
  }

  async file(file: RemoteFile, maxBytes: number, signal: AbortSignal): Promise<Uint8Array | null> {
    const result = readElement(Buffer.from(file.source).toString('utf8'));
    const message = result === null ? undefined : archivedIn(result)?.message;
    const shared = message === undefined ? undefined : filesIn(message)[Number(file.part) - 1];
    if (shared === undefined) return null;
    const nearby = isLoopback(this.settings.server.host);
    return fetchFile(shared.url, { nearby, maxBytes, ms: fileMs }, signal);
  }

  close(): Promise<void> {
    this.line.close();
    return Promise.resolve();
  }

  private take(message: Element): void {
    const news = this.heard.take(message);
    if (news === null) return;
    this.hint(news.room ?? people);
    this.tell(this.heard.due());
  }

  private tell(stanzas: readonly Element[]): void {
    const connection = this.line.current;
    if (connection !== null) for (const stanza of stanzas) connection.say(stanza);
  }

  private memoryOf(stream: string): StreamMemory {
    const known = this.memories.get(stream);
    if (known !== undefined) return known;
    const archive = { lookedAt: Number.NEGATIVE_INFINITY, answered: new Set<string>() };
    const fresh: StreamMemory = { archive, notes: new Notes() };
    this.memories.set(stream, fresh);
    return fresh;
  }

  private async pullPeople(
    connection: XmppConnection,
    cursor: Cursor | null,
    maxItems: number,
    signal: AbortSignal,
  ): Promise<Batch> {
    const { clock } = this.context;
    const own = this.settings.jid;
    const { archive: memory, notes } = this.memoryOf(people);
    const noting = { connection, archive: own, occupant: null, signal };
    const pulled: Element[] = [];
    const note = async (results: readonly Element[]): Promise<readonly Element[]> => {
      pulled.push(...results);
      return notes.note(results, noting);
    };
    const request = { own, archive: own, note, cursor, maxItems, clock };
    const batch = await pullArchive(connection, request, memory, signal);
    // What was heard is about what is here by then; while there is more, it waits.
    const heard = batch.more ? [] : this.heard.results();
    const items = itemsOf(await notes.note(heard, noting), own, clock.now(), null);
    const next = { ...batch.next };
    this.heard.hand(next, [...pulled, ...heard]);
    return { ...batch, items: [...items, ...batch.items], next };
  }

  private async pullRoom(
    connection: XmppConnection,
    room: string,
    cursor: Cursor | null,
    maxItems: number,
    signal: AbortSignal,
  ): Promise<Batch> {
    const { clock } = this.context;
    const { archive: memory, notes } = this.memoryOf(room);
    try {
      await this.enter(connection, room, signal);
      const noting = { connection, archive: room, occupant: this.rooms.as(room), signal };
      const note = (results: readonly Element[]): Promise<readonly Element[]> => notes.note(results, noting);
      const request = { own: this.settings.jid, archive: room, note, cursor, maxItems, clock };
      return await pullArchive(connection, request, memory, signal);
    } catch (error) {
      if (!(error instanceof StanzaError)) throw error;
      // A room that is closed to us today must not keep the rest of the account from working.
      this.context.log('xmpp room refuses', { condition: error.condition });
      const next = cursor ?? {};
      return { items: [], changes: [], next, more: false, onServer: null, remaining: null, gap: null };
    }
  }

  private async enterAll(
    connection: XmppConnection,
    streams: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    for (const stream of streams) if (stream !== people) await this.enter(connection, stream, signal);
  }

  private async enter(connection: XmppConnection, room: string, signal: AbortSignal): Promise<void> {
    if (this.rooms.as(room) !== null) return;
    // Entering a room that does not exist would make one (XEP-0045 section 10.1).
    if ((await roomInfo(connection, room, signal)) === null) return;
    const entered = await this.rooms.enter(connection, room, this.settings.local, signal);
    if (!entered) this.context.log('xmpp room refuses');
  }

  private uploadService(connection: XmppConnection, signal: AbortSignal): Promise<UploadService | null> {
    if (this.uploads !== null) return this.uploads;
    const asked = findUpload(connection, this.settings.domain, signal);
    this.uploads = asked;
    asked.catch(() => {
      this.uploads = null;
    });
    return asked;
  }

  private async upload(
    connection: XmppConnection,
    file: OutgoingFile,
    signal: AbortSignal,
  ): Promise<Uploaded> {
    const service = await this.uploadService(connection, signal);
    if (service === null) return { kind: 'refused', said: this.settings.domain, code: 'no-uploads' };
    return uploadFile(connection, service, file, this.context.clock, signal);
  }

  /** Whether a failed listening may go on by itself: the line broke, and it has not done so too often of late. */
  private mayRepair(error: unknown): boolean {
    const broke = error instanceof ChannelError && error.failure.kind === 'no-answer';
    const now = this.context.clock.monotonic();
    this.repairs = this.repairs.filter((at) => now - at < repairsWithin);
    if (!broke || this.line.isClosed || this.repairs.length >= mostRepairs) return false;
    this.repairs.push(now);
    return true;
  }

  private async work<T>(work: (connection: XmppConnection) => Promise<T>, signal: AbortSignal): Promise<T> {
    const connection = await this.line.connected(signal);
    try {
      return await work(connection);
    } catch (error) {
      if (!(error instanceof StanzaError)) throw error;
      const said = error.said ?? error.condition;
      throw new ChannelError(failure('protocol', hostPort(this.settings.server), { said }), error);
    }
  }

  private login(): Login {
    const secrets = this.context.secrets();
    if (secrets.kind !== 'password') throw new ChannelError(failure('settings', 'password'));
    return { user: this.settings.local, password: secrets.password };
  }
}
