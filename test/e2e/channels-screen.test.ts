import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { axeViolations } from './support/axe.ts';
import {
  addAnother,
  chooseChannel,
  connect,
  openChatShop,
  overADay,
  type ChatShop,
} from './support/chat-shop.ts';
import { rowWith } from './support/desk.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

describe('a desk with chats and social networks', () => {
  let shop: ChatShop;
  let app: StewardApp;

  const reply = async (): Promise<void> => {
    await app.page.keyboard.press('r');
    await app.page.getByRole('region', { name: 'Reply' }).waitFor();
  };
  const open = async (words: string): Promise<void> => {
    await rowWith(app.page, words).first().click();
    await app.page.getByRole('article').last().waitFor();
  };
  const write = async (text: string): Promise<void> => {
    await app.page.getByRole('textbox', { name: 'Message' }).click();
    await app.page.keyboard.insertText(text);
  };
  const hide = async (): Promise<void> => {
    await app.page.getByRole('button', { name: 'Throw the draft away' }).click();
    await app.page.getByRole('region', { name: 'Reply' }).waitFor({ state: 'detached' });
  };

  beforeAll(async () => {
    shop = await openChatShop();
    await shop.write.chat('Is the blue one still there?');
    shop.write.sms('Where is my parcel?');
    shop.write.whatsapp('Do you ship to Lisbon?', 60_000);
    shop.write.whatsapp('And to Porto?', overADay);
    shop.write.mastodon('when do you open?', { to: 'public' });
    shop.write.mastodon('I want my money back', { to: 'direct', warning: 'complaint' });
    app = await startSteward();
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
    await shop.stop();
  });

  it('offers every channel with a sentence, email first and ready to be typed into', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Connect your mailbox' }).click();
    await page.getByRole('radio', { name: /^Email / }).waitFor();
    expect(await page.getByRole('radio').first().isChecked()).toBe(true);
    expect(
      await page.getByLabel('Your email address').evaluate((field) => field === document.activeElement),
    ).toBe(true);
    expect(await axeViolations(page)).toEqual([]);
  });

  it('says what a channel cannot do before it is connected', async () => {
    const { page } = app;
    await page.getByRole('radio', { name: /^Telegram / }).check();
    const limits = page.getByRole('region', { name: 'What this channel cannot do' });
    await limits.getByText('What was said before you connect does not come along.').waitFor();
    expect(await axeViolations(page)).toEqual([]);
  });

  it('does not try before everything that is needed is filled in', async () => {
    const { page } = app;
    await page.getByRole('radio', { name: /^SMS / }).check();
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    expect(await page.getByText('This is needed.').count()).toBe(2);
    await page.getByText('This is not a whole telephone number.').waitFor();
    expect(await axeViolations(page)).toEqual([]);
  });

  it('says in the words of tokens that a token was refused', async () => {
    const { page } = app;
    await chooseChannel(page, 'SMS', {
      ...shop.forms.SMS,
      fields: { ...shop.forms.SMS.fields, 'Auth Token or API key secret': 'wrong' },
    });
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByText('The token was refused').waitFor();
  });

  it('connects by the form that the channel’s profile makes', async () => {
    const { page } = app;
    await page
      .getByLabel('Auth Token or API key secret')
      .fill(shop.forms.SMS.fields['Auth Token or API key secret'] ?? '');
    await connect(page);
    await rowWith(page, 'Where is my parcel?').waitFor();
  });

  it('counts the parts of an SMS while it is written, and says that no file can go along', async () => {
    const { page } = app;
    await open('Where is my parcel?');
    await reply();
    expect(await page.getByRole('toolbar').count()).toBe(0);
    await write('On its way.');
    await page.getByText('1 SMS, 149 letters left in it').waitFor();
    await page.getByRole('button', { name: 'SMS takes no files from here' }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
  });

  it('sends a text that is too long as several messages, cut where one can see it', async () => {
    const { page } = app;
    const sentences = Array.from(
      { length: 60 },
      (_, n) => `This is sentence number ${String(n + 1)} of many.`,
    );
    await write(` ${sentences.join(' ')}`);
    await page.getByText(/too long for SMS/).waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    expect(shop.smsSent()).toEqual([]);
    await page.getByRole('button', { name: 'Show the cuts' }).click();
    const pieces = await page
      .getByRole('list', { name: 'The messages it would be' })
      .getByRole('listitem')
      .allTextContents();
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: `Send as ${String(pieces.length)} messages` }).click();
    await eventually(() => shop.smsSent().length === pieces.length, {
      message: 'every part is sent',
      withinMs: 60_000,
    });
    expect(shop.smsSent()).toEqual(pieces);
  });

  it('says until when WhatsApp takes an answer', async () => {
    const { page } = app;
    await addAnother(page);
    await chooseChannel(page, 'WhatsApp', shop.forms.WhatsApp);
    await connect(page);
    await open('Do you ship to Lisbon?');
    await reply();
    await page.getByText(/You can answer freely until .*, 23 h.* left/).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await hide();
  });

  it('lets an agent choose and fill in a prepared text once that time is over', async () => {
    const { page } = app;
    await open('And to Porto?');
    await reply();
    await page.getByText('The customer can open that again by writing.').waitFor();
    expect(await page.getByRole('textbox', { name: 'Message' }).count()).toBe(0);
    await page.getByRole('radio', { name: /^parcel_news English/ }).check();
    await page.getByLabel('For “1”').fill('Porto');
    await page.getByText('“2” is still to be filled in.').waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    expect(await page.getByRole('article').count()).toBe(1);
    expect(await axeViolations(page)).toEqual([]);
    await page.getByLabel('For “2”').fill('4711');
    await page.getByRole('figure', { name: 'How it reads' }).getByText('Porto').waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page
      .getByRole('article')
      .last()
      .getByText('Hello Porto, there is news of your order 4711.')
      .waitFor();
  });

  it('shows who will see an answer to a public post, and lets it be fewer', async () => {
    const { page } = app;
    await addAnother(page);
    await chooseChannel(page, 'Mastodon', shop.forms.Mastodon);
    await connect(page);
    await open('when do you open?');
    expect(await page.getByRole('article').last().getByText('Public', { exact: true }).count()).toBe(1);
    await reply();
    await page.getByRole('button', { name: 'Send publicly' }).waitFor();
    await page.getByText('Everybody on the web can read this.').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: /^Public/ }).click();
    await page.getByRole('menuitemradio', { name: /^Private/ }).click();
    await page.getByRole('button', { name: 'Send privately to' }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await hide();
  });

  it('keeps a private conversation private, and folds what its author warned of', async () => {
    const { page } = app;
    await open('complaint');
    const article = page.getByRole('article').last();
    await article.getByText('Warning: complaint').waitFor();
    expect(await article.getByText('I want my money back').count()).toBe(0);
    await article.getByRole('button', { name: 'Show', exact: true }).click();
    await article.getByText('I want my money back').waitFor();
    await reply();
    expect(await page.getByRole('button', { name: /^(Send publicly|Public)/ }).count()).toBe(0);
    await page.getByRole('button', { name: 'Send privately to' }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await hide();
  });

  it('talks on an XMPP server', async () => {
    const { page } = app;
    await addAnother(page);
    await chooseChannel(page, 'XMPP chat', { fields: { 'Your chat address': shop.chatAddress } });
    await page.getByRole('button', { name: 'Enter the servers by hand' }).click();
    await page.getByLabel('Chat server').fill(shop.prosody.host);
    await page.getByLabel('Port').fill(String(shop.prosody.port));
    await page.getByLabel('Protection').selectOption('plain');
    await page.getByLabel('Password').fill('secret');
    await connect(page);
    await open('Is the blue one still there?');
    await reply();
    const composer = page.getByRole('region', { name: 'Reply' });
    await composer.getByText(`ana@${shop.prosody.domain}`).waitFor();
    expect(await composer.getByRole('combobox').count()).toBe(0);
    expect(await composer.getByLabel('Subject').count()).toBe(0);
    expect(await axeViolations(page)).toEqual([]);
    await hide();
  });

  it('answers by another way once both are known to be one customer, and keeps what was typed', async () => {
    const { page } = app;
    const panel = page.getByRole('region', { name: 'Customer' });
    if (!(await panel.isVisible())) await page.keyboard.press('i');
    await panel.getByRole('button', { name: 'More about this customer' }).click();
    await page.getByRole('menuitem').first().click();
    const dialog = page.getByRole('dialog');
    await dialog
      .getByRole('searchbox')
      .or(dialog.getByRole('textbox'))
      .or(dialog.getByRole('combobox'))
      .first()
      .fill('Ana');
    await dialog.getByText('Ana Pereira').first().click();
    await dialog
      .getByRole('button', { name: /one customer|merge/i })
      .last()
      .click();
    await dialog.waitFor({ state: 'detached' });
    await reply();
    await write('Yes, in blue as well.');
    await page.getByRole('button', { name: /^by XMPP chat/ }).click();
    await page.getByRole('menuitemradio', { name: /^Mastodon, ana@customers.example/ }).click();
    await page.getByRole('button', { name: 'Send privately to Ana Pereira' }).click();
    await page.getByText('From here by Mastodon, ana@customers.example').waitFor();
    await page.getByRole('article').last().getByText('Yes, in blue as well.').waitFor();
    expect(await axeViolations(page)).toEqual([]);
  });

  it('lists every account with its channel and what it follows', async () => {
    const { page } = app;
    await page.getByRole('button', { name: /^Settings/ }).click();
    for (const name of ['SMS', 'WhatsApp', 'Mastodon', 'XMPP chat'])
      await page.getByText(name).first().waitFor();
    expect(await axeViolations(page)).toEqual([]);
  });

  it('has nothing to complain of', () => {
    expect(app.complaints).toEqual([]);
  });
});
