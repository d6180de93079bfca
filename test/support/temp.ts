import { randomBytes } from 'node:crypto';
import { accessSync, constants, mkdtempSync, rmSync, statfsSync } from 'node:fs';
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

/** Linux keeps this folder in memory; small machines and containers have little of it. */
const inMemory = '/dev/shm';
const roomEnough = 3 * 1024 ** 3;

/**
 * Where folders of tests lie: in memory where there is room, because every commit of every store waits for the disk, and no test
 * cuts the power: a process that is killed leaves the same files on either.
 */
const place = (): string => {
  try {
    accessSync(inMemory, constants.W_OK);
    const { bavail, bsize } = statfsSync(inMemory);
    return bavail * bsize >= roomEnough ? inMemory : tmpdir();
  } catch {
    return tmpdir();
  }
};

/**
 * Makes an empty folder in memory or under the system's temporary folder, or in another where its files are to share a disk with
 * what is there; it goes with `remove`, at the latest with the process.
 */
export function makeTempDirectory(purpose: string, parent: string = place()): TempDirectory {
  const path = mkdtempSync(join(parent, `steward-${purpose}-`));
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
