import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { MailServer } from '../../support/mail-server/mail-server.ts';
import { letter } from '../../support/mailbox-generator/letter.ts';
import { connectFirst, hasKeys, rowWith } from './desk.ts';

/** What the letter of {@link connectWithLetter} is about. */
export const subject = 'The spokes of order 4711';

/** Guards a new workspace with a passphrase, connects its mailbox and waits until the one letter in it is in the list. */
export const connectWithLetter = async (
  page: Page,
  server: MailServer,
  { owner, customer, passphrase }: { owner: string; customer: string; passphrase: string },
): Promise<void> => {
  await server.deliver(
    owner,
    letter({
      from: `Carol Reyes <${customer}>`,
      to: owner,
      subject,
      text: 'Two of them are bent.',
      date: new Date(),
    }),
  );
  await choosePassphrase(page, passphrase);
  await connectFirst(page, server, owner);
  await rowWith(page, subject).waitFor();
};

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

/** Has the dialog show the words, and reads all twelve of them. */
export const showWords = async (page: Page): Promise<readonly string[]> => {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Show the words' }).click();
  const shown = dialog.getByRole('list', { name: 'Your recovery words' }).getByRole('listitem');
  await expect.poll(() => shown.count()).toBe(12);
  return (await shown.allInnerTexts()).map((text) => text.replaceAll(/[^a-z]/gu, ''));
};
