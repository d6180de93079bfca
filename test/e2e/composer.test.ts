import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startMailServer, type MailServer } from '../support/mail-server/mail-server.ts';
import { letter } from '../support/mailbox-generator/letter.ts';
import { uniqueName } from '../support/temp.ts';
import { axeViolations } from './support/axe.ts';
import { connectFirst, hasKeys, rowWith } from './support/desk.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

const owner = `${uniqueName('help')}@shop.test`;
const carol = `${uniqueName('carol')}@customer.test`;

/** How long a text may take into the editor on a busy machine. */
const soon = { timeout: 60_000 };

const editor = (page: Page) => page.getByRole('textbox', { name: 'Message' });

/** Opens the answer to the conversation that is on the screen, and waits until it can be typed into. */
const answer = async (page: Page): Promise<void> => {
  await page.keyboard.press('r');
  await editor(page).waitFor();
  await editor(page).click();
};

describe('an agent who writes', () => {
  let server: MailServer;
  let app: StewardApp;

  /** What has reached the customer so far. */
  const arrived = (count: number) =>
    eventually(
      async () => {
        const inbox = await server.messages(carol, 'INBOX');
        return inbox.length === count ? inbox.map(({ raw }) => raw.toString('utf8')) : null;
      },
      { message: `${String(count)} answers are in the customer's mailbox`, withinMs: 60_000 },
    );
  const write = (text: string) =>
    server.deliver(
      owner,
      letter({
        from: `Carol Reyes <${carol}>`,
        to: owner,
        subject: 'The parcel',
        text,
        date: new Date(),
        inReplyTo: `<first-${carol}>`,
        references: [`<first-${carol}>`],
      }),
    );

  beforeAll(async () => {
    server = await startMailServer({ smtp: 'postfix' });
    await server.deliver(
      owner,
      letter({
        from: `Carol Reyes <${carol}>`,
        to: owner,
        subject: 'The parcel',
        text: 'Where is my parcel?',
        date: new Date(),
        messageId: `<first-${carol}>`,
      }),
    );
    app = await startSteward();
    const { page } = app;
    await connectFirst(page, server, owner);
    await rowWith(page, 'Carol Reyes').click();
    await page.getByRole('heading', { name: 'The parcel' }).waitFor();
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
    await server.stop();
  });

  it('is stopped when a file was promised and none is attached, and may send anyway', async () => {
    const { page } = app;
    await answer(page);
    await page.keyboard.type('Dear Carol, the receipt is attached.');
    await page.keyboard.press('Control+Enter');
    await page.getByText('You wrote “attached”, but no file is attached.').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Back to the text' }).click();
    await expect.poll(() => editor(page).innerText(), soon).toContain('the receipt is attached');
    await hasKeys(editor(page));
    await page.keyboard.press('Control+Enter');
    await page.getByRole('button', { name: 'Send anyway' }).click();
    await page.getByText('Your message leaves in').waitFor();
    expect((await arrived(1)).join()).toContain('the receipt is attached');
  });

  it('writes down a text once, inserts it with its shortcut, and cannot send what was not filled in', async () => {
    const { page } = app;
    await page.keyboard.press('Control+,');
    await page.getByRole('tab', { name: 'Texts' }).click();
    await page.getByRole('button', { name: 'New text' }).click();
    await page.getByLabel('Name').fill('Greeting');
    await page.getByLabel('Shortcut').fill('hi');
    await page.getByRole('textbox', { name: 'Text', exact: true }).click();
    await page.keyboard.type('Dear {{customer.firstName}} of {{customer.company}}, ');
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save text' }).click();
    await page.getByText(';hi').waitFor();
    await page.keyboard.press('Escape');
    await answer(page);
    await page.keyboard.type(';hi');
    await page
      .getByRole('list', { name: 'Texts whose shortcut begins like this' })
      .getByText('Greeting')
      .waitFor();
    await page.keyboard.press('Tab');
    await expect.poll(() => editor(page).innerText(), soon).toContain('Dear Carol of {{customer.company}},');
    await page.keyboard.press('Control+Enter');
    await page.getByText('{{customer.company}} was not filled in.').waitFor();
    expect(await page.getByRole('button', { name: 'Send anyway' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Back to the text' }).click();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Control+;');
    await page.getByRole('combobox', { name: 'Search by name, shortcut or words' }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.type('greet');
    await page.keyboard.press('Enter');
    await expect.poll(() => editor(page).innerText(), soon).toContain('Dear Carol of');
  });

  it('sees what the customer wrote meanwhile, keeps the draft, and sends after reading it', async () => {
    const { page } = app;
    await editor(page).click();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('It arrives tomorrow.');
    await write('Never mind, it is here.');
    await page.getByText('Something came in while you were writing').waitFor();
    await page.locator('.composer-stale-words').getByText('Never mind, it is here.').waitFor();
    await page.keyboard.press('Control+Enter');
    expect(await editor(page).innerText()).toContain('It arrives tomorrow.');
    expect(await server.messages(carol, 'INBOX')).toHaveLength(1);
    await page.getByRole('button', { name: 'I have read it: send' }).click();
    expect((await arrived(2)).join()).toContain('It arrives tomorrow.');
  });

  it('sends as plain text what is to be plain, and nothing else', async () => {
    const { page } = app;
    await answer(page);
    await page.keyboard.type('Two things:');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+Shift+8');
    await page.keyboard.type('one');
    await page.keyboard.press('Control+Shift+T');
    await page.getByText('Formatting will be lost').waitFor();
    await page.getByRole('button', { name: 'Use plain text' }).click();
    await expect.poll(() => editor(page).inputValue(), soon).toBe('Two things:\n\n- one');
    await hasKeys(editor(page));
    await page.keyboard.press('Control+Shift+T');
    await page.getByText('Formatting from now on').waitFor();
    await hasKeys(editor(page));
    await page.keyboard.press('Control+Shift+T');
    await expect.poll(() => editor(page).inputValue(), soon).toContain('- one');
    await hasKeys(editor(page));
    await page.keyboard.press('Control+Enter');
    const [, , plain = ''] = await arrived(3);
    expect(plain).toMatch(/^Content-Type: text\/plain/m);
    expect(plain).not.toMatch(/multipart|text\/html/);
    await answer(page);
    expect(await editor(page).evaluate((element) => element.tagName)).toBe('TEXTAREA');
    await page.keyboard.press('Control+Shift+T');
    await page.getByRole('toolbar', { name: 'Formatting' }).waitFor();
  });

  it('plans a message for a time in words, shown in full, and takes it back to the draft', async () => {
    const { page } = app;
    await editor(page).click();
    await page.keyboard.type('Later then.');
    await page.keyboard.press('Control+Shift+L');
    await page.getByRole('combobox', { name: 'When is this to leave?' }).waitFor();
    await page.keyboard.type('in 3 days');
    // Three days from now at the start of the working day, which is less than three days away in the afternoon.
    await page
      .getByRole('option')
      .filter({ hasText: /\(in [23] days/ })
      .waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByText(/^Will be sent on .*\d{4}/).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Back to the draft' }).click();
    await expect.poll(() => editor(page).innerText(), soon).toContain('Later then.');
    expect(await server.messages(carol, 'INBOX')).toHaveLength(3);
  });

  it('sends with a promise to come back, and with a resolve, each by its keys', async () => {
    const { page } = app;
    await editor(page).click();
    await page.keyboard.press('Control+Shift+F');
    await page.getByRole('combobox', { name: 'When do you want to come back to this?' }).waitFor();
    await page.keyboard.type('in 2 days if no reply');
    await page.getByRole('checkbox', { name: 'Only if nobody answers by then', checked: true }).waitFor();
    await page.keyboard.press('Enter');
    await arrived(4);
    await answer(page);
    await page.keyboard.type('Goodbye.');
    await page.keyboard.press('Control+Shift+Enter');
    expect((await arrived(5)).join()).toContain('Goodbye.');
  });

  it('writes a note that never leaves, and looks different', async () => {
    const { page } = app;
    await page.keyboard.press('n');
    await page.getByText('Only your team sees this').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.type('Carol is patient.');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Carol is patient.').first().waitFor();
    expect(await server.messages(carol, 'INBOX')).toHaveLength(5);
    expect(app.complaints).toEqual([]);
  });

  it('has what was typed last when the application ends at once, as it does for an update', async () => {
    await write('One question more.');
    await app.page.getByText('One question more.').first().waitFor();
    await answer(app.page);
    await app.page.keyboard.type('Half a sentence');
    await app.quit();
    app = await startSteward({ folder: app.folder });
    await rowWith(app.page, 'Carol Reyes').click();
    await app.page.getByRole('heading', { name: 'The parcel' }).waitFor();
    await answer(app.page);
    await expect.poll(() => editor(app.page).innerText()).toContain('Half a sentence');
  });
});
