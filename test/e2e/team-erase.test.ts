import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMailServer, type MailServer } from '../support/mail-server/mail-server.ts';
import { letter } from '../support/mailbox-generator/letter.ts';
import { startPostgres, type TestPostgres } from '../support/postgres/postgres.ts';
import { makeDatabase } from '../support/postgres/team.ts';
import { uniqueName } from '../support/temp.ts';
import { connectByHand, hasKeys, rowWith, tabTo, trustBothServers } from './support/desk.ts';
import { wrongWithScreen } from './support/screens.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

const mailbox = `${uniqueName('help')}@shop.test`;

/** Somebody who writes in and is erased later; the word is in what they write and nowhere else. */
type Customer = { readonly name: string; readonly address: string; readonly word: string };
const customer = (name: string, word: string): Customer => ({
  name,
  address: `${uniqueName(word)}@customer.test`,
  word,
});
const read = customer('Ivan Petrov', 'lantern');
const sought = customer('Vera Lindqvist', 'paraffin');
const answered = customer('Nils Aalto', 'kickstand');
const stays = customer('Carol Reyes', 'saddlebag');

const subjectsOf = ({ word }: Customer): readonly string[] => [`First: the ${word}`, `Second: the ${word}`];

const dialog = (page: Page): Locator => page.getByRole('dialog');
const panel = (page: Page): Locator => page.getByRole('region', { name: 'Customer', exact: true });
const head = (page: Page, subject: string): Locator =>
  page.getByRole('heading', { name: subject, level: 2, exact: true });
const erasedWords = (page: Page): Locator =>
  page.getByRole('region', { name: 'Conversation', exact: true }).getByText('This conversation was erased');
const answer = (page: Page): Locator => page.getByRole('textbox', { name: 'Message' });

/** Everything that a window says and has in its fields, also what is out of sight. */
const saidBy = (page: Page): Promise<string> =>
  page.evaluate(() =>
    [
      document.title,
      document.body.textContent,
      ...[...document.querySelectorAll('input, textarea')].map((field) =>
        'value' in field ? String(field.value) : '',
      ),
      ...[...document.querySelectorAll('[aria-label], [title]')].map(
        (element) => `${element.getAttribute('aria-label') ?? ''} ${element.getAttribute('title') ?? ''}`,
      ),
    ].join('\n'),
  );

const all = async (page: Page): Promise<void> => {
  await page.keyboard.press('Control+4');
  await page.getByRole('heading', { name: 'Unowned', level: 1 }).waitFor();
};

const showCustomer = async (page: Page): Promise<void> => {
  if (!(await panel(page).isVisible())) await page.keyboard.press('i');
  await panel(page).getByText('Reached at').waitFor();
};

/** Opens a conversation by its row, with the customer beside it. */
const openRow = async (page: Page, subject: string): Promise<void> => {
  await rowWith(page, subject).first().click();
  await head(page, subject).waitFor();
  await showCustomer(page);
};

describe('a customer is erased in one window while a colleague looks at them in another', () => {
  let postgres: TestPostgres;
  let server: MailServer;
  let dana: StewardApp;
  let omar: StewardApp;

  const write = async ({ name, address, word }: Customer): Promise<void> => {
    const from = `${name} <${address}>`;
    const texts = [`One ${word} is missing.`, `It is about the ${word} still.`];
    await server.deliver(
      mailbox,
      ...subjectsOf({ name, address, word }).map((subject, place) =>
        letter({ from, to: mailbox, subject, text: texts[place] ?? '', date: new Date() }),
      ),
    );
  };

  /** Dana erases whom the open conversation is with, by the keys alone. */
  const erase = async ({ name, word }: Customer, picture: string | null): Promise<void> => {
    const { page } = dana;
    await all(page);
    await openRow(page, `Second: the ${word}`);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('Erase this customer');
    await page.keyboard.press('Enter');
    await dialog(page).getByText('It goes for everybody').waitFor();
    const really = dialog(page).getByRole('button', { name: 'Erase for good' });
    await tabTo(page, dialog(page).getByRole('textbox', { name: 'Type the name to erase them' }));
    await page.keyboard.type(`${name}, nobody`);
    expect(await really.isDisabled()).toBe(true);
    await page.keyboard.press('Control+a');
    await page.keyboard.type(name);
    await tabTo(page, really);
    if (picture !== null) expect(await wrongWithScreen(dana, picture)).toEqual([]);
    await page.keyboard.press('Enter');
    await dialog(page).waitFor({ state: 'detached' });
  };

  /** Waits until a window shows nothing of somebody in its lists, and finds nothing of them either. */
  const showsNothingOf = async (page: Page, { name, word }: Customer): Promise<void> => {
    for (const view of ['Control+4', 'Control+5', 'Control+6']) {
      await page.keyboard.press(view);
      await page.getByRole('listbox').or(page.locator('.empty-state')).first().waitFor();
      await expect.poll(() => rowWith(page, word).count()).toBe(0);
    }
    for (const text of [word, name]) {
      await page.getByRole('searchbox').fill(text);
      await page.getByText(`Nothing found for “${text}”`).waitFor();
    }
    await page.keyboard.press('Escape');
    await all(page);
    await rowWith(page, stays.word).first().waitFor();
    const said = await saidBy(page);
    expect(said).not.toContain(word);
    expect(said).not.toContain(name);
  };

  beforeAll(async () => {
    [postgres, server] = await Promise.all([startPostgres(), startMailServer({ smtp: 'postfix' })]);
    const { ownerUrl } = await makeDatabase(postgres);
    [dana, omar] = await Promise.all([startSteward(), startSteward()]);
    const { page } = dana;
    await page.getByRole('button', { name: 'Connect your mailbox' }).click();
    await connectByHand(page, server, mailbox);
    await trustBothServers(page, server);
    await page.getByRole('button', { name: 'Go to the inbox' }).click();
    await page.getByText('The inbox is empty').waitFor();
    await page.keyboard.press('Control+Shift+M');
    await page.getByRole('button', { name: 'Set up a team …' }).click();
    await page.getByLabel('Address of the database').fill(ownerUrl);
    await page.getByLabel('Name of the team').fill('Bike shop');
    await page.getByLabel('Your name').fill('Dana Whitfield');
    await page.getByRole('button', { name: /^Look/u }).click();
    await page.getByText(/answers: PostgreSQL/u).waitFor();
    await page.getByRole('button', { name: 'Create the team' }).click();
    await page.getByRole('heading', { name: 'Bike shop' }).waitFor();
    await page.getByRole('button', { name: 'Invite somebody …' }).click();
    await page.getByRole('button', { name: 'Make the invitation' }).click();
    const invitation = dialog(page).getByLabel('Invitation', { exact: true });
    await invitation.waitFor();
    const link = await invitation.inputValue();
    await dialog(page).getByRole('button', { name: 'Done' }).click();

    await omar.page.getByRole('button', { name: 'Join with an invitation' }).click();
    await omar.page.getByLabel('Invitation', { exact: true }).fill(link);
    await omar.page.getByText('You are invited to the team Bike shop').waitFor();
    await omar.page.keyboard.press('Enter');
    await omar.page.getByLabel('Your name').fill('Omar Aziz');
    await omar.page.getByRole('button', { name: 'Join Bike shop' }).click();
    await omar.page.getByRole('heading', { name: 'Bike shop' }).waitFor();
    for (const who of [read, sought, answered, stays]) await write(who);
  });
  afterAll(async () => {
    await Promise.all([dana.quit(), omar.quit()]);
    removeFolder(dana);
    removeFolder(omar);
    await Promise.all([postgres.stop(), server.stop()]);
  });
  beforeEach(async () => {
    for (const { page } of [dana, omar]) {
      await all(page);
      for (const subject of subjectsOf(stays)) await rowWith(page, subject).first().waitFor();
    }
  });

  it('who reads one of their conversations is told that it was erased, and its row goes while it is open', async () => {
    const { page } = omar;
    const [first = '', second = ''] = subjectsOf(read);
    await rowWith(page, second).first().waitFor();
    await openRow(page, first);
    await panel(page).getByText(read.address).first().waitFor();
    await expect.poll(() => rowWith(page, read.word).count()).toBe(2);
    await erase(read, 'team-erase-dialog');
    await erasedWords(page).waitFor();
    await expect.poll(() => rowWith(page, read.word).count()).toBe(0);
    await panel(page).waitFor({ state: 'detached' });
    await page.getByRole('status').filter({ hasText: 'This conversation was erased' }).waitFor();
    // A key that was meant for what is gone does nothing to the row that stands in its place now.
    await page.keyboard.press('c');
    const said = await saidBy(page);
    expect(said).not.toContain(read.name);
    expect(said).not.toContain(read.word);
    expect(await wrongWithScreen(omar, 'team-erase-open')).toEqual([]);
    await page.getByRole('button', { name: 'Close the conversation' }).click();
    await erasedWords(page).waitFor({ state: 'detached' });
    for (const who of [sought, answered, stays])
      await expect.poll(() => rowWith(page, who.word).count()).toBe(2);
    await showsNothingOf(page, read);
    await showsNothingOf(dana.page, read);
  });

  it('who searched for them finds nothing any more, without typing again', async () => {
    const { page } = omar;
    const [first = '', second = ''] = subjectsOf(sought);
    await rowWith(page, second).first().waitFor();
    await page.getByRole('searchbox').fill(sought.word);
    await expect.poll(() => rowWith(page, sought.word).count()).toBe(2);
    await openRow(page, first);
    await erase(sought, null);
    await page.getByText(`Nothing found for “${sought.word}”`).waitFor();
    await erasedWords(page).waitFor();
    expect(await wrongWithScreen(omar, 'team-erase-sought')).toEqual([]);
    await page.keyboard.press('Escape');
    await showsNothingOf(page, sought);
    await showsNothingOf(dana.page, sought);
  });

  it('who writes to them is told by whom they were erased, and that what was typed went too', async () => {
    const { page } = omar;
    const [first = '', second = ''] = subjectsOf(answered);
    await rowWith(page, second).first().waitFor();
    await openRow(page, first);
    await page.keyboard.press('r');
    await hasKeys(answer(page));
    await page.keyboard.type('Dear Nils, about the kickstand: it is on its way.');
    await erase(answered, null);
    await erasedWords(page).waitFor();
    await answer(page).waitFor({ state: 'detached' });
    await expect.poll(() => rowWith(page, answered.word).count()).toBe(0);
    expect(await wrongWithScreen(omar, 'team-erase-typing')).toEqual([]);
    await page.keyboard.press('Control+Shift+M');
    await page.getByText(/Dana Whitfield erased a customer for the team at/u).waitFor();
    expect(await wrongWithScreen(omar, 'team-erase-told')).toEqual([]);
    await showsNothingOf(page, answered);
    await showsNothingOf(dana.page, answered);
  });

  it('neither window has complained of anything', () => {
    for (const { complaints } of [dana, omar]) expect(complaints).toEqual([]);
  });
});
