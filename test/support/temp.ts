import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of one test's own. `remove` may be called more than once. */
export type TempDirectory = {
  readonly path: string;
  readonly remove: () => void;
};

const open = new Set<string>();

// A test file that is thrown out of its turn still leaves nothing behind.
process.once('exit', () => {
  for (const path of open) rmSync(path, { recursive: true, force: true });
});

/** Makes an empty folder under the system's temporary folder; it goes with `remove`, at the latest with the process. */
export function makeTempDirectory(purpose: string): TempDirectory {
  const path = mkdtempSync(join(tmpdir(), `steward-${purpose}-`));
  open.add(path);
  return {
    path,
    remove: () => {
      // A server's last child may still be writing while the folder goes.
      rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
      open.delete(path);
    },
  };
}

/** A name that no other test uses, for users and files: `prefix-` and eight hex digits. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString('hex')}`;
}
