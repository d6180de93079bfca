import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import { Keyring } from '../keyring.ts';
import { markRestored } from '../recovery/marks.ts';
import { copyKeyFiles, keyFiles } from '../recovery/key-files.ts';
import { openWithWords, recoveryName } from '../recovery/recovery-file.ts';
import { backUp, restore } from '../store/backup.ts';
import type { WorkspacePaths } from '../store/backup.ts';
import { storeReason } from '../store/failure.ts';
import type { StoreReason } from '../store/failure.ts';
import { deriveKeys } from '../store/keys.ts';
import { workspaceFiles } from '../workspace-files.ts';
import { systemClock } from './system-ports.ts';

/** How the key of a workspace or of its backup is found: 64 hex digits, or its passphrase. */
export type CopyKey = {
  readonly keyHex: string | null;
  readonly askPassphrase: (fresh: boolean) => Promise<string>;
  /** A backup's recovery words, where they are to open it. */
  readonly words?: string;
};

/** Why there is no copy; `there` when something is at its place already. */
export type CopyRefusal = {
  readonly kind: 'absent' | 'there' | 'wrong-passphrase' | 'wrong-words' | StoreReason;
  readonly detail: string;
};

const noKeyStore = {
  sealing: (): Promise<'none'> => Promise.resolve('none'),
  seal: (): Promise<never> => Promise.reject(new Error('there is no key store here')),
  open: (): Promise<never> => Promise.reject(new Error('there is no key store here')),
};

const pathsIn = (folder: string): WorkspacePaths => ({
  database: join(folder, workspaceFiles.database),
  vault: join(folder, workspaceFiles.vault),
});

const rootOf = async (
  folder: string,
  { keyHex, askPassphrase, words }: CopyKey,
): Promise<Result<Uint8Array, CopyRefusal>> => {
  if (words !== undefined) {
    const opened = openWithWords(folder, words);
    return opened.ok ? opened : fail({ kind: 'wrong-words', detail: '' });
  }
  const source = keyHex === null ? { kind: 'shell' as const } : { kind: 'given' as const, hex: keyHex };
  const keyring = new Keyring(folder, source, noKeyStore);
  const state = await keyring.state(true);
  switch (state.kind) {
    case 'open':
      return ok(state.root);
    case 'locked': {
      const root = await keyring.unlock(await askPassphrase(false));
      return root === null ? fail({ kind: 'wrong-passphrase', detail: '' }) : ok(root);
    }
    case 'choose-passphrase':
      return fail({ kind: 'wrong-key', detail: 'there is no key' });
    case 'unusable':
      return fail({ kind: 'wrong-key', detail: state.detail });
  }
};

const attempt = <Value>(work: () => Value): Result<Value, CopyRefusal> => {
  try {
    return ok(work());
  } catch (error) {
    const reason = storeReason(error);
    if (reason === null) throw error;
    return fail({ kind: reason, detail: error instanceof Error ? error.message : String(error) });
  }
};

/** What wraps the key goes along: without it the copy could not be opened. */
const keyFilesFor = (key: CopyKey): readonly string[] =>
  key.keyHex === null && key.words === undefined ? keyFiles : [recoveryName];

/** Copies a workspace into a new folder, consistently and while another process works in it. */
export const backUpWorkspace = async (
  workspaceDir: string,
  target: string,
  key: CopyKey,
): Promise<Result<{ readonly at: number }, CopyRefusal>> => {
  const paths = pathsIn(workspaceDir);
  if (!existsSync(paths.database)) return fail({ kind: 'absent', detail: '' });
  if (existsSync(target)) return fail({ kind: 'there', detail: target });
  const root = await rootOf(workspaceDir, key);
  if (!root.ok) return root;
  const done = attempt(() => backUp(paths, deriveKeys(root.value).database, target, systemClock.now()));
  if (done.ok) copyKeyFiles(workspaceDir, target, keyFilesFor(key));
  return done;
};

/** How a workspace that was opened by words is opened from then on: by the key that is given, if it is that one, or a passphrase. */
const guardFor = async (
  root: Uint8Array,
  { keyHex, askPassphrase, words }: CopyKey,
): Promise<Result<((folder: string) => Promise<void>) | null, CopyRefusal>> => {
  if (words === undefined) return ok(null);
  if (keyHex !== null) {
    const isThatOne = keyHex.trim().toLowerCase() === Buffer.from(root).toString('hex');
    return isThatOne ? ok(null) : fail({ kind: 'wrong-key', detail: 'the words open another key' });
  }
  const passphrase = await askPassphrase(true);
  return ok(async (folder) => {
    const keyring = new Keyring(folder, { kind: 'shell' }, noKeyStore);
    await keyring.adopt(root);
    await keyring.choosePassphrase(passphrase);
  });
};

const isEmptyFolder = (path: string): boolean => existsSync(path) && readdirSync(path).length === 0;

/** Makes a workspace from a backup, in a folder that is not there yet or is empty. */
export const restoreWorkspace = async (
  backup: string,
  workspaceDir: string,
  key: CopyKey,
): Promise<Result<null, CopyRefusal>> => {
  if (!existsSync(backup)) return fail({ kind: 'absent', detail: '' });
  if (existsSync(workspaceDir) && !isEmptyFolder(workspaceDir))
    return fail({ kind: 'there', detail: workspaceDir });
  const root = await rootOf(backup, key);
  if (!root.ok) return root;
  // Asked before anything is made: whoever turns away leaves nothing behind.
  const guard = await guardFor(root.value, key);
  if (!guard.ok) return guard;
  if (isEmptyFolder(workspaceDir)) rmdirSync(workspaceDir);
  const done = attempt(() => {
    restore(backup, deriveKeys(root.value).database, workspaceDir, pathsIn(workspaceDir));
    return null;
  });
  if (!done.ok) return done;
  copyKeyFiles(backup, workspaceDir, keyFilesFor(key));
  // Whatever it still had to send may have gone out since.
  markRestored(workspaceDir);
  await guard.value?.(workspaceDir);
  return done;
};
