import { app } from 'electron';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where Chromium keeps what it always keeps, beside the files of a window that may be running. */
const commandFolder = (): string => {
  const folder = join(app.getPath('userData'), 'Command');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  } catch {
    // A service without a home.
    return mkdtempSync(join(tmpdir(), 'steward-command-'));
  }
};

/**
 * Runs a command of the command line in this process, without a window: an installed Steward has no Node beside it, and
 * does not let itself be used as one. `bundles` is the folder of the built main files.
 */
export const runCommand = (args: readonly string[], bundles: string): void => {
  app.setPath('userData', commandFolder());
  app.disableHardwareAcceleration();
  app.dock?.hide();
  // Electron hears the system's wish to end before Node does; the command ends in its own order.
  app.on('before-quit', (event) => {
    event.preventDefault();
    process.emit('SIGTERM');
  });
  const script = join(bundles, 'cli.cjs');
  process.argv = [process.execPath, script, ...args];
  createRequire(script)(script);
};
