import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startMailServer, type MailServer } from '../support/mail-server/mail-server.ts';
import { letter } from '../support/mailbox-generator/letter.ts';
import { uniqueName } from '../support/temp.ts';
import { hasKeys, rowWith } from './support/desk.ts';
import { sitDown, startWithAgents } from './support/seats.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

const customer = 'Carol Reyes';

/** How somebody does each step: with the keyboard alone, or with the mouse alone but for what has to be written. */
type Hands = {
  readonly goTo: (page: Page, queue: 'Unowned' | 'My turn' | 'Done', key: string) => Promise<void>;
  readonly open: (page: Page, subject: string) => Promise<void>;
  readonly claim: (page: Page) => Promise<void>;
  readonly transfer: (page: Page) => Promise<void>;
  readonly answer: (page: Page) => Promise<void>;
  readonly resolve: (page: Page) => Promise<void>;
  readonly confirm: (page: Page) => Promise<void>;
};

const write = async (page: Page, text: string): Promise<void> => {
  await page.keyboard.type(text);
};

const dialog = (page: Page, name: RegExp) => page.getByRole('dialog', { name });

const keyboard: Hands = {
  goTo: async (page, queue, key) => {
    await page.getByRole('button', { name: new RegExp(`^${queue}`) }).waitFor();
    await page.keyboard.press(`Control+${key}`);
    await page.getByRole('heading', { name: queue, exact: true }).waitFor();
  },
  open: async (page, subject) => {
    await rowWith(page, subject).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 2, name: subject }).waitFor();
  },
  claim: async (page) => {
    await page.getByRole('button', { name: 'Claim' }).waitFor();
    await page.keyboard.press('c');
  },
  transfer: async (page) => {
    await page.keyboard.press('t');
    await page.getByRole('combobox', { name: 'Who is to see it through?' }).waitFor();
    await write(page, 'Omar');
    await page.keyboard.press('Enter');
    await write(page, 'He knows the carrier');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('combobox', { name: 'When is the check due?' }).waitFor();
    await write(page, 'in 1 minute');
    await page.keyboard.press('Enter');
    await dialog(page, /Transfer/)
      .getByRole('button', { name: 'Transfer to Omar' })
      .waitFor();
    await page.keyboard.press('Control+Enter');
  },
  answer: async (page) => {
    await page.keyboard.press('r');
    await hasKeys(page.getByRole('textbox', { name: 'Message' }));
    await write(page, 'It is on its way.');
    await page.keyboard.press('Control+Enter');
  },
  resolve: async (page) => {
    await page.getByRole('textbox', { name: 'Message' }).waitFor({ state: 'detached' });
    await page.keyboard.press('e');
  },
  confirm: async (page) => {
    await page.keyboard.press('Control+k');
    await write(page, 'Confirm the check');
    await page.keyboard.press('Enter');
    await dialog(page, /Is it solved/).waitFor();
    await page.keyboard.press('Control+Enter');
  },
};

const mouse: Hands = {
  goTo: async (page, queue) => {
    await page
      .getByRole('navigation')
      .getByRole('button', { name: new RegExp(`^${queue}`) })
      .click();
    await page.getByRole('heading', { name: queue, exact: true }).waitFor();
  },
  open: async (page, subject) => {
    await rowWith(page, subject).click();
    await page.getByRole('heading', { level: 2, name: subject }).waitFor();
  },
  claim: (page) => page.getByRole('button', { name: 'Claim' }).click(),
  transfer: async (page) => {
    await page.getByRole('button', { name: 'Transfer', exact: true }).click();
    await dialog(page, /Transfer/)
      .getByRole('option', { name: /Omar/ })
      .click();
    await page.getByRole('textbox', { name: 'Why, and what is to be done?' }).click();
    await write(page, 'He knows the carrier');
    await dialog(page, /Transfer/)
      .getByRole('button', { name: 'Change' })
      .click();
    await page.getByRole('combobox', { name: 'When is the check due?' }).click();
    await write(page, 'in 1 minute');
    await page.getByRole('button', { name: /^Set:/ }).click();
    await page.getByRole('button', { name: 'Transfer to Omar' }).click();
  },
  answer: async (page) => {
    await page.getByRole('button', { name: 'Reply', exact: true }).last().click();
    await page.getByRole('textbox', { name: 'Message' }).click();
    await write(page, 'It is on its way.');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
  },
  resolve: (page) => page.getByRole('button', { name: 'Resolve', exact: true }).click(),
  confirm: (page) => page.getByRole('button', { name: 'Customer confirmed' }).click(),
};

describe.each([
  { by: 'keyboard', hands: keyboard },
  { by: 'mouse', hands: mouse },
])('a conversation that is handed over, by $by', ({ by, hands }) => {
  const address = `${uniqueName('help')}@shop.test`;
  const carol = `${uniqueName('carol')}@customer.test`;
  const subject = `The parcel from Tuesday (${by})`;
  let server: MailServer;
  let app: StewardApp;

  const take = async (name: string): Promise<Page> => {
    await app.quit();
    sitDown(app.folder, name);
    app = await startSteward({ folder: app.folder });
    return app.page;
  };

  beforeAll(async () => {
    server = await startMailServer({ smtp: 'postfix' });
    app = await startSteward();
    app = await startWithAgents(app, server, address);
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
    await server.stop();
  });

  it('arrives with nobody, is claimed, and is transferred with a check', async () => {
    const { page } = app;
    await server.deliver(
      address,
      letter({
        from: `${customer} <${carol}>`,
        to: address,
        subject,
        text: 'Where is it?',
        date: new Date(),
      }),
    );
    await hands.goTo(page, 'Unowned', '4');
    await hands.open(page, subject);
    await hands.claim(page);
    await page.getByText('You own this').first().waitFor();
    await hands.transfer(page);
    await page
      .getByText(/Transferred to Omar/)
      .first()
      .waitFor();
    await page
      .getByRole('button', { name: /^Follow-ups/ })
      .getByText('1')
      .waitFor();
  });

  it('is answered and resolved by the new owner, and stays unclosed while the check is open', async () => {
    const page = await take('Omar');
    await hands.goTo(page, 'My turn', '1');
    await hands.open(page, subject);
    await page
      .getByRole('complementary', { name: 'How this came to you' })
      .getByText('Dana transferred this to you: “He knows the carrier”')
      .waitFor();
    await page
      .getByText(/Dana transferred this to you: “He knows the carrier” and will check by/)
      .first()
      .waitFor();
    await hands.answer(page);
    const received = await eventually(
      async () => {
        const inbox = await server.messages(carol, 'INBOX');
        return inbox.length > 0 ? inbox : null;
      },
      { message: "the answer is in the customer's mailbox", withinMs: 60_000 },
    );
    expect(received).toHaveLength(1);
    await hands.resolve(page);
    await page
      .getByText(/Resolved. Dana still checks by/)
      .first()
      .waitFor();
  });

  it('reminds the one who gave it, who confirms with the customer, and only then is it closed', async () => {
    const page = await take('Dana');
    await hands.goTo(page, 'Done', '7');
    await hands.open(page, subject);
    await page.getByText(/Your check with the customer was due/).waitFor({ timeout: 90_000 });
    await page
      .getByRole('button', { name: /^Follow-ups/ })
      .getByText('1')
      .waitFor();
    await hands.confirm(page);
    await page.getByText(/Your check with the customer/).waitFor({ state: 'detached' });
    await expect.poll(() => page.getByText(/a check is open/).count()).toBe(0);
    await hands.goTo(page, 'Done', '7');
    await rowWith(page, subject).waitFor();
    expect(app.complaints).toEqual([]);
  });
});
