import type { AccountHealth } from '#shared/contract/accounts.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import type { Session } from '#main/channels/kit/channel.ts';
import { connectedAccounts } from '../store/read/account.ts';
import type { Workspace } from '../workspace.ts';
import { AccountLoop } from './account-loop.ts';
import type { LoopListener } from './account-loop.ts';
import { SessionContexts } from './account-session.ts';
import { openGate } from './pull-gate.ts';
import type { PullGate } from './pull-gate.ts';

/** So often is the page told that quiet accounts were looked at again, in ms: it shows minutes. */
const tellLooksEveryMs = 60_000;

/** All accounts of a workspace at work, one loop for each. */
export class AccountLoops {
  readonly #workspace: Workspace;
  readonly #listener: LoopListener;
  readonly #loops = new Map<AccountId, AccountLoop>();
  /** Shared with the outbox, so that a token refreshed by one is known to the other. */
  readonly contexts: SessionContexts;

  readonly #traffic: 'on' | 'off';
  #gate: PullGate = openGate;

  /** With traffic `off` no loop ever runs; accounts can be added, changed and removed all the same. */
  constructor(workspace: Workspace, traffic: 'on' | 'off', listener: Omit<LoopListener, 'lookedAgain'>) {
    this.#workspace = workspace;
    this.#traffic = traffic;
    this.#listener = { ...listener, lookedAgain: () => this.#lookedAgain() };
    this.contexts = new SessionContexts(workspace);
  }

  #looksToldAt = Number.NEGATIVE_INFINITY;
  #lookedAgain(): void {
    const now = this.#workspace.clock.monotonic();
    if (now - this.#looksToldAt < tellLooksEveryMs) return;
    this.#looksToldAt = now;
    this.#workspace.changed({ topic: 'accounts' });
  }

  /** Lets somebody else decide from now on which accounts are pulled here. */
  gateBy(gate: PullGate): void {
    this.#gate = gate;
    for (const loop of this.#loops.values()) loop.gateChanged();
    this.#workspace.changed({ topic: 'accounts' });
  }

  /** These accounts may be pulled here now, or may no longer be. */
  gateChanged(ids: readonly AccountId[]): void {
    for (const id of ids) this.#loops.get(id)?.gateChanged();
    this.#workspace.changed({ topic: 'accounts' });
  }

  /** Starts every account that is connected. */
  startAll(): void {
    for (const account of connectedAccounts(this.#workspace.db)) this.start(account.id);
  }

  /** Starts an account, or says to a running one that its settings have changed. */
  start(id: AccountId): void {
    if (this.#traffic === 'off') return;
    const running = this.#loops.get(id);
    if (running !== undefined) {
      this.contexts.forget(id);
      running.reconnect();
      return;
    }
    const loop = new AccountLoop(this.#workspace, this.contexts, id, {
      listener: this.#listener,
      mayPull: () => this.#gate.mayPull(id),
      begin: () => this.#gate.begin(id),
    });
    this.#loops.set(id, loop);
    loop.start();
  }

  /** Ends an account's loop for good. */
  async remove(id: AccountId): Promise<void> {
    const loop = this.#loops.get(id);
    this.#loops.delete(id);
    this.contexts.forget(id);
    await loop?.stop();
  }

  loop(id: AccountId): AccountLoop | undefined {
    return this.#loops.get(id);
  }

  health(id: AccountId): AccountHealth {
    return this.#gate.seen(id, this.#loops.get(id)?.health ?? { kind: 'new' });
  }

  /** When a stream was last looked at since the start, in ms UTC; null when it was not. */
  lookedAt(id: AccountId, stream: string): number | null {
    return this.#loops.get(id)?.lookedAt(stream) ?? null;
  }

  /** Whether the first import of any account is under way. */
  importing(): boolean {
    return [...this.#loops.values()].some(({ health }) => health.kind === 'importing');
  }

  session(id: AccountId): Session | null {
    return this.#loops.get(id)?.session ?? null;
  }

  /** The computer woke up: connections from before the sleep are dead without knowing it. */
  resumed(): void {
    for (const loop of this.#loops.values()) loop.reconnect();
  }

  /** The network is there again, or another one. */
  networkChanged(): void {
    for (const loop of this.#loops.values()) loop.check();
  }

  /** There may be flags to tell. */
  nudge(): void {
    for (const loop of this.#loops.values()) loop.nudge();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#loops.values()].map((loop) => loop.stop()));
  }
}
