import type { TeamConnection as LineStatus } from '#shared/contract/team.ts';
import { Wake } from '../ingest/wake.ts';
import { checkDatabase } from './allowed-database.ts';
import type { Workspace } from '../workspace.ts';
import { reasonOf } from '../writer/writer.ts';
import { Allowance, connectDelay, steadyAfterMs } from './backoff.ts';
import { TeamCalls } from './connection-calls.ts';
import { TeamError } from './connection-failure.ts';
import { TeamConnection, usualLimits } from './connection.ts';
import type { ConnectionLimits, TeamLogin } from './connection.ts';
import { Exchange } from './sync-exchange.ts';
import { LocalTeam } from './sync-local.ts';
import type { TeamNews } from './sync-local.ts';
import { readWake } from './sync-notices.ts';
import type { Hello, TeamPresence } from './wire.ts';

/** How the line stands; `alone` where this workspace belongs to no team. Times are ms UTC. */
export type SyncStatus = { readonly kind: 'alone' } | LineStatus;

/** Times that tests shorten, in ms; left out, the usual ones. */
export type SyncOptions = {
  readonly limits?: ConnectionLimits;
  /** How often to look without having been told: where notices come, and behind a pooler, where they do not. */
  readonly pollMs?: number;
  readonly deafPollMs?: number;
};

/** A line whose hello was said; good until its connection ends. */
export type TeamLine = {
  readonly connection: TeamConnection;
  readonly calls: TeamCalls;
  readonly hello: Hello;
};

const usualPollMs = 20_000;
const usualDeafPollMs = 3_000;
/** "Try now" goes at once so many times in a row, and then once a second. */
const triesInARow = 3;
/** How long the next page of the past waits, in ms: at once, or so that fifty devices let each other through. */
const waitMs: Readonly<Record<string, number | undefined>> = { recent: 0, older: 50 };
/** Whoever was removed may be let in again, and nobody tells; so often it is tried, in ms. */
const cutRetryMs = 10 * 60_000;

const endOf = (connection: TeamConnection) => (): void => {
  connection.close().catch(() => undefined);
};

/**
 * Keeps a workspace in step with its team's database, from `start` until `stop`: connects, pushes, pulls, listens, and
 * after any failure waits and begins again. Nothing that a person does waits for it.
 */
export class TeamSync {
  readonly #workspace: Workspace;
  readonly #options: SyncOptions;
  readonly #local: LocalTeam;
  readonly #ended = new AbortController();
  readonly #wake = new Wake();
  readonly #allowance = new Allowance(triesInARow);
  readonly #presenceListeners = new Set<(presence: TeamPresence) => void>();
  readonly #lineListeners = new Set<(line: TeamLine) => void>();
  #connection = new AbortController();
  #line: TeamLine | null = null;
  #status: SyncStatus = { kind: 'alone' };
  #failures = 0;
  #awaySince: number | null = null;
  #isTryNow = false;
  /** The newest push that the server was heard to have. */
  #serverSeq = 0;
  #isPullDue = true;
  #isHelloDue = false;
  /** What is set aside is tried again at each start, and when somebody asks. */
  #isAsideDue = true;
  #finished: Promise<void> | null = null;

  constructor(workspace: Workspace, news: TeamNews, options: SyncOptions = {}) {
    this.#workspace = workspace;
    this.#options = options;
    this.#local = new LocalTeam(workspace, news);
  }

  get status(): SyncStatus {
    return this.#status;
  }

  /** The line at hand, for what a person asks of the server now; null while there is none. */
  get line(): TeamLine | null {
    return this.#line;
  }

  start(): void {
    this.#finished ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    this.#connection.abort();
    await this.#finished;
  }

  /** Something was changed here, or the workspace has joined a team. While the server is away, its time to retry stands. */
  wake(): void {
    this.#wake.wake();
  }

  /** Tries again now if it is waiting to, and looks for what is new if it is connected. */
  retryNow(): void {
    this.#isTryNow = true;
    this.#isPullDue = true;
    this.#wake.wake();
  }

  /** Tries again what is set aside, as soon as there is a line. */
  tryAside(): void {
    this.#isAsideDue = true;
    this.retryNow();
  }

  /** Ends the line at hand and begins anew: the computer slept, or the way into the team is another one. */
  reconnect(): void {
    this.#connection.abort();
    this.retryNow();
  }

  /** Tells what colleagues look at, as it comes over the line; answers how to stop. */
  onPresence(listener: (presence: TeamPresence) => void): () => void {
    this.#presenceListeners.add(listener);
    return () => this.#presenceListeners.delete(listener);
  }

  /** Tells of every line that is opened, once hello was said; answers how to stop. */
  onLine(listener: (line: TeamLine) => void): () => void {
    this.#lineListeners.add(listener);
    return () => this.#lineListeners.delete(listener);
  }

  #say(status: SyncStatus): void {
    const isSame = JSON.stringify(status) === JSON.stringify(this.#status);
    this.#status = status;
    if (!isSame) this.#workspace.changed({ topic: 'team' });
  }

  async #run(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      try {
        await this.#round();
      } catch (error) {
        // A database of our own that cannot be read for now or any more.
        if (!this.#isEnding())
          await this.#afterFailure(this.#failureOf(error), { wasInStep: false, isSteady: false });
      }
    }
  }

  #isEnding(): boolean {
    return this.#ended.signal.aborted;
  }

  async #round(): Promise<void> {
    const login = this.#local.login();
    if (login !== null) {
      await this.#connectOnce(login);
      return;
    }
    this.#failures = 0;
    this.#say({ kind: 'alone' });
    await this.#wake.wait(null, this.#ended.signal);
  }

  async #connectOnce(login: TeamLogin): Promise<void> {
    const ended = this.#ended.signal;
    const { clock, log } = this.#workspace;
    await new Wake().wait(this.#allowance.take(clock.monotonic()), ended);
    if (ended.aborted) return;
    this.#connection = new AbortController();
    this.#isTryNow = false;
    const signal = AbortSignal.any([ended, this.#connection.signal]);
    if (this.#status.kind === 'alone') this.#say({ kind: 'connecting' });
    const openedAt = clock.monotonic();
    let connection: TeamConnection | null = null;
    try {
      checkDatabase(this.#workspace.policy, login);
      connection = await TeamConnection.open(login, { signal, limits: this.#options.limits ?? usualLimits });
      // What is asked for at that moment is not waited for: the server may never answer.
      signal.addEventListener('abort', endOf(connection), { once: true });
      if (signal.aborted) return;
      await this.#keepInStep(connection, openedAt, signal);
    } catch (error) {
      const wasInStep = this.#line !== null;
      this.#line = null;
      // Before the wait, so that the server does not keep what nobody uses any more.
      await connection?.close();
      const isSteady = clock.monotonic() - openedAt >= steadyAfterMs;
      if (!signal.aborted) await this.#afterFailure(this.#failureOf(error), { wasInStep, isSteady });
    } finally {
      this.#line = null;
      await connection?.close();
    }
    log.line('team line ended', { failures: this.#failures });
  }

  async #keepInStep(connection: TeamConnection, openedAt: number, signal: AbortSignal): Promise<void> {
    connection.ended.addEventListener('abort', () => this.#wake.wake(), { once: true });
    const calls = new TeamCalls(connection);
    const hello = await calls.hello();
    // Listening begins before the first pull, so that nothing falls between them.
    await connection.listen(hello.channel, (payload) => this.#heard(payload));
    const line: TeamLine = { connection, calls, hello };
    this.#line = line;
    this.#serverSeq = hello.seq;
    for (const listener of this.#lineListeners) listener(line);
    const exchange = new Exchange(this.#workspace, this.#local, calls, {
      where: connection.where,
      readOnly: hello.tooOld,
      signal,
    });
    await exchange.settle(hello);
    this.#isPullDue = true;
    this.#isHelloDue = false;
    await this.#exchange(line, exchange, openedAt, signal);
  }

  async #exchange(line: TeamLine, exchange: Exchange, openedAt: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#workspace;
    const { pollMs = usualPollMs, deafPollMs = usualDeafPollMs } = this.#options;
    const everyMs = line.connection.hears ? pollMs : deafPollMs;
    let pulledAt = clock.monotonic();
    for (;;) {
      if (line.connection.failure !== null) throw line.connection.failure;
      signal.throwIfAborted();
      if (this.#isHelloDue) {
        this.#isHelloDue = false;
        await exchange.settle(await line.calls.hello());
      }
      if (this.#isAsideDue && !line.hello.tooOld) {
        this.#isAsideDue = false;
        await this.#local.tryAside();
      }
      // Whoever joins has the newest of the past before anything else, and follows the team from there on.
      const phase = await exchange.past();
      const pull = this.#isPullDue || clock.monotonic() - pulledAt >= everyMs;
      this.#isPullDue = false;
      if (pull) pulledAt = clock.monotonic();
      this.#sayInStep(line.hello);
      await exchange.round(pull);
      if (clock.monotonic() - openedAt >= steadyAfterMs) this.#failures = 0;
      this.#awaySince = null;
      this.#sayInStep(line.hello);
      await this.#wake.wait(waitMs[phase] ?? Math.max(0, pulledAt + everyMs - clock.monotonic()), signal);
    }
  }

  #sayInStep(hello: Hello): void {
    if (hello.tooOld) this.#say({ kind: 'too-old' });
    else this.#say({ kind: 'connected', behind: Math.max(0, this.#serverSeq - this.#local.last()) });
  }
  #heard(payload: string): void {
    const heard = readWake(payload);
    if (heard === null) return;
    switch (heard.kind) {
      case 'seq':
        if (heard.seq <= this.#local.last()) return;
        this.#serverSeq = Math.max(this.#serverSeq, heard.seq);
        break;
      case 'presence':
        for (const listener of this.#presenceListeners) listener(heard.presence);
        return;
      case 'members':
        this.#isHelloDue = true;
        break;
    }
    this.#isPullDue = true;
    this.#wake.wake();
  }

  async #afterFailure(
    failure: TeamError,
    line: { readonly wasInStep: boolean; readonly isSteady: boolean },
  ): Promise<void> {
    const { clock, chance } = this.#workspace;
    // A server that dismisses a line is well enough to say why at the next knock: whoever was removed is to know at once.
    if (line.isSteady || (line.wasInStep && failure.isDismissal)) this.#failures = 0;
    this.#failures += 1;
    this.#awaySince ??= clock.now();
    if (failure.fate === 'away') {
      const ms = connectDelay(this.#failures, chance());
      this.#say({
        kind: 'away',
        since: this.#awaySince,
        reason: failure.failure.kind,
        retryAt: clock.now() + ms,
      });
      await this.#pause(ms);
    } else {
      this.#say({ kind: failure.fate });
      await this.#pause(cutRetryMs);
    }
  }

  #failureOf(error: unknown): TeamError {
    if (error instanceof TeamError) return error;
    const reason = reasonOf(error);
    const said = reason === null ? this.#workspace.log.fault('team', error) : null;
    return new TeamError({ kind: reason === 'disk-full' ? 'disk-full' : 'protocol', where: '', said });
  }

  /** Waits, unless somebody wants it tried now; what changes here meanwhile is no reason to knock again. */
  async #pause(ms: number): Promise<void> {
    const { clock } = this.#workspace;
    const { signal } = this.#ended;
    const until = clock.monotonic() + ms;
    for (let left = ms; left > 0 && !this.#isTryNow && !signal.aborted; left = until - clock.monotonic())
      await this.#wake.wait(left, signal);
  }
}
