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

/** Everything that Electron draws with in this application: one page, and nothing hidden beside it. */
export const drawnBy = (app: Driven): Promise<readonly string[]> =>
  app.inShell(
    ({ webContents }) => webContents.getAllWebContents().map((one) => `${one.getType()} ${one.getURL()}`),
    [],
  );

/** What of Node the page can name. */
export const nodeInPage = (app: Driven): Promise<readonly string[]> =>
  app.inPage((names) => names.map((name) => typeof Reflect.get(globalThis, name)), ['require', 'process']);

/** The ways that a page has to make script or markup out of text, each with the error that it has to end in. */
export const textToCode = [
  ['markup', 'TypeError'],
  ['inline script', 'TypeError'],
  ['handler', 'TypeError'],
  ['eval', 'EvalError'],
  ['function', 'EvalError'],
  ['script of bytes', 'TypeError'],
  ['worker of bytes', 'TypeError'],
  ['another policy', 'TypeError'],
];

/** What comes of each of them in the page: the name of the error that it throws, `nothing`, or `ran`; in the same order. */
export const codeFromText = (app: Driven): Promise<readonly string[]> =>
  app.inPage(async () => {
    // Away from the driver's own call, whose code the policy does not hold.
    await new Promise((resolve) => setTimeout(resolve));
    Reflect.deleteProperty(globalThis, 'stewardRan');
    const ran = (): string => (Reflect.get(globalThis, 'stewardRan') === undefined ? 'nothing' : 'ran');
    const mark = 'globalThis.stewardRan = true';
    const bytes = URL.createObjectURL(new Blob([mark], { type: 'text/javascript' }));
    const policies: unknown = Reflect.get(globalThis, 'trustedTypes');
    const make = (name: string): unknown =>
      Reflect.apply(Reflect.get(Object(policies), 'createPolicy') as () => unknown, policies, [name, {}]);
    const settled = (element: HTMLElement): Promise<unknown> =>
      new Promise((resolve) => {
        element.onload = resolve;
        element.onerror = resolve;
        document.body.append(element);
      });
    const ways: readonly (() => unknown)[] = [
      () => {
        document.createElement('p').innerHTML = '<b>x</b>';
      },
      () => {
        const script = document.createElement('script');
        script.append(mark);
        document.body.append(script);
      },
      () => {
        const words = document.createElement('p');
        words.setAttribute('onclick', mark);
        document.body.append(words);
        words.click();
        words.remove();
      },
      (): unknown => Reflect.apply(Reflect.get(globalThis, 'eval') as () => unknown, globalThis, [mark]),
      () => (Reflect.construct(Function, [mark]) as () => unknown)(),
      () => {
        const script = document.createElement('script');
        script.setAttribute('src', bytes);
        return settled(script);
      },
      () => new Worker(bytes),
      () => make('another'),
    ];
    const results: string[] = [];
    for (const way of ways) {
      try {
        await way();
        results.push(ran());
      } catch (error) {
        results.push(error instanceof Error ? error.name : 'threw');
      }
    }
    return results;
  }, []);

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
  'background-sync',
  'accelerometer',
  'gyroscope',
  'magnetometer',
  'screen-wake-lock',
  'idle-detection',
  'local-fonts',
  'window-management',
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

/** Devices and screens that a page could ask a person for. */
export const devices = ['usb', 'hid', 'serial', 'bluetooth', 'camera', 'screen', 'place'];

/** What comes of asking for each: `refused` where there is none to be had. */
export const askedForDevices = (app: Driven): Promise<readonly string[]> =>
  app.inPage(
    (asked) =>
      Promise.all(
        asked.map(async (name) => {
          const of = (place: string, method: string, given: unknown): Promise<unknown> => {
            const at: unknown = Reflect.get(navigator, place);
            const ask: unknown = at === undefined ? undefined : Reflect.get(Object(at), method);
            if (typeof ask !== 'function') return Promise.reject(new Error('there is no such thing'));
            return Promise.resolve(Reflect.apply(ask, at, [given]));
          };
          const ways: Readonly<Record<string, () => Promise<unknown>>> = {
            usb: () => of('usb', 'requestDevice', { filters: [] }),
            hid: () => of('hid', 'requestDevice', { filters: [] }),
            serial: () => of('serial', 'requestPort', {}),
            bluetooth: () => of('bluetooth', 'requestDevice', { acceptAllDevices: true }),
            camera: () => of('mediaDevices', 'getUserMedia', { video: true, audio: true }),
            screen: () => of('mediaDevices', 'getDisplayMedia', { video: true }),
            place: () =>
              new Promise((resolve, reject) => {
                navigator.geolocation.getCurrentPosition(resolve, reject);
              }),
          };
          try {
            const given = await ways[name]?.();
            // A chooser that was closed at once gives an empty list, not an error.
            return Array.isArray(given) && given.length === 0 ? 'refused' : 'given';
          } catch {
            return 'refused';
          }
        }),
      ),
    devices,
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
      // As with the middle button, and with a key held down that asks for a window of its own.
      link.dispatchEvent(new MouseEvent('click', { ctrlKey: true, bubbles: true, cancelable: true }));
      link.dispatchEvent(new MouseEvent('click', { shiftKey: true, bubbles: true, cancelable: true }));
      link.dispatchEvent(new MouseEvent('auxclick', { button: 1, bubbles: true, cancelable: true }));
      link.remove();
      for (const target of ['_self', '_blank', '_top']) {
        const form = document.createElement('form');
        form.action = `${away}form`;
        form.target = target;
        document.body.append(form);
        form.submit();
        form.remove();
      }
      const frame = document.createElement('iframe');
      frame.src = `${away}frame`;
      document.body.append(frame);
      history.back();
      for (const place of ['data:text/html,x', 'file:///etc/passwd', 'about:blank#x', `${away}assign`])
        location.assign(place);
      frame.remove();
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
