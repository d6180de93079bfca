import type { Backup, BackupReason, BackupTrouble } from '#shared/contract/recovery.ts';
import { nextBackupAt } from '#shared/domain/backups/keep.ts';
import { runCopyJob } from './copy-thread.ts';
import type { CopyThread } from './copy-thread.ts';
import type { CopyJob, JobFailure } from './jobs.ts';
import { keyNameOf, seeBackups } from './note.ts';
import { makesFolder } from './place.ts';
import type { BackupPlace } from './place.ts';
import { erasedAt } from '../store/erase/erasure-rows.ts';
import type { Workspace } from '../workspace.ts';

/** When a workspace looks after itself: times in ms, and bytes that stay free on a disk. */
export type UpkeepTimes = {
  readonly checkAfterMs: number;
  readonly backUpAfterMs: number;
  readonly lookEveryMs: number;
};

/** The desk is usable long before either begins; a clock that jumps or a machine that slept is noticed within a minute. */
export const usualUpkeep: UpkeepTimes = {
  checkAfterMs: 30_000,
  backUpAfterMs: 120_000,
  lookEveryMs: 60_000,
};

/** What looks after an open workspace works with. */
export type UpkeepOptions = {
  readonly thread: CopyThread;
  readonly version: string;
  readonly reserve: number;
  readonly times: UpkeepTimes | 'off';
  place(): BackupPlace;
  changed(): void;
  /** The database is damaged: found by reading all of it. */
  damaged(detail: string): void;
};

const troubleKinds = ['no-space', 'read-only', 'not-there', 'damaged'] as const;

/** Makes the backups of an open workspace and reads it through, in a thread of its own. */
export class Upkeep {
  readonly #workspace: Workspace;
  readonly #options: UpkeepOptions;
  readonly #ended = new AbortController();
  readonly #timers: NodeJS.Timeout[] = [];
  #running: Promise<void> | null = null;
  #checking: Promise<void> | null = null;
  #trouble: BackupTrouble | null = null;
  #looking = false;

  constructor(workspace: Workspace, options: UpkeepOptions) {
    this.#workspace = workspace;
    this.#options = options;
  }

  start(): void {
    const { times } = this.#options;
    if (times === 'off' || this.#workspace.kind === 'sample') return;
    this.#timers.push(
      setTimeout(() => {
        void this.check();
      }, times.checkAfterMs),
    );
    const first = setTimeout(() => {
      void this.look();
      this.#timers.push(
        setInterval(() => {
          void this.look();
        }, times.lookEveryMs),
      );
    }, times.backUpAfterMs);
    this.#timers.push(first);
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  get trouble(): BackupTrouble | null {
    return this.#trouble;
  }

  /** When the next backup is due beside those, ms UTC; null where none is made by itself. */
  nextAt(backups: readonly Backup[]): number | null {
    return this.#next(backups)?.at ?? null;
  }

  #next(backups: readonly Backup[]): { readonly at: number; readonly why: BackupReason } | null {
    if (this.#options.times === 'off') return null;
    const last = backups.find(({ stand }) => stand === 'good')?.at ?? null;
    const erased = erasedAt(this.#workspace.db);
    // One that still holds what was erased after it was made does not count: another one takes its place at once.
    const holdsErased = last !== null && erased !== null && last <= erased;
    const at = nextBackupAt(
      holdsErased ? null : last,
      this.#trouble?.at ?? null,
      this.#workspace.clock.now(),
    );
    return { at, why: holdsErased ? 'after-erasure' : 'daily' };
  }

  /** Makes a backup if one is due; also after the computer has slept. */
  async look(): Promise<void> {
    if (this.isRunning || this.#looking) return;
    this.#looking = true;
    try {
      const backups = await seeBackups(this.#options.place().folder, keyNameOf(this.#workspace.root));
      if (this.#running !== null || this.#ended.signal.aborted) return;
      const next = this.#next(backups);
      if (next !== null && next.at <= this.#workspace.clock.now()) void this.backUp(next.why);
    } catch (error) {
      this.#workspace.log.fault('backup', error);
    } finally {
      this.#looking = false;
    }
  }

  /** Makes a backup now; one that is under way is it. Answers when it has ended, in whatever way. */
  backUp(why: BackupReason): Promise<void> {
    this.#running ??= this.#backUp(why).finally(() => {
      this.#running = null;
      this.#options.changed();
    });
    this.#options.changed();
    return this.#running;
  }

  async #backUp(why: BackupReason): Promise<void> {
    try {
      await this.#backUpNow(why);
    } catch (error) {
      // Such as a database that cannot be read any more: it is told as a backup that was not made.
      this.#workspace.log.fault('backup', error);
      this.#trouble = this.#troubleOf({ kind: 'failed', needs: null, detail: '' });
    }
  }

  async #backUpNow(why: BackupReason): Promise<void> {
    const { dir, root, clock, log, policy } = this.#workspace;
    const { version, reserve } = this.#options;
    const place = this.#options.place();
    const done = await this.#run({
      kind: 'back-up',
      ...{
        workspaceDir: dir,
        root,
        folder: place.folder,
        makesFolder: makesFolder(place),
        why,
        version,
        reserve,
      },
      at: clock.now(),
      keepDays: policy.values['backups.keepDays'] ?? null,
      erasedAt: erasedAt(this.#workspace.db),
    });
    if (this.#ended.signal.aborted) return;
    this.#trouble = done === null ? null : this.#troubleOf(done);
    if (done === null) log.line('backup', { why });
    else log.trouble('backup', { why, kind: done.kind, needs: done.needs });
  }

  #troubleOf({ kind, needs }: JobFailure): BackupTrouble {
    const told = troubleKinds.find((one) => one === kind) ?? 'failed';
    return { kind: told, needs, at: this.#workspace.clock.now() };
  }

  /** Reads every page of the database; tells when one of them is damaged. Answers when it has. */
  check(): Promise<void> {
    this.#checking ??= this.#check().finally(() => {
      this.#checking = null;
    });
    return this.#checking;
  }

  async #check(): Promise<void> {
    const { dir, root, log } = this.#workspace;
    const done = await this.#run({ kind: 'check-workspace', workspaceDir: dir, root });
    if (this.#ended.signal.aborted) return;
    if (done?.kind !== 'damaged') return;
    log.trouble('damaged', { at: 'check' });
    this.#options.damaged(done.detail);
  }

  async #run(job: CopyJob): Promise<JobFailure | null> {
    const done = await runCopyJob(this.#options.thread, job, this.#ended.signal);
    return done.ok ? null : done.failure;
  }

  /** Ends without waiting for a copy that is under way. */
  stop(): void {
    this.#ended.abort();
    for (const timer of this.#timers) clearInterval(timer);
  }
}
