import { accessSync, constants, existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import * as v from 'valibot';
import type { RecoveryState } from '#shared/contract/recovery.ts';
import type { Policy } from '#shared/domain/policy/policy.ts';
import { writeWhole } from './write-whole.ts';

/** The file of a workspace that says where its backups go; readable while the workspace is not. */
export const placeName = 'backups.json';

const shape = v.object({ folder: v.nullable(v.pipe(v.string(), v.maxLength(4_000))) });

/** Where backups go and who says so. */
export type BackupPlace = Pick<RecoveryState, 'folder' | 'folderBy'>;

const chosenIn = (workspaceDir: string): string | null => {
  try {
    const parsed = v.safeParse(shape, JSON.parse(readFileSync(join(workspaceDir, placeName), 'utf8')));
    return parsed.success && parsed.output.folder !== null && isAbsolute(parsed.output.folder)
      ? parsed.output.folder
      : null;
  } catch {
    return null;
  }
};

/** Where the backups of a workspace go: where a policy says, else where the person chose, else beside the workspace. */
export const backupPlace = (workspaceDir: string, policy: Policy): BackupPlace => {
  const laid = policy.values['backups.folder'];
  if (laid !== undefined) return { folder: laid, folderBy: 'policy' };
  const chosen = chosenIn(workspaceDir);
  if (chosen !== null) return { folder: chosen, folderBy: 'person' };
  return { folder: join(dirname(workspaceDir), 'backups'), folderBy: 'default' };
};

/** Keeps what the person chose; null for the usual place. */
export const chooseBackupPlace = (workspaceDir: string, folder: string | null): void => {
  writeWhole(join(workspaceDir, placeName), JSON.stringify({ folder }));
};

/** Why backups cannot go to a folder; null where they can. */
export const placeRefusal = (
  workspaceDir: string,
  folder: string,
): 'folder-inside' | 'folder-not-writable' | null => {
  try {
    const inside = relative(realpathSync(workspaceDir), realpathSync(folder));
    if (inside === '' || (!inside.startsWith('..') && !isAbsolute(inside))) return 'folder-inside';
    if (!statSync(folder).isDirectory()) return 'folder-not-writable';
    accessSync(folder, constants.W_OK);
    return null;
  } catch {
    return 'folder-not-writable';
  }
};

/** Whether the folder is made where it is not there: the usual one is, one on another disk may just not be plugged in. */
export const makesFolder = ({ folder, folderBy }: BackupPlace): boolean =>
  folderBy === 'default' || (folderBy === 'policy' && existsSync(dirname(folder)));
