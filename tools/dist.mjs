import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildProduct } from './build.mjs';
import { alone } from './locks.mjs';
import { cacheDir, inProject } from './paths.mjs';
import { ensureDependencies } from './setup/dependencies.mjs';
import { ensureElectron } from './setup/electron.mjs';

// `npm run dist` makes the packages for this system, `npm run dist -- --dir` only the folder they are made from.
// `--x64`, `--arm64` and `--publish=always` are electron-builder's own.

const feedFile = inProject('dist', 'main', 'app-update.yml');

/** Where updates come from and who has to have signed them; built into the archive, where its integrity holds it. */
const writeFeed = () => {
  const url = process.env['STEWARD_UPDATE_FEED'] ?? '';
  if (url === '') {
    rmSync(feedFile, { force: true });
    return null;
  }
  const publisher = process.env['STEWARD_PUBLISHER'] ?? '';
  const feed = {
    provider: /** @type {const} */ ('generic'),
    url,
    ...(publisher === '' ? {} : { publisherName: [publisher] }),
  };
  mkdirSync(dirname(feedFile), { recursive: true });
  // JSON is YAML.
  writeFileSync(feedFile, JSON.stringify({ ...feed, updaterCacheDirName: 'steward-updater' }));
  return feed;
};

/** Where Electron's own downloads cannot be reached, what the tests run on is packed too. */
const electronHere = async () => {
  const executable = await ensureElectron();
  if (!executable.startsWith(cacheDir)) return {};
  const folder = dirname(executable);
  return { electronDist: folder, electronVersion: readFileSync(join(folder, 'version'), 'utf8').trim() };
};

/** A certificate that is set and not used would give packages that nobody notices to be unsigned. */
const mustBeSigned = () =>
  ['CSC_LINK', 'WIN_CSC_LINK', 'CSC_NAME'].some((name) => (process.env[name] ?? '') !== '');

/**
 * What lies in an Electron that was unpacked before and has no business in a product.
 *
 * @param {{ readonly appOutDir: string, readonly electronPlatformName: string }} packed
 */
const dropLeftOvers = ({ appOutDir, electronPlatformName }) => {
  if (electronPlatformName === 'darwin') return Promise.resolve();
  rmSync(join(appOutDir, 'resources', 'default_app.asar'), { force: true });
  rmSync(join(appOutDir, 'version'), { force: true });
  return Promise.resolve();
};

/**
 * Packs the product for this system.
 *
 * @param {{ readonly dir?: boolean, readonly archs?: readonly ('x64' | 'arm64')[], readonly publish?: 'always' | 'never' }} [options]
 * @returns {Promise<readonly string[]>} the files it made; none for a folder
 */
export const pack = async ({ dir = false, archs = [], publish = 'never' } = {}) => {
  await buildProduct();
  return alone(join(cacheDir, 'dist.lock'), async () => {
    const feed = writeFeed();
    const { build } = await import('electron-builder');
    return build({
      projectDir: inProject(),
      dir,
      x64: archs.includes('x64'),
      arm64: archs.includes('arm64'),
      publish,
      config: {
        extends: inProject('electron-builder.yml'),
        ...(await electronHere()),
        forceCodeSigning: mustBeSigned(),
        publish: feed,
        // The command line, as `steward`; the window is `steward-desktop` and stands in the menu.
        deb: { fpm: [`${inProject('packaging', 'linux', 'steward')}=/usr/bin/steward`] },
        // Nothing is collected from node_modules: the bundles hold what they need.
        beforeBuild: () => Promise.resolve(false),
        afterPack: dropLeftOvers,
      },
    });
  });
};

if (process.argv[1] === import.meta.filename) {
  const args = process.argv.slice(2);
  try {
    await ensureDependencies();
    const made = await pack({
      dir: args.includes('--dir'),
      archs: /** @type {const} */ (['x64', 'arm64']).filter((arch) => args.includes(`--${arch}`)),
      publish: args.includes('--publish=always') ? 'always' : 'never',
    });
    for (const file of made) console.log(`Made ${file}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
