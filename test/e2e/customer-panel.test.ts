import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openQuote, panel, quote } from './support/customer-panel.ts';
import { wrongWithScreen } from './support/screens.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

/** Goes on with Tab until the focus is on it; fails where the keyboard does not lead there. */
const tabTo = async (page: Page, target: Locator): Promise<void> => {
  for (let step = 0; step < 80; step += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('the keyboard does not lead there');
};

describe('two customers who are one person', () => {
  let app: StewardApp;

  beforeAll(async () => {
    app = await startSteward({ demo: true });
    await app.page.getByRole('option').first().waitFor();
    await openQuote(app.page);
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
  });

  it('are suggested with the reason, and compared and merged by keyboard alone', async () => {
    const { page } = app;
    await panel(page).getByText('Perhaps the same person as').waitFor();
    await panel(page).getByText('the same name at ufer-hotel.example').waitFor();
    await panel(page).getByRole('textbox', { name: 'Name' }).focus();
    await tabTo(page, panel(page).getByRole('button', { name: /^Compare with Jonas/ }));
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Make two customers one' });
    await dialog.getByText('jonas@ufer-hotel.example').waitFor();
    expect(await wrongWithScreen(app, 'customer-merge')).toEqual([]);
    await tabTo(page, dialog.getByRole('button', { name: 'Make them one customer' }));
    await page.keyboard.press('Enter');
    await page.getByText('Jonas Weidner is part of this customer now.').waitFor();
    await panel(page).getByText('jonas@ufer-hotel.example').waitFor();
    await panel(page)
      .getByRole('button', { name: /A stand for ten bicycles/ })
      .waitFor();
    await panel(page).getByText('Perhaps the same person as').waitFor({ state: 'detached' });
    expect(await wrongWithScreen(app, 'customer-merged')).toEqual([]);
  });

  it('are two again by the undo key, also when the toast has gone, and suggested again', async () => {
    const { page } = app;
    await page.getByRole('heading', { name: quote }).click();
    await page.getByText('Jonas Weidner is part of this customer now.').waitFor({ state: 'detached' });
    await page.keyboard.press('u');
    await page.getByText('Taken back.').waitFor();
    await panel(page).getByText('Perhaps the same person as').waitFor();
    expect(await panel(page).getByText('jonas@ufer-hotel.example').count()).toBe(0);
  });

  it('can be taken apart in the panel long after the toast has gone', async () => {
    const { page } = app;
    await panel(page)
      .getByRole('button', { name: /^Compare with Jonas/ })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Make them one customer' }).click();
    await panel(page).getByRole('button', { name: 'Take apart from Jonas Weidner' }).click();
    await panel(page).getByText('jonas@ufer-hotel.example').waitFor({ state: 'detached' });
  });

  it('are not suggested any more once somebody said that they are two', async () => {
    const { page } = app;
    await panel(page).getByRole('button', { name: 'Jonas Weidner is somebody else' }).click();
    await panel(page).getByText('Perhaps the same person as').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+k');
    await page.keyboard.type('may be one person');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Customers', level: 2 }).waitFor();
    expect(await page.getByText('jonas@ufer-hotel.example').count()).toBe(0);
    expect(await wrongWithScreen(app, 'customer-suggestions')).toEqual([]);
    await page.keyboard.press('Escape');
    expect(app.complaints).toEqual([]);
  });
});

describe('what is written about a customer', () => {
  let app: StewardApp;

  beforeAll(async () => {
    app = await startSteward({ demo: true });
    await app.page.getByRole('option').first().waitFor();
    await openQuote(app.page);
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
  });

  it('is saved when the field is left, shown everywhere, and taken back', async () => {
    const { page } = app;
    const company = panel(page).getByRole('textbox', { name: 'Company' });
    await company.fill('Ufer Hotel GmbH');
    await company.press('Enter');
    await page.getByText('Company changed.').waitFor();
    await panel(page).getByRole('textbox', { name: 'Note' }).focus();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Taken back.').waitFor();
    await expect.poll(() => company.inputValue()).toBe('');
  });

  it('stays with the customer where another conversation is opened before it was saved', async () => {
    const { page } = app;
    const note = panel(page).getByRole('textbox', { name: 'Note' });
    await note.fill('Pays by transfer.');
    await page.getByRole('searchbox').fill('panniers');
    await page.getByRole('option').first().click();
    await openQuote(page);
    await expect.poll(() => note.inputValue()).toBe('Pays by transfer.');
  });

  it('is not needed to write to one of their addresses', async () => {
    const { page } = app;
    await panel(page).getByRole('button', { name: 'Write to j.weidner@ufer-hotel.example' }).click();
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
    await page.getByText('j.weidner@ufer-hotel.example').first().waitFor();
    expect(app.complaints).toEqual([]);
  });
});
