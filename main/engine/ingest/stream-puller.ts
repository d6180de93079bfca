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
import { bringsNothing, commitBatch, isLarge, readBatch, takeBatch } from './take-batch.ts';
import type { ReadBatch } from './take-batch.ts';

/** What one pull may bring: enough to keep the line busy, little enough to hold in memory twice. */
const pullLimits = { maxItems: 256, maxBytes: 8 * 1024 * 1024 } as const;
/** The first pulls of a first import are small: the newest conversations stand in the list before more is asked for. */
const firstPulls: readonly number[] = [64, 64, 128];
/** After so many pulls of one stream the next one has its turn, so that new mail in one does not wait for years of another. */
const pullsInARow = 4;

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
      const stream = this.#next();
      if (stream === undefined || !this.#ports.mayGoOn()) return;
      const { check } = this.#take(stream);
      more = await this.#pullStream(account, session, stream, { check, turns: 1 }, signal);
      if (more) this.#due.set(stream.name, { check: false });
      if ((this.#pulls.get(stream.name) ?? 0) >= newestPulls) return;
    }
  }

  /** The stream whose turn it is. */
  #next(): PulledStream | undefined {
    return this.chosen().find(({ name }) => this.#due.has(name));
  }

  #take({ name }: PulledStream): { readonly check: boolean } {
    const due = this.#due.get(name) ?? { check: false };
    this.#due.delete(name);
    return due;
  }

  /** Pulls until nothing is due; rejects as soon as `broken` does. */
  async pullDue(
    account: ConnectedAccount,
    session: Session,
    broken: Promise<never>,
    signal: AbortSignal,
  ): Promise<void> {
    while (this.#due.size > 0 && !signal.aborted) {
      if (!this.#ports.mayGoOn()) return;
      const stream = this.#next();
      if (stream === undefined) {
        this.#due.clear();
        return;
      }
      const { check } = this.#take(stream);
      const pulled = this.#pullStream(account, session, stream, { check, turns: pullsInARow }, signal);
      const more = await Promise.race([pulled, broken]);
      // To the end of the queue: a Map keeps the order in which names were put in.
      if (more) this.#due.set(stream.name, { check: false });
    }
  }

  /**
   * Pulls a stream a few times; answers whether there is more. While one large pull is committed the next one is read, and at most one
   * is asked for beyond what is committed.
   */
  async #pullStream(
    account: ConnectedAccount,
    session: Session,
    stream: PulledStream,
    { check, turns }: { readonly check: boolean; readonly turns: number },
    signal: AbortSignal,
  ): Promise<boolean> {
    const pull = (cursor: PulledStream['cursor'], turn: number): ReturnType<Session['pull']> => {
      const done = this.#pulls.get(stream.name) ?? 0;
      this.#pulls.set(stream.name, done + 1);
      const maxItems = (stream.importedAt === null ? firstPulls[done] : undefined) ?? pullLimits.maxItems;
      const limits = { ...pullLimits, maxItems, check: check && turn === 1 };
      return session.pull(stream.name, cursor, limits, signal);
    };
    let pending = leftAlone(pull(stream.cursor, 1));
    let committing: Promise<void> = Promise.resolve();
    let before: ReadBatch | null = null;
    try {
      for (let turn = 1; ; turn += 1) {
        const batch = await pending;
        const goOn = batch.more && turn < turns;
        if (!isLarge(batch)) await committing;
        const committed = committing;
        if (goOn) pending = leftAlone(committed.then(() => pull(batch.next, turn + 1)));
        const isQuiet = turn === 1 && bringsNothing(stream, batch);
        if (!isQuiet) this.#toNote.delete(stream.name);
        else if (check) this.#toNote.set(stream.name, { stream, batch });
        const read: ReadBatch | null = isQuiet
          ? null
          : await readBatch(this.#workspace, account, stream, batch, before);
        await committed;
        before = read;
        committing = leftAlone(this.#commit(account, session, stream, batch, read));
        if (goOn) continue;
        await committing;
        return batch.more;
      }
    } finally {
      // Whatever ends this, nothing of it is under way any more.
      await Promise.allSettled([committing]);
    }
  }

  /** Commits what was read of a pull, and tells of it; null for one that brought nothing. */
  async #commit(
    account: ConnectedAccount,
    session: Session,
    stream: PulledStream,
    batch: Batch,
    read: ReadBatch | null,
  ): Promise<void> {
    const { arrived } = read === null ? nobody : await commitBatch(this.#workspace, account, stream, read);
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
