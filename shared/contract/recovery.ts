import * as v from 'valibot';
import type { Managed } from '../domain/policy/policy.ts';
import { call } from './define.ts';

/** Why a backup was made. */
export type BackupReason = 'daily' | 'asked' | 'after-erasure';

/** One backup as its folder says it; sizes in bytes, times in ms UTC. */
export type Backup = {
  readonly id: string;
  readonly at: number;
  readonly why: BackupReason;
  readonly version: string;
  readonly messages: number;
  readonly conversations: number;
  readonly bytes: number;
  /** When it was last opened and read from end to end. */
  readonly checkedAt: number;
  /** `other-key` belongs to another workspace, or to this one before its key was made anew. */
  readonly stand: 'good' | 'damaged' | 'other-key' | 'from-the-future';
};

/** Why the last backup came to nothing; `needs` is what is missing on the disk, in bytes, where that is the reason. */
export type BackupTrouble = {
  readonly kind: 'no-space' | 'read-only' | 'not-there' | 'damaged' | 'failed';
  readonly at: number;
  readonly needs: number | null;
};

/** What was there before a restore and was moved aside; `bytes` counts all of it. */
export type SetAside = { readonly name: string; readonly at: number; readonly bytes: number };

/** Everything the screens about recovery show. Times are ms UTC. */
export type RecoveryState = {
  readonly words:
    { readonly kind: 'none' } | { readonly kind: 'made'; readonly at: number; readonly confirmed: boolean };
  /** Whether a key is at hand that the backups were held against; without one none of them is `other-key`. */
  readonly hasKey: boolean;
  readonly folder: string;
  readonly folderBy: 'default' | 'person' | 'policy';
  readonly running: boolean;
  /** A backup is being put in the workspace's place. */
  readonly restoring: boolean;
  /** When the next one is due; null while no workspace is open. */
  readonly nextAt: number | null;
  readonly trouble: BackupTrouble | null;
  /** Newest first. */
  readonly backups: readonly Backup[];
  readonly setAside: readonly SetAside[];
  /** The database turned out to be older than what this machine had done; until somebody has seen it. */
  readonly steppedBack: { readonly at: number; readonly toBeAsked: number } | null;
};

/** What opens a backup that was chosen in a folder. */
export type BackupNeeds = 'nothing' | 'words' | 'passphrase' | 'words-or-passphrase';

/** Words that are none, or not these; `place` (from 1) is the one that is not in the list, null where they are others. */
export type WrongWords = { readonly kind: 'wrong-words'; readonly place: number | null };
type NoWorkspace = { readonly kind: 'no-workspace' };
type BackupGone = { readonly kind: 'backup-gone' };

/** Why nothing was restored; everything is as it was. */
export type RestoreRefusal =
  | BackupGone
  | WrongWords
  | { readonly kind: 'wrong-passphrase' }
  /** Neither what opens this workspace opens it, nor was anything else given. */
  | { readonly kind: 'backup-other-key' }
  | { readonly kind: 'backup-damaged' }
  | { readonly kind: 'backup-from-the-future' }
  | { readonly kind: 'no-space' }
  | { readonly kind: 'folder-not-writable' }
  /** The disk did not do what was asked. */
  | { readonly kind: 'disk-failing' }
  /** Another Steward works in this workspace. */
  | { readonly kind: 'workspace-in-use' };

const words = v.pipe(v.string(), v.maxLength(400));
const passphrase = v.pipe(v.string(), v.maxLength(1_000));
const backupId = v.pipe(v.string(), v.regex(/^[0-9a-z-]{1,80}$/u));
const keys = { words: v.optional(words), passphrase: v.optional(passphrase) };

export const recoveryCalls = {
  /** Answered in every state of the application. */
  'recovery.state': call(v.strictObject({})).answers<RecoveryState>(),
  /** Makes twelve words and shows them this once; words made earlier open older backups only. */
  'recovery.makeWords': call(v.strictObject({}))
    .answers<{ readonly words: readonly string[] }>()
    .refuses<NoWorkspace>(),
  /** Some of the words typed again, by their places from 1; all of them where they were made before the last start. */
  'recovery.confirmWords': call(
    v.strictObject({
      words: v.pipe(
        v.array(
          v.strictObject({
            place: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(12)),
            word: v.pipe(v.string(), v.maxLength(50)),
          }),
        ),
        v.minLength(3),
        v.maxLength(12),
      ),
    }),
  )
    .answers<null>()
    .refuses<WrongWords | NoWorkspace>(),
  /** Opens this workspace by its words where its key is gone or its passphrase forgotten, and guards the key anew. */
  'recovery.openWithWords': call(v.strictObject({ words }))
    .answers<null>()
    .refuses<WrongWords | { readonly kind: 'no-recovery-file' }>(),
  /** Begins a backup; how it goes is in the state. */
  'backup.now': call(v.strictObject({})).answers<null>().refuses<NoWorkspace>(),
  /** Asks for the folder that backups go to, or goes back to the usual one; null where the person cancels. */
  'backup.chooseFolder': call(v.strictObject({ to: v.picklist(['ask', 'default']) }))
    .answers<{ readonly folder: string } | null>()
    .refuses<
      Managed | NoWorkspace | { readonly kind: 'folder-not-writable' } | { readonly kind: 'folder-inside' }
    >(),
  /** Reads a backup from end to end. */
  'backup.verify': call(v.strictObject({ id: backupId }))
    .answers<Backup>()
    .refuses<BackupGone | NoWorkspace>(),
  /** Puts a backup in place of the workspace, which is moved aside whole. */
  'backup.restore': call(v.strictObject({ id: backupId, ...keys }))
    .answers<null>()
    .refuses<RestoreRefusal>(),
  /** Asks for the folder of a backup made elsewhere (or of several: the newest good one); null where the person cancels. */
  'backup.openOther': call(v.strictObject({}))
    .answers<{ readonly ref: string; readonly backup: Backup; readonly needs: BackupNeeds } | null>()
    .refuses<{ readonly kind: 'no-backup-there' }>(),
  'backup.restoreOther': call(v.strictObject({ ref: backupId, ...keys }))
    .answers<null>()
    .refuses<RestoreRefusal>(),
  /** Deletes what a restore has moved aside. */
  'recovery.removeSetAside': call(
    v.strictObject({ name: v.pipe(v.string(), v.maxLength(200)) }),
  ).answers<null>(),
  'recovery.seenSteppedBack': call(v.strictObject({})).answers<null>(),
} as const;
