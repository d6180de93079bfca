import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowWith } from './support/desk.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

/** A line of the rail, with its count if it shows one. */
const railLine = (page: Page, name: string): Locator =>
  page.getByRole('navigation').getByRole('button', { name: new RegExp(`^${name}\\b`) });

const countOf = async (page: Page, name: string): Promise<number> =>
  Number(/\d+$/u.exec((await railLine(page, name).innerText()).trim())?.[0] ?? '0');

/** The row of a member in the team's table. */
const member = (page: Page, name: string): Locator =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });

const started = async (): Promise<StewardApp> => {
  const app = await startSteward({ demo: true });
  // The team has done its share once something sleeps.
  await railLine(app.page, 'Snoozed').getByText('3').waitFor();
  return app;
};

describe('a lead with the queues', () => {
  let app: StewardApp;

  beforeAll(async () => {
    app = await started();
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
  });

  it('begins with the customers who wait for an answer, the longest wait first', async () => {
    const { page } = app;
    await page.getByRole('heading', { name: 'My turn', level: 1 }).waitFor();
    await page.getByText('longest wait first', { exact: true }).waitFor();
    const first = page.getByRole('option').first();
    await expect.poll(() => first.innerText()).toContain('Rupert Ashdown');
    expect(await first.innerText()).toContain('late');
  });

  it('claims several at once, and takes all of it back with one key', async () => {
    const { page } = app;
    await page.keyboard.press('Control+4');
    await page.getByRole('heading', { name: 'Unowned', level: 1 }).waitFor();
    const before = await countOf(page, 'Unowned');
    await rowWith(page, 'Harriet Ngo').click({ modifiers: ['Control'] });
    await rowWith(page, 'Saoirse Byrne').click({ modifiers: ['Control'] });
    await page.getByText('2 selected').waitFor();
    await page.keyboard.press('c');
    await page.getByText('2 conversations are yours now.').waitFor();
    await expect.poll(() => countOf(page, 'Unowned')).toBe(before - 2);
    await page.keyboard.press('u');
    await expect.poll(() => countOf(page, 'Unowned')).toBe(before);
  });

  it('is told once which of several could not be claimed', async () => {
    const { page } = app;
    await page.keyboard.press('Control+9');
    await rowWith(page, 'Harriet Ngo').click({ modifiers: ['Control'] });
    await rowWith(page, 'Ines Alvarado').click({ modifiers: ['Control'] });
    await page.keyboard.press('c');
    await page
      .getByText(/Omar Aziz/)
      .first()
      .waitFor();
    await page.getByText('This is yours now.').waitFor();
    await page.keyboard.press('u');
  });

  it('sees in the team who has how much, and opens what one member has with Enter', async () => {
    const { page } = app;
    await page.keyboard.press('Control+5');
    await member(page, 'Ana Ruiz').getByText('Omar Aziz answers meanwhile').waitFor();
    await member(page, 'Dana').getByRole('button').first().focus();
    // Up and down go round; whose customer has waited longest stands first.
    const omar = member(page, 'Omar Aziz').getByRole('button').first();
    for (let steps = 0; steps < 4 && !(await omar.evaluate((one) => one.matches(':focus'))); steps += 1)
      await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Omar Aziz', level: 1 }).waitFor();
    await rowWith(page, 'Tomás Ferreira').waitFor();
  });

  it('gives a conversation to somebody else by dropping it on them', async () => {
    const { page } = app;
    await rowWith(page, 'Tomás Ferreira').dragTo(member(page, 'Priya Nair'));
    await page.getByRole('dialog').getByRole('button', { name: 'Assign to Priya Nair' }).click();
    await page.getByText('Given to Priya Nair.').waitFor();
    await rowWith(page, 'Tomás Ferreira').waitFor({ state: 'detached' });
  });

  it('gives several away by key', async () => {
    const { page } = app;
    await rowWith(page, 'Mikko Lahtinen').click({ modifiers: ['Control'] });
    await page.getByText('1 selected').waitFor();
    await page.keyboard.press('Shift+C');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await page.keyboard.type('Priya');
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'Assign to Priya Nair' }).click();
    await rowWith(page, 'Mikko Lahtinen').waitFor({ state: 'detached' });
  });

  it('has somebody come back, and what was covered for them with them', async () => {
    const { page } = app;
    await member(page, 'Ana Ruiz').getByRole('button', { name: 'Ana Ruiz is back' }).click();
    await page.getByText('Ana Ruiz is back. 2 conversations came back.').waitFor();
    await member(page, 'Ana Ruiz').getByText('agent').waitFor();
  });

  it('goes through the follow-ups by key: done, put off, dropped, and back', async () => {
    const { page } = app;
    await page.keyboard.press('Control+2');
    await page.getByRole('group', { name: 'Came up 2' }).waitFor();
    await page.getByText('2 follow-ups came up while you were away').waitFor();
    await page.getByRole('button', { name: 'Seen' }).click();
    await page.getByText('2 follow-ups came up while you were away').waitFor({ state: 'detached' });
    const before = await countOf(page, 'Follow-ups');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('d');
    await expect.poll(() => countOf(page, 'Follow-ups')).toBe(before - 1);
    await page.keyboard.press('u');
    await expect.poll(() => countOf(page, 'Follow-ups')).toBe(before);
    await rowWith(page, 'Ring her about the two bikes').click();
    await page.getByRole('heading', { name: 'Appointment for a spring service' }).waitFor();
    await page.getByRole('listbox', { name: 'Follow-ups' }).focus();
    await page.keyboard.press('z');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox').fill('tomorrow 9:00');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page
      .getByRole('group', { name: /^Tomorrow/ })
      .getByText('Ring her')
      .waitFor();
  });

  it('asks how one knows before a check ends', async () => {
    const { page } = app;
    await page.getByRole('listbox', { name: 'Follow-ups' }).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('d');
    await page.getByRole('dialog', { name: 'Is it solved?' }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('closes the day with what is promised, checked, waiting and resolved', async () => {
    const { page } = app;
    await page.keyboard.press('Control+k');
    await page.keyboard.type('close the day');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /^Your day/ }).waitFor();
    await page.getByRole('heading', { name: /still wait for you/ }).waitFor();
    expect(app.complaints).toEqual([]);
  });
});
