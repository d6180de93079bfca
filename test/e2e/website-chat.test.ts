import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/mailbox-generator/letter.ts';
import { startMailServer, type MailServer } from '../support/mail-server/mail-server.ts';
import { startProsody, type Prosody } from '../support/prosody/prosody.ts';
import { uniqueName } from '../support/temp.ts';
import { startChromium } from '../support/website-chat/chromium.ts';
import { startShopSite, type ShopSite } from '../support/website-chat/shop-site.ts';
import { visitorsHost } from '../support/website-chat/visitor.ts';
import { axeViolations } from './support/axe.ts';
import { addAnother, connect } from './support/chat-shop.ts';
import { connectByHand, rowWith, trustBothServers } from './support/desk.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

const owner = `${uniqueName('help')}@shop.test`;
const ana = `${uniqueName('ana')}@customer.test`;
const chatFile = join(process.cwd(), 'dist', 'widget', 'steward-chat.js');
/** The undo window, the way through two servers, and a machine that has other things to do. */
const deliveredWithinMs = 60_000;

describe('a visitor of the website, from the first question to the answer by mail', () => {
  let mail: MailServer;
  let prosody: Prosody;
  let browser: Browser;
  let visitor: BrowserContext;
  let site: ShopSite;
  let shop: Page;
  let app: StewardApp;
  let agent = '';
  let snippet = '';

  beforeAll(async () => {
    [mail, prosody, browser] = await Promise.all([
      startMailServer({ smtp: 'postfix' }),
      startProsody({ visitors: true }),
      startChromium(),
    ]);
    const user = uniqueName('chat');
    await prosody.register(user, 'secret');
    agent = `${user}@${prosody.domain}`;
    app = await startSteward();
  });
  afterAll(async () => {
    await browser.close();
    await app.quit();
    removeFolder(app);
    await Promise.all([site.stop(), mail.stop(), prosody.stop()]);
  });

  const picture = async (page: Page, name: string): Promise<void> => {
    const folder = process.env['STEWARD_PICTURES'];
    if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`) });
  };
  const answer = async (text: string): Promise<void> => {
    const { page } = app;
    await page.getByRole('region', { name: 'Reply' }).waitFor();
    await page
      .getByRole('textbox', { name: /answer|message/i })
      .last()
      .click();
    await page.keyboard.insertText(text);
    await page.keyboard.press('Control+Enter');
  };
  const write = async (text: string): Promise<void> => {
    await shop.getByRole('textbox', { name: 'Your message' }).fill(text);
    await shop.keyboard.press('Enter');
  };

  it('begins with a mailbox and the chat’s account', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Connect your mailbox' }).click();
    await connectByHand(page, mail, owner);
    await trustBothServers(page, mail);
    await page.getByText(`${owner} is connected`).waitFor();
    await page.getByRole('button', { name: 'Go to the inbox' }).click();
    await addAnother(page);
    await page.getByRole('radio', { name: /^Website chat / }).check();
    await page.getByLabel('The address of the chat’s account').fill(agent);
    await page.getByRole('button', { name: 'Enter the servers by hand' }).click();
    await page.getByLabel('Chat server').fill(prosody.host);
    await page.getByLabel('Port').fill(String(prosody.port));
    await page.getByLabel('Protection').selectOption('plain');
    await page.getByLabel('Password', { exact: true }).fill('secret');
    await connect(page);
  });

  it('says in the settings what website and server need, and looks at it as a visitor', async () => {
    const { page } = app;
    await page.getByRole('button', { name: /^Settings/ }).click();
    await page.getByRole('tab', { name: 'Website chat' }).click();
    await page.getByLabel('Where visitors’ browsers connect').fill('http://wrong.example');
    await page.getByText('Give an address that begins with wss://').waitFor();
    await page.getByLabel('Where visitors’ browsers connect').fill(prosody.websocket);
    await page.getByLabel('The visitors’ host on that server').fill(visitorsHost);
    await page.getByLabel('Title').fill('Ask the shop');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('button', { name: 'Look at it as a visitor' }).click();
    await page.getByText('The server answers where visitors’ browsers connect.').waitFor();
    await page.getByText('It lets visitors in without an account.').waitFor();
    await page.getByText('What visitors write reaches you.').waitFor({ timeout: 60_000 });
    snippet = await page.getByRole('region', { name: 'Lines for your pages' }).innerText();
    expect(snippet).toContain(`data-agent="${agent}"`);
    await picture(page, 'settings-website-chat');
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
  });

  it('brings the visitor’s question in, and the answer onto the page', async () => {
    const chat = {
      url: prosody.websocket,
      host: visitorsHost,
      agent,
      title: '',
      greeting: '',
      colour: '#1f5fbf',
      language: '',
    };
    site = await startShopSite(chat, { chatFile, snippet });
    visitor = await browser.newContext({ locale: 'en-GB' });
    shop = await visitor.newPage();
    await shop.goto(site.url);
    await shop.getByRole('button', { name: 'Open the chat' }).click();
    await shop.getByText('We are here').waitFor();
    await shop.getByRole('heading', { name: 'Ask the shop' }).waitFor();
    await write('Is the red bike in stock?');
    const { page } = app;
    await rowWith(page, 'Is the red bike in stock?').first().click();
    await page.getByRole('article').filter({ hasText: 'Is the red bike in stock?' }).waitFor();
    await page.keyboard.press('r');
    await answer('Two of them are.');
    await shop.getByText('Two of them are.').first().waitFor({ timeout: deliveredWithinMs });
  });

  it('goes on after the visitor has reloaded the page', async () => {
    await shop.reload();
    await shop.getByRole('button', { name: /^Open the chat/ }).click();
    await shop.getByText('Two of them are.').first().waitFor();
    await write('And in green?');
    const { page } = app;
    await page.getByRole('article').filter({ hasText: 'And in green?' }).waitFor();
    await picture(page, 'website-chat-conversation');
  });

  it('takes a mail address, and sends the next answer there', async () => {
    await shop.getByRole('button', { name: 'Get the answer by email' }).click();
    await shop.getByRole('textbox', { name: 'Your email address' }).fill(ana);
    await shop.getByRole('textbox', { name: /^Your name/ }).fill('Ana Pereira');
    await shop.getByRole('button', { name: 'Answer by email', exact: true }).click();
    await shop.getByText(`our answer comes to ${ana}`).waitFor();
    await visitor.close();
    const { page } = app;
    await page.getByText(ana).first().waitFor({ timeout: 60_000 });
    await page.keyboard.press('r');
    await page.getByRole('region', { name: 'Reply' }).waitFor();
    await page.getByRole('button', { name: /Website chat ▾/ }).click();
    await page
      .getByRole('menuitemradio', { name: /Email/ })
      .or(page.getByRole('menuitem', { name: /Email/ }))
      .first()
      .click();
    await page.getByRole('button', { name: /Email ▾/ }).waitFor();
    await picture(page, 'website-chat-way');
    await answer('Green comes on Monday.');
    const [received] = await eventually(
      async () => {
        const inbox = await mail.messages(ana, 'INBOX');
        return inbox.length > 0 ? inbox : null;
      },
      { message: 'the answer is in the visitor’s mailbox', withinMs: deliveredWithinMs },
    );
    const raw = received?.raw.toString('utf8') ?? '';
    expect(raw).toContain('Green comes on Monday.');
    await picture(page, 'website-chat-by-mail');
    const messageId = /^Message-ID: (<.+>)/im.exec(raw)?.[1] ?? '';
    await mail.deliver(
      owner,
      letter({
        from: `Ana Pereira <${ana}>`,
        to: owner,
        subject: 'Re: your answer',
        text: 'Monday it is!',
        date: new Date(),
        inReplyTo: messageId,
        references: [messageId],
      }),
    );
    await page.getByRole('article').filter({ hasText: 'Monday it is!' }).waitFor({ timeout: 60_000 });
  });

  it('was one conversation all the while', async () => {
    const { page } = app;
    // The one that went by mail is drawn in a frame of its own.
    for (const text of ['Is the red bike in stock?', 'Two of them are.', 'And in green?', 'Monday it is!'])
      await page.getByRole('article').filter({ hasText: text }).first().waitFor();
    expect(await page.getByRole('article').count()).toBe(5);
    await page.getByRole('button', { name: /^All/ }).click();
    await page.getByRole('option').first().waitFor();
    expect(await page.getByRole('option').count()).toBe(1);
    expect(app.complaints).toEqual([]);
  });
});
