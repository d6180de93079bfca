import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

const locked = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  webviewTag: false,
};

describe('the window is locked down', () => {
  let app: StewardApp;

  beforeAll(async () => {
    app = await startSteward();
    await app.page.getByRole('heading', { level: 1 }).first().waitFor();
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
  });

  it('runs the page in a sandbox without Node', async () => {
    const preferences = await app.electron.evaluate(({ BrowserWindow }, names) => {
      // Not in Electron's types: what the window was really made with.
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      const read: unknown = contents === undefined ? null : Reflect.get(contents, 'getLastWebPreferences');
      const all: unknown = typeof read === 'function' ? Reflect.apply(read, contents, []) : null;
      return Object.fromEntries(
        names.map((name) => [name, all === null ? null : Boolean(Reflect.get(Object(all), name))]),
      );
    }, Object.keys(locked));
    expect(preferences).toEqual(locked);
    expect(
      await app.page.evaluate(() => [
        typeof Reflect.get(globalThis, 'require'),
        typeof Reflect.get(globalThis, 'process'),
      ]),
    ).toEqual(['undefined', 'undefined']);
  });

  it('serves the page with a policy that allows neither inline code nor any network', async () => {
    const policy = await app.electron.evaluate(async ({ BrowserWindow }) => {
      const window = BrowserWindow.getAllWindows()[0];
      const answer = await window?.webContents.session.fetch('steward-app://page/index.html');
      return answer?.headers.get('content-security-policy') ?? '';
    });
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toContain('unsafe');
    expect(policy).not.toMatch(/https?:/);
    expect(app.complaints).toEqual([]);
  });

  it('serves no file but its own, whatever the spelling of the path', async () => {
    const paths = [
      '/../main/shell.cjs',
      '/%2e%2e/main/shell.cjs',
      '/..%2fmain%2fshell.cjs',
      '/....//main/shell.cjs',
      '//etc/passwd',
      '/assets/../../main/shell.cjs',
      '/index.html%00.js',
      '/',
    ];
    const answers = await app.electron.evaluate(async ({ BrowserWindow }, asked) => {
      const session = BrowserWindow.getAllWindows()[0]?.webContents.session;
      return Promise.all(
        asked.map(async (path) => (await session?.fetch(`steward-app://page${path}`))?.status),
      );
    }, paths);
    expect(answers).toEqual(paths.map(() => 404));
  });

  it('denies every permission but writing text to the clipboard', async () => {
    const names = [
      'geolocation',
      'notifications',
      'camera',
      'microphone',
      'midi',
      'clipboard-read',
      'persistent-storage',
    ];
    const states = await app.page.evaluate(
      async (asked) =>
        Promise.all(
          asked.map(
            async (name) => (await navigator.permissions.query({ name: name as PermissionName })).state,
          ),
        ),
      names,
    );
    expect(states).toEqual(names.map(() => 'denied'));
  });

  it('reaches no host from the page', async () => {
    const outcome = await app.page.evaluate(async () => {
      const attempts = [
        fetch('https://elsewhere.example/x').then(
          () => 'reached',
          () => 'refused',
        ),
        fetch('http://127.0.0.1:9/x').then(
          () => 'reached',
          () => 'refused',
        ),
        new Promise((resolve) => {
          const picture = new Image();
          picture.onload = () => {
            resolve('reached');
          };
          picture.onerror = () => {
            resolve('refused');
          };
          picture.src = 'https://elsewhere.example/pixel.png';
        }),
      ];
      return Promise.all(attempts);
    });
    expect(outcome).toEqual(['refused', 'refused', 'refused']);
  });

  it('answers a hello of the page only for the page itself', async () => {
    const ports = await app.page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let seen = 0;
          window.addEventListener('message', (event) => {
            const said: unknown = event.data;
            if (typeof said === 'object' && said !== null && Reflect.get(said, 'type') === 'steward:port')
              seen += 1;
          });
          const frame = document.createElement('iframe');
          frame.setAttribute('sandbox', 'allow-same-origin');
          frame.src = './frame.html';
          frame.onload = () => {
            frame.contentWindow?.postMessage({ type: 'steward:hello' }, '*');
            requestAnimationFrame(() => {
              requestAnimationFrame(() => {
                frame.remove();
                resolve(seen);
              });
            });
          };
          document.body.append(frame);
        }),
    );
    expect(ports).toBe(0);
  });

  it('keeps the window and goes on when the engine is killed', async () => {
    const engineOf = (): Promise<number | undefined> =>
      app.electron.evaluate(
        ({ app: electron }) =>
          electron.getAppMetrics().find((metric) => metric.serviceName === 'node.mojom.NodeService')?.pid,
      );
    const first = await engineOf();
    expect(first).toBeGreaterThan(0);
    if (first !== undefined) process.kill(first, 'SIGKILL');
    await eventually(
      async () => {
        const next = await engineOf();
        return next !== undefined && next !== first;
      },
      { message: 'another engine runs', withinMs: 60_000 },
    );
    await app.page.getByRole('heading', { level: 1 }).first().waitFor();
    expect(await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });

  // Last, because the driver waits for ever for a navigation that was begun and refused.
  it('goes nowhere: not by script, not by a new window, not by a link', async () => {
    const before = app.page.url();
    const windows = await app.page.evaluate(() => {
      const opened = window.open('https://elsewhere.example/');
      const link = document.createElement('a');
      link.href = 'https://elsewhere.example/link';
      link.target = '_top';
      document.body.append(link);
      link.click();
      link.remove();
      location.assign('https://elsewhere.example/assign');
      return opened === null;
    });
    expect(windows).toBe(true);
    const count = await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
    expect(count).toBe(1);
    expect(app.page.url()).toBe(before);
  });
});
