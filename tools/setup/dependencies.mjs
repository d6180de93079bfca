import { join } from 'node:path';
import { isRecord, readRecord } from '../json-file.mjs';
import { alone } from '../locks.mjs';
import { cacheDir, inProject } from '../paths.mjs';
import { run } from '../processes.mjs';

/** @param {string} file @returns {Readonly<Record<string, unknown>> | undefined} the packages a lock file lists, by folder */
const packagesIn = (file) => {
  const packages = readRecord(file)?.['packages'];
  return isRecord(packages) ? packages : undefined;
};

/**
 * Whether node_modules holds what package-lock.json asks for. npm writes its own list last, so that an interrupted
 * installation has none. Packages for other systems are optional and may be absent.
 */
const dependenciesAreInstalled = () => {
  const wanted = packagesIn(inProject('package-lock.json'));
  const present = packagesIn(inProject('node_modules', '.package-lock.json'));
  if (wanted === undefined || present === undefined) return false;
  return Object.entries(wanted).every(([folder, entry]) => {
    if (folder === '' || !isRecord(entry)) return true;
    const there = present[folder];
    if (!isRecord(there)) return entry['optional'] === true;
    return there['version'] === entry['version'];
  });
};

/** npm as this process was started by it, or else the one on the path. @returns {[string, ...string[]]} */
const npmCommand = () => {
  const cli = process.env['npm_execpath'];
  return cli?.endsWith('.js') === true ? [process.execPath, cli] : ['npm'];
};

/**
 * Runs npm in the project's folder, or in `cwd`.
 *
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export const npm = (args, options) => {
  const [command, ...first] = npmCommand();
  return run(command, [...first, ...args], options);
};

/** Installs the packages of package-lock.json where they are missing or others. Throws with npm's words when it fails. */
export const ensureDependencies = async () => {
  if (dependenciesAreInstalled()) return;
  await alone(join(cacheDir, 'dependencies.lock'), async () => {
    if (dependenciesAreInstalled()) return;
    console.log('Installing the packages the project is built from (npm ci) ...');
    const { code, output } = await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error']);
    if (code !== 0) throw new Error(`npm ci failed:\n${output}`);
  });
};
