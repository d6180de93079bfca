import type { AccountId, FollowUpId } from '#shared/kit/brand.ts';
import type { AccountLoops } from '../ingest/account-loops.ts';
import { connectedAccount } from '../store/read/account.ts';
import type { DueFollowUp } from '../store/read/due.ts';
import type { Workspace } from '../workspace.ts';

/** The customer's answer may lie on a server that cannot be reached; after so long the promise counts more. */
const patienceMs = 45_000;

/** Whether a follow-up may come up now, or until when (monotonic ms) it waits for the mail. */
type Leave =
  { readonly kind: 'go'; readonly unchecked: boolean } | { readonly kind: 'wait'; readonly until: number };

/**
 * Knows whether an account's mail has been looked at since the application started or the computer woke, so that
 * "if no reply" is not told while the reply lies on the server.
 */
export class MailChecks {
  readonly #workspace: Workspace;
  readonly #loops: AccountLoops;
  readonly #asked = new Map<FollowUpId, number>();
  #since: number;

  constructor(workspace: Workspace, loops: AccountLoops) {
    this.#workspace = workspace;
    this.#loops = loops;
    this.#since = workspace.clock.monotonic();
  }

  /** Nobody looked for a while: what was known of the mail counts no longer. */
  forget(): void {
    this.#since = this.#workspace.clock.monotonic();
    this.#asked.clear();
  }

  /** Whether a follow-up that is due may come up. */
  leaveFor({ id, endsByAnswer, account }: DueFollowUp): Leave {
    const mail = endsByAnswer ? this.#mailOf(account) : 'looked-at';
    if (mail === 'to-come') {
      const now = this.#workspace.clock.monotonic();
      const asked = this.#asked.get(id) ?? now;
      this.#asked.set(id, asked);
      if (now < asked + patienceMs) return { kind: 'wait', until: asked + patienceMs };
    }
    this.#asked.delete(id);
    return { kind: 'go', unchecked: mail !== 'looked-at' };
  }

  #mailOf(id: AccountId | null): 'looked-at' | 'to-come' | 'stopped' {
    const account = id === null ? null : connectedAccount(this.#workspace.db, id);
    // What was removed, or came from files, has no server on which an answer could lie.
    if (account === null || account.archive) return 'looked-at';
    const loop = this.#loops.loop(account.id);
    if (loop === undefined || account.paused) return 'stopped';
    // A colleague's device reads it, and what it finds comes by the team.
    if (loop.health.kind === 'elsewhere') return 'looked-at';
    return loop.health.kind === 'listening' && loop.inStepAt >= this.#since ? 'looked-at' : 'to-come';
  }
}
