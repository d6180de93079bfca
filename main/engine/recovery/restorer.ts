import { copyFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { AppState } from '#shared/contract/app.ts';
import type { Topic } from '#shared/contract/events.ts';
import type { Backup, BackupNeeds, RestoreRefusal } from '#shared/contract/recovery.ts';
import type { Clock } from '#shared/kit/ports.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import { Keyring, keyName } from '../keyring.ts';
import type { KeySource, KeyState } from '../keyring.ts';
import type { Log } from '../log.ts';
import type { ShellPort } from '../shell-port.ts';
import { openReader } from '../store/driver.ts';
import { StoreError } from '../store/failure.ts';
import { deriveKeys } from '../store/keys.ts';
import { workspaceFiles } from '../workspace-files.ts';
import { runCopyJob } from './copy-thread.ts';
import type { CopyThread } from './copy-thread.ts';
import { backupIn, backupsIn, keyNameOf } from './note.ts';
import { openWithWords, recoveryName } from './recovery-file.ts';
import { holdPlace, partialOf, putInPlace } from './restore.ts';

/** What putting a backup in place asks of the engine around it. */
export type RestoreHost = {
  readonly workspaceDir: string;
  readonly kind: 'own' | 'sample';
  readonly keyring: Keyring;
  readonly keySource: KeySource['kind'];
  readonly shell: ShellPort;
  readonly clock: Clock;
  readonly thread: CopyThread;
  /** What stays free on a disk, in bytes. */
  readonly reserve: number;
  log(): Log;
  state(): AppState;
  /** The root key as far as it is known: of the open workspace, or of one that did not open. */
  root(): Uint8Array | null;
  /** Ends all work in the workspace, and the right to it. */
  close(): Promise<void>;
  /** Opens the workspace with a key, or shows the screen that asks for what is missing. */
  open(key: KeyState): Promise<void>;
  /** Opens it again as at the start. */
  start(): Promise<void>;
  changed(...topics: readonly Topic[]): void;
};

type Keys = { readonly words?: string | undefined; readonly passphrase?: string | undefined };
type Opening = { readonly root: Uint8Array; readonly by: 'known' | 'backup-key' | 'words' };

/** Whether a key opens a database; true too where damage, or its absence, keeps it from saying so. */
export const opensDatabase = (path: string, root: Uint8Array): boolean => {
  // Opening what is not there would make an empty database of it.
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return true;
  try {
    openReader({ path, key: deriveKeys(root).database }).close();
    return true;
  } catch (error) {
    return !(error instanceof StoreError && error.reason === 'wrong-key');
  }
};

/** Finds backups, the keys that open them, and puts them in the workspace's place. */
export class Restorer {
  readonly #host: RestoreHost;
  readonly #ended: AbortSignal;
  #restoring = false;

  constructor(host: RestoreHost, ended: AbortSignal) {
    this.#host = host;
    this.#ended = ended;
  }

  get isRestoring(): boolean {
    return this.#restoring;
  }

  /** A folder that is a backup, or the newest usable one of those in it. */
  found(folder: string): { readonly folder: string; readonly backup: Backup } | null {
    const itself = backupIn(folder, 'other', null);
    if (itself !== null) return { folder, backup: itself };
    const inside = backupsIn(folder, null);
    const newest = inside.find(({ stand }) => stand === 'good') ?? inside[0];
    return newest === undefined ? null : { folder: join(folder, newest.id), backup: newest };
  }

  /** What is to be typed before a backup opens here. */
  async needsOf(backup: string): Promise<BackupNeeds> {
    if ((await this.#rootFor(backup, {})).ok) return 'nothing';
    const hasWords = existsSync(join(backup, recoveryName));
    const isWrapped = (await this.#keyringOf(backup).state(true)).kind === 'locked';
    if (hasWords && isWrapped) return 'words-or-passphrase';
    return isWrapped ? 'passphrase' : 'words';
  }

  #keyringOf(backup: string): Keyring {
    return new Keyring(backup, { kind: 'shell' }, this.#host.shell);
  }

  /** The key of a backup: by what was typed, else the one known here, else by the system that guards its own. */
  async #rootFor(backup: string, keys: Keys): Promise<Result<Opening, RestoreRefusal>> {
    if (keys.words !== undefined && keys.words.trim() !== '') {
      const root = openWithWords(backup, keys.words);
      return root.ok
        ? ok({ root: root.value, by: 'words' })
        : fail({ kind: 'wrong-words', place: root.failure.place });
    }
    if (keys.passphrase !== undefined && keys.passphrase !== '') {
      const root = await this.#keyringOf(backup).unlock(keys.passphrase);
      return root === null ? fail({ kind: 'wrong-passphrase' }) : ok({ root, by: 'backup-key' });
    }
    const known = this.#host.root();
    if (known !== null && this.#opensBackup(backup, known)) return ok({ root: known, by: 'known' });
    const own = await this.#keyringOf(backup).state(true);
    if (own.kind === 'open' && this.#opensBackup(backup, own.root))
      return ok({ root: own.root, by: 'backup-key' });
    return fail({ kind: 'backup-other-key' });
  }

  #opensBackup(backup: string, root: Uint8Array): boolean {
    const note = backupIn(backup, 'other', keyNameOf(root));
    if (note === null || note.stand === 'other-key') return false;
    return opensDatabase(join(backup, workspaceFiles.database), root);
  }

  /** Puts a backup in place of the workspace; refused, everything is as it was. */
  async restore(backup: string, id: string, keys: Keys): Promise<Result<null, RestoreRefusal>> {
    if (this.#restoring || this.#host.kind === 'sample') return fail({ kind: 'workspace-in-use' });
    const seen = backupIn(backup, id, null);
    if (seen === null) return fail({ kind: 'backup-gone' });
    if (seen.stand === 'from-the-future') return fail({ kind: 'backup-from-the-future' });
    const opening = await this.#rootFor(backup, keys);
    if (!opening.ok) return opening;
    this.#restoring = true;
    this.#host.changed({ topic: 'recovery' });
    try {
      return await this.#putIn(backup, opening.value);
    } catch (error) {
      this.#host.log().fault('restore', error);
      const reason = error instanceof StoreError ? error.reason : null;
      if (reason === 'in-use') return fail({ kind: 'workspace-in-use' });
      if (reason === 'disk-full') return fail({ kind: 'no-space' });
      if (reason === 'read-only') return fail({ kind: 'folder-not-writable' });
      if (reason === 'disk-failing') return fail({ kind: 'disk-failing' });
      throw error;
    } finally {
      this.#restoring = false;
      this.#host.changed({ topic: 'recovery' });
    }
  }

  async #putIn(backup: string, opening: Opening): Promise<Result<null, RestoreRefusal>> {
    const { workspaceDir, thread, reserve, clock } = this.#host;
    const place = holdPlace(workspaceDir);
    try {
      const partial = partialOf(workspaceDir);
      const { root } = opening;
      const done = await runCopyJob(thread, { kind: 'copy-in', backup, partial, root, reserve }, this.#ended);
      if (!done.ok) return fail(refusalFor(done.failure.kind));
      const key = await this.#placeKey(backup, partial, opening);
      await this.#host.close();
      try {
        putInPlace(workspaceDir, clock.now());
      } catch (error) {
        await this.#host.start();
        throw error;
      }
      await this.#host.open(key);
      return ok(null);
    } finally {
      place.release();
    }
  }

  /** Puts the file that guards the key into what is prepared, and says how the workspace opens then. */
  async #placeKey(backup: string, partial: string, { root, by }: Opening): Promise<KeyState> {
    const { workspaceDir, keyring, keySource } = this.#host;
    const from = by === 'backup-key' ? backup : by === 'known' ? workspaceDir : null;
    const guarded = from === null ? null : join(from, keyName);
    if (keySource !== 'shell' || guarded === null || !existsSync(guarded))
      return keyring.adopt(root, partial);
    copyFileSync(guarded, join(partial, keyName));
    const isWrapped = /"sealedBy":\s*"passphrase"/u.test(readFileSync(guarded, 'utf8'));
    return { kind: 'open', root, sealedBy: isWrapped ? 'passphrase' : 'os' };
  }
}

const refusalFor = (kind: string): RestoreRefusal => {
  switch (kind) {
    case 'other-key':
      return { kind: 'backup-other-key' };
    case 'from-the-future':
      return { kind: 'backup-from-the-future' };
    case 'no-space':
      return { kind: 'no-space' };
    case 'read-only':
      return { kind: 'folder-not-writable' };
    case 'not-there':
      return { kind: 'backup-gone' };
    case 'disk-failing':
      return { kind: 'disk-failing' };
    default:
      return { kind: 'backup-damaged' };
  }
};
