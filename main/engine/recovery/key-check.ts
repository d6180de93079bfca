import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyNameOf } from './note.ts';
import { writeWhole } from './write-whole.ts';

/** Beside the database: the name of the key that opened it last, which says nothing about the key itself. */
const keyCheckName = 'key.check';

const notedIn = (workspaceDir: string): string | null => {
  try {
    return readFileSync(join(workspaceDir, keyCheckName), 'utf8').trim();
  } catch {
    return null;
  }
};

/**
 * Whether a key has opened the database of this workspace before. A first page that is damaged and a key that is wrong look alike
 * from inside the database; where this is true, it is the database that changed.
 */
export const hasOpenedBefore = (workspaceDir: string, root: Uint8Array): boolean =>
  notedIn(workspaceDir) === keyNameOf(root);

/** Keeps the name of the key that has just opened the database; a disk that takes nothing more keeps nobody out. */
export const noteOpened = (workspaceDir: string, root: Uint8Array): void => {
  if (hasOpenedBefore(workspaceDir, root)) return;
  try {
    writeWhole(join(workspaceDir, keyCheckName), `${keyNameOf(root)}\n`);
  } catch {
    // It is tried again at the next start.
  }
};
