import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startMailServer, type MailServer } from '../support/mail-server/mail-server.ts';
import { uniqueName } from '../support/temp.ts';
import { hasKeys, rowWith, tabTo } from './support/desk.ts';
import {
  choosePassphrase,
  connectWithLetter,
  showWords,
  subject,
  toRecovery,
  unlock,
} from './support/recovery.ts';
import { tooTightAtDouble, wrongWithScreen } from './support/screens.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

const forgotten = 'eleven quiet bicycles';
const chosenAnew = 'seven patient lanterns';
/** Looking for what became of a send takes a minute before a person is asked. */
const lookedMs = 180_000;

describe('the ways back that a person takes in the window', () => {
  let server: MailServer;
  let app: StewardApp;
  let words: readonly string[] = [];
  const owner = `${uniqueName('help')}@shop.test`;
  const carol = `${uniqueName('carol')}@customer.test`;
  const dialog = (): Locator => app.page.getByRole('dialog');

  /** What was answered waits elsewhere, so no row says that the desk is there. */
  const atDesk = (): Promise<void> => app.page.getByRole('button', { name: /^Settings/ }).waitFor();
  const again = async (passphrase: string): Promise<Page> => {
    app = await startSteward({ keyFile: false, folder: app.folder });
    await unlock(app.page, passphrase);
    return app.page;
  };

  beforeAll(async () => {
    server = await startMailServer();
    app = await startSteward({ keyFile: false });
    await connectWithLetter(app.page, server, { owner, customer: carol, passphrase: forgotten });
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
    await server.stop();
  });

  it('warns when the words are left without being confirmed, and says so until they are', async () => {
    const { page } = app;
    await toRecovery(page);
    await page.getByRole('button', { name: 'Make recovery words' }).click();
    words = await showWords(page);
    await page.keyboard.press('Escape');
    await dialog().getByText('The words are not shown again.').waitFor();
    expect(await wrongWithScreen(app, '77-recovery-leaving')).toEqual([]);
    await dialog().getByRole('button', { name: 'Close', exact: true }).last().click();
    await page.getByText('but not confirmed. If you wrote them down, confirm them.').waitFor();
    await app.quit();
  });

  it('opens by the words where the passphrase is forgotten, and by a new passphrase from then on', async () => {
    app = await startSteward({ keyFile: false, folder: app.folder });
    const { page } = app;
    await hasKeys(page.getByLabel('Passphrase', { exact: true }));
    await tabTo(page, page.getByRole('button', { name: 'I forgot the passphrase' }));
    await page.keyboard.press('Enter');
    const field = page.getByLabel('The twelve recovery words');
    await hasKeys(field);
    expect(await wrongWithScreen(app, '78-recovery-forgotten')).toEqual([]);
    const open = page.getByRole('button', { name: 'Open with the words' });

    await page.keyboard.type(words.slice(0, 11).join(' '));
    await open.click();
    await page.getByText('These are 11 words.').first().waitFor();
    await field.fill(['bycicle', ...words.slice(1)].join(' '));
    await open.click();
    await page.getByText('Word 1 is not in the list').first().waitFor();
    // Twelve words that are all in the list, and belong to nothing.
    await field.fill([...Array.from({ length: 11 }, () => 'abandon'), 'about'].join(' '));
    await open.click();
    await page.getByText('These are not the words that open it.').first().waitFor();
    expect(await page.getByText('is not in the list').count()).toBe(0);
    expect(await wrongWithScreen(app, '79-recovery-wrong-words')).toEqual([]);
    await field.fill(words.map((word) => word.slice(0, 4)).join('\n'));
    await open.click();
    await choosePassphrase(page, chosenAnew);
    await rowWith(page, subject).waitFor();

    await app.quit();
    app = await startSteward({ keyFile: false, folder: app.folder });
    await hasKeys(app.page.getByLabel('Passphrase', { exact: true }));
    await app.page.keyboard.type(forgotten);
    await app.page.keyboard.press('Enter');
    await expect.poll(() => app.page.getByRole('alert').first().textContent()).not.toBe('');
    expect(await rowWith(app.page, subject).count()).toBe(0);
    await unlock(app.page, chosenAnew);
    await rowWith(app.page, subject).waitFor();
  });

  it('confirms words of an earlier sitting by all twelve of them, and by nothing less', async () => {
    const { page } = app;
    await toRecovery(page);
    await page.getByRole('button', { name: 'Confirm them' }).click();
    const field = dialog().getByLabel('The twelve recovery words');
    await hasKeys(field);
    await page.keyboard.type(words.slice(0, 11).join(' '));
    const confirm = dialog().getByRole('button', { name: 'Confirm', exact: true });
    await confirm.click();
    await expect.poll(() => dialog().getByRole('alert').textContent()).toContain('These are 11 words');
    await field.fill([...words.slice(0, 4), 'nonsense', ...words.slice(5)].join(' '));
    await confirm.click();
    await expect.poll(() => dialog().getByRole('alert').textContent()).toContain('Word 5 is not');
    expect(await wrongWithScreen(app, '80-recovery-confirm-all')).toEqual([]);
    await field.fill([...words].reverse().join(' '));
    await confirm.click();
    await expect.poll(() => dialog().getByRole('alert').textContent()).toContain('These are not the words');
    expect(await page.getByText('and confirmed. Keep the paper').count()).toBe(0);
    await field.fill(words.join(' '));
    await confirm.click();
    await page.getByText('and confirmed. Keep the paper').waitFor();
    await page.keyboard.press('Escape');
  });

  it('asks about a message where the database went back in time, and takes the answer by the keyboard', async () => {
    server.scriptedSmtp().script({
      kind: 'refuse connection',
      answer: { code: 421, text: '4.3.2 Not now' },
      times: Number.POSITIVE_INFINITY,
    });
    await rowWith(app.page, subject).click();
    await app.page.getByRole('heading', { name: subject }).waitFor();
    await app.page.keyboard.press('r');
    await app.page
      .getByRole('textbox', { name: /answer|message/i })
      .last()
      .click();
    await app.page.keyboard.type('Dear Carol, new ones arrive today.');
    await app.page.keyboard.press('Control+Enter');
    await app.page.keyboard.press('Control+,');
    await app.page.getByRole('tab', { name: 'Outbox' }).click();
    await app.page.getByRole('button', { name: 'Try again now' }).waitFor();
    await app.quit();

    const database = join(app.folder, 'workspace', 'workspace.db');
    const older = join(app.folder, 'older');
    for (const suffix of ['', '-wal'])
      if (existsSync(`${database}${suffix}`)) copyFileSync(`${database}${suffix}`, `${older}${suffix}`);
    server.scriptedSmtp().clearScript();
    await again(chosenAnew);
    await atDesk();
    await app.page.keyboard.press('Control+,');
    await app.page.getByRole('tab', { name: 'Outbox' }).click();
    const retry = app.page.getByRole('button', { name: 'Try again now' });
    const inSent = async (): Promise<number> => (await server.messages(owner, 'Sent')).length;
    await eventually(
      async () => {
        if ((await retry.count()) > 0) await retry.click({ timeout: 1_000 }).catch(() => undefined);
        return (await inSent()) === 1;
      },
      { message: 'it left, and its copy is in Sent', withinMs: lookedMs, everyMs: 500 },
    );
    await app.page.getByText('Nothing is on its way out').waitFor();
    await app.quit();

    // Nothing proves any more that it left.
    await server.expunge(owner, 'Sent', 'all');
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${database}${suffix}`, { force: true });
    for (const suffix of ['', '-wal'])
      if (existsSync(`${older}${suffix}`)) copyFileSync(`${older}${suffix}`, `${database}${suffix}`);
    const page = await again(chosenAnew);
    await page.getByText('Steward went back in time').waitFor();
    await page.getByText('One message may have been sent already.').waitFor();
    await atDesk();
    expect(await wrongWithScreen(app, '81-recovery-stepped-back')).toEqual([]);
    expect(await tooTightAtDouble(app, '81-recovery-stepped-back')).toEqual([]);
    await tabTo(page, page.getByRole('button', { name: 'Show the messages' }));
    await page.keyboard.press('Enter');
    await page.getByText('Sent? Nobody knows').waitFor({ timeout: lookedMs });
    await page.getByText('Steward went back in time', { exact: false }).first().waitFor();
    expect(await page.getByText('The connection broke').count()).toBe(0);
    expect(await wrongWithScreen(app, '82-recovery-asked')).toEqual([]);
    await tabTo(page, page.getByRole('button', { name: 'It was sent' }));
    await page.keyboard.press('Enter');
    await page.getByText('Nothing is on its way out').waitFor();
    await tabTo(page, page.getByRole('button', { name: 'Understood' }));
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByText('Steward went back in time').count()).toBe(0);

    await app.quit();
    await again(chosenAnew);
    await atDesk();
    expect(await app.page.getByText('Steward went back in time').count()).toBe(0);
    expect(await server.messages(carol, 'INBOX')).toHaveLength(1);
  });
});
