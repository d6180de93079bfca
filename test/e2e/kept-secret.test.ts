import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startMailServer, type MailServer } from '../support/mail-server/mail-server.ts';
import { letter } from '../support/mailbox-generator/letter.ts';
import { uniqueName } from '../support/temp.ts';
import { connectFirst, rowWith } from './support/desk.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

/** Words that stand nowhere else, so that finding one anywhere on the disk is a leak. */
const words = {
  subject: 'zanzibarsubject',
  text: 'quixoticbodytext',
  attachment: 'attachmentxylophone',
  draft: 'halfwrittenobelisk',
  customer: 'personamariposa',
  search: 'lookedforpelican',
  password: 'velvethammerpassword',
};

/** Every file below a folder. */
const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** Where a word stands in a folder's files, in the encodings that programs write. */
const leaksIn = (folder: string, word: string): readonly string[] => {
  const forms = [
    Buffer.from(word, 'utf8'),
    Buffer.from(word, 'utf16le'),
    Buffer.from(Buffer.from(word).toString('base64').slice(0, -4)),
  ];
  return filesBelow(folder).filter((file) => {
    const bytes = readFileSync(file);
    return forms.some((form) => bytes.includes(form));
  });
};

describe('what customers write stays secret on the disk', () => {
  let server: MailServer;
  let app: StewardApp;

  beforeEach(async () => {
    server = await startMailServer({ smtp: 'postfix', password: words.password });
  });
  afterEach(async () => {
    await app.quit();
    removeFolder(app);
    await server.stop();
  });

  it('keeps no word of a message, draft, search or address, and no password, in any file', async () => {
    const owner = `${uniqueName('help')}@shop.test`;
    const customer = `${words.customer}@customer.test`;
    await server.deliver(
      owner,
      letter({
        from: `Mariposa <${customer}>`,
        to: owner,
        subject: `About the ${words.subject}`,
        text: `This is the ${words.text}, as promised.`,
        date: new Date(),
        files: [{ name: 'notes.txt', type: 'text/plain', content: `only here: ${words.attachment}` }],
      }),
    );
    app = await startSteward();
    const { page } = app;
    await connectFirst(page, server, owner);
    await rowWith(page, words.subject).click();
    await page.getByRole('heading', { name: words.subject }).waitFor();
    await page.getByRole('article').getByText(words.text).first().waitFor();
    await page.keyboard.press('r');
    await page
      .getByRole('textbox', { name: /answer|message/i })
      .last()
      .click();
    await page.keyboard.type(words.draft);
    await page.getByText('Draft saved').waitFor();
    await page.getByPlaceholder('Search').fill(words.search);
    await page
      .getByText(/Nothing found/)
      .first()
      .waitFor();
    await app.quit();

    const files = filesBelow(app.folder);
    expect(files.some((file) => file.endsWith('.seg'))).toBe(true);
    expect(files.some((file) => file.endsWith('engine.log'))).toBe(true);
    // The harness can see: the key file of the test itself is found by its content.
    const key = readFileSync(join(app.folder, 'test.key'), 'utf8');
    expect(leaksIn(app.folder, key)).toEqual([join(app.folder, 'test.key')]);
    for (const word of [...Object.values(words), owner]) {
      expect({ word, leaks: leaksIn(app.folder, word) }).toEqual({ word, leaks: [] });
    }
  });
});

describe('a workspace on a system without a key store', () => {
  let app: StewardApp;
  const passphrase = 'eleven quiet bicycles';

  afterEach(async () => {
    await app.quit();
    removeFolder(app);
  });

  it('says so, takes a passphrase, and opens again only with that one', async () => {
    app = await startSteward({ keyFile: false });
    await app.page.getByRole('heading', { name: 'Choose a passphrase for your workspace' }).waitFor();
    await app.page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
    await app.page.getByLabel('The same passphrase again').fill(passphrase);
    await app.page.getByRole('button', { name: 'Create the workspace' }).click();
    await app.page.getByRole('heading', { name: 'Welcome to Steward' }).waitFor();
    const { folder } = app;
    await app.quit();

    app = await startSteward({ keyFile: false, folder });
    await app.page.getByRole('heading', { name: 'Unlock your workspace' }).waitFor();
    await app.page.getByLabel('Passphrase', { exact: true }).fill('eleven quiet tricycles');
    await app.page.getByRole('button', { name: 'Unlock' }).click();
    await app.page.getByRole('alert').first().waitFor();
    await app.page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
    await app.page.getByRole('button', { name: 'Unlock' }).click();
    await app.page.getByRole('heading', { name: 'Welcome to Steward' }).waitFor();
    expect(leaksIn(folder, passphrase)).toEqual([]);
    await eventually(() => filesBelow(folder).some((file) => file.endsWith('key.json')), {
      message: 'the sealed key is kept',
    });
  });
});
