import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasKeys, tabTo } from './support/desk.ts';
import { picturesFolder } from './support/screens.ts';
import { removeFolder, resize, startSteward, type StewardApp } from './support/steward-app.ts';
import { underToasts } from './support/under-toasts.ts';

const sizes = [
  { width: 1280, height: 800 },
  { width: 1600, height: 1000 },
  { width: 900, height: 600 },
  { width: 700, height: 600 },
] as const;

const languages = [
  { name: 'in English', locale: 'en-GB', direction: 'ltr', dark: false },
  { name: 'in German, in the dark', locale: 'de-DE', direction: 'ltr', dark: true },
  {
    name: 'from right to left, with texts that are 40 % longer',
    locale: 'en-XB',
    direction: 'rtl',
    dark: true,
  },
] as const;

/** Takes the opened conversation, which nobody owns, and points at what is said then: that keeps it on the screen. */
const claim = async (page: Page): Promise<void> => {
  await page.keyboard.press('c');
  await page.locator('.toast .toast-text').first().hover();
  // The way back, and the way to have it gone.
  await expect.poll(() => page.locator('.toast').first().locator('button').count()).toBe(2);
};

/** Takes that back by its key, and has what is said gone. */
const takeBack = async (page: Page): Promise<void> => {
  await page.keyboard.press('u');
  const said = page.locator('.toast');
  await expect.poll(() => said.locator('button').count()).toBe(1);
  await said.locator('button').click();
  await said.waitFor({ state: 'detached' });
};

const composer = (page: Page) => page.locator('.composer [contenteditable=true]');
const panel = (page: Page) => page.locator('.desk-customer');

describe.each(languages)('what a toast says, $name', ({ locale, direction, dark }) => {
  let app: StewardApp;

  beforeAll(async () => {
    app = await startSteward({ demo: true, dark, env: { STEWARD_LOCALE: locale } });
    const { page } = app;
    await page.getByRole('option').first().waitFor();
    expect(await page.evaluate(() => document.documentElement.dir)).toBe(direction);
    await page.keyboard.press('Control+8');
    await page.getByRole('option').first().click();
    await page.getByRole('article').first().waitFor();
    await page.locator('.answer-bar').waitFor();
    if (await panel(page).isVisible()) await page.keyboard.press('i');
    await panel(page).waitFor({ state: 'detached' });
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
  });

  it.each(sizes)('lies over nothing that is clicked or typed into at $width px', async (size) => {
    const { page } = app;
    const picture = async (name: string): Promise<void> => {
      mkdirSync(picturesFolder, { recursive: true });
      await page.screenshot({
        path: join(picturesFolder, `toast-${locale}-${String(size.width)}-${name}.png`),
      });
    };
    await resize(app.electron, size);
    await page.waitForFunction(({ width }) => window.innerWidth === width, size);
    const bare = await page.locator('.answer-bar').boundingBox();
    await claim(page);
    expect(await underToasts(page)).toEqual([]);
    // What is about to be clicked stays where it is, wherever a list is beside it.
    if (size.width > 736) expect(await page.locator('.answer-bar').boundingBox()).toEqual(bare);
    await picture('answer-bar');
    await page.keyboard.press('r');
    await hasKeys(composer(page));
    expect(await underToasts(page)).toEqual([]);
    await picture('composer');
    await page.keyboard.press('Escape');
    await composer(page).waitFor({ state: 'detached' });
    await page.keyboard.press('i');
    await panel(page).waitFor();
    expect(await underToasts(page)).toEqual([]);
    await picture('panel');
    await page.keyboard.press('i');
    await panel(page).waitFor({ state: 'detached' });
    await takeBack(page);
  });

  it('leaves no room behind when it goes', async () => {
    const { page } = app;
    const list = page.getByRole('listbox');
    await resize(app.electron, sizes[0]);
    await page.waitForFunction(({ width }) => window.innerWidth === width, sizes[0]);
    await claim(page);
    const before = (await list.boundingBox())?.height ?? 0;
    const took = (await page.locator('.desk-list-toasts').boundingBox())?.height ?? 0;
    expect(took).toBeGreaterThan(0);
    await page.mouse.move(640, 5);
    await page.locator('.toast').waitFor({ state: 'detached' });
    await expect.poll(async () => (await list.boundingBox())?.height).toBe(before + took);
    await takeBack(page);
  });

  it('is taken back by keyboard alone, and in the settings it covers nothing either', async () => {
    const { page } = app;
    await claim(page);
    expect(await page.locator('.toasts').getAttribute('role')).toBe('status');
    const buttons = page.locator('.toast').first().locator('button');
    await page.keyboard.press('Control+,');
    await page.getByRole('tab').first().waitFor();
    expect(await underToasts(page)).toEqual([]);
    await tabTo(page, buttons.first());
    await page.keyboard.press('Enter');
    // What is said then has no way back.
    await expect.poll(() => buttons.count()).toBe(1);
    await page.keyboard.press('Escape');
    await page.getByRole('listbox').waitFor();
    await page.locator('.conversation-head').waitFor();
    await page.locator('.toast button').click();
    await page.locator('.toast').waitFor({ state: 'detached' });
    expect(app.complaints).toEqual([]);
  });
});
