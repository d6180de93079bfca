import type { TopicName } from '#shared/contract/events.ts';
import type { FollowUpId } from '#shared/kit/brand.ts';
import type { Fallen, ToldOf } from '../actions/follow-ups/fall-due.ts';
import type { AccountLoops } from '../ingest/account-loops.ts';
import { Wake } from '../ingest/wake.ts';
import { dueFollowUps, nextTimes } from '../store/read/due.ts';
import type { DueFollowUp } from '../store/read/due.ts';
import { recountWanted } from '../store/read/targets.ts';
import type { Workspace } from '../workspace.ts';
import { MailChecks } from './mail-checked.ts';
import { longestNapMs, napFor, timePassedUnseen } from './naps.ts';
import type { Nap } from './naps.ts';
import { tellBreached, tellFallen } from './tell.ts';

/** So many follow-ups come up in one transaction; a person's click waits for one such slice at most. */
const atOnce = 50;
/** What came up later than this was due while nobody was there: the application off, the computer asleep. */
const lateAfterMs = 60_000;
/** What Snooze on a notice means. */
const snoozeMs = 60 * 60_000;

/** Changes after which something may be due sooner than the clock is next looked at. */
export const reminderTopics: readonly TopicName[] = ['follow-ups', 'lists', 'conversation', 'members'];

/**
 * The clock of the workspace: brings up follow-ups within a minute of their time, wakes what was snoozed, brings back
 * who was away, and tells of targets that have passed. It sleeps until the next due time and 20 seconds at most, so a
 * clock that was set, or a sleep that nobody told of, is found out. Whether something has come up is in the store
 * alone: a clock set back brings nothing up twice, and a crash loses nothing.
 */
export class Reminders {
  readonly #workspace: Workspace;
  readonly #loops: AccountLoops;
  readonly #mail: MailChecks;
  readonly #wake = new Wake();
  readonly #ended = new AbortController();
  #running: Promise<void> | null = null;
  /** Whether something that is due waits for the mail to be looked at. */
  #isHeld = false;

  constructor(workspace: Workspace, loops: AccountLoops) {
    this.#workspace = workspace;
    this.#loops = loops;
    this.#mail = new MailChecks(workspace, loops);
  }

  /** What fell due while the application was off comes up at once. */
  start(): void {
    this.#mail.forget();
    this.#running ??= this.#run();
  }

  /** Something may be due sooner than was known. */
  wake(): void {
    this.#wake.wake();
  }

  /** An account's mail has been looked at; that alone makes nothing due but what waits for it. */
  mailLookedAt(): void {
    if (this.#isHeld) this.#wake.wake();
  }

  /** The computer woke up. */
  resumed(): void {
    this.#mail.forget();
    this.#wake.wake();
  }

  /** The person used a button of a notice; what has ended meanwhile stays ended. */
  answered(act: 'done' | 'snooze', id: FollowUpId): void {
    const { writer, clock, log } = this.#workspace;
    const done =
      act === 'done'
        ? writer.run('follow-up.keep', { id })
        : writer.run('follow-up.move', { id, dueAt: clock.now() + snoozeMs });
    done
      .then((result) => {
        if (!result.ok) log.line('notice answered too late', { act, why: result.failure.kind });
      })
      .catch((error: unknown) => log.fault('notice', error));
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    await this.#running;
  }

  #hasEnded(): boolean {
    return this.#ended.signal.aborted;
  }

  async #run(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      const nap = await this.#roundSafely();
      if (nap === null) return;
      await this.#wake.wait(nap.ms, signal);
      if (!this.#hasEnded()) this.#lookAtTheClock(nap);
    }
  }

  async #roundSafely(): Promise<Nap | null> {
    const { clock, log } = this.#workspace;
    let ms = longestNapMs;
    try {
      ms = await this.#round();
    } catch (error) {
      if (this.#hasEnded()) return null;
      log.fault('reminders', error);
    }
    return { ms, now: clock.now(), monotonic: clock.monotonic() };
  }

  /** A sleep that the system did not tell of, or a clock that was set: the mail has to be looked at again. */
  #lookAtTheClock(nap: Nap): void {
    const { clock, log } = this.#workspace;
    const passed = timePassedUnseen(nap, { now: clock.now(), monotonic: clock.monotonic() });
    if (passed === 'none') return;
    log.line('clock jumped', { direction: passed });
    if (passed === 'back') return;
    this.#mail.forget();
    this.#loops.networkChanged();
  }

  async #round(): Promise<number> {
    const { db, clock, writer } = this.#workspace;
    const now = clock.now();
    const { back, awake, breach } = nextTimes(db, now);
    const isDue = (at: number | null): boolean => at !== null && at <= now;
    if (isDue(back)) await writer.run('member.comeBack', { now }, 'background');
    if (isDue(awake)) await this.#wakeSnoozed(now);
    const heldFor = await this.#fallDue(now);
    if (isDue(breach)) await this.#tellBreaches(now);
    return napFor(nextTimes(db, now), clock.now(), heldFor);
  }

  async #wakeSnoozed(now: number): Promise<void> {
    const { writer } = this.#workspace;
    for (;;) {
      const { woken } = await writer.run('conversation.wakeDue', { now, limit: atOnce }, 'background');
      if (woken < atOnce || this.#hasEnded()) return;
    }
  }

  /** Brings up what is due, in slices; answers for how long (ms) the first of those that wait for the mail will, null for none. */
  async #fallDue(now: number): Promise<number | null> {
    const ready: { readonly one: DueFollowUp; readonly unchecked: boolean }[] = [];
    let held: number | null = null;
    for (const one of dueFollowUps(this.#workspace.db, now)) {
      const leave = this.#mail.leaveFor(one);
      if (leave.kind === 'go') ready.push({ one, unchecked: leave.unchecked });
      else held = Math.min(held ?? leave.until, leave.until);
    }
    this.#isHeld = held !== null;
    await this.#inSlices(
      now,
      ready.map(({ one: { id, dueAt }, unchecked }) => ({ id, late: now - dueAt > lateAfterMs, unchecked })),
    );
    return held === null ? null : Math.max(0, held - this.#workspace.clock.monotonic());
  }

  async #inSlices(
    now: number,
    due: readonly { readonly id: FollowUpId; readonly late: boolean; readonly unchecked: boolean }[],
  ): Promise<void> {
    const fallen: Fallen[] = [];
    try {
      for (let from = 0; from < due.length && !this.#hasEnded(); from += atOnce) {
        const slice = { now, due: due.slice(from, from + atOnce) };
        const done = await this.#workspace.writer.run('follow-up.fallDue', slice, 'background');
        fallen.push(...done.fallen);
      }
    } finally {
      // What came up has come up, even where the disk ended it half-way.
      tellFallen(this.#workspace, fallen);
    }
  }

  /** Told when all of a first import or of new settings is there, so that one digest says it. */
  async #tellBreaches(now: number): Promise<void> {
    const { db, writer } = this.#workspace;
    if (this.#loops.importing() || recountWanted(db) !== null) return;
    const told: ToldOf[] = [];
    for (let more = true; more && !this.#hasEnded();) {
      const slice = await writer.run('target.tell', { now, limit: atOnce }, 'background');
      told.push(...slice.told);
      ({ more } = slice);
    }
    tellBreached(this.#workspace, told);
  }
}
