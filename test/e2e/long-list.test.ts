import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWriteCore } from '#main/engine/writer/write-core.ts';
import { systemClock, systemIds } from '#main/engine/host/system-ports.ts';
import { item } from '#test/support/store/letters.ts';
import { present } from '#test/support/store/workspace.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

/** More than are fetched in many pages, and too many to be walked through by accident. */
const many = 6_000;
const minute = 60_000;
const root = new Uint8Array(32).fill(7);
const own = 'support@shop.example';

/** Matter 0 is the newest. Most came within days and the rest over years, so that nobody can tell a place by its time. */
const at = (n: number): number => present - (n < many / 2 ? n : n * 60) * minute;

const fill = (folder: string): void => {
  writeFileSync(join(folder, 'test.key'), Buffer.from(root).toString('hex'), { mode: 0o600 });
  const core = openWriteCore(
    { workspaceDir: join(folder, 'workspace'), root },
    systemClock,
    systemIds(systemClock),
  );
  const added = core.run('account.add', {
    account: {
      ...{ kind: 'email', label: '', address: own, senderName: '', settings: {} },
      secrets: { kind: 'password', user: '', password: '' },
    },
    streams: [{ name: 'INBOX', label: 'INBOX', role: 'inbox', chosen: true }],
  }).output;
  if (!added.ok) throw new Error('the account is not there');
  core.run('account.pause', { id: added.value.id, paused: true });
  core.run('ingest.batch', {
    ...{ account: added.value.id, channel: 'email', stream: 'INBOX', role: 'inbox', own: [own] },
    items: Array.from({ length: many }, (_, n) =>
      item({
        id: `m${String(n)}`,
        at: at(n),
        from: { name: `Customer ${String(n)}`, address: `c${String(n)}@customer.example` },
        subject: `Matter ${String(n)}.`,
      }),
    ),
    ...{
      continues: false,
      followed: false,
      changes: [],
      next: { at: 1 },
      more: true,
      onServer: null,
      remaining: null,
      gap: null,
    },
  });
  core.close();
};

/** The matter of the row where the keys are, or null while it is not here. */
const activeMatter = (page: Page): Promise<number | null> =>
  page.evaluate(() => {
    const id = document.activeElement?.getAttribute('aria-activedescendant') ?? '';
    const found = /Matter (\d+)\./u.exec(document.getElementById(id)?.innerText ?? '');
    return found === null ? null : Number(found[1]);
  });

/** The matters on screen from top to bottom; null for one that is not here yet. */
const shown = (page: Page): Promise<readonly (number | null)[]> =>
  page.evaluate(() => {
    const list = document.querySelector('[role="listbox"]')?.getBoundingClientRect();
    return [...document.querySelectorAll<HTMLElement>('[role="option"]')]
      .map((row) => ({ row, box: row.getBoundingClientRect() }))
      .filter(({ box }) => list !== undefined && box.top >= list.top && box.bottom <= list.bottom)
      .sort((one, other) => one.box.top - other.box.top)
      .map(({ row }) => {
        const found = /Matter (\d+)\./u.exec(row.innerText);
        return found === null ? null : Number(found[1]);
      });
  });

const scrollTo = (page: Page, share: number): Promise<void> =>
  page.evaluate((to) => {
    const list = document.querySelector('[role="listbox"]');
    if (list !== null) list.scrollTop = to * (list.scrollHeight - list.clientHeight);
  }, share);

const isRun = (matters: readonly (number | null)[]): boolean =>
  matters.length > 3 && matters.every((matter, n) => matter !== null && matter === (matters[0] ?? 0) + n);

describe('a queue of thousands', () => {
  let app: StewardApp;

  beforeAll(async () => {
    const folder = makeTempDirectory('app').path;
    fill(folder);
    app = await startSteward({ folder });
    await app.page.getByRole('heading', { name: 'My turn', level: 1 }).waitFor();
    await app.page.keyboard.press('Control+8');
    await app.page.getByRole('heading', { name: 'All', level: 1 }).waitFor();
    await app.page.getByRole('option').filter({ hasText: 'Matter 0.' }).waitFor();
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
  });

  it('is gone to its end by End and to its top by Home, and the keys go on from there', async () => {
    const { page } = app;
    await page.keyboard.press('j');
    await expect.poll(() => activeMatter(page)).toBe(0);
    await page.keyboard.press('End');
    await expect.poll(() => activeMatter(page)).toBe(many - 1);
    await page.keyboard.press('k');
    await expect.poll(() => activeMatter(page)).toBe(many - 2);
    await page.keyboard.press('PageUp');
    await expect.poll(() => activeMatter(page)).toBeLessThan(many - 5);
    await page.keyboard.press('Home');
    await expect.poll(() => activeMatter(page)).toBe(0);
    await page.keyboard.press('PageDown');
    await expect.poll(() => activeMatter(page)).toBeGreaterThan(4);
  });

  it('shows a whole screen of its middle where the scroll bar was let go', async () => {
    const { page } = app;
    await scrollTo(page, 0.5);
    await expect.poll(async () => isRun(await shown(page))).toBe(true);
    const [first] = await shown(page);
    expect(Math.abs((first ?? 0) - many / 2)).toBeLessThan(many / 20);
  });

  it('goes on without a gap when one scrolls on from there', async () => {
    const { page } = app;
    const [from] = await shown(page);
    await page.evaluate(() => document.querySelector('[role="listbox"]')?.scrollBy(0, 4 * 76));
    await expect.poll(async () => (await shown(page))[0]).toBe((from ?? 0) + 4);
    await page.evaluate(() => document.querySelector('[role="listbox"]')?.scrollBy(0, -9 * 76));
    await expect.poll(async () => (await shown(page))[0]).toBe((from ?? 0) - 5);
  });

  it('ends with its oldest and begins with its newest, however one gets there', async () => {
    const { page } = app;
    await scrollTo(page, 1);
    await expect.poll(async () => (await shown(page)).at(-1)).toBe(many - 1);
    expect(isRun(await shown(page))).toBe(true);
    await scrollTo(page, 0);
    await expect.poll(async () => (await shown(page))[0]).toBe(0);
  });

  it('opens what the keys come to at the other end, while a conversation is open', async () => {
    const { page } = app;
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /^Matter \d+\.$/u }).waitFor();
    await page.getByRole('listbox').focus();
    await page.keyboard.press('End');
    await page.getByRole('heading', { name: `Matter ${String(many - 1)}.` }).waitFor();
    await page.keyboard.press('Home');
    await page.getByRole('heading', { name: 'Matter 0.' }).waitFor();
    expect(app.complaints).toEqual([]);
  });
});
