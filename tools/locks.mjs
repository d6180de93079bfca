import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** How often somebody who waits looks again, in milliseconds: short beside any work that is worth a lock. */
const lookAgainMs = 200;

/** A lock file without a number in it is older than this only when its maker ended between two system calls. */
const emptyLockMs = 2_000;

/** @param {number} pid */
const isRunning = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** @param {string} file */
const isLeftOver = (file) => {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return false;
  const pid = Number(readFileSync(file, 'utf8'));
  return pid > 0 ? !isRunning(pid) : Date.now() - found.mtimeMs > emptyLockMs;
};

/** @param {string} file @returns {boolean} whether it is ours now */
const take = (file) => {
  mkdirSync(dirname(file), { recursive: true });
  try {
    const handle = openSync(file, 'wx');
    writeSync(handle, String(process.pid));
    closeSync(handle);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
};

/**
 * Does the work while no other process does work under the same lock file. A lock whose process has ended is taken over.
 *
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export const alone = async (file, work) => {
  let told = false;
  while (!take(file)) {
    if (isLeftOver(file)) {
      rmSync(file, { force: true });
      continue;
    }
    if (!told) console.error(`Waiting for another process that does the same (${file}).`);
    told = true;
    await wait(lookAgainMs);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
};
