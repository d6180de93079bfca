import type { ElectronApplication } from 'playwright-core';

type Electron = Parameters<
  Extract<Parameters<ElectronApplication['evaluate']>[0], (...given: never) => unknown>
>[0];

/** A running Steward as the checks of its lockdown see it, whatever drives it. Functions are sent as their text. */
export type Driven = {
  inShell<Out>(
    work: (electron: Electron, given: readonly string[]) => Out | Promise<Out>,
    given: readonly string[],
  ): Promise<Out>;
  inPage<Out>(work: (given: readonly string[]) => Out | Promise<Out>, given: readonly string[]): Promise<Out>;
};

/** How the window has to be made (Electron's security checklist, 2 to 6, 11 and 12). */
export const lockedPreferences = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  webviewTag: false,
};

/** How the window was really made. */
export const preferencesOf = (app: Driven): Promise<Readonly<Record<string, boolean | null>>> =>
  app.inShell(({ BrowserWindow }, names) => {
    // Not in Electron's types: what the window was really made with.
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    const read: unknown = contents === undefined ? null : Reflect.get(contents, 'getLastWebPreferences');
    const all: unknown = typeof read === 'function' ? Reflect.apply(read, contents, []) : null;
    return Object.fromEntries(
      names.map((name) => [name, all === null ? null : Boolean(Reflect.get(Object(all), name))]),
    );
  }, Object.keys(lockedPreferences));

/** What of Node the page can name. */
export const nodeInPage = (app: Driven): Promise<readonly string[]> =>
  app.inPage((names) => names.map((name) => typeof Reflect.get(globalThis, name)), ['require', 'process']);

/** The policy that the page is served with. */
export const pagePolicyOf = (app: Driven): Promise<string> =>
  app.inShell(
    async ({ BrowserWindow }, [address = '']) => {
      const answer = await BrowserWindow.getAllWindows()[0]?.webContents.session.fetch(address);
      return answer?.headers.get('content-security-policy') ?? '';
    },
    ['steward-app://page/index.html'],
  );

/** Spellings of paths that lead out of the page's own files elsewhere. */
export const strangePaths = [
  '/../main/shell.cjs',
  '/%2e%2e/main/shell.cjs',
  '/..%2fmain%2fshell.cjs',
  '/....//main/shell.cjs',
  '//etc/passwd',
  '/assets/../../main/shell.cjs',
  '/index.html%00.js',
  '/',
];

/** What the application's own scheme answers to them. */
export const answersTo = (app: Driven, paths: readonly string[]): Promise<readonly (number | undefined)[]> =>
  app.inShell(async ({ BrowserWindow }, asked) => {
    const session = BrowserWindow.getAllWindows()[0]?.webContents.session;
    return Promise.all(
      asked.map(async (path) => (await session?.fetch(`steward-app://page${path}`))?.status),
    );
  }, paths);

/** Rights that a page could ask for. */
export const permissions = [
  'geolocation',
  'notifications',
  'camera',
  'microphone',
  'midi',
  'clipboard-read',
  'persistent-storage',
];

/** How each of them stands for the page. */
export const permissionStates = (app: Driven): Promise<readonly string[]> =>
  app.inPage(
    async (asked) =>
      Promise.all(
        asked.map(
          async (name) => (await navigator.permissions.query({ name: name as PermissionName })).state,
        ),
      ),
    permissions,
  );

/** What becomes of requests that the page makes: `refused`, each of them. */
export const reachedFromPage = (app: Driven): Promise<readonly unknown[]> =>
  app.inPage(
    async ([https = '', http = '', pixel = '']) => {
      const fetched = (address: string) =>
        fetch(address).then(
          () => 'reached',
          () => 'refused',
        );
      const shown = new Promise((resolve) => {
        const picture = new Image();
        picture.onload = () => {
          resolve('reached');
        };
        picture.onerror = () => {
          resolve('refused');
        };
        picture.src = pixel;
      });
      return Promise.all([fetched(https), fetched(http), shown]);
    },
    ['https://elsewhere.example/x', 'http://127.0.0.1:9/x', 'https://elsewhere.example/pixel.png'],
  );

/** Has the page try to go elsewhere in every way; answers how many windows there are then and where the first one is. */
export const goesElsewhere = async (
  app: Driven,
): Promise<{ readonly opened: boolean; readonly windows: number; readonly at: string }> => {
  const opened = await app.inPage(
    ([away = '']) => {
      const window_ = window.open(away);
      const link = document.createElement('a');
      link.href = `${away}link`;
      link.target = '_top';
      document.body.append(link);
      link.click();
      link.remove();
      location.assign(`${away}assign`);
      return window_ !== null;
    },
    ['https://elsewhere.example/'],
  );
  const [windows, at] = await app.inShell(({ BrowserWindow }) => {
    const all = BrowserWindow.getAllWindows();
    return [String(all.length), all[0]?.webContents.getURL() ?? ''];
  }, []);
  return { opened, windows: Number(windows), at };
};
