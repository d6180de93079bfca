import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildProduct } from './build.mjs';
import { cacheDir, projectRoot } from './paths.mjs';
import { ensureDependencies } from './setup/dependencies.mjs';
import { ensureDisplay } from './setup/display.mjs';
import { ensureElectron } from './setup/electron.mjs';
import { ensureSystemPackages } from './setup/system-packages.mjs';

const picture = join(cacheDir, 'start.png');

/** How often we look whether the picture is there, in milliseconds. */
const lookMs = 500;

/** Chromium refuses to run as root inside its own sandbox (crbug.com/638180). @returns {string[]} */
const sandboxFlags = () => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return [];
  console.log("You are root, so Chromium's sandbox is off (--no-sandbox). Do not read real mail this way.");
  return ['--no-sandbox'];
};

/** Says where the picture is, once it is there. The window itself takes it (STEWARD_SCREENSHOT). */
const announcePicture = () => {
  const timer = setInterval(() => {
    if (!existsSync(picture)) return;
    clearInterval(timer);
    console.log(`A picture of the window: ${picture}`);
  }, lookMs);
  timer.unref();
};

/** @param {readonly string[]} args for the application @returns {Promise<number>} its exit code */
const runWindow = async (args) => {
  const executable = await ensureElectron();
  const display = await ensureDisplay();
  const flags = sandboxFlags();
  if (display.isVirtual) {
    // Where nobody sits, the desktop's message bus is missing too: Chromium tells it a dozen times, the window works.
    flags.push('--log-level=3');
    mkdirSync(cacheDir, { recursive: true });
    rmSync(picture, { force: true });
    console.log(
      `There is no display here, so the window opens on a virtual one (${display.env['DISPLAY']}). Ctrl+C ends it.`,
    );
    announcePicture();
  }
  const env = {
    ...process.env,
    ...display.env,
    ...(display.isVirtual ? { STEWARD_SCREENSHOT: picture } : {}),
  };
  const window = spawn(executable, [...flags, projectRoot, ...args], {
    cwd: projectRoot,
    env,
    stdio: 'inherit',
  });
  // From a terminal Ctrl+C reaches the window by itself; from elsewhere we pass it on. Either way we end after it.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => window.kill(signal));
  }
  return new Promise((settle, fail) => {
    window.once('error', fail);
    window.once('exit', (code, signal) => {
      display.stop();
      settle(signal === null ? (code ?? 1) : 0);
    });
  });
};

try {
  await ensureDependencies();
  await ensureSystemPackages({ tests: false });
  console.log((await buildProduct()) === 'built' ? 'Built.' : 'Already built.');
  process.exitCode = await runWindow(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
