import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { MailServer } from '../../support/mail-server/mail-server.ts';

/** The list's row that shows `text`. */
export const rowWith = (page: Page, text: string): Locator =>
  page.getByRole('option').filter({ hasText: text });

/** Waits until what is typed goes into a field: it can be seen a moment before it has the keys. */
export const hasKeys = async (field: Locator): Promise<void> => {
  await expect.poll(() => field.evaluate((element) => element.contains(document.activeElement))).toBe(true);
};

/** So many stops are more than any screen of ours has. */
const mostStops = 150;

/** Goes with the keyboard alone to what `target` is; throws where it cannot be reached. */
export const tabTo = async (page: Page, target: Locator): Promise<void> => {
  await target.first().waitFor();
  for (let stop = 0; stop < mostStops; stop += 1) {
    if (await target.first().evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('the keyboard does not get there');
};

/** Goes through the wizard by hand-entered servers, trusting the certificate the server shows. */
export const connectByHand = async (page: Page, server: MailServer, address: string): Promise<void> => {
  await page.getByLabel('Your email address').fill(address);
  await page.getByLabel('Your name, as customers see it').fill('Dana Whitfield');
  await page.getByRole('button', { name: 'Enter the servers by hand' }).click();
  await page.getByLabel('Incoming mail (IMAP)').fill(server.imap.host);
  await page.getByLabel('Port').first().fill(String(server.imap.tlsPort));
  await page.getByLabel('Outgoing mail (SMTP)').fill(server.smtp.host);
  await page.getByLabel('Port').last().fill(String(server.smtp.tlsPort));
  await page.getByLabel('Password', { exact: true }).fill(server.password);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
};

/** Answers the wizard's question about the certificate, once for each of the two servers. */
export const trustBothServers = async (page: Page, server: MailServer): Promise<void> => {
  for (const _server of ['imap', 'smtp']) {
    await page.getByText(server.certificate.fingerprint256.slice(0, 11)).first().waitFor();
    await page.getByRole('button', { name: 'Trust this certificate and try again' }).click();
  }
};

/** Connects the first mailbox of a new workspace, and goes to the inbox. */
export const connectFirst = async (page: Page, server: MailServer, address: string): Promise<void> => {
  await page.getByRole('button', { name: 'Connect your mailbox' }).click();
  await connectByHand(page, server, address);
  await trustBothServers(page, server);
  await page.getByRole('button', { name: 'Go to the inbox' }).click();
};
