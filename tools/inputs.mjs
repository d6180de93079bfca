import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inProject } from './paths.mjs';

/** @param {string} path @returns {string[]} every file below, sorted, so that the same tree gives the same list */
const filesBelow = (path) => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  if (!found.isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
};

/**
 * A fingerprint of files by name, size and time of change: cheap enough to ask at every start.
 *
 * @param {readonly string[]} paths files and folders inside the project; what does not exist counts as empty
 */
export const fingerprint = (paths) => {
  const hash = createHash('sha256');
  for (const file of paths.flatMap((path) => filesBelow(inProject(path)))) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
};
