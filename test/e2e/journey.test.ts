import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startMailServer, type MailServer } from '../support/mail-server/mail-server.ts';
import { generateMailbox } from '../support/mailbox-generator/generate-mailbox.ts';
import { letter } from '../support/mailbox-generator/letter.ts';
import { seedMails } from '../support/mailbox-generator/seed-mails.ts';
import { uniqueName } from '../support/temp.ts';
import { connectByHand, rowWith, trustBothServers } from './support/desk.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

const owner = `${uniqueName('help')}@shop.test`;
const carol = `${uniqueName('carol')}@customer.test`;
const imported = 2_000;

/** How long a mail may take from the server to the list (acceptance: 5 s). */
const shownWithinMs = 5_000;

describe('the main journey, by one agent in a real window', () => {
  let server: MailServer;
  let app: StewardApp;
  let messageId = '';

  beforeAll(async () => {
    server = await startMailServer({ smtp: 'postfix' });
    seedMails(server, owner, [...generateMailbox({ seed: 11, count: imported, owner, until: new Date() })]);
    app = await startSteward();
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
    await server.stop();
  });

  it('connects a mailbox through the wizard, trusting its certificate once by fingerprint', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Connect your mailbox' }).click();
    await connectByHand(page, server, owner);
    await trustBothServers(page, server);
    await page.getByText(`${owner} is connected`).waitFor();
    await page.getByRole('button', { name: 'Go to the inbox' }).click();
    await page.getByRole('option').first().waitFor();
  });

  it('imports two thousand messages and says how far it is, folder by folder', async () => {
    const { page } = app;
    await page.getByRole('button', { name: /^Settings/ }).click();
    const counts = await Promise.all(
      (['INBOX', 'Sent', 'Archive'] as const).map(
        async (folder) => (await server.messages(owner, folder)).length,
      ),
    );
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(imported);
    for (const count of counts) {
      const words = `server ${count.toLocaleString('en')}, here ${count.toLocaleString('en')}`;
      await page.getByText(words).first().waitFor({ timeout: 90_000 });
    }
    await page.keyboard.press('Escape');
  });

  it('shows a mail within five seconds of the server having it', async () => {
    await server.deliver(
      owner,
      letter({
        from: `Carol Reyes <${carol}>`,
        to: owner,
        subject: 'The parcel from Tuesday',
        text: 'Good morning,\n\nwhere is my parcel?\n\nCarol',
        date: new Date(),
      }),
    );
    await rowWith(app.page, 'The parcel from Tuesday').waitFor({ timeout: shownWithinMs });
  });

  it('sends the answer once, with the headers that make it an answer', async () => {
    const { page } = app;
    await rowWith(page, 'The parcel from Tuesday').click();
    await page.getByRole('heading', { name: 'The parcel from Tuesday' }).waitFor();
    await page.keyboard.press('r');
    await page
      .getByRole('textbox', { name: /answer|message/i })
      .last()
      .click();
    await page.keyboard.type('Dear Carol, it arrives today.');
    await page.keyboard.press('Control+Enter');
    const [received] = await eventually(
      async () => {
        const inbox = await server.messages(carol, 'INBOX');
        return inbox.length > 0 ? inbox : null;
      },
      { message: "the answer is in the customer's mailbox", withinMs: 60_000 },
    );
    const raw = received?.raw.toString('utf8') ?? '';
    messageId = /^Message-ID: (<.+>)/im.exec(raw)?.[1] ?? '';
    expect(messageId).not.toBe('');
    expect(raw).toContain('Dear Carol, it arrives today.');
    expect(raw).toMatch(/^From: "?Dana Whitfield"? </m);
    expect(raw).toMatch(/^Subject: Re: The parcel from Tuesday/m);
    expect(raw).toMatch(/^In-Reply-To: </m);
    expect(raw).toMatch(/^References: </m);
    expect(raw).toMatch(/^Date: /m);
    expect(raw).toMatch(/multipart\/alternative/);
    await eventually(
      async () =>
        (await server.messages(owner, 'Sent')).filter((mail) => mail.raw.includes(messageId)).length === 1,
      { message: 'exactly one copy is in Sent', withinMs: 60_000 },
    );
    expect(await server.messages(carol, 'INBOX')).toHaveLength(1);
  });

  it("joins the customer's answer to the conversation", async () => {
    const { page } = app;
    await server.deliver(
      owner,
      letter({
        from: `Carol Reyes <${carol}>`,
        to: owner,
        subject: 'Re: The parcel from Tuesday',
        text: 'It is here, thank you!',
        date: new Date(),
        inReplyTo: messageId,
        references: [messageId],
      }),
    );
    await page.getByText('It is here, thank you!').first().waitFor({ timeout: shownWithinMs });
    expect(await rowWith(page, 'Carol Reyes').count()).toBe(1);
  });

  it('has everything there again after a restart', async () => {
    await app.quit();
    app = await startSteward({ folder: app.folder });
    const { page } = app;
    await rowWith(page, 'The parcel from Tuesday').click();
    await page.getByText('It is here, thank you!').first().waitFor();
    await page.getByText('Dear Carol, it arrives today.').first().waitFor();
    expect(await rowWith(page, 'Carol Reyes').count()).toBe(1);
    expect(await server.messages(carol, 'INBOX')).toHaveLength(1);
    expect(app.complaints).toEqual([]);
  });
});
