import { Wake } from '../ingest/wake.ts';
import { teamProgress } from '../store/team/progress.ts';
import type { Workspace } from '../workspace.ts';
import type { Urgency } from '../writer/writer.ts';
import { raceDelay } from './backoff.ts';
import { fetchPast } from './bootstrap.ts';
import type { TeamCalls } from './connection-calls.ts';
import { TeamError } from './connection-failure.ts';
import { makeGood } from './sync-failover.ts';
import type { LocalTeam } from './sync-local.ts';
import type { Hello, Page, Push } from './wire.ts';

/** Documents in one page of a pull: some 20 ms of the writer's time. */
const pageSize = 200;

/** What an exchange goes by. */
export type ExchangeTerms = {
  /** `host:port` for failures. */
  readonly where: string;
  /** The database writes another protocol than we do: nothing is pushed. */
  readonly readOnly: boolean;
  readonly signal: AbortSignal;
};

/** Push and pull over one connection, one after the other. Throws what the line throws. */
export class Exchange {
  readonly #workspace: Workspace;
  readonly #local: LocalTeam;
  readonly #calls: TeamCalls;
  readonly #terms: ExchangeTerms;
  /** Pushes in a row that came too late for what others wrote, or were refused. */
  #losses = 0;
  #lastAccepted = '';

  constructor(workspace: Workspace, local: LocalTeam, calls: TeamCalls, terms: ExchangeTerms) {
    this.#workspace = workspace;
    this.#local = local;
    this.#calls = calls;
    this.#terms = terms;
  }

  /** Looks whether the server is the one that was followed until now, and whether we see what we saw. */
  async settle(hello: Hello): Promise<void> {
    const { db, writer } = this.#workspace;
    const progress = teamProgress(db);
    if (progress === null) return;
    const history = await this.#calls.history();
    const isOther = history !== null && progress.history !== null && history !== progress.history;
    if (isOther || hello.seq < this.#local.last()) {
      this.#workspace.log.line('team server went back', { from: this.#local.last(), to: hello.seq });
      await makeGood(this.#workspace, this.#local, this.#calls, hello.seq);
    }
    const isOtherView = progress.access !== null && progress.access !== hello.access;
    await writer.run('team.progress', {
      history: history ?? progress.history,
      access: hello.access,
      // What we may see now and could not before did not change, and no pull brings it.
      ...(isOtherView ? { phase: 'recent' as const, before: null } : {}),
    });
  }

  /** Fetches a page of what was there before this device joined; answers whether the newest of it is still to come. */
  async past(): Promise<'recent' | 'older' | 'whole'> {
    const isUrgent = teamProgress(this.#workspace.db)?.phase === 'recent';
    return fetchPast(this.#workspace, {
      calls: this.#calls,
      write: (page, upTo) => this.#write(page, upTo, isUrgent ? 'interactive' : 'background'),
    });
  }

  /** Pushes what waits here and, where asked, pulls what is there, until neither has any more. */
  async round(pull: boolean): Promise<void> {
    let isMore = pull;
    for (;;) {
      this.#terms.signal.throwIfAborted();
      const pushed = this.#terms.readOnly ? 'nothing' : await this.#push();
      // Who lost to somebody else hears what else they did.
      if (isMore || pushed === 'lost') isMore = await this.#pull();
      if (pushed !== 'nothing' || isMore) continue;
      const behind = this.#local.behind();
      if (behind.length === 0) return;
      await this.#local.rebase(this.#calls, behind, null);
    }
  }

  async #push(): Promise<'nothing' | 'accepted' | 'lost'> {
    const push = await this.#local.nextPush();
    if (push === null) return 'nothing';
    if (push.id === this.#lastAccepted) throw this.#nonsense('push');
    if (await this.#offer(push)) {
      this.#lastAccepted = push.id;
      this.#losses = 0;
      return 'accepted';
    }
    this.#losses += 1;
    const ms = raceDelay(this.#losses, this.#workspace.chance());
    if (ms > 0) await new Wake().wait(ms, this.#terms.signal);
    return 'lost';
  }

  /** Offers a push; answers whether it is the team's now. Where it is not, what is here stands on the server's again. */
  async #offer(push: Push): Promise<boolean> {
    try {
      const answer = await this.#calls.push(push);
      switch (answer.kind) {
        case 'accepted':
          await this.#local.accepted(push, answer);
          return true;
        case 'conflict':
          await this.#local.rebase(this.#calls, [...push.documents, ...answer.keys], {
            push: push.id,
            refused: null,
          });
          return false;
        case 'refused':
          if (answer.reason === 'too-old') throw this.#tooOld();
          this.#workspace.log.line('team refused a push', { reason: answer.reason });
          await this.#local.rebase(this.#calls, push.documents, {
            push: push.id,
            refused: { reason: answer.reason, key: answer.key },
          });
          return false;
      }
    } catch (error) {
      // Another one was writing the same rows; the server asks for the same once more.
      if (error instanceof TeamError && error.isRace) return false;
      throw error;
    }
  }

  /** Pulls one page; answers whether there is more. */
  async #pull(): Promise<boolean> {
    const after = this.#local.last();
    const page = await this.#calls.pull(after, pageSize);
    if (page.more && page.upTo <= after) throw this.#nonsense('pull');
    if (page.documents.length > 0 || page.upTo > after) await this.#write(page, page.upTo, 'interactive');
    return page.more;
  }

  async #write(page: Page, upTo: number | null, urgency: Urgency): Promise<void> {
    const behind = await this.#local.write(this.#calls, page, upTo, urgency);
    if (behind.length > 0) await this.#local.rebase(this.#calls, behind, null);
  }

  #nonsense(said: string): TeamError {
    return new TeamError({ kind: 'protocol', where: this.#terms.where, said });
  }

  #tooOld(): TeamError {
    return new TeamError(
      { kind: 'too-old-server', where: this.#terms.where, said: null },
      { fate: 'too-old' },
    );
  }
}
