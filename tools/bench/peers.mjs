import { ensurePeers } from '../setup/system-packages.mjs';
import { run } from '../processes.mjs';

/** What is compared with, by the program's name; Debian's packages are in tools/setup/system-packages.mjs. */
const programs = ['mbsync', 'notmuch', 'mu'];

/** @param {string} program @returns {Promise<string | null>} null where it cannot be started */
const versionOf = async (program) => {
  const { code, output } = await run(program, ['--version']);
  if (code !== 0) return null;
  return /\d+(?:\.\d+)+/.exec(output)?.[0] ?? 'of unknown version';
};

/**
 * Installs the peers where that can be done, and says in words which are missing: scenarios leave those ratios out.
 *
 * @returns {Promise<Record<string, string>>} the versions of those that are there
 */
export const peersHere = async () => {
  await ensurePeers();
  /** @type {Record<string, string>} */
  const versions = {};
  for (const program of programs) {
    const version = await versionOf(program);
    if (version === null) console.log(`There is no ${program} here: nothing is compared with it.`);
    else versions[program] = version;
  }
  return versions;
};
