import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { holdFile } from './store/driver.ts';
import { withStoreErrors } from './store/failure.ts';
import { workspaceFiles } from './workspace-files.ts';

/** The right to open a workspace for writing. */
export type WorkspaceLock = { readonly release: () => void };

/** Makes one process the owner of a workspace directory. Throws StoreError `in-use`, `read-only` or `disk-full`. */
export const lockWorkspace = (workspaceDir: string): WorkspaceLock => {
  withStoreErrors(() => mkdirSync(workspaceDir, { recursive: true, mode: 0o700 }));
  return holdFile(join(workspaceDir, workspaceFiles.lock));
};
