import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unzip } from '../support/unzip.ts';
import { openQuote, panel, quote } from './support/customer-panel.ts';
import { wrongWithScreen } from './support/screens.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

/** Answers the system's dialog for saving; it cannot be clicked from here. */
const savesTo = (app: StewardApp, name: string): Promise<void> =>
  app.electron.evaluate(
    ({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
    },
    join(app.folder, name),
  );

const section = async (page: Page, name: string): Promise<void> => {
  if (!(await page.getByRole('tab', { name }).isVisible())) await page.keyboard.press('Control+,');
  await page.getByRole('tab', { name }).click();
  await page.getByRole('heading', { name, level: 2 }).waitFor();
};

describe('what an organisation owes the people whose messages it keeps', () => {
  let app: StewardApp;

  beforeAll(async () => {
    app = await startSteward({ demo: true });
    await app.page.getByRole('option').first().waitFor();
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
  });

  it('is everything about one customer in a file, from the panel', async () => {
    const { page } = app;
    await openQuote(page);
    await savesTo(app, 'jonas.zip');
    await panel(page).getByRole('button', { name: 'More about this customer' }).click();
    await page.getByRole('menuitem', { name: 'Export everything about this customer' }).click();
    const dialog = page.getByRole('dialog', { name: /^Export everything about/u });
    await dialog.getByRole('checkbox', { name: 'Include internal notes' }).waitFor();
    expect(await dialog.getByRole('checkbox').isChecked()).toBe(false);
    expect(await wrongWithScreen(app, 'privacy-export')).toEqual([]);
    await dialog.getByRole('button', { name: 'Choose where to save' }).click();
    await page.getByText(/ in jonas\.zip\./u).waitFor();
    const entries = unzip(readFileSync(join(app.folder, 'jonas.zip')));
    const data = JSON.parse(entries.get('data.json')?.toString('utf8') ?? '') as {
      readonly conversations: readonly { readonly subject: string; readonly messages: readonly unknown[] }[];
    };
    expect(data.conversations.map(({ subject }) => subject).join('\n')).toContain(quote);
    expect(entries.get('index.html')?.toString('utf8')).toContain(quote);
    expect([...entries.keys()].some((name) => name.startsWith('conversations/0001'))).toBe(true);
  });

  it('is who did what, narrowed and written as a file', async () => {
    const { page } = app;
    await section(page, 'Audit');
    const rows = page.getByRole('list', { name: 'What was done, newest first' }).getByRole('listitem');
    await rows.filter({ hasText: 'You exported what is kept of' }).waitFor();
    expect(await wrongWithScreen(app, 'privacy-audit')).toEqual([]);
    await page.getByLabel('What', { exact: true }).selectOption({ label: 'Exports, erasure and safety' });
    await expect.poll(() => rows.count()).toBe(1);
    await savesTo(app, 'audit.csv');
    await page.getByRole('button', { name: 'Export as CSV' }).click();
    await page.getByText('1 row is in audit.csv.').waitFor();
    const csv = readFileSync(join(app.folder, 'audit.csv'), 'utf8');
    expect(csv.split('\r\n')[1]).toContain('customer.exported');
    await page.getByLabel('What', { exact: true }).selectOption({ label: 'Who has what' });
    const link = page.getByRole('button', { name: /^Open the conversation/u }).first();
    const subject = await link.innerText();
    await link.click();
    await page.getByRole('heading', { name: subject }).waitFor();
  });

  it('is diagnostics that are read before they are saved', async () => {
    const { page } = app;
    await section(page, 'About and safety');
    await page.getByText('there is no telemetry').waitFor();
    await page.getByRole('button', { name: 'Collect diagnostics' }).click();
    const dialog = page.getByRole('dialog', { name: 'Diagnostics' });
    const text = dialog.getByRole('region', { name: 'The whole of what would be saved' });
    await text.waitFor();
    expect(await wrongWithScreen(app, 'privacy-diagnostics')).toEqual([]);
    const shown = await text.innerText();
    const path = join(app.folder, 'diagnostics.json');
    rmSync(path, { force: true });
    await savesTo(app, 'diagnostics.json');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved as diagnostics.json.').waitFor();
    expect(existsSync(path)).toBe(true);
    const saved = JSON.parse(readFileSync(path, 'utf8')) as object;
    expect(saved).toEqual(JSON.parse(shown));
    expect(saved).toMatchObject({ screen: { width: 1280 }, workspace: { kind: 'sample' } });
    expect(readFileSync(path, 'utf8')).not.toMatch(/@|\.example|Dana|Jonas/u);
    expect(app.complaints).toEqual([]);
  });
});
