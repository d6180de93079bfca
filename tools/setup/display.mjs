import { spawn } from 'node:child_process';

/**
 * @typedef {object} Display
 * @property {boolean} isVirtual nobody sees it
 * @property {NodeJS.ProcessEnv} env what a program needs in its environment to draw there
 * @property {() => void} stop ends what was started for it
 */

/** Room for the whole window at its usual size, and 24 bits as on every real display. */
const screen = '1600x1000x24';

/** How long Xvfb may take to say which display it serves, in milliseconds: it takes about 100. */
const startMs = 60_000;

/** @returns {Promise<Display>} rejects when Xvfb is missing or does not start */
const startVirtualDisplay = () =>
  new Promise((settle, fail) => {
    // Xvfb chooses a free number by itself and writes it to the fourth stream (-displayfd).
    // Without -noreset it begins anew whenever its last client has gone, under whoever comes at that moment.
    const options = ['-displayfd', '3', '-screen', '0', screen, '-nolisten', 'tcp', '-noreset'];
    const server = spawn('Xvfb', options, {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      // Ctrl+C reaches every program of the terminal at once; the display has to outlive the window.
      detached: true,
    });
    const stop = () => {
      server.kill();
    };
    const timer = setTimeout(() => {
      stop();
      fail(new Error('Xvfb did not start.'));
    }, startMs);
    server.once('error', (error) => {
      clearTimeout(timer);
      fail(new Error(`There is no display, and no virtual one can be started (Xvfb: ${error.message}).`));
    });
    server.once('exit', (code) => {
      clearTimeout(timer);
      fail(new Error(`Xvfb ended with code ${code ?? 'of a signal'}.`));
    });
    server.stdio[3]?.once('data', (number) => {
      clearTimeout(timer);
      process.once('exit', stop);
      server.unref();
      settle({ isVirtual: true, env: { DISPLAY: `:${String(number).trim()}` }, stop });
    });
  });

/**
 * The display of whoever sits here; on Linux with none, a virtual one that ends with this process.
 *
 * @returns {Promise<Display>}
 */
export const ensureDisplay = async () => {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  const hasDisplay = Boolean(DISPLAY) || Boolean(WAYLAND_DISPLAY);
  if (process.platform !== 'linux' || hasDisplay) return { isVirtual: false, env: {}, stop: () => undefined };
  return startVirtualDisplay();
};
