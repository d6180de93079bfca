import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openQuote, quote } from './support/customer-panel.ts';
import { rowWith } from './support/desk.ts';
import { wrongWithScreen } from './support/screens.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

/** Chooses something in the palette by its words. */
const choose = async (page: Page, action: string): Promise<void> => {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(action);
  await page.keyboard.press('Enter');
};

const openPrivacy = async (page: Page): Promise<void> => {
  await choose(page, 'Settings');
  await page.getByRole('tab', { name: 'Privacy' }).click();
  await page.getByRole('heading', { name: 'Privacy', level: 2 }).waitFor();
};

describe('a customer who asks to be erased', () => {
  let app: StewardApp;

  beforeAll(async () => {
    app = await startSteward({ demo: true });
    const { page } = app;
    await page.getByRole('option').first().waitFor();
    await openQuote(page);
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
  });

  it('is erased by keyboard alone once the name was typed, and their conversations are gone', async () => {
    const { page } = app;
    await choose(page, 'Erase this customer');
    const dialog = page.getByRole('dialog', { name: 'Erase a customer' });
    const field = dialog.getByRole('textbox', { name: 'Type the name to erase them' });
    await field.waitFor();
    const erase = dialog.getByRole('button', { name: 'Erase for good' });
    expect(await erase.isDisabled()).toBe(true);
    await field.fill('Somebody else');
    expect(await erase.isDisabled()).toBe(true);
    const name = (await dialog.getByText(/^Type: /).textContent())?.replace('Type: ', '') ?? '';
    await field.fill(name);
    expect(await wrongWithScreen(app, 'erase-dialog')).toEqual([]);
    await erase.focus();
    await page.keyboard.press('Enter');
    await page.getByText('The customer is being erased.').waitFor();
    const pane = page.getByRole('region', { name: 'Conversation', exact: true });
    await pane.getByText('This conversation was erased').waitFor();
    await page.getByRole('searchbox').fill('city bikes');
    await rowWith(page, quote).waitFor({ state: 'detached' });
    expect(app.complaints).toEqual([]);
  });

  it('stands in the settings without a name, beside the rule for old conversations', async () => {
    const { page } = app;
    await openPrivacy(page);
    const line = page.getByRole('listitem').filter({ hasText: 'A customer, on request' });
    await line.waitFor();
    await line.getByText('going on …').waitFor({ state: 'detached' });
    await page.getByRole('textbox', { name: 'Days' }).fill('12');
    await page.getByText('Type a number of days from 30 to 36500.').waitFor();
    await page.getByRole('textbox', { name: 'Days' }).fill('400');
    await page.getByText(/would go now\.$/).waitFor();
    await page.getByRole('button', { name: 'Switch on' }).click();
    await page.getByText(/It is on: after 400 days\. It erases nothing before/).waitFor();
    expect(await wrongWithScreen(app, 'privacy-settings')).toEqual([]);
    await page.getByRole('button', { name: 'Switch off' }).click();
    await page.getByText('It is off: nothing is erased by itself.').waitFor();
    expect(app.complaints).toEqual([]);
  });
});
