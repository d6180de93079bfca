import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasKeys, rowWith } from './support/desk.ts';
import { tooTight, tooTightAtDouble, wrongWithScreen } from './support/screens.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

type Screen = {
  readonly name: string;
  /** Goes there by keys alone, which are the same in every language. */
  readonly go: (page: Page) => Promise<unknown>;
};

const settled = async (page: Page): Promise<void> => {
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
};

/** The next part of the settings, by the arrow keys of its tabs. */
const nextPart = async (page: Page): Promise<void> => {
  await page.getByRole('tab', { selected: true }).press('ArrowDown');
  await settled(page);
};

const screens: readonly Screen[] = [
  { name: 'list', go: async (page) => page.getByRole('option').first().waitFor() },
  {
    name: 'follow-ups',
    go: async (page) => {
      await page.keyboard.press('Control+2');
      await rowWith(page, 'Ask the maker').waitFor();
    },
  },
  {
    name: 'team',
    go: async (page) => {
      await page.keyboard.press('Control+5');
      await page.getByRole('rowheader').first().waitFor();
    },
  },
  {
    name: 'conversation',
    go: async (page) => {
      await page.keyboard.press('Control+1');
      const row = page.getByRole('option').first();
      await row.click();
      await page.getByRole('article').first().waitFor();
    },
  },
  {
    name: 'composer',
    go: async (page) => {
      await page.keyboard.press('r');
      await hasKeys(page.locator('[contenteditable=true]'));
    },
  },
  {
    name: 'transfer',
    go: async (page) => {
      await page.keyboard.press('Escape');
      await page.locator('[contenteditable=true]').waitFor({ state: 'detached' });
      await page.keyboard.press('t');
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'settings',
    go: async (page) => {
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.keyboard.press('Control+,');
      await page.getByRole('tab').first().waitFor();
      await page.getByRole('tab').first().click();
      await settled(page);
    },
  },
  { name: 'settings-team', go: nextPart },
  {
    name: 'settings-general',
    go: async (page) => {
      await nextPart(page);
      await nextPart(page);
    },
  },
];

/** A start on a busy machine. */
const startMs = 60_000;

describe('Steward in German', () => {
  let app: StewardApp;

  beforeAll(async () => {
    app = await startSteward({ env: { STEWARD_LOCALE: 'de-DE' } });
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
  });

  const menu = async (): Promise<readonly string[]> =>
    app.electron.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.map(({ label }) => label) ?? []);
  const spoken = async (): Promise<string> => app.page.evaluate(() => document.documentElement.lang);

  it('greets in German, with a document and a menu that say so', async () => {
    const { page } = app;
    await page.getByRole('heading', { name: 'Willkommen bei Steward' }).waitFor({ timeout: startMs });
    expect(await spoken()).toBe('de-DE');
    await expect.poll(menu, { timeout: 15_000 }).toContain('Bearbeiten');
    expect(await wrongWithScreen(app, 'de-welcome')).toEqual([]);
    await page.getByRole('button', { name: 'Umsehen' }).click();
    await page.getByRole('option').first().waitFor({ timeout: startMs });
  });

  it.each(screens)('is whole in both colours, at every size and zoom: $name', async ({ name, go }) => {
    await go(app.page);
    expect(await wrongWithScreen(app, `de-${name}`)).toEqual([]);
    expect(await tooTightAtDouble(app, `de-${name}`)).toEqual([]);
  });

  it('moves nothing for whoever wants no motion', async () => {
    const { page } = app;
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const moving = await page.evaluate(
      () =>
        [...document.querySelectorAll('*')].filter((element) => {
          const { transitionDuration, animationDuration, animationIterationCount } =
            getComputedStyle(element);
          const longest = Math.max(
            ...[...transitionDuration.split(','), ...animationDuration.split(',')].map(Number.parseFloat),
          );
          return longest > 0.001 || animationIterationCount !== '1';
        }).length,
    );
    expect(moving).toBe(0);
  });

  it('speaks English at once when that is chosen, in the window and the menu, and keeps it', async () => {
    const { page, folder } = app;
    await page.getByRole('tab', { name: 'Allgemein' }).click();
    await page.getByLabel('Sprache', { exact: true }).selectOption('en');
    await page.getByRole('tab', { name: 'General' }).waitFor();
    expect(await spoken()).toBe('en-GB');
    await expect.poll(menu, { timeout: 15_000 }).toContain('Edit');
    expect(JSON.parse(readFileSync(join(folder, 'language.json'), 'utf8'))).toBe('en');
    expect(app.complaints).toEqual([]);
  });
});

describe('Steward from right to left, with texts that are 40 % longer', () => {
  let app: StewardApp;

  beforeAll(async () => {
    app = await startSteward({ demo: true, env: { STEWARD_LOCALE: 'en-XB' } });
    await app.page.getByRole('option').first().waitFor({ timeout: startMs });
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
  });

  it.each(screens)('has room: $name', async ({ name, go }) => {
    const { page } = app;
    await go(page);
    expect(await page.evaluate(() => document.documentElement.dir)).toBe('rtl');
    expect(await tooTight(app, `rtl-${name}`)).toEqual([]);
  });
});
