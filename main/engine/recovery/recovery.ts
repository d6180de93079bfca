import { join } from 'node:path';
import type { Backup, BackupNeeds, BackupReason, WrongWords } from '#shared/contract/recovery.ts';
import { isManaged, managed } from '#shared/domain/policy/policy.ts';
import type { Policy } from '#shared/domain/policy/policy.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import type { EngineHandlers } from '../api/dispatch.ts';
import { steppedBack } from '../store/read/recovery.ts';
import type { Workspace } from '../workspace.ts';
import { workspaceFiles } from '../workspace-files.ts';
import { runCopyJob } from './copy-thread.ts';
import { hasOpenedBefore } from './key-check.ts';
import { backupIn, keyNameOf, seeBackups } from './note.ts';
import { backupPlace, chooseBackupPlace, placeRefusal } from './place.ts';
import { confirmWords, makeWords, openWithWords, wordsIn } from './recovery-file.ts';
import { removeSetAside, setAsideOf } from './restore.ts';
import { Restorer, opensDatabase } from './restorer.ts';
import type { RestoreHost } from './restorer.ts';
import { Upkeep } from './upkeep.ts';
import type { UpkeepTimes } from './upkeep.ts';
import { fullWord } from './words.ts';

/** The calls about recovery: words, backups, restores. */
export type RecoveryHandlers = Pick<
  EngineHandlers,
  Extract<keyof EngineHandlers, `recovery.${string}` | `backup.${string}`>
>;

/** What recovery asks of the engine around it. */
export type RecoveryHost = RestoreHost & {
  readonly policy: Policy;
  readonly version: string;
  readonly times: UpkeepTimes | 'off';
  /** The database cannot be used any more. */
  damaged(detail: string): Promise<void>;
};

/** More are not looked at in one sitting; the oldest is forgotten. */
const mostOthers = 20;

/** Everything that brings a workspace back, whether it is open or not. */
export class Recovery {
  readonly #host: RecoveryHost;
  /** The words as they were made last, so that some of them can be asked for again; nowhere else. */
  #made: readonly string[] = [];
  #upkeep: Upkeep | null = null;
  readonly #restorer: Restorer;
  readonly #ended = new AbortController();
  readonly #others = new Map<string, string>();

  constructor(host: RecoveryHost) {
    this.#host = host;
    this.#restorer = new Restorer(host, this.#ended.signal);
  }

  /** Looks after a workspace that has just been opened. */
  opened(workspace: Workspace): void {
    this.#upkeep = new Upkeep(workspace, {
      thread: this.#host.thread,
      version: this.#host.version,
      reserve: this.#host.reserve,
      times: this.#host.times,
      place: () => backupPlace(this.#host.workspaceDir, this.#host.policy),
      changed: () => this.#changed(),
      damaged: (detail) => {
        void this.#host.damaged(detail);
      },
    });
    this.#upkeep.start();
  }

  closed(): void {
    this.#upkeep?.stop();
    this.#upkeep = null;
  }

  close(): void {
    this.closed();
    this.#ended.abort();
  }

  /** The computer woke up. */
  resumed(): void {
    void this.#upkeep?.look();
  }

  /** An answer of the disk that may mean damage: all of it is read before that is believed. */
  suspect(): void {
    void this.#upkeep?.check();
  }

  /** Makes a backup of the open workspace; answers when it has ended. */
  async backUp(why: BackupReason): Promise<void> {
    await this.#upkeep?.backUp(why);
  }

  #changed(): void {
    this.#host.changed({ topic: 'recovery' });
  }

  #isOpen(): boolean {
    return this.#host.kind === 'own' && this.#host.state().kind === 'ready';
  }

  #folder(): string {
    return backupPlace(this.#host.workspaceDir, this.#host.policy).folder;
  }

  #keyName(): string | null {
    const root = this.#host.root();
    return root === null ? null : keyNameOf(root);
  }

  handlers(steppedBackNow: () => Workspace | null): RecoveryHandlers {
    const { workspaceDir, policy, clock, shell } = this.#host;
    const noWorkspace = { kind: 'no-workspace' } as const;
    return {
      'recovery.state': async () => {
        const backups = this.#host.kind === 'sample' ? [] : await seeBackups(this.#folder(), this.#keyName());
        const words = wordsIn(workspaceDir);
        const workspace = steppedBackNow();
        return ok({
          words: words === null ? { kind: 'none' } : { kind: 'made', ...words },
          hasKey: this.#host.root() !== null,
          ...backupPlace(workspaceDir, policy),
          running: this.#upkeep?.isRunning ?? false,
          restoring: this.#restorer.isRestoring,
          nextAt: this.#upkeep?.nextAt(backups) ?? null,
          trouble: this.#upkeep?.trouble ?? null,
          backups,
          setAside: this.#host.kind === 'sample' ? [] : setAsideOf(workspaceDir),
          steppedBack: workspace === null ? null : steppedBack(workspace.db),
        });
      },
      'recovery.makeWords': () => {
        const root = this.#host.root();
        if (!this.#isOpen() || root === null) return fail(noWorkspace);
        this.#made = makeWords(workspaceDir, root, clock.now());
        this.#changed();
        return ok({ words: this.#made });
      },
      'recovery.confirmWords': ({ words }) => {
        if (!this.#isOpen()) return fail(noWorkspace);
        // Made in an earlier sitting they are on paper alone, and only all of them can be tried.
        if (this.#made.length === 0) return this.#confirmAll(words);
        for (const { place, word } of words) {
          const full = fullWord(word);
          if (full === null) return fail({ kind: 'wrong-words', place });
          if (full !== this.#made[place - 1]) return fail({ kind: 'wrong-words', place: null });
        }
        if (new Set(words.map(({ place }) => place)).size < 3)
          return fail({ kind: 'wrong-words', place: null });
        confirmWords(workspaceDir);
        this.#made = [];
        this.#changed();
        return ok(null);
      },
      'recovery.openWithWords': ({ words }) => this.#openWithWords(words),
      'backup.now': () => {
        if (!this.#isOpen() || this.#upkeep === null) return fail(noWorkspace);
        void this.#upkeep.backUp('asked');
        return ok(null);
      },
      'backup.chooseFolder': async ({ to }) => {
        if (!this.#isOpen()) return fail(noWorkspace);
        if (isManaged(policy, 'backups.folder')) return fail(managed(policy, 'backups.folder'));
        const folder = to === 'default' ? null : await shell.chooseFolder();
        if (to === 'ask' && folder === null) return ok(null);
        const refused = folder === null ? null : placeRefusal(workspaceDir, folder);
        if (refused !== null) return fail({ kind: refused });
        chooseBackupPlace(workspaceDir, folder);
        this.#changed();
        return ok({ folder: this.#folder() });
      },
      'backup.verify': ({ id }) => this.#verify(id),
      'backup.restore': ({ id, ...keys }) => this.#restorer.restore(join(this.#folder(), id), id, keys),
      'backup.openOther': () => this.#openOther(),
      'backup.restoreOther': ({ ref, ...keys }) => {
        const folder = this.#others.get(ref);
        return folder === undefined
          ? fail({ kind: 'backup-gone' })
          : this.#restorer.restore(folder, ref, keys);
      },
      'recovery.removeSetAside': ({ name }) => {
        removeSetAside(workspaceDir, name);
        this.#changed();
        return ok(null);
      },
      'recovery.seenSteppedBack': async () => {
        await steppedBackNow()?.writer.run('recovery.seen', {});
        return ok(null);
      },
    };
  }

  #confirmAll(words: readonly { readonly place: number; readonly word: string }[]): Result<null, WrongWords> {
    const { workspaceDir } = this.#host;
    const inOrder = [...words].sort((one, other) => one.place - other.place);
    const opened = openWithWords(workspaceDir, inOrder.map(({ word }) => word).join(' '));
    if (!opened.ok) return fail({ kind: 'wrong-words', place: opened.failure.place });
    confirmWords(workspaceDir);
    this.#changed();
    return ok(null);
  }

  async #openWithWords(
    typed: string,
  ): Promise<Result<null, WrongWords | { readonly kind: 'no-recovery-file' }>> {
    const { workspaceDir, keyring } = this.#host;
    if (this.#host.state().kind === 'ready') return ok(null);
    if (wordsIn(workspaceDir) === null) return fail({ kind: 'no-recovery-file' });
    const root = openWithWords(workspaceDir, typed);
    if (!root.ok) return fail({ kind: 'wrong-words', place: root.failure.place });
    const isRight =
      hasOpenedBefore(workspaceDir, root.value) ||
      opensDatabase(join(workspaceDir, workspaceFiles.database), root.value);
    if (!isRight) return fail({ kind: 'wrong-words', place: null });
    await this.#host.open(await keyring.adopt(root.value));
    return ok(null);
  }

  async #verify(id: string): Promise<Result<Backup, { readonly kind: 'backup-gone' | 'no-workspace' }>> {
    const root = this.#host.root();
    if (root === null) return fail({ kind: 'no-workspace' });
    const backup = join(this.#folder(), id);
    if (backupIn(backup, id, null) === null) return fail({ kind: 'backup-gone' });
    const at = this.#host.clock.now();
    const done = await runCopyJob(
      this.#host.thread,
      { kind: 'check-backup', backup, root, at },
      this.#ended.signal,
    );
    if (!done.ok) this.#host.log().trouble('check backup', { kind: done.failure.kind });
    this.#changed();
    const seen = backupIn(backup, id, keyNameOf(root));
    if (seen === null) return fail({ kind: 'backup-gone' });
    const { kind } = done.ok ? { kind: 'good' as const } : done.failure;
    return ok(kind === 'other-key' || kind === 'damaged' ? { ...seen, stand: kind } : seen);
  }

  async #openOther(): Promise<
    Result<
      { readonly ref: string; readonly backup: Backup; readonly needs: BackupNeeds } | null,
      { readonly kind: 'no-backup-there' }
    >
  > {
    const folder = await this.#host.shell.chooseFolder();
    if (folder === null) return ok(null);
    const found = this.#restorer.found(folder);
    if (found === null) return fail({ kind: 'no-backup-there' });
    const ref = `other-${String(this.#others.size + 1)}`;
    if (this.#others.size >= mostOthers) this.#others.clear();
    this.#others.set(ref, found.folder);
    return ok({ ref, backup: found.backup, needs: await this.#restorer.needsOf(found.folder) });
  }
}
