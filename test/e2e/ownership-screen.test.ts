import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations } from './support/axe.ts';
import { rowWith } from './support/desk.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

const find = async (page: Page, customer: string): Promise<void> => {
  await page.keyboard.press('/');
  await page.getByRole('searchbox').fill(customer);
  await rowWith(page, customer).first().click();
  await page.getByRole('article').last().waitFor();
};

const dialog = (page: Page): Locator => page.getByRole('dialog');
const head = (page: Page): Locator => page.getByRole('group', { name: 'What to do with this conversation' });
const matters = (page: Page): Locator => page.getByRole('region', { name: 'Open checks and promises' });

const closed = (page: Page): Promise<void> => dialog(page).waitFor({ state: 'detached' });

describe('in the conversation, what ownership can do', () => {
  let app: StewardApp;

  beforeAll(async () => {
    app = await startSteward({ demo: true });
    await app.page.getByRole('option').first().waitFor();
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
  });

  it('hands a conversation over by keyboard alone, and takes it back', async () => {
    const { page } = app;
    await find(page, 'Beatrix Olsen');
    await page.keyboard.press('t');
    await dialog(page).getByRole('combobox', { name: 'Who is to see it through?' }).waitFor();
    await page.keyboard.type('priya');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await dialog(page).getByText('Say why, in a few words.').waitFor();
    await page.keyboard.type('She knows the colours');
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await closed(page);
    await page.getByText(/You transferred this to Priya Nair: “She knows the colours”/).waitFor();
    await matters(page)
      .getByText(/You handed this to Priya Nair and check with the customer by/)
      .waitFor();
    await page.keyboard.press('u');
    await matters(page).waitFor({ state: 'detached' });
    await page.getByText('You own this').waitFor();
  });

  it('hands a conversation over by mouse, with another time for the check and a way back', async () => {
    const { page } = app;
    await find(page, 'Beatrix Olsen');
    await head(page).getByRole('button', { name: 'Transfer' }).click();
    await dialog(page)
      .getByRole('option', { name: /^Omar Aziz/ })
      .click();
    await dialog(page).getByRole('textbox', { name: 'Why, and what is to be done?' }).fill('Please call her');
    await dialog(page).getByRole('button', { name: 'Change', exact: true }).click();
    await dialog(page).getByRole('combobox', { name: 'When is the check due?' }).fill('in 2 weeks');
    await dialog(page).getByRole('button', { name: /^Set:/ }).click();
    await dialog(page)
      .getByText(/\(in 1[34] days/)
      .waitFor();
    await dialog(page).getByRole('combobox', { name: 'If it is not taken up' }).selectOption('4');
    await dialog(page).getByRole('button', { name: 'Transfer to Omar Aziz' }).click();
    await closed(page);
    await matters(page)
      .getByText(/Comes back to you .*, unless Omar Aziz takes it up/)
      .waitFor();
    await page.getByText(/Waiting for Omar Aziz/).waitFor();
    expect(await axeViolations(page)).toEqual([]);
  });

  it('says who owns what cannot be claimed, and lets a lead take it', async () => {
    const { page } = app;
    await page.keyboard.press('c');
    await dialog(page).getByRole('heading', { name: 'Omar Aziz owns this' }).waitFor();
    await dialog(page)
      .getByText(/Omar Aziz owns this since/)
      .waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await closed(page);
  });

  it('keeps a resolved conversation from closing until the check has ended with the customer’s words', async () => {
    const { page } = app;
    await page.keyboard.press('e');
    await page.getByText(/Resolved\. You still check by .*, then it closes\./).waitFor();
    await page.getByText('Resolved; a check is open').waitFor();
    await matters(page).getByRole('button', { name: 'Customer wrote so …' }).click();
    await dialog(page)
      .getByRole('radio', { name: /Beatrix Olsen/ })
      .first()
      .check();
    expect(await axeViolations(page)).toEqual([]);
    await dialog(page).getByRole('button', { name: 'Confirm' }).click();
    await closed(page);
    await page.getByText('You found the customer’s own words that it is solved').waitFor();
    await page.getByText('The customer’s own words that it is solved', { exact: true }).waitFor();
    await page.getByText('Closed: every check has ended').waitFor();
  });

  it('promises to come back, in words, and puts it off, keeps it or drops it', async () => {
    const { page } = app;
    await find(page, 'Imogen Hartley');
    await page.keyboard.press('f');
    await dialog(page).getByRole('combobox', { name: 'When do you want to come back to this?' }).waitFor();
    await page.keyboard.type('tomorrow 9 if no reply ask the carrier');
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await closed(page);
    await matters(page)
      .getByText(/If nobody answers, you come back to this/)
      .waitFor();
    await matters(page).getByRole('button', { name: 'Put off …' }).click();
    await page.keyboard.type('in 3 days');
    await page.keyboard.press('Enter');
    await closed(page);
    await page.getByText(/You put a follow-up off to/).waitFor();
    await matters(page).getByRole('button', { name: 'Drop' }).click();
    await matters(page).waitFor({ state: 'detached' });
  });

  it('snoozes, tags and assigns by keyboard', async () => {
    const { page } = app;
    await find(page, 'Imogen Hartley');
    await page.keyboard.press('z');
    await dialog(page).waitFor();
    await page.keyboard.type('tomorrow');
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await closed(page);
    // The conversation itself says so, and not only the toast: before that there is no snooze to end.
    await page
      .locator('.conversation-facts')
      .getByText(/^Snoozed until/)
      .waitFor();
    await page.keyboard.press('Shift+Z');
    await page.getByText('You ended the snooze').waitFor();

    await page.keyboard.press('#');
    await dialog(page).getByRole('combobox', { name: 'Add or find a tag' }).waitFor();
    await page.keyboard.type('carrier');
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await closed(page);
    await page.getByRole('list', { name: 'Tags' }).getByText('carrier').waitFor();

    await page.keyboard.press('Shift+C');
    await dialog(page)
      .getByRole('option', { name: /Nobody/ })
      .waitFor();
    await page.keyboard.type('priya');
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('Control+Enter');
    await closed(page);
    await page.getByText('You gave this to Priya Nair').waitFor();
  });

  it('merges with another conversation and takes that back from the timeline', async () => {
    const { page } = app;
    await find(page, 'Imogen Hartley');
    await head(page).getByRole('button', { name: 'More to do' }).click();
    await page.getByRole('menuitem', { name: /Merge with another conversation/ }).click();
    await dialog(page).getByRole('textbox', { name: 'Search all conversations' }).fill('Beatrix Olsen');
    await dialog(page)
      .getByRole('checkbox', { name: /Beatrix Olsen/ })
      .first()
      .check();
    expect(await axeViolations(page)).toEqual([]);
    await dialog(page).getByRole('button', { name: 'Merge with one' }).click();
    await closed(page);
    await page.getByText('You merged another conversation into this one').waitFor();
    await page.getByRole('button', { name: 'Take the merge back' }).click();
    await page.getByText('You took a merge back').first().waitFor();
  });

  it('splits off messages and brings them back', async () => {
    const { page } = app;
    await find(page, 'Vera Lindholm');
    await page.getByRole('button', { name: 'More for this message' }).last().click();
    await page.getByRole('menuitem', { name: /Split off from here/ }).click();
    await dialog(page).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await dialog(page)
      .getByRole('button', { name: /^Split off one message|^Split off \d+ messages/ })
      .click();
    await closed(page);
    await page.getByText('You split off messages into a conversation of their own').waitFor();
    const back = page.getByRole('button', { name: 'Bring the messages back' });
    await back.click();
    await back.waitFor({ state: 'detached' });
  });
});
