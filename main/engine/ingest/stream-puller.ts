import type { AccountHealth } from '#shared/contract/accounts.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import type { Batch, Session } from '#main/channels/kit/channel.ts';
import type { Arrival } from '../actions/ingest/intake.ts';
import { pulledStreams } from '../store/read/account.ts';
import type { ConnectedAccount, PulledStream } from '../store/read/account.ts';
import type { ReadableDb } from '../store/driver.ts';
import type { Workspace } from '../workspace.ts';
import { importProgress, pullingHealth } from './health.ts';
import type { ImportStart } from './health.ts';
import { bringsNothing, commitBatch, isLarge, parseBatch, putBatchAway, takeBatch } from './take-batch.ts';
import type { PlaceInRun, ReadBatch } from './take-batch.ts';
import type { Put } from './put-away.ts';

/** What one pull may bring: enough to keep the line busy, little enough to hold in memory twice. */
const pullLimits = { maxItems: 256, maxBytes: 8 * 1024 * 1024 } as const;
/** The first pulls of a first import are small: the newest conversations stand in the list before more is asked for. */
const firstPulls: readonly number[] = [64, 64, 128];
/** After so many pulls of one stream it is decided anew whose turn it is, so that new mail in one does not wait for years of another. */
const pullsInARow = 2;

/** So many of them at most come before anything else. */
const newestPulls = 2;

/** Whether there are as many conversations as the list asks for at once. */
const fillsPage = (db: ReadableDb): boolean =>
  db.get<{ n: number }>('SELECT count(*) AS n FROM (SELECT 1 FROM conversation LIMIT 50)')?.n === 50;

const nobody = { arrived: [] };

/** Whoever awaits it hears of its failure; one asked for ahead may be left alone. */
const leftAlone = <Value>(promise: Promise<Value>): Promise<Value> => {
  promise.catch(() => undefined);
  return promise;
};

/**
 * What is under way of all streams of an account. Each pull is asked for, understood, put away and committed; while one is at one of
 * these the next may be at the one before it, so that server, parser, vault and writer all have something to do.
 */
type Line = {
  /** Whether more than a person waits for is pulled: then commits may wait for each other. */
  readonly isLong: boolean;
  /** Until the last pull that was understood is put away and is being committed. */
  putting: Promise<void>;
  committing: Promise<void>;
  /** Those of which something was pulled: what is lost of them takes along what comes behind it. */
  readonly streams: Set<string>;
  /** What the last pulls put away, whose commits may still be under way. */
  puts: readonly Put[];
  /** What is still being read is not committed any more. */
  isOver: boolean;
};

const newLine = (isLong: boolean): Line => ({
  isLong,
  putting: Promise.resolve(),
  committing: Promise.resolve(),
  streams: new Set(),
  puts: [],
  isOver: false,
});

/** Waits until everything is committed. */
const emptied = async (line: Line): Promise<void> => {
  await line.putting;
  await line.committing;
};

/** Whether nobody waits for the commits of a stream: it is imported, and no server is told what was taken. */
const isImported = (stream: PulledStream, session: Session): boolean =>
  stream.importedAt === null && session.committed === undefined;

/** Who hears what is pulled, and who says whether pulling may go on. */
export type PullerPorts = {
  readonly mayGoOn: () => boolean;
  readonly arrived: (arrivals: readonly Arrival[]) => void;
  readonly say: (health: AccountHealth) => void;
};

/** Knows which streams of one account are to be pulled, pulls them by the session at hand, newest first, and commits what came. */
export class StreamPuller {
  readonly #workspace: Workspace;
  readonly #id: AccountId;
  readonly #ports: PullerPorts;
  /** Streams to be pulled, in their order; a check asks for more than what the server says by itself. */
  readonly #due = new Map<string, { readonly check: boolean }>();
  /** When streams were last looked at, in ms UTC: looks that find nothing are not written down. */
  readonly #lookedAt = new Map<string, number>();
  /** Checks that found nothing and are not written down yet, by stream. */
  readonly #toNote = new Map<string, { readonly stream: PulledStream; readonly batch: Batch }>();
  #import: ImportStart | null = null;
  /** Pulls of each stream by the connection at hand. */
  readonly #pulls = new Map<string, number>();
  /** Where streams stand whose last pull may not be committed yet. */
  readonly #ahead = new Map<string, Batch['next']>();
  /** How far back the last pull of each stream went, in ms UTC. */
  readonly #reached = new Map<string, number>();

  constructor(workspace: Workspace, id: AccountId, ports: PullerPorts) {
    this.#workspace = workspace;
    this.#id = id;
    this.#ports = ports;
  }

  /** A new connection begins: what the one before was to do is forgotten. */
  begin(): void {
    this.#due.clear();
    this.#toNote.clear();
    this.#pulls.clear();
    this.#ahead.clear();
    this.#import = null;
  }

  /** The streams that are pulled, in the order of their turns. */
  chosen(): readonly PulledStream[] {
    return pulledStreams(this.#workspace.db, this.#id).filter((stream) => stream.chosen);
  }

  /** Whether it is known what is to be pulled, and nothing of it is here. */
  isNew(): boolean {
    const streams = this.chosen();
    return streams.length > 0 && streams.every((stream) => stream.cursor === null);
  }

  /** All streams are to be looked at thoroughly. */
  checkAll(): void {
    for (const stream of this.chosen()) this.#due.set(stream.name, { check: true });
  }

  /** There may be news in a stream. */
  look(stream: string): void {
    if (!this.#due.has(stream)) this.#due.set(stream, { check: false });
  }

  /** When a stream was last looked at on this run, in ms UTC; null when it was not. */
  lookedAt(stream: string): number | null {
    return this.#lookedAt.get(stream) ?? null;
  }

  /**
   * Pulls the newest of the first stream that is due and commits them, without anything beside it: what a person who has just connected
   * an account is waiting for. Where they are the ends of long conversations it goes on once, so that a page of the list is full.
   */
  async pullNewest(account: ConnectedAccount, session: Session, signal: AbortSignal): Promise<void> {
    for (let more = true; more && (this.#pulls.size === 0 || !fillsPage(this.#workspace.db));) {
      const [stream] = this.#waiting();
      if (stream === undefined || !this.#ports.mayGoOn()) return;
      const { check } = this.#take(stream);
      const line = newLine(false);
      more = await this.#pullStream(account, session, stream, { check, turns: 1, line }, signal);
      await emptied(line);
      this.#ahead.clear();
      if (more) this.#due.set(stream.name, { check: false });
      if ((this.#pulls.get(stream.name) ?? 0) >= newestPulls) return;
    }
  }

  /**
   * The stream whose turn it is: what is kept in step comes before what is imported, and that goes back in time evenly. All streams
   * then reach a year together, a person finds it whole, and rows that lie together are written together.
   */
  #next(): PulledStream | undefined {
    const due = this.#waiting();
    const kept = due.find(({ importedAt }) => importedAt !== null);
    if (kept !== undefined) return kept;
    const reached = ({ name }: PulledStream): number => this.#reached.get(name) ?? Number.POSITIVE_INFINITY;
    const latest = Math.max(...due.map(reached));
    return due.find((stream) => reached(stream) === latest);
  }

  /** The streams that are due, in the order of their roles, as they stand when all that is under way is committed. */
  #waiting(): readonly PulledStream[] {
    return this.chosen()
      .filter(({ name }) => this.#due.has(name))
      .map((stream) => ({ ...stream, cursor: this.#ahead.get(stream.name) ?? stream.cursor }));
  }

  #take({ name }: PulledStream): { readonly check: boolean } {
    const due = this.#due.get(name) ?? { check: false };
    this.#due.delete(name);
    return due;
  }

  /** Pulls until nothing is due; rejects as soon as `broken` does. The next stream is asked while the last of an import is committed. */
  async pullDue(
    account: ConnectedAccount,
    session: Session,
    broken: Promise<never>,
    signal: AbortSignal,
  ): Promise<void> {
    const line = newLine(true);
    try {
      while (this.#due.size > 0 && !signal.aborted && this.#ports.mayGoOn()) {
        const stream = this.#next();
        if (stream === undefined) {
          this.#due.clear();
          break;
        }
        const { check } = this.#take(stream);
        const turns = pullsInARow;
        const pulled = this.#pullStream(account, session, stream, { check, turns, line }, signal);
        const more = await Promise.race([pulled, broken]);
        if (more) this.#due.set(stream.name, { check: false });
        if (!more || !isImported(stream, session)) await Promise.race([emptied(line), broken]);
      }
      await Promise.race([emptied(line), broken]);
    } finally {
      // Whatever ends this, nothing of it is under way any more: what is understood is committed, and what is still being read is not.
      line.isOver = true;
      await Promise.allSettled([line.putting]);
      await Promise.allSettled([line.committing]);
      this.#ahead.clear();
    }
  }

  /**
   * Pulls a stream a few times; answers whether there is more, when all is understood and the last is on its way to be committed.
   */
  async #pullStream(
    account: ConnectedAccount,
    session: Session,
    stream: PulledStream,
    { check, turns, line }: { readonly check: boolean; readonly turns: number; readonly line: Line },
    signal: AbortSignal,
  ): Promise<boolean> {
    const pull = (cursor: PulledStream['cursor'], turn: number): ReturnType<Session['pull']> => {
      const done = this.#pulls.get(stream.name) ?? 0;
      this.#pulls.set(stream.name, done + 1);
      const maxItems = (stream.importedAt === null ? firstPulls[done] : undefined) ?? pullLimits.maxItems;
      const limits = { ...pullLimits, maxItems, check: check && turn === 1 };
      return session.pull(stream.name, cursor, limits, signal);
    };
    const isImport = isImported(stream, session);
    let pending = leftAlone(pull(stream.cursor, 1));
    for (let turn = 1; ; turn += 1) {
      const batch = await pending;
      const goOn = batch.more && turn < turns;
      if (!isLarge(batch)) await emptied(line);
      if (goOn) {
        const before = isImport ? Promise.resolve() : emptied(line);
        pending = leftAlone(before.then(() => pull(batch.next, turn + 1)));
      }
      const isQuiet = turn === 1 && bringsNothing(stream, batch);
      if (!isQuiet) this.#toNote.delete(stream.name);
      else if (check) this.#toNote.set(stream.name, { stream, batch });
      const read = isQuiet ? null : await parseBatch(this.#workspace, account, stream, batch);
      await line.putting;
      if (line.isOver) return false;
      if (read !== null) this.#noteRead(stream.name, read);
      const place =
        isImport && line.isLong
          ? { isFirst: !line.streams.has(stream.name), isLast: !batch.more }
          : undefined;
      line.streams.add(stream.name);
      line.putting = leftAlone(
        this.#putAway(account, read, line, (put) =>
          this.#commit(account, session, stream, batch, put, place),
        ),
      );
      if (!goOn) return batch.more;
    }
  }

  /** Puts a pull away and has it committed behind the one before it, which is not waited for. */
  async #putAway(
    account: ConnectedAccount,
    read: ReadBatch | null,
    line: Line,
    commit: (put: ReadBatch | null) => Promise<void>,
  ): Promise<void> {
    const put = read === null ? null : await putBatchAway(this.#workspace, account, read, line.puts);
    await line.committing;
    if (put !== null) line.puts = [put.put, ...line.puts.slice(0, 2 * pullsInARow)];
    line.committing = leftAlone(commit(put));
  }

  /** Remembers what the next pulls have to know, whether or not this one is committed by then. */
  #noteRead(stream: string, { batch, items }: ReadBatch): void {
    this.#ahead.set(stream, batch.next);
    const times = items.flatMap(({ result }) => (result.kind === 'message' ? [result.at] : []));
    if (times.length > 0) this.#reached.set(stream, Math.min(...times));
  }

  /** Commits what was read of a pull, and tells of it; null for one that brought nothing. */
  async #commit(
    account: ConnectedAccount,
    session: Session,
    stream: PulledStream,
    batch: Batch,
    read: ReadBatch | null,
    place?: PlaceInRun,
  ): Promise<void> {
    const { arrived } =
      read === null ? nobody : await commitBatch(this.#workspace, account, stream, read, place);
    this.#lookedAt.set(stream.name, this.#workspace.clock.now());
    await session.committed?.(stream.name, batch.next);
    if (arrived.length > 0) this.#ports.arrived(arrived);
    if (read !== null) this.#sayProgress();
  }

  /** Checks that found nothing are written down too, so that the store knows of the last look within minutes; nobody waits for it. */
  async noteLooks(account: ConnectedAccount): Promise<void> {
    const looks = [...this.#toNote.values()];
    this.#toNote.clear();
    for (const { stream, batch } of looks) await takeBatch(this.#workspace, account, stream, batch);
  }

  #sayProgress(): void {
    const streams = this.chosen();
    const monotonic = this.#workspace.clock.monotonic();
    const progress = importProgress(streams);
    if (progress === null) return;
    this.#import ??= { done: progress.done, monotonic };
    this.#ports.say(pullingHealth(streams, this.#import, monotonic, this.#workspace.clock.now()));
  }
}
