import type { Locator, Page } from 'playwright-core';
import { rowWith } from './desk.ts';

/** What the demo's Jonas Weidner asked for. */
export const quote = 'Your quote for six city bikes';

/** The panel beside the opened conversation. */
export const panel = (page: Page): Locator => page.getByRole('region', { name: 'Customer' });

/** Looks for the quote, opens it and has the panel tell of its customer. */
export const openQuote = async (page: Page): Promise<void> => {
  await page.getByRole('searchbox').fill('city bikes');
  await rowWith(page, quote).first().click();
  await page.getByRole('heading', { name: quote }).waitFor();
  if (!(await panel(page).isVisible())) await page.keyboard.press('i');
  await panel(page).getByText('Reached at').waitFor();
};
