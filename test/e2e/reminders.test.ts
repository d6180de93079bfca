import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ElectronApplication } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { startEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { workspaceOf } from '../support/faults/truth.ts';
import { promiseMany } from '../support/promised.ts';
import { makeTempDirectory } from '../support/temp.ts';
import { removeFolder, startSteward } from './support/steward-app.ts';
import type { StewardApp } from './support/steward-app.ts';

let app: StewardApp | null = null;

afterEach(async () => {
  await app?.quit();
  if (app !== null) removeFolder(app);
  app = null;
});

/** A workspace with as many conversations, each of which somebody promised to come back to in `ms`. */
async function promisedIn(ms: number, count = 1): Promise<string> {
  const folder = makeTempDirectory('reminders').path;
  const hex = randomBytes(32).toString('hex');
  writeFileSync(join(folder, 'test.key'), hex, { mode: 0o600 });
  mkdirSync(join(folder, 'workspace'));
  const engine = await startEngine({
    workspaceDir: join(folder, 'workspace'),
    key: { kind: 'given', hex },
    traffic: 'off',
    reminders: 'off',
  });
  await promiseMany({ engine, workspace: workspaceOf(engine) }, count, Date.now() + ms);
  await engine.close();
  return folder;
}

/** Keeps what the application shows as notifications instead of giving it to a desktop that is not there. */
const recordNotices = (electron: ElectronApplication): Promise<void> =>
  electron.evaluate(({ Notification }) => {
    const shown: Electron.Notification[] = [];
    Reflect.set(globalThis, 'shownNotices', shown);
    Notification.isSupported = () => true;
    Notification.prototype.show = function show(this: Electron.Notification) {
      shown.push(this);
    };
  });

const notices = (electron: ElectronApplication): Promise<{ title: string; actions: number }[]> =>
  electron.evaluate(() => {
    const shown: unknown = Reflect.get(globalThis, 'shownNotices');
    return Array.isArray(shown)
      ? shown.map((one: Electron.Notification) => ({ title: one.title, actions: one.actions.length }))
      : [];
  });

const clickNotice = (electron: ElectronApplication): Promise<void> =>
  electron.evaluate(() => {
    const shown: unknown = Reflect.get(globalThis, 'shownNotices');
    if (Array.isArray(shown)) (shown[0] as NodeJS.EventEmitter | undefined)?.emit('click');
  });

const isVisible = (electron: ElectronApplication): Promise<boolean> =>
  electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() ?? false);

describe('a follow-up in the real application', () => {
  it('is told by a notification while the window is hidden, and a click on it brings the conversation', async () => {
    const folder = await promisedIn(20_000);
    app = await startSteward({ folder });
    const { electron, page } = app;
    await recordNotices(electron);
    await page.getByText('Matter 0').first().waitFor();
    await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    await eventually(async () => !(await isVisible(electron)), { message: 'the window is hidden' });
    await eventually(async () => (await notices(electron)).length > 0, {
      message: 'a notification is shown',
      withinMs: 80_000,
    });
    expect(await notices(electron)).toEqual([
      // Buttons where the system tells of them; a click opens everywhere.
      { title: 'Follow up with Customer 0', actions: process.platform === 'darwin' ? 3 : 0 },
    ]);
    expect(await isVisible(electron)).toBe(false);
    await clickNotice(electron);
    await eventually(() => isVisible(electron), { message: 'the window is shown again' });
    await page.getByRole('heading', { name: 'Matter 0' }).waitFor();
  });

  it('is one of five hundred that fell due while it was off: they are one digest, and the window goes on', async () => {
    const folder = await promisedIn(-3_600_000, 500);
    app = await startSteward({ folder });
    const { page } = app;
    const clock = await page.context().newCDPSession(page);
    await clock.send('Performance.enable', { timeDomain: 'threadTicks' });
    // What somebody does meanwhile: each step is answered while the rest is still coming up.
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('Control+9');
    await page.getByRole('heading', { name: 'Inbox', exact: true }).waitFor();
    await page.getByText('Matter 0', { exact: true }).first().click();
    await page.getByRole('heading', { level: 2, name: 'Matter 0' }).waitFor();
    await page.keyboard.press('Control+2');
    await page.getByText('500 follow-ups came up while you were away').waitFor({ timeout: 60_000 });
    await page.keyboard.press('End');
    const { metrics } = await clock.send('Performance.getMetrics');
    const seconds = metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Infinity;
    expect(seconds).toBeGreaterThan(0);
    // Of processor time, for everything above: a page drawn anew for each of the five hundred would take many times that.
    expect(seconds).toBeLessThan(5);
    await page.getByRole('button', { name: 'Seen' }).click();
    await page.getByText('500 follow-ups came up while you were away').waitFor({ state: 'detached' });
    expect(app.complaints).toEqual([]);
  });
});
