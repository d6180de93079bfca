import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasKeys, rowWith } from './support/desk.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

/** The words of the row where the keys are. */
const activeRow = async (page: Page): Promise<string> =>
  page.evaluate(() => {
    const id = document.activeElement?.getAttribute('aria-activedescendant');
    return id === null || id === undefined ? '' : (document.getElementById(id)?.innerText ?? '');
  });

describe('an agent without a mouse', () => {
  let app: StewardApp;

  beforeAll(async () => {
    app = await startSteward({ demo: true });
    await app.page.getByRole('option').first().waitFor();
    await app.page.keyboard.press('Control+9');
    await app.page.getByRole('heading', { name: 'Inbox', level: 1 }).waitFor();
    await app.page.getByRole('option').first().waitFor();
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
  });

  it('goes through the list with j and k and opens with Enter', async () => {
    const { page } = app;
    await page.keyboard.press('j');
    await expect.poll(() => activeRow(page)).toContain('Harriet Ngo');
    await page.keyboard.press('j');
    await expect.poll(() => activeRow(page)).toContain('Ines Alvarado');
    await page.keyboard.press('k');
    await expect.poll(() => activeRow(page)).toContain('Harriet Ngo');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Opening hours over Easter' }).waitFor();
  });

  it('writes an answer in which no letter is taken for a key', async () => {
    const { page } = app;
    await page.keyboard.press('r');
    const editor = page.getByRole('textbox', { name: 'Message' });
    await editor.waitFor();
    await hasKeys(editor);
    const letters = 'jkeuraxio / ? EUFJK';
    await page.keyboard.type(letters);
    expect(await editor.innerText()).toContain(letters);
    expect(await page.getByRole('heading', { name: 'Opening hours over Easter' }).isVisible()).toBe(true);
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await page.getByText('Resolved.').count()).toBe(0);
  });

  it('sends with Ctrl+Enter, takes it back with u, and sends it again', async () => {
    const { page } = app;
    await page.keyboard.press('Control+Enter');
    await page.getByText('Your message leaves in').waitFor();
    await page.keyboard.press('u');
    const editor = page.getByRole('textbox', { name: 'Message' });
    await expect.poll(() => editor.innerText()).toContain('jkeuraxio');
    await hasKeys(editor);
    await page.keyboard.press('Control+Enter');
    await page.getByText('Your message leaves in').waitFor();
    const leaving = page.getByRole('article').filter({ hasText: 'Leaves in' });
    await leaving.frameLocator('.message-frame-document').getByText('jkeuraxio').waitFor();
  });

  it('is back in the list after Escape, where the answered customer no longer waits', async () => {
    const { page } = app;
    await page.keyboard.press('Escape');
    await page.getByText('No conversation is open').waitFor();
    await expect.poll(() => activeRow(page)).toContain('Harriet Ngo');
    const waits = rowWith(page, 'Harriet Ngo').getByText(/waiting for/);
    await expect.poll(() => waits.count()).toBe(0);
  });

  it('finds with / and leaves the search with Escape', async () => {
    const { page } = app;
    await page.keyboard.press('/');
    await page.keyboard.type('crank');
    await rowWith(page, 'Anselm Vogt').waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(() => activeRow(page)).not.toBe('');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Warranty for a cracked crank' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('No conversation is open').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Inbox', level: 1 }).waitFor();
  });

  it('has the best matches first with Ctrl+Shift+O, and again in the next search', async () => {
    const { page } = app;
    const best = page.getByRole('button', { name: 'Best match' });
    const isChosen = () => best.getAttribute('aria-pressed');
    await page.keyboard.press('/');
    await page.keyboard.type('saddle');
    await page.getByRole('option').first().waitFor();
    expect(await isChosen()).toBe('false');
    await page.keyboard.press('Control+Shift+O');
    await expect.poll(isChosen).toBe('true');
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Inbox', level: 1 }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('crank');
    await rowWith(page, 'Anselm Vogt').waitFor();
    expect(await isChosen()).toBe('true');
    await page.getByRole('button', { name: 'Newest' }).click();
    await expect.poll(isChosen).toBe('false');
    await page.getByRole('searchbox').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Inbox', level: 1 }).waitFor();
  });

  it('sees all keys with ? and does anything with Ctrl+K', async () => {
    const { page } = app;
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByRole('heading', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+k');
    await page.keyboard.type('go to done');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Done', level: 1 }).waitFor();
    expect(app.complaints).toEqual([]);
  });
});

describe('a pointer', () => {
  it('opens the hit it was aimed at while the search field has the focus', async () => {
    const app = await startSteward({ demo: true });
    const { page } = app;
    await page.getByRole('searchbox').fill('crank');
    await rowWith(page, 'Anselm Vogt').click();
    await page.getByRole('heading', { name: 'Warranty for a cracked crank' }).waitFor();
    await app.quit();
    removeFolder(app);
  });
});
