import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { alone } from '../locks.mjs';
import { cacheDir, inProject } from '../paths.mjs';
import { npm } from './dependencies.mjs';

/** What is fetched: one package with everything it needs and a Node to run it, by a lock file of its own. */
const files = ['package.json', 'package-lock.json'];

/** The one package that is compiled here: the database of the PDS. It takes a minute or two. */
const compiled = 'better-sqlite3';

/** @param {string} file */
const wanted = (file) => inProject('tools', 'setup', 'bluesky', file);

/** Where it is kept: another lock file needs another installation. */
const homeOf = () => {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(wanted(file)));
  return join(cacheDir, `bluesky-${hash.digest('hex').slice(0, 12)}-${process.platform}-${process.arch}`);
};

/**
 * The Node that these servers run on: they use what Node 20 does not have, and from 24.19 on the collection of garbage ends a process
 * with better-sqlite3 12 in it (https://github.com/WiseLibs/better-sqlite3/issues/1515). Where its package does not exist, it is ours.
 *
 * @param {string} home
 */
export const blueskyNode = (home) => {
  const own = join(home, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  return existsSync(own) ? own : process.execPath;
};

/**
 * Compiles for that Node, whose headers lie beside it; without them the compiler's driver fetches them from nodejs.org.
 *
 * @param {string} node
 */
const compilingFor = (node) => {
  const prefix = dirname(dirname(node));
  const headers = existsSync(join(prefix, 'include', 'node', 'node.h'));
  return {
    ...process.env,
    PATH: `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}`,
    ...(headers ? { npm_config_nodedir: prefix } : {}),
  };
};

/** @param {readonly string[]} args @param {string} cwd @param {NodeJS.ProcessEnv} env */
const npmIn = async (args, cwd, env) => {
  const { code, output } = await npm([...args, '--no-audit', '--no-fund', '--loglevel=error'], { cwd, env });
  if (code !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${output}`);
};

/** @param {string} home */
const make = async (home) => {
  const scratch = `${home}.${String(process.pid)}`;
  mkdirSync(scratch, { recursive: true });
  try {
    for (const file of files) copyFileSync(wanted(file), join(scratch, file));
    // No script of any package runs but the one that is needed.
    await npmIn(['ci', '--ignore-scripts'], scratch, process.env);
    const env = compilingFor(blueskyNode(scratch));
    await npmIn(['rebuild', compiled, '--ignore-scripts=false'], scratch, env);
    renameSync(scratch, home);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};

/**
 * Sees to it that Bluesky's own servers (PDS, PLC directory and AppView) can be started on this machine.
 *
 * @returns {Promise<string>} the folder with their node_modules; rejects with npm's words
 */
export const ensureBluesky = async () => {
  const home = homeOf();
  if (existsSync(home)) return home;
  return alone(join(cacheDir, 'bluesky.lock'), async () => {
    if (!existsSync(home)) {
      console.log("Installing Bluesky's own servers for the tests (570 MB, once; some minutes) ...");
      await make(home);
    }
    return home;
  });
};
