import { Wake } from '../ingest/wake.ts';
import { datedAfter } from '../store/team/op.ts';
import { heldHere } from '../store/read/retention.ts';
import { teamProgress } from '../store/team/progress.ts';
import type { Workspace } from '../workspace.ts';
import type { Urgency } from '../writer/writer.ts';
import { raceDelay } from './backoff.ts';
import { fetchPast } from './bootstrap.ts';
import type { TeamCalls } from './connection-calls.ts';
import { TeamError } from './connection-failure.ts';
import { hearErasures } from './erasures.ts';
import { makeGood } from './sync-failover.ts';
import type { LocalTeam } from './sync-local.ts';
import type { DocumentKey, Hello, Page, Push, PushAnswer } from './wire.ts';

/** Documents in one page of a pull: some 20 ms of the writer's time. */
const pageSize = 200;

/** Clocks that differ by less than this are right. */
const negligibleMs = 60_000;

const isSame = (one: DocumentKey, other: DocumentKey | null): boolean =>
  one.kind === other?.kind && one.id === other.id;

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
  /** Something in a push is not taken and the server cannot say what: one thing after the other. */
  #oneByOne = false;
  /** The team's database knows of erasures; one that was not upgraded yet does not. */
  #erases = false;
  /** What was named as erased last: it is looked for here once. */
  #lastErased = '';
  #held: string | null = null;
  /** The team's time when it was last heard, and by our own monotonic clock when that was, in ms. */
  #heard: { readonly now: number; readonly at: number } | null = null;

  constructor(workspace: Workspace, local: LocalTeam, calls: TeamCalls, terms: ExchangeTerms) {
    this.#workspace = workspace;
    this.#local = local;
    this.#calls = calls;
    this.#terms = terms;
  }

  /** Looks whether the server is the one that was followed until now, and whether we see what we saw. */
  async settle(hello: Hello): Promise<void> {
    const { db, writer, clock } = this.#workspace;
    const progress = teamProgress(db);
    if (progress === null) return;
    this.#heard = { now: hello.now, at: clock.monotonic() };
    const history = await this.#calls.history();
    const isOther = history !== null && progress.history !== null && history !== progress.history;
    if (isOther || hello.seq < this.#local.last()) {
      this.#workspace.log.line('team server went back', { from: this.#local.last(), to: hello.seq });
      // Whatever it has of erasures is heard anew: what it brought back by them is gone here.
      await writer.run('team.progress', { erasedSeq: 0 });
      await this.#hear(hello.erased);
      await makeGood(this.#workspace, this.#local, this.#calls, hello.seq);
    }
    this.#erases = hello.erased !== undefined;
    await this.#hear(hello.erased);
    if (hello.retention !== undefined) await writer.run('team.retention', { rule: hello.retention });
    const isOtherView = progress.access !== null && progress.access !== hello.access;
    if (isOtherView) await this.#local.tryAside();
    await writer.run('team.progress', {
      history: history ?? progress.history,
      access: hello.access,
      // What we may see now and could not before did not change, and no pull brings it.
      ...(isOtherView ? { phase: 'recent' as const, before: null } : {}),
    });
    await this.#keepTime(true);
  }

  /**
   * Others go by the times of what is done here: this computer's clock is put right by the team's, when that is heard and
   * when it was set meanwhile, and what waits is dated now at the latest.
   */
  async #keepTime(isHeard = false): Promise<void> {
    const { db, writer, clock } = this.#workspace;
    if (this.#heard === null) return;
    const now = Math.round(this.#heard.now + (clock.monotonic() - this.#heard.at));
    const clockAhead = now - clock.now();
    const isRight = Math.abs(clockAhead - (teamProgress(db)?.clockAhead ?? 0)) < negligibleMs;
    if (isRight && !isHeard) return;
    await writer.run('team.progress', { clockAhead });
    const latest = now + negligibleMs;
    const early = datedAfter(db, latest);
    if (early.length > 0) await this.#local.rebase(this.#calls, early, null, latest);
  }

  /** Erases here what was erased for everybody, before anything else is written or told. */
  async #hear(erased: number | undefined): Promise<void> {
    const heard = teamProgress(this.#workspace.db)?.erasedSeq ?? 0;
    if (erased !== undefined && erased > heard) await hearErasures(this.#workspace, this.#calls);
  }

  /** Tells what drafts and sends of this device keep from going by its age. */
  async #hold(): Promise<void> {
    if (!this.#erases) return;
    const held = heldHere(this.#workspace.db);
    const said = JSON.stringify(held);
    if (said === (this.#held ?? '[]')) return;
    await this.#calls.hold(held);
    this.#held = said;
  }

  /** Fetches a page of what was there before this device joined; answers whether the newest of it is still to come. */
  async past(): Promise<'recent' | 'older' | 'whole'> {
    const isUrgent = teamProgress(this.#workspace.db)?.phase === 'recent';
    return fetchPast(this.#workspace, {
      calls: this.#calls,
      write: async (page, upTo) => {
        await this.#hear(page.erased);
        await this.#write(page, upTo, isUrgent ? 'interactive' : 'background');
      },
    });
  }

  /** Pushes what waits here and, where asked, pulls what is there, until neither has any more. */
  async round(pull: boolean): Promise<void> {
    let isMore = pull;
    if (pull) await this.#hold();
    for (;;) {
      this.#terms.signal.throwIfAborted();
      await this.#keepTime();
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
    const push = await this.#local.nextPush(this.#oneByOne);
    if (push === null) {
      this.#oneByOne = false;
      return 'nothing';
    }
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
          await this.#refused(push, answer);
          return false;
      }
    } catch (error) {
      // Another one was writing the same rows; the server asks for the same once more.
      if (error instanceof TeamError && error.isRace) return false;
      throw error;
    }
  }

  /** Leaves out what the server will not have: the commands that did it, or, where there are none, what it is about. */
  async #refused(
    push: Push,
    { reason, key }: Extract<PushAnswer, { readonly kind: 'refused' }>,
  ): Promise<void> {
    this.#workspace.log.line('team refused a push', { reason });
    if (reason === 'erased' && (await this.#eraseOwn(push, key))) return;
    if (key === null && !this.#oneByOne) {
      this.#oneByOne = true;
      await this.#local.dropPush(push);
      return;
    }
    const part = this.#local.partWith(push, key);
    const end = await this.#local.rebase(this.#calls, part, { push: push.id, refused: { reason, key } });
    if (end !== 'hopeless') return;
    const account = push.documents.find((one) => isSame(one, key))?.account ?? null;
    const others = push.documents.filter((one) => reason === 'not-granted' && one.account === account);
    await this.#local.setAside(key === null ? part : [key, ...others], reason, push.id);
  }

  /** What was pushed was erased for everybody: our own copy goes, and then what is left of the push is told. */
  async #eraseOwn(push: Push, key: DocumentKey | null): Promise<boolean> {
    await hearErasures(this.#workspace, this.#calls);
    await this.#local.dropPush(push);
    if (key === null) return true;
    const word = `${key.kind} ${key.id}`;
    if (this.#lastErased === word) return false;
    this.#lastErased = word;
    if (!(await this.#workspace.writer.run('team.eraseNamed', key))) return false;
    await hearErasures(this.#workspace, this.#calls);
    return true;
  }

  /** Pulls one page; answers whether there is more. */
  async #pull(): Promise<boolean> {
    const after = this.#local.last();
    const page = await this.#calls.pull(after, pageSize);
    if (page.more && page.upTo <= after) throw this.#nonsense('pull');
    await this.#hear(page.erased);
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
