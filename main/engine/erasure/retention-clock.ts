import { firstRun, retentionPauseMs } from '#shared/domain/erasure/retention.ts';
import { isManaged } from '#shared/domain/policy/policy.ts';
import type { Policy } from '#shared/domain/policy/policy.ts';
import { roleOf } from '../store/read/members.ts';
import { readRetention, readTeamRetention } from '../store/read/retention.ts';
import { teamLink } from '../store/team/link.ts';
import { retainInTeam } from '../team/ask-erasure.ts';
import type { ReadableDb } from '../store/driver.ts';
import type { Workspace } from '../workspace.ts';

/** The rule that holds: the team's; else the admin's, which counts at once, or the one that was set here. Null where nothing goes by its time. */
export const retentionRule = (
  db: ReadableDb,
  policy: Policy,
): { readonly days: number; readonly firstAt: number } | null => {
  if (teamLink(db) !== null) {
    const rule = readTeamRetention(db);
    return rule === null ? null : { days: rule.days, firstAt: firstRun(rule, false) };
  }
  if (isManaged(policy, 'retention.days')) {
    const days = policy.values['retention.days'];
    return days === undefined ? null : { days, firstAt: 0 };
  }
  const rule = readRetention(db);
  return rule === null ? null : { days: rule.days, firstAt: firstRun(rule, false) };
};

/** A timer must not be set further ahead than this (Node's limit is 2^31 ms). */
const longestWait = 2 ** 31 - 1;

/** Where the team's database is away it is asked again so soon, in ms. */
const awayPauseMs = 60 * 60_000;

/** Has conversations erased whose time is over: at the start, when the rule's day of grace has passed, and daily. */
export class RetentionClock {
  readonly #workspace: Workspace;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #ended = false;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** The rule may have changed, or it is the start. */
  wake(): void {
    if (this.#ended) return;
    this.#running ??= this.#look().finally(() => {
      this.#running = null;
    });
  }

  async stop(): Promise<void> {
    this.#ended = true;
    this.#setTimer(null);
    await this.#running;
  }

  async #look(): Promise<void> {
    const { log, db, policy, clock } = this.#workspace;
    try {
      const rule = retentionRule(db, policy);
      if (rule === null) {
        this.#setTimer(null);
        return;
      }
      const wait = rule.firstAt - clock.now();
      const isDone = wait > 0 || (await this.#retain(rule.days));
      if (this.#isEnded()) return;
      this.#setTimer(wait > 0 ? wait : isDone ? retentionPauseMs : awayPauseMs);
    } catch (error) {
      if (!this.#isEnded()) log.fault('retention', error);
    }
  }

  /**
   * In a team the database says what goes, once for everybody, to leads and admins; the first that asks has it done.
   * Answers whether it could be done.
   */
  async #retain(days: number): Promise<boolean> {
    const { db, writer } = this.#workspace;
    const link = teamLink(db);
    if (link === null) {
      await writer.run('retention.begin', { days }, 'background');
      return true;
    }
    return roleOf(db, link.member) === 'agent' || (await retainInTeam(this.#workspace)).ok;
  }

  #setTimer(wait: number | null): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (wait === null) return;
    this.#timer = setTimeout(() => this.wake(), Math.min(wait, longestWait));
    this.#timer.unref();
  }

  #isEnded(): boolean {
    return this.#ended;
  }
}
