import type { AccountId } from '#shared/kit/brand.ts';
import type { SessionContexts } from '../ingest/account-session.ts';
import { connectedAccounts } from '../store/read/account.ts';
import type { Workspace } from '../workspace.ts';
import { AccountSender } from './account-sender.ts';
import { reconcileDelaysMs } from './plan.ts';
import type { LookDelays } from './plan.ts';

/** The senders of all accounts. */
export class Outbox {
  readonly #workspace: Workspace;
  readonly #contexts: SessionContexts;
  readonly #lookDelaysMs: LookDelays;
  readonly #senders = new Map<AccountId, AccountSender>();

  constructor(workspace: Workspace, contexts: SessionContexts, lookDelaysMs: LookDelays = reconcileDelaysMs) {
    this.#workspace = workspace;
    this.#contexts = contexts;
    this.#lookDelaysMs = lookDelaysMs;
    contexts.onReturn = (account, recipient) => this.#senders.get(account)?.retryFor(recipient);
  }

  /** Begins to send; what a crash left in the middle is taken up first. */
  async start(): Promise<void> {
    await this.#workspace.writer.run('outbox.recover', { account: null });
    this.wake();
  }

  /** The outbox or the accounts have changed. */
  wake(): void {
    const connected = new Set(connectedAccounts(this.#workspace.db).map((account) => account.id));
    for (const id of connected) {
      if (this.#senders.has(id)) continue;
      const sender = new AccountSender(this.#workspace, this.#contexts, id, this.#lookDelaysMs);
      this.#senders.set(id, sender);
      sender.start();
    }
    for (const [id, sender] of this.#senders) {
      if (connected.has(id)) sender.wake();
      else {
        this.#senders.delete(id);
        void sender.stop();
      }
    }
  }

  /** What waits for the network is tried now. */
  retryNow(): void {
    for (const sender of this.#senders.values()) sender.retryNow();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#senders.values()].map((sender) => sender.stop()));
  }
}
