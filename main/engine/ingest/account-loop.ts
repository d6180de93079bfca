import type { AccountFailure, AccountHealth } from '#shared/contract/accounts.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import type { Batch, Session, StreamInfo } from '#main/channels/kit/channel.ts';
import type { Arrival } from '../actions/ingest/intake.ts';
import { connectedAccount, pulledStreams, wantedChanges } from '../store/read/account.ts';
import type { ConnectedAccount, PulledStream } from '../store/read/account.ts';
import type { Workspace } from '../workspace.ts';
import { channelOf, closeSession } from './account-session.ts';
import type { SessionContexts } from './account-session.ts';
import { retryDelay } from './backoff.ts';
import { accountFailure, isOffline } from './failures.ts';
import { importProgress, pullingHealth } from './health.ts';
import type { ImportStart } from './health.ts';
import type { MayPull } from './pull-gate.ts';
import { bringsNothing, commitBatch, isLarge, readBatch, takeBatch } from './take-batch.ts';
import type { ReadBatch } from './take-batch.ts';
import { Wake } from './wake.ts';

/** At most one login in this time for each account; providers lock out those who knock more often. */
const loginGapMs = 5_000;
/** A server may promise to tell and never do so: every stream is looked at again after this time. */
const checkEveryMs = 5 * 60_000;
/** What one pull may bring: enough to keep the line busy, little enough to hold in memory twice. */
const pullLimits = { maxItems: 256, maxBytes: 8 * 1024 * 1024 } as const;
/** The first pulls of a first import are small: the newest conversations stand in the list before more is asked for. */
const firstPulls: readonly number[] = [64, 128];
/** After so many pulls of one stream the next one has its turn, so that new mail in one does not wait for years of another. */
const pullsInARow = 4;
/** Flags told to the server at once. */
const flagsAtOnce = 200;

/** What the loop tells of. */
export type LoopListener = {
  readonly arrived: (arrivals: readonly Arrival[]) => void;
  /** Everything that an account's server had is here. */
  readonly inStep: () => void;
  /** An account was looked at once more and is as healthy as before. */
  readonly lookedAgain: () => void;
};

/** What surrounds a loop: who is told, and who says whether this device is the one that pulls. */
export type LoopPorts = {
  readonly listener: LoopListener;
  readonly mayPull: () => MayPull;
  readonly begin: () => Promise<void>;
};

const nobody = { arrived: [] };

/** Whoever awaits it hears of its failure; one asked for ahead may be left alone. */
const leftAlone = <Value>(promise: Promise<Value>): Promise<Value> => {
  promise.catch(() => undefined);
  return promise;
};

type Due = Map<string, { readonly check: boolean }>;

/**
 * Keeps one account in step with its server, from its start until `stop`: connects, pulls newest first, commits,
 * listens, tells flags, and after any failure waits and begins again.
 */
export class AccountLoop {
  readonly #workspace: Workspace;
  readonly #contexts: SessionContexts;
  readonly #id: AccountId;
  readonly #listener: LoopListener;
  readonly #mayPull: () => MayPull;
  readonly #begin: () => Promise<void>;
  readonly #ended = new AbortController();
  readonly #wake = new Wake();
  #connection = new AbortController();
  #session: Session | null = null;
  #due: Due = new Map();
  #health: AccountHealth = { kind: 'new' };
  #failures = 0;
  #lastLogin = Number.NEGATIVE_INFINITY;
  #failingSince: number | null = null;
  #import: ImportStart | null = null;
  #finished: Promise<void> | null = null;
  #rounds = 0;
  #inStepAt = Number.NEGATIVE_INFINITY;
  #nextCheckAt = Number.NEGATIVE_INFINITY;
  /** When streams were last looked at, in ms UTC: looks that find nothing are not written down. */
  readonly #lookedAt = new Map<string, number>();
  /** Checks that found nothing and are not written down yet, by stream. */
  readonly #toNote = new Map<string, { readonly stream: PulledStream; readonly batch: Batch }>();
  readonly #roundWaiters: (() => void)[] = [];

  constructor(workspace: Workspace, contexts: SessionContexts, id: AccountId, ports: LoopPorts) {
    this.#workspace = workspace;
    this.#contexts = contexts;
    this.#id = id;
    this.#listener = ports.listener;
    this.#mayPull = ports.mayPull;
    this.#begin = ports.begin;
  }

  get health(): AccountHealth {
    return this.#health;
  }

  /** The session at hand, for fetching single sources; null while there is no connection. */
  get session(): Session | null {
    return this.#session;
  }

  /** When everything that the server had was last here, by the monotonic clock; minus infinity before that. */
  get inStepAt(): number {
    return this.#inStepAt;
  }

  /** When a stream was last looked at on this run, in ms UTC; null when it was not. */
  lookedAt(stream: string): number | null {
    return this.#lookedAt.get(stream) ?? null;
  }

  start(): void {
    this.#finished ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    this.#connection.abort();
    await this.#finished;
  }

  /** Ends the connection at hand and begins anew without waiting: the settings, the network or the day have changed. */
  reconnect(): void {
    this.#failures = 0;
    this.#connection.abort();
    this.#wake.wake();
  }

  /** Whether this device pulls may have changed: ends the connection at hand where it no longer does, begins where it does now. */
  gateChanged(): void {
    if (this.#session !== null && this.#mayPull().kind === 'yes') return;
    this.#failures = 0;
    this.#connection.abort();
    this.#wake.wake();
  }

  /** Tries again now if it is waiting to; looks at everything once more if it is connected. */
  check(): void {
    this.#isAwaited = true;
    this.#checkAll();
    this.#wake.wake();
  }

  /** There is something to tell the server. */
  nudge(): void {
    if (this.#session !== null) this.#wake.wake();
  }

  /** Answers when everything that is on the server now is here, or with the failure that prevents it. */
  async caughtUp(signal: AbortSignal): Promise<AccountFailure | null> {
    const before = this.#rounds;
    while (!signal.aborted) {
      if (this.#health.kind === 'failed') return this.#health.failure;
      if (this.#health.kind === 'offline') return this.#lastFailure;
      if (this.#health.kind === 'paused' || this.#isElsewhere()) return null;
      if (this.#rounds > before) return null;
      await new Promise<void>((resolve) => {
        this.#roundWaiters.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    return null;
  }

  /** Whether it is settled that this device does not pull; before anybody has said so it is still connecting. */
  #isElsewhere(): boolean {
    const answer = this.#mayPull();
    return answer.kind === 'no' && answer.health.kind !== 'connecting';
  }

  #lastFailure: AccountFailure | null = null;
  /** Whether somebody has asked for the next look, and is to see when it was. */
  #isAwaited = false;

  #say(health: AccountHealth): void {
    const before = this.#health;
    this.#health = health;
    const isLook = before.kind === 'listening' && health.kind === 'listening';
    if (isLook && !this.#isAwaited) this.#listener.lookedAgain();
    else if (JSON.stringify(health) !== JSON.stringify(before))
      this.#workspace.changed({ topic: 'accounts' });
    if (health.kind === 'failed' || health.kind === 'offline' || health.kind === 'paused')
      this.#tellWaiters();
    this.#isAwaited = false;
  }

  #tellWaiters(): void {
    for (const resolve of this.#roundWaiters.splice(0)) resolve();
  }

  #chosen(): readonly PulledStream[] {
    return pulledStreams(this.#workspace.db, this.#id).filter((stream) => stream.chosen);
  }

  async #run(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      const account = connectedAccount(this.#workspace.db, this.#id);
      if (account === null) return;
      if (account.paused) {
        this.#say({ kind: 'paused' });
        await this.#wake.wait(null, signal);
        continue;
      }
      const answer = this.#mayPull();
      if (answer.kind === 'no') {
        this.#say(answer.health);
        this.#tellWaiters();
        await this.#wake.wait(null, signal);
        continue;
      }
      await this.#connectOnce(account);
    }
  }

  async #connectOnce(account: ConnectedAccount): Promise<void> {
    const ended = this.#ended.signal;
    const sinceLogin = this.#workspace.clock.monotonic() - this.#lastLogin;
    if (sinceLogin < loginGapMs) {
      // Whoever ends this wait may have paused the account or changed its settings: the next round reads them anew.
      await this.#wake.wait(loginGapMs - sinceLogin, ended);
      return;
    }
    this.#lastLogin = this.#workspace.clock.monotonic();
    this.#connection = new AbortController();
    const signal = AbortSignal.any([ended, this.#connection.signal]);
    if (this.#failures === 0) this.#say({ kind: 'connecting' });
    let session: Session | null = null;
    try {
      // Opening reads the settings, and those may be wrong.
      session = channelOf(this.#workspace, account).open(this.#contexts.of(account));
      this.#session = session;
      await this.#keepInStep(account, session, signal);
    } catch (error) {
      if (!signal.aborted) await this.#afterFailure(error, session);
    } finally {
      this.#session = null;
      // Ends what still runs on this connection, such as a pull asked for ahead.
      this.#connection.abort();
      if (session !== null) await closeSession(session);
    }
  }

  async #afterFailure(error: unknown, session: Session | null): Promise<void> {
    this.#session = null;
    if (session !== null) await closeSession(session);
    const { clock, log } = this.#workspace;
    const failure = accountFailure(error) ?? {
      kind: 'protocol' as const,
      where: 'steward',
      said: log.fault('account loop', error),
      certificate: null,
      retryAt: null,
    };
    this.#failures += 1;
    this.#lastFailure = failure;
    const now = clock.now();
    const asked = failure.retryAt === null ? null : failure.retryAt - now;
    const delay = retryDelay(failure.kind, this.#failures, this.#workspace.chance(), asked);
    this.#failingSince ??= now;
    log.line('account failed', { account: this.#id, kind: failure.kind, failures: this.#failures, delay });
    this.#say(
      isOffline(failure.kind)
        ? { kind: 'offline', since: this.#failingSince, retryAt: now + delay }
        : { kind: 'failed', failure, retryAt: now + delay },
    );
    await this.#wake.wait(delay, this.#ended.signal);
  }

  async #keepInStep(account: ConnectedAccount, session: Session, signal: AbortSignal): Promise<void> {
    const announced = await session.streams(signal);
    if (this.#announcesNews(announced))
      await this.#workspace.writer.run('ingest.streams', { account: account.id, streams: announced });
    await this.#begin();
    this.#due = new Map();
    this.#toNote.clear();
    this.#checkAll();
    this.#import = null;
    const listening = this.#listen(session, signal);
    while (!signal.aborted) {
      await this.#tellFlags(session, signal);
      await this.#pullDue(account, session, listening, signal);
      signal.throwIfAborted();
      this.#inStep();
      await this.#noteLooks(account);
      const untilCheck = Math.max(0, this.#nextCheckAt - this.#workspace.clock.monotonic());
      await Promise.race([this.#wake.wait(untilCheck, signal), listening.broken]);
      if (this.#workspace.clock.monotonic() >= this.#nextCheckAt) this.#checkAll();
      // Other folders are to be listened to: the next connection does.
      if (this.#chosenChanged(listening.streams)) {
        this.#connection.abort();
        return;
      }
    }
  }

  #announcesNews(announced: readonly StreamInfo[]): boolean {
    const known = new Map(pulledStreams(this.#workspace.db, this.#id).map((stream) => [stream.name, stream]));
    return announced.some(({ name, label, role }) => {
      const stream = known.get(name);
      return stream?.label !== label || stream.role !== role;
    });
  }

  /** Accounts that began together do not all check together for ever. */
  #checkAll(): void {
    const { clock, chance } = this.#workspace;
    for (const stream of this.#chosen()) this.#due.set(stream.name, { check: true });
    this.#nextCheckAt = clock.monotonic() + checkEveryMs * (1 - chance() / 4);
  }

  #chosenChanged(listened: readonly string[]): boolean {
    return JSON.stringify(this.#chosen().map((stream) => stream.name)) !== JSON.stringify(listened);
  }

  #inStep(): void {
    this.#failures = 0;
    this.#failingSince = null;
    this.#lastFailure = null;
    this.#rounds += 1;
    this.#inStepAt = this.#workspace.clock.monotonic();
    this.#say({ kind: 'listening', lastCheckedAt: this.#workspace.clock.now() });
    this.#tellWaiters();
    this.#listener.inStep();
  }

  /** Listens beside pulling; `broken` rejects when listening ends, which ends the connection. */
  #listen(
    session: Session,
    signal: AbortSignal,
  ): { readonly streams: readonly string[]; readonly broken: Promise<never> } {
    const streams = this.#chosen().map((stream) => stream.name);
    const hint = (stream: string): void => {
      if (!this.#due.has(stream)) this.#due.set(stream, { check: false });
      this.#wake.wake();
    };
    const broken = (async (): Promise<never> => {
      await session.listen(streams, hint, signal);
      throw signal.aborted ? new DOMException('ended', 'AbortError') : new Error('listening ended by itself');
    })();
    broken.catch(() => this.#wake.wake());
    return { streams, broken };
  }

  /** A device that slept may have lost the account without having heard of it yet. */
  #isNotOurs(): boolean {
    if (this.#mayPull().kind === 'yes') return false;
    this.#connection.abort();
    return true;
  }

  async #pullDue(
    account: ConnectedAccount,
    session: Session,
    listening: { readonly broken: Promise<never> },
    signal: AbortSignal,
  ): Promise<void> {
    while (this.#due.size > 0 && !signal.aborted) {
      if (this.#isNotOurs()) return;
      const stream = this.#chosen().find(({ name }) => this.#due.has(name));
      if (stream === undefined) {
        this.#due.clear();
        return;
      }
      const check = this.#due.get(stream.name)?.check ?? false;
      this.#due.delete(stream.name);
      const more = await Promise.race([
        this.#pullStream(account, session, stream, check, signal),
        listening.broken,
      ]);
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
    check: boolean,
    signal: AbortSignal,
  ): Promise<boolean> {
    const pull = (cursor: PulledStream['cursor'], turn: number): ReturnType<Session['pull']> => {
      const maxItems = (stream.cursor === null ? firstPulls[turn - 1] : undefined) ?? pullLimits.maxItems;
      const limits = { ...pullLimits, maxItems, check: check && turn === 1 };
      return session.pull(stream.name, cursor, limits, signal);
    };
    let pending = leftAlone(pull(stream.cursor, 1));
    let committing: Promise<void> = Promise.resolve();
    let before: ReadBatch | null = null;
    try {
      for (let turn = 1; ; turn += 1) {
        const batch = await pending;
        const goOn = batch.more && turn < pullsInARow;
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
    if (arrived.length > 0) this.#listener.arrived(arrived);
    if (read !== null) this.#sayProgress();
  }

  /** Checks that found nothing are written down too, so that the store knows of the last look within minutes; nobody waits for it. */
  async #noteLooks(account: ConnectedAccount): Promise<void> {
    const looks = [...this.#toNote.values()];
    this.#toNote.clear();
    for (const { stream, batch } of looks) await takeBatch(this.#workspace, account, stream, batch);
  }

  #sayProgress(): void {
    const streams = this.#chosen();
    const monotonic = this.#workspace.clock.monotonic();
    const progress = importProgress(streams);
    if (progress === null) return;
    this.#import ??= { done: progress.done, monotonic };
    this.#say(pullingHealth(streams, this.#import, monotonic, this.#workspace.clock.now()));
  }

  async #tellFlags(session: Session, signal: AbortSignal): Promise<void> {
    if (session.apply === undefined) return;
    for (;;) {
      const wanted = wantedChanges(this.#workspace.db, this.#id, flagsAtOnce);
      if (wanted.length === 0 || signal.aborted) return;
      await session.apply(
        wanted.map(({ change }) => change),
        signal,
      );
      await this.#workspace.writer.run('account.told', { id: this.#id, told: wanted }, 'background');
    }
  }
}
