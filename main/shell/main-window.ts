import { BrowserWindow, nativeTheme, screen, type Rectangle, type Session } from 'electron';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pageOrigin } from './content-policy.ts';

/** What a window is made with. `stateDir` is where its size and place are remembered. */
export type WindowOptions = {
  readonly preload: string;
  readonly session: Session;
  readonly stateDir: string;
  /** The BCP 47 tag of the language that the page begins with. */
  readonly locale: string;
};

/** Narrower than this, three panes do not fit (product: readable at 200 % zoom on a 1280 px screen). */
const smallest = { width: 640, height: 480 };
const usual = { width: 1280, height: 800 };

/** The colours of the page's ground, so that the window does not flash before the first paint. */
const ground = { light: '#ffffff', dark: '#14191b' };

/** Opens the one window on the application's page. */
export const openMainWindow = (options: WindowOptions): BrowserWindow => {
  const window = new BrowserWindow({
    ...remembered(options.stateDir),
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? ground.dark : ground.light,
    webPreferences: {
      preload: options.preload,
      session: options.session,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      allowRunningInsecureContent: false,
      navigateOnDragDrop: false,
      // Off until the engine says what the person wants; see `setSpelling`.
      spellcheck: true,
      enableWebSQL: false,
      autoplayPolicy: 'document-user-activation-required',
    },
  });
  window.once('ready-to-show', () => {
    window.show();
  });
  window.on('close', () => {
    remember(options.stateDir, window);
  });
  const language = new URLSearchParams({ locale: options.locale });
  void window.loadURL(`${pageOrigin}/index.html?${language.toString()}`);
  return window;
};

const stateFile = (folder: string): string => join(folder, 'window.json');

const remember = (folder: string, window: BrowserWindow): void => {
  const state = { bounds: window.getNormalBounds(), maximized: window.isMaximized() };
  try {
    writeFileSync(stateFile(folder), JSON.stringify(state));
  } catch {
    // A full or read-only disk costs the window's place, nothing else.
  }
};

const remembered = (folder: string): Partial<Rectangle> => {
  try {
    const state: unknown = JSON.parse(readFileSync(stateFile(folder), 'utf8'));
    const bounds = typeof state === 'object' && state !== null && 'bounds' in state ? state.bounds : null;
    return isRectangle(bounds) && onSomeScreen(bounds) ? bounds : usual;
  } catch {
    return usual;
  }
};

const isRectangle = (value: unknown): value is Rectangle =>
  typeof value === 'object' &&
  value !== null &&
  ['x', 'y', 'width', 'height'].every((side) => Number.isInteger(Reflect.get(value, side)));

/** A screen may have been unplugged since. */
const onSomeScreen = (bounds: Rectangle): boolean =>
  screen.getAllDisplays().some(({ workArea }) => {
    const across =
      Math.min(bounds.x + bounds.width, workArea.x + workArea.width) - Math.max(bounds.x, workArea.x);
    const down =
      Math.min(bounds.y + bounds.height, workArea.y + workArea.height) - Math.max(bounds.y, workArea.y);
    return across > 100 && down > 100;
  });
