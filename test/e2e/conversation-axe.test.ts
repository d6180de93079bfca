import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations } from './support/axe.ts';
import { rowWith } from './support/desk.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

const find = async (page: Page, words: string): Promise<void> => {
  await page.keyboard.press('/');
  await page.getByRole('searchbox').fill(words);
  await rowWith(page, words).first().click();
  await page.getByRole('article').last().waitFor();
};

describe.each([{ look: 'light' }, { look: 'dark' }])(
  'in $look colours axe finds nothing wrong with',
  ({ look }) => {
    let app: StewardApp;

    beforeAll(async () => {
      app = await startSteward({ demo: true, dark: look === 'dark' });
      await app.page.getByRole('option').first().waitFor();
    });
    afterAll(async () => {
      await app.quit();
      removeFolder(app);
    });

    it('an answer being written below a newsletter, with the customer beside it', async () => {
      const { page } = app;
      await find(page, 'spring collection');
      await page.keyboard.press('i');
      await page.getByRole('region', { name: 'Customer' }).waitFor();
      await page.keyboard.press('r');
      await page.getByRole('textbox', { name: 'Message' }).waitFor();
      await page.getByRole('button', { name: 'Cc', exact: true }).click();
      await page.getByRole('combobox', { name: 'Cc' }).fill('not an address,');
      expect(await axeViolations(page)).toEqual([]);
      await page.keyboard.press('Escape');
    });

    it.each(['URGENT payment', 'Firmware update tool', 'Borough cycle day', 'Company tour'])(
      'the conversation “%s”',
      async (words) => {
        const { page } = app;
        await find(page, words);
        expect(await axeViolations(page)).toEqual([]);
      },
    );

    it('the question where a link leads', async () => {
      const { page } = app;
      await find(page, 'commuter course');
      await page.frameLocator('.message-frame-document').getByRole('link').first().click();
      await page.getByRole('dialog').waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.keyboard.press('Escape');
    });

    it('the original of a message', async () => {
      const { page } = app;
      await page.getByRole('article').last().getByRole('button', { name: 'More', exact: false }).click();
      await page.getByRole('menuitem', { name: /original/i }).click();
      await page.getByRole('dialog').waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.keyboard.press('Escape');
    });

    it('an answer on its way, with the way back', async () => {
      const { page } = app;
      await page.keyboard.press('r');
      await page.getByRole('textbox', { name: 'Message' }).click();
      await page.keyboard.type('Yes, all three.');
      await page.keyboard.press('Control+Enter');
      const undo = page.getByRole('article').last().getByRole('button', { name: 'Undo' });
      await undo.waitFor();
      expect(await undo.evaluate((button) => button.getBoundingClientRect().bottom < innerHeight)).toBe(true);
      await page.getByText('Your answer is on its way').waitFor();
      expect(await axeViolations(page)).toEqual([]);
    });
  },
);
