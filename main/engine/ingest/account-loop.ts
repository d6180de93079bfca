import type { AccountFailure, AccountHealth } from '#shared/contract/accounts.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import type { Session, StreamInfo } from '#main/channels/kit/channel.ts';
import type { Arrival } from '../actions/ingest/intake.ts';
import { connectedAccount, pulledStreams, wantedChanges } from '../store/read/account.ts';
import type { ConnectedAccount } from '../store/read/account.ts';
import type { Workspace } from '../workspace.ts';
import { channelOf, closeSession } from './account-session.ts';
import type { SessionContexts } from './account-session.ts';
import { retryDelay } from './backoff.ts';
import { accountFailure, isOffline } from './failures.ts';
import type { MayPull } from './pull-gate.ts';
import { StreamPuller } from './stream-puller.ts';
import { Wake } from './wake.ts';

/** At most one login in this time for each account; providers lock out those who knock more often. */
const loginGapMs = 5_000;
/** A server may promise to tell and never do so: every stream is looked at again after this time. */
const checkEveryMs = 5 * 60_000;
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
  #health: AccountHealth = { kind: 'new' };
  #failures = 0;
  #lastLogin = Number.NEGATIVE_INFINITY;
  #failingSince: number | null = null;
  #finished: Promise<void> | null = null;
  #rounds = 0;
  #inStepAt = Number.NEGATIVE_INFINITY;
  #nextCheckAt = Number.NEGATIVE_INFINITY;
  readonly #puller: StreamPuller;
  readonly #roundWaiters: (() => void)[] = [];

  constructor(workspace: Workspace, contexts: SessionContexts, id: AccountId, ports: LoopPorts) {
    this.#workspace = workspace;
    this.#contexts = contexts;
    this.#id = id;
    this.#listener = ports.listener;
    this.#mayPull = ports.mayPull;
    this.#begin = ports.begin;
    this.#puller = new StreamPuller(workspace, id, {
      mayGoOn: () => this.#isStillOurs(),
      arrived: (arrivals) => ports.listener.arrived(arrivals),
      say: (health) => this.#say(health),
    });
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
    return this.#puller.lookedAt(stream);
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

  async #run(): Promise<void> {
    const { signal } = this.#ended;
    let isConnected = true;
    while (isConnected && !signal.aborted) {
      try {
        isConnected = await this.#round();
      } catch (error) {
        // A database that cannot be read for now or any more: said like any other failure, and never tight.
        if (!this.#isEnding()) await this.#afterFailure(error, null);
      }
    }
  }

  #isEnding(): boolean {
    return this.#ended.signal.aborted;
  }

  /** Connects, or waits while that is not to be; answers whether there is still such an account. */
  async #round(): Promise<boolean> {
    const { signal } = this.#ended;
    const account = connectedAccount(this.#workspace.db, this.#id);
    if (account === null) return false;
    if (account.paused) {
      this.#say({ kind: 'paused' });
      await this.#wake.wait(null, signal);
      return true;
    }
    const answer = this.#mayPull();
    if (answer.kind === 'no') {
      this.#say(answer.health);
      this.#tellWaiters();
      await this.#wake.wait(null, signal);
      return true;
    }
    await this.#connectOnce(account);
    return true;
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
    // The first mails of an import come within a few round trips; later there is time when everything is here.
    if (this.#puller.isNew()) this.#workspace.parser.prepare(account.kind);
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
    // Known streams of an account that was just connected have only just been announced.
    const newestFirst = session.pullsAtOnce === true && this.#puller.isNew();
    if (!newestFirst) await this.#announce(account, session, signal);
    await this.#begin();
    this.#puller.begin();
    this.#checkAll();
    if (newestFirst) {
      await this.#puller.pullNewest(account, session, signal);
      await this.#announce(account, session, signal);
    }
    const listening = this.#listen(session, signal);
    while (!signal.aborted) {
      await this.#tellFlags(session, signal);
      await this.#puller.pullDue(account, session, listening.broken, signal);
      signal.throwIfAborted();
      this.#inStep();
      this.#workspace.parser.prepare(account.kind);
      await this.#puller.noteLooks(account);
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

  async #announce(account: ConnectedAccount, session: Session, signal: AbortSignal): Promise<void> {
    const streams = await session.streams(signal);
    if (this.#announcesNews(streams))
      await this.#workspace.writer.run('ingest.streams', { account: account.id, streams });
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
    this.#puller.checkAll();
    this.#nextCheckAt = clock.monotonic() + checkEveryMs * (1 - chance() / 4);
  }

  #chosenChanged(listened: readonly string[]): boolean {
    return JSON.stringify(this.#puller.chosen().map((stream) => stream.name)) !== JSON.stringify(listened);
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
    const streams = this.#puller.chosen().map((stream) => stream.name);
    const hint = (stream: string): void => {
      this.#puller.look(stream);
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
  #isStillOurs(): boolean {
    if (this.#mayPull().kind === 'yes') return true;
    this.#connection.abort();
    return false;
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
