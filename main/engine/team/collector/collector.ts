import type { AccountHealth } from '#shared/contract/accounts.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import type { Clock } from '#shared/kit/ports.ts';
import { Wake } from '../../ingest/wake.ts';
import type { MayPull, PullGate } from '../../ingest/pull-gate.ts';
import { quietly } from '../../log.ts';
import type { Log } from '../../log.ts';
import { connectDelay } from '../backoff.ts';
import { TeamError } from '../connection-failure.ts';
import { goesOnAfterMs, holds, readTold, standingFrom, verdictOf } from './standing.ts';
import type { Collectable, LineState, Moment, Standing, Verdict } from './standing.ts';

/** How often what is ours is renewed: half of what the database promises, so that one lost answer changes nothing. */
const renewEveryMs = 10_000;
/** How often a device that could read looks whether nobody does any more. */
const lookEveryMs = 5_000;
/** Whoever was removed from the team may be let in again, and nobody tells; so often it is tried. */
const cutRetryMs = 10 * 60_000;
/** How long letting go may take when the application ends. */
const letGoWithinMs = 1_500;

/** The connection that holds the locks: it lives as long as this device reads, and what is locked on it goes with it. */
export interface CollectorLine {
  /** False behind a pooler that gives every transaction another connection: no lock of a session holds there. */
  readonly hears: boolean;
  readonly ended: AbortSignal;
  call(name: string, parameters: readonly unknown[]): Promise<unknown>;
  query(text: string, parameters: readonly unknown[]): Promise<unknown>;
  listen(heard: (payload: string) => void): Promise<void>;
  close(): Promise<void>;
}

/** What a collector needs of its device. */
export type CollectorPorts = {
  readonly clock: Clock;
  readonly chance: () => number;
  readonly log: Log;
  readonly open: (signal: AbortSignal) => Promise<CollectorLine>;
  /** What has to be done before an account is read over a new session. */
  readonly begin: (account: AccountId) => Promise<void>;
  /** The accounts whose login is here and that are not paused. */
  readonly collectable: () => readonly Collectable[];
  /** These accounts may be read now, or may no longer be. */
  readonly changed: (accounts: readonly AccountId[]) => void;
  /** Who reads an account whose login is not here; null while that is not known. */
  readonly readerOf: (account: AccountId) => { readonly member: string; readonly device: string } | null;
  /** Something was said to everybody in the team. */
  readonly heard: (payload: string) => void;
};

/** The name of the notice by which a device says that an account is free. */
const freeNotice = 'collectors';

/**
 * Sees to it that of a team's devices one at a time reads each account: the one that holds the account's advisory lock on a connection
 * of its own, and beside it a lease by the server's clock, which counts where locks do not hold and where a dead connection holds them.
 */
export class Collector implements PullGate {
  readonly #ports: CollectorPorts;
  readonly #ended = new AbortController();
  readonly #wake = new Wake();
  readonly #standings = new Map<AccountId, Standing>();
  readonly #verdicts = new Map<AccountId, string>();
  #line: CollectorLine | null = null;
  #state: LineState;
  #failures = 0;
  #expiry: NodeJS.Timeout | null = null;
  #finished: Promise<void> | null = null;
  #locks = true;

  constructor(ports: CollectorPorts) {
    this.#ports = ports;
    this.#state = { kind: 'away', since: ports.clock.now(), sinceMonotonic: ports.clock.monotonic() };
  }

  start(): void {
    this.#finished ??= this.#run();
  }

  /** Accounts came or went, or the computer woke: asks at once. */
  wake(): void {
    this.#failures = 0;
    this.#wake.wake();
  }

  /** Whether one reader is kept by locks; else by time alone, because a pooler stands before the database. */
  get locks(): boolean {
    return this.#locks;
  }

  /** The connection that holds the locks; null while there is none. */
  get line(): CollectorLine | null {
    return this.#state.kind === 'there' ? this.#line : null;
  }

  /** What is known of who reads an account; null while nothing is. */
  standing(account: AccountId): Standing | null {
    return this.#standings.get(account) ?? null;
  }

  mayPull(account: AccountId): MayPull {
    const verdict = this.#verdictOf(account);
    return verdict.kind === 'waits' ? { kind: 'no', health: verdict.health } : { kind: 'yes' };
  }

  begin(account: AccountId): Promise<void> {
    return this.#ports.begin(account);
  }

  seen(account: AccountId, health: AccountHealth): AccountHealth {
    const verdict = this.#verdictOf(account);
    if (verdict.kind === 'waits') return verdict.health;
    return verdict.kind === 'reads-alone' && health.kind === 'listening'
      ? { ...health, teamAwaySince: verdict.since }
      : health;
  }

  /** Lets go of everything, so that a colleague's device takes over at once. */
  async stop(): Promise<void> {
    this.#ended.abort();
    await this.#finished;
    if (this.#expiry !== null) clearTimeout(this.#expiry);
  }

  #now(): Moment {
    const { clock } = this.#ports;
    return { monotonic: clock.monotonic(), wall: clock.now() };
  }

  #verdictOf(account: AccountId): Verdict {
    const mine = this.#ports.collectable().find((one) => one.account === account);
    if (mine !== undefined) {
      return verdictOf(mine, this.#standings.get(account) ?? null, this.#state, this.#now());
    }
    const reader = this.#ports.readerOf(account);
    return {
      kind: 'waits',
      health: reader === null ? { kind: 'no-login' } : { kind: 'elsewhere', ...reader },
    };
  }

  #isEnding(): boolean {
    return this.#ended.signal.aborted;
  }

  async #run(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      let line: CollectorLine | null = null;
      try {
        // A device that could read nothing holds no connection for it.
        if (this.#ports.collectable().length === 0) {
          await this.#wake.wait(null, signal);
          continue;
        }
        line = await this.#ports.open(signal);
        this.#line = line;
        await this.#prepare(line);
        await this.#keep(line);
      } catch (error) {
        if (!this.#isEnding()) await this.#afterFailure(error);
      } finally {
        this.#line = null;
        if (this.#isEnding() && line !== null) await this.#letGo(line);
        await line?.close();
      }
    }
  }

  /** A server whose client fell silent ends the session by itself, and the lock with it; older servers know fewer of these. */
  async #prepare(line: CollectorLine): Promise<void> {
    this.#locks = line.hears;
    if (!line.hears) return;
    for (const [name, value] of [
      ['tcp_keepalives_idle', '10'],
      ['tcp_keepalives_interval', '5'],
      ['tcp_keepalives_count', '2'],
      ['tcp_user_timeout', '20000'],
      ['idle_session_timeout', '25000'],
      ['client_connection_check_interval', '5000'],
    ] as const) {
      await line
        .query("SELECT set_config(name, $2, false) FROM pg_settings WHERE name = $1 AND context = 'user'", [
          name,
          value,
        ])
        .catch((error: unknown) => {
          if (line.ended.aborted) throw error;
        });
    }
    await line.listen((payload) => {
      if (payload === freeNotice) this.#wake.wake();
      this.#ports.heard(payload);
    });
  }

  async #keep(line: CollectorLine): Promise<void> {
    const { signal } = this.#ended;
    const broken = AbortSignal.any([signal, line.ended]);
    while (!broken.aborted) {
      const wanted = this.#ports.collectable();
      if (wanted.length === 0) {
        await this.#letGo(line);
        this.#take([], []);
        return;
      }
      const asked = this.#now();
      const answer = readTold(
        await line.call('collect', [
          JSON.stringify(wanted.map(({ account, one }) => ({ account, one }))),
          line.hears,
        ]),
      );
      this.#failures = 0;
      this.#state = { kind: 'there' };
      this.#take(
        wanted,
        answer.map((one) => standingFrom(one, asked)),
      );
      const all = wanted.every(({ account }) => this.#standings.get(account)?.told.kind === 'mine');
      await this.#wake.wait(all ? renewEveryMs : lookEveryMs, broken);
    }
    if (!signal.aborted) throw new Error('the line has ended');
  }

  #take(wanted: readonly Collectable[], standings: readonly Standing[]): void {
    this.#standings.clear();
    for (const standing of standings) this.#standings.set(standing.told.account as AccountId, standing);
    this.#tellChanges(wanted);
    this.#watchExpiry();
  }

  /** Says what has changed since it was last said. */
  #tellChanges(wanted: readonly Collectable[]): void {
    const accounts = new Set<AccountId>([
      ...wanted.map(({ account }) => account),
      ...this.#standings.keys(),
      ...this.#verdicts.keys(),
    ]);
    const changed: AccountId[] = [];
    for (const account of accounts) {
      const now = JSON.stringify(this.#verdictOf(account));
      if (this.#verdicts.get(account) === now) continue;
      this.#verdicts.set(account, now);
      changed.push(account);
    }
    if (changed.length > 0) this.#ports.changed(changed);
  }

  /** A promise that ends without an answer ends what it allowed, at that moment and not at the next look. */
  #watchExpiry(): void {
    if (this.#expiry !== null) clearTimeout(this.#expiry);
    const now = this.#now();
    const times = [...this.#standings.values()]
      .filter((standing) => standing.told.kind === 'mine' && holds(standing, now))
      .map(({ until }) => Math.min(until.monotonic - now.monotonic, until.wall - now.wall));
    if (this.#state.kind === 'away') {
      times.push(this.#state.sinceMonotonic + goesOnAfterMs - now.monotonic);
    }
    const next = Math.min(...times.filter((time) => time > 0));
    if (!Number.isFinite(next)) return;
    this.#expiry = setTimeout(() => this.#tellQuietly(), next + 1);
    this.#expiry.unref();
  }

  /** Says what has changed as far as our own database can be read. */
  #tellQuietly(): void {
    quietly(this.#ports.log, 'collector', () => this.#tellChanges(this.#ports.collectable()));
    this.#watchExpiry();
  }

  async #afterFailure(error: unknown): Promise<void> {
    const { clock, log, chance } = this.#ports;
    this.#failures += 1;
    if (this.#state.kind === 'there') {
      this.#state = { kind: 'away', since: clock.now(), sinceMonotonic: clock.monotonic() };
    }
    if (error instanceof TeamError) log.line('collector away', { kind: error.failure.kind });
    else log.fault('collector', error);
    this.#tellQuietly();
    await this.#line?.close();
    const isShut = error instanceof TeamError && error.fate !== 'away';
    const delay = isShut ? cutRetryMs : connectDelay(this.#failures, chance());
    await this.#wake.wait(delay, this.#ended.signal);
  }

  async #letGo(line: CollectorLine): Promise<void> {
    const mine = [...this.#standings.values()]
      .filter(({ told }) => told.kind === 'mine')
      .map(({ told }) => told.account);
    if (mine.length === 0 || line.ended.aborted) return;
    await Promise.race([
      line.call('let_go', [JSON.stringify(mine)]).catch(() => undefined),
      new Promise<void>((resolve) => {
        setTimeout(resolve, letGoWithinMs).unref();
      }),
    ]);
  }
}
