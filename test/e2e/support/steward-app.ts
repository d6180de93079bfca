import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { makeTempDirectory } from '../../support/temp.ts';

/** How a test starts the application. */
export type AppOptions = {
  /** Opens the sample workspace, as `npm start -- --demo` does. */
  readonly demo?: boolean;
  /** Lets the engine take its key from a file, so that no passphrase is asked; the default. */
  readonly keyFile?: boolean;
  /** The folder of an earlier run, to start again on the same workspace. */
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly size?: { readonly width: number; readonly height: number };
  readonly dark?: boolean;
  /** Chromium's own switches, such as `--log-net-log`. */
  readonly switches?: readonly string[];
};

/** The running application and its one window. */
export type StewardApp = {
  readonly electron: ElectronApplication;
  readonly page: Page;
  /** Where the application keeps its files; give it to another start to go on there. */
  readonly folder: string;
  /** Errors and warnings of the page's console so far. */
  readonly complaints: readonly string[];
  /** Quits as a person would and waits for the end. */
  quit(): Promise<void>;
  /** Kills all of it at once, as a power cut would. */
  kill(): Promise<void>;
};

/** How long a test waits for something on the screen before it says that it is not there; a busy machine needs many seconds. */
const patienceMs = 60_000;

/** The built application in the real Electron; the folder and the executable come from the test set-up. */
export const startSteward = async (options: AppOptions = {}): Promise<StewardApp> => {
  const executablePath = process.env['STEWARD_ELECTRON'];
  if (executablePath === undefined)
    throw new Error('STEWARD_ELECTRON is not set: run the e2e project of vitest');
  const folder = options.folder ?? makeTempDirectory('app').path;
  mkdirSync(folder, { recursive: true });
  const electron = await _electron.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--log-level=3',
      '--password-store=basic',
      '-r',
      join(import.meta.dirname, 'hold-start.cjs'),
      process.cwd(),
      `--user-data-dir=${folder}`,
      ...(options.demo === true ? ['--demo'] : []),
      ...(options.switches ?? []),
    ],
    env: { ...inheritedEnv(), ...keyEnv(folder, options.keyFile ?? true), ...options.env },
    colorScheme: options.dark === true ? 'dark' : 'light',
    timeout: 180_000,
  });
  const page = await electron.firstWindow({ timeout: 180_000 });
  page.setDefaultTimeout(patienceMs);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await resize(electron, options.size ?? { width: 1280, height: 800 });
  return {
    electron,
    page,
    folder,
    complaints,
    quit: async () => {
      await electron.close();
    },
    kill: async () => {
      const child = electron.process();
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    },
  };
};

/** Makes the window's content exactly this large, in CSS pixels. */
export const resize = async (
  electron: ElectronApplication,
  size: { readonly width: number; readonly height: number },
): Promise<void> => {
  await electron.evaluate(({ BrowserWindow }, { width, height }) => {
    BrowserWindow.getAllWindows()[0]?.setContentSize(width, height);
  }, size);
};

/** Throws away what an application kept. */
export const removeFolder = (app: StewardApp): void => {
  rmSync(app.folder, { recursive: true, force: true });
};

const inheritedEnv = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

const keyEnv = (folder: string, wanted: boolean): Record<string, string> => {
  if (!wanted) return {};
  const file = join(folder, 'test.key');
  try {
    writeFileSync(file, randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 });
  } catch {
    // The key of the earlier run is there: this is a start on the same workspace.
  }
  return { STEWARD_KEY_FILE: file };
};
