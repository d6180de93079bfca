import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../processes.ts';

/** The release that is spoken to, with the checksum that the registry names for it. */
const version = '14.0.0';
const checksum = 'LFUg030jDalV47vI/vyVPqYPZfJYXFbubq8v0cFDe2zXNeeGEk3Up0Fj/WTzT6t+6do+cAIToy73eAj7RNDj2Q==';

const cache = join(process.cwd(), '.cache', `converse-${version}`);

/**
 * The folder of Converse.js's built files, fetched once and kept: with all its packages it would double what this project installs, for one
 * test.
 */
export async function converseFolder(): Promise<string> {
  const folder = join(cache, 'package', 'dist');
  if (existsSync(join(folder, 'converse.min.js'))) return folder;
  const half = `${cache}-${String(process.pid)}`;
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half, { recursive: true });
  await run('npm', ['pack', `converse.js@${version}`, '--silent', '--pack-destination', half]);
  const archive = join(half, `converse.js-${version}.tgz`);
  const digest = createHash('sha512').update(readFileSync(archive)).digest('base64');
  if (digest !== checksum) throw new Error(`Converse.js ${version} is not what it was: sha512-${digest}`);
  await run('tar', ['xzf', archive, '-C', half]);
  rmSync(cache, { recursive: true, force: true });
  renameSync(half, cache);
  return folder;
}
