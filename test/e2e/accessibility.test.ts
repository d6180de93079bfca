import { source, type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

type Place = {
  readonly name: string;
  /** Goes there from the list and waits until it is drawn. */
  readonly go: (page: Page) => Promise<void>;
};

const places: readonly Place[] = [
  { name: 'the list', go: async (page) => page.getByRole('option').first().waitFor() },
  {
    name: 'a conversation',
    go: async (page) => {
      await page.getByRole('option').first().click();
      await page.getByRole('article').first().waitFor();
    },
  },
  {
    name: 'the composer',
    go: async (page) => {
      await page.keyboard.press('Control+n');
      await page.getByRole('textbox', { name: 'Message' }).waitFor();
    },
  },
  {
    name: 'the palette',
    go: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'the cheat sheet',
    go: async (page) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'the search',
    go: async (page) => {
      await page.keyboard.press('/');
      await page.getByRole('searchbox').fill('order');
      await page.getByRole('option').first().waitFor();
    },
  },
  {
    name: 'the settings',
    go: async (page) => {
      await page.keyboard.press('Control+,');
      await page.getByRole('heading', { name: 'Settings' }).first().waitFor();
    },
  },
];

const runAxe =
  "axe.run(document, { resultTypes: ['violations'], iframes: false }).then(({ violations }) => violations)";

/** What axe finds wrong, each with the element it means. */
const violations = async (page: Page): Promise<readonly string[]> => {
  const found = await page.evaluate<AxeResults['violations']>(runAxe);
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
};

describe.each([{ look: 'light' }, { look: 'dark' }])(
  'axe finds nothing wrong in $look colours with',
  ({ look }) => {
    let app: StewardApp;

    beforeAll(async () => {
      app = await startSteward({ demo: true, dark: look === 'dark' });
    });

    beforeEach(async () => {
      const { page } = app;
      await page.waitForLoadState();
      // A page loaded anew stays where it was, unless the window's history knows nothing.
      await page.evaluate(() => {
        history.replaceState(null, '');
      });
      await page.reload();
      await page.getByRole('option').first().waitFor();
      await page.evaluate(source);
    });

    afterAll(async () => {
      await app.quit();
      removeFolder(app);
    });

    it.each(places)('$name', async ({ go }) => {
      const { page } = app;
      await go(page);
      expect(await violations(page)).toEqual([]);
    });
  },
);
