import type { Page } from 'playwright-core';
import { hasKeys } from './desk.ts';

/** Chooses the passphrase of a workspace that is new, or whose key came back by its words. */
export const choosePassphrase = async (page: Page, chosen: string): Promise<void> => {
  await page.getByRole('heading', { name: 'Choose a passphrase for your workspace' }).waitFor();
  await page.getByLabel('Passphrase', { exact: true }).fill(chosen);
  await page.getByLabel('The same passphrase again').fill(chosen);
  await page.getByRole('button', { name: 'Create the workspace' }).click();
};

/** Types the passphrase of a locked workspace. */
export const unlock = async (page: Page, passphrase: string): Promise<void> => {
  const field = page.getByLabel('Passphrase', { exact: true });
  await hasKeys(field);
  await field.fill(passphrase);
  await page.keyboard.press('Enter');
};

/** Opens the settings at the section about backups and recovery. */
export const toRecovery = async (page: Page): Promise<void> => {
  await page.keyboard.press('Control+,');
  await page.getByRole('tab', { name: 'Backups and recovery' }).click();
  await page.getByRole('heading', { name: 'Backups and recovery', level: 2 }).waitFor();
};
