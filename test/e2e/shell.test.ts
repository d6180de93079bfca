import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import {
  answersTo,
  askedForDevices,
  codeFromText,
  devices,
  drawnBy,
  goesElsewhere,
  lockedPreferences,
  nodeInPage,
  pagePolicyOf,
  permissions,
  permissionStates,
  preferencesOf,
  reachedFromPage,
  strangePaths,
  textToCode,
  type Driven,
} from './support/lockdown.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

describe('the window is locked down', () => {
  let app: StewardApp;
  let driven: Driven;

  beforeAll(async () => {
    app = await startSteward();
    driven = {
      inShell: (work, given) => app.electron.evaluate(work, given),
      inPage: (work, given) => app.page.evaluate(work, given),
    };
    await app.page.getByRole('heading', { level: 1 }).first().waitFor();
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
  });

  it('runs the page in a sandbox without Node', async () => {
    expect(await preferencesOf(driven)).toEqual(lockedPreferences);
    expect(await nodeInPage(driven)).toEqual(['undefined', 'undefined']);
    expect(await drawnBy(driven)).toEqual([
      expect.stringMatching(/^window steward-app:\/\/page\/index\.html/),
    ]);
  });

  it('serves the page with a policy that allows neither inline code nor any network', async () => {
    const policy = await pagePolicyOf(driven);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toContain('unsafe');
    expect(policy).not.toMatch(/https?:/);
    expect(app.complaints).toEqual([]);
  });

  it('serves no file but its own, whatever the spelling of the path', async () => {
    expect(await answersTo(driven, strangePaths)).toEqual(strangePaths.map(() => 404));
  });

  it('denies every permission but writing text to the clipboard', async () => {
    expect(await permissionStates(driven)).toEqual(permissions.map(() => 'denied'));
    expect(await askedForDevices(driven)).toEqual(devices.map(() => 'refused'));
  });

  it('makes neither markup nor code out of text', async () => {
    expect(await codeFromText(driven)).toEqual(textToCode.map(([, error]) => error));
  });

  it('reaches no host from the page', async () => {
    expect(await reachedFromPage(driven)).toEqual(['refused', 'refused', 'refused']);
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
    expect(await goesElsewhere(driven)).toEqual({ opened: false, windows: 1, at: before });
  });
});
