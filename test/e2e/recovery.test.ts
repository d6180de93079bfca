import { existsSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMailServer, type MailServer } from '../support/mail-server/mail-server.ts';
import { uniqueName } from '../support/temp.ts';
import { hasKeys, rowWith, tabTo } from './support/desk.ts';
import { choosePassphrase, connectWithLetter, showWords, subject, toRecovery } from './support/recovery.ts';
import { tooTightAtDouble, wrongWithScreen } from './support/screens.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

const passphrase = 'eleven quiet bicycles';
const another = 'seven patient lanterns';
/** A backup is made and read back by a thread that waits for everybody else on a busy machine. */
const backupMs = 150_000;

/** The shell's question for a folder is answered without a person. */
const answerFolder = async ({ electron }: StewardApp, folder: string): Promise<void> => {
  await electron.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
  }, folder);
};

describe('a workspace that comes back: from its backups, and by its recovery words', () => {
  let server: MailServer;
  let app: StewardApp;
  let old: StewardApp;
  let words: readonly string[] = [];
  const owner = `${uniqueName('help')}@shop.test`;
  const inWorkspace = (name: string): string => join(app.folder, 'workspace', name);
  const dialog = () => app.page.getByRole('dialog');

  beforeAll(async () => {
    server = await startMailServer({ smtp: 'postfix' });
    app = await startSteward({ keyFile: false });
    old = app;
    await connectWithLetter(app.page, server, { owner, customer: 'carol@customer.test', passphrase });
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
    removeFolder(old);
    await server.stop();
  });

  it('reminds of the words, shows them once and has three of them typed again', async () => {
    const { page } = app;
    await page.getByText('Write down your recovery words').waitFor();
    await page.getByRole('button', { name: 'Do it now' }).click();
    await page.getByRole('heading', { name: 'Backups and recovery', level: 2 }).waitFor();
    await page.getByRole('button', { name: 'Make recovery words' }).click();
    await dialog().getByText('Whoever has the words and a backup').waitFor();
    words = await showWords(page);
    expect(await wrongWithScreen(app, '70-recovery-words')).toEqual([]);

    await dialog().getByRole('button', { name: 'I have written them down' }).click();
    const fields = dialog().getByRole('textbox');
    await expect.poll(() => fields.count()).toBe(3);
    const type = async (wordAt: (place: number) => string): Promise<void> => {
      for (const field of await fields.all()) {
        const label = await field.evaluate(
          (element: HTMLInputElement) => element.labels?.[0]?.textContent ?? '',
        );
        await field.fill(wordAt(Number(label.replace(/\D/gu, ''))));
      }
      await page.keyboard.press('Enter');
    };
    await type(() => 'nonsense');
    await expect.poll(() => dialog().getByRole('alert').textContent()).not.toBe('');
    expect(await wrongWithScreen(app, '71-recovery-confirm')).toEqual([]);
    await type((place) => (words[place - 1] ?? '').slice(0, 4).toUpperCase());
    await page.getByText('and confirmed. Keep the paper').waitFor();
    await expect.poll(() => page.getByText('Write down your recovery words').count()).toBe(0);
  });

  it('backs up when asked for, says how it went and lists it', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Back up now' }).click();
    await page
      .getByText(/^Last backup .+, checked, 1 message\. Next one tomorrow/u)
      .waitFor({ timeout: backupMs });
    const list = page.getByRole('list', { name: 'Backups, newest first' });
    await list.getByText('Good', { exact: true }).first().waitFor();
    await list.getByText('1 message, 1 conversation').first().waitFor();
    await page.getByRole('button', { name: 'Back up now' }).waitFor();
    await list
      .getByRole('button', { name: /^Check: / })
      .first()
      .click();
    await page.getByText('was read from end to end and is good').first().waitFor();
    expect(await wrongWithScreen(app, '72-recovery-section')).toEqual([]);
    expect(await tooTightAtDouble(app, '72-recovery-section')).toEqual([]);
  });

  it('offers that backup where the database was damaged, and comes back by the keyboard alone', async () => {
    await app.quit();
    const database = inWorkspace('workspace.db');
    const { size } = statSync(database);
    truncateSync(database, 0);
    writeFileSync(database, Buffer.alloc(size, 7));
    app = await startSteward({ keyFile: false, folder: app.folder });
    const { page } = app;
    await hasKeys(page.getByLabel('Passphrase', { exact: true }));
    await page.keyboard.type(passphrase);
    await page.keyboard.press('Enter');
    await hasKeys(page.getByRole('button', { name: /^Restore the backup: / }));
    expect(await wrongWithScreen(app, '73-recovery-damaged')).toEqual([]);
    await page.keyboard.press('Enter');
    await hasKeys(dialog().getByRole('button', { name: 'Cancel' }));
    expect(await wrongWithScreen(app, '74-recovery-restore')).toEqual([]);
    await page.keyboard.press('Tab');
    await hasKeys(dialog().getByRole('button', { name: 'Restore', exact: true }));
    await page.keyboard.press('Enter');
    await rowWith(page, subject).waitFor();
    await toRecovery(page);
    await page.getByRole('heading', { name: 'Set aside' }).waitFor();
    await page.getByText('and confirmed. Keep the paper').waitFor();
  });

  it('removes what the restore had set aside when asked twice, and nothing else', async () => {
    const { page } = app;
    const beside = (): readonly string[] =>
      readdirSync(app.folder).filter((name) => name.startsWith('workspace.set-aside-'));
    expect(beside()).toHaveLength(1);
    const remove = page.getByRole('button', { name: /^Remove …: / });
    await tabTo(page, remove);
    expect(await wrongWithScreen(app, '74b-recovery-set-aside')).toEqual([]);
    await page.keyboard.press('Enter');
    await hasKeys(dialog().getByRole('button', { name: 'Cancel' }));
    await page.keyboard.press('Enter');
    await expect.poll(() => dialog().count()).toBe(0);
    expect(beside()).toHaveLength(1);
    await hasKeys(remove);
    await page.keyboard.press('Enter');
    await hasKeys(dialog().getByRole('button', { name: 'Cancel' }));
    expect(await wrongWithScreen(app, '74c-recovery-remove')).toEqual([]);
    await page.keyboard.press('Tab');
    await hasKeys(dialog().getByRole('button', { name: 'Remove for good' }));
    await page.keyboard.press('Enter');
    await page
      .getByText(/^Removed\. .+ are free again\.$/u)
      .first()
      .waitFor();
    await expect.poll(() => page.getByRole('heading', { name: 'Set aside' }).count()).toBe(0);
    expect(beside()).toEqual([]);
    expect(readdirSync(app.folder)).toEqual(expect.arrayContaining(['workspace', 'backups']));
    await page.keyboard.press('Escape');
    await rowWith(page, subject).waitFor();
  });

  it('opens by its words when its key is gone, and is guarded anew', async () => {
    await app.quit();
    expect(existsSync(inWorkspace('key.json'))).toBe(true);
    rmSync(inWorkspace('key.json'));
    app = await startSteward({ keyFile: false, folder: app.folder });
    const { page } = app;
    const field = page.getByLabel('The twelve recovery words');
    await hasKeys(field);
    await page.keyboard.type(`${words.slice(0, 11).join(' ')} nonsense`);
    await page.getByRole('button', { name: 'Open with the words' }).click();
    await page.getByText('Word 12 is not in the list').waitFor();
    expect(await wrongWithScreen(app, '75-recovery-words-entered')).toEqual([]);
    await field.fill(words.join('\n').toUpperCase());
    await page.getByRole('button', { name: 'Open with the words' }).click();
    await choosePassphrase(page, another);
    await rowWith(page, subject).waitFor();
    expect(existsSync(inWorkspace('key.json'))).toBe(true);
  });

  it('goes on from a backup in another folder at a first start', async () => {
    const { folder } = app;
    await app.quit();
    app = await startSteward({ keyFile: false });
    const { page } = app;
    await choosePassphrase(page, another);
    await page.getByRole('heading', { name: 'I have a backup' }).waitFor();
    await answerFolder(app, join(folder, 'nothing-here'));
    const choose = page.getByRole('button', { name: 'Choose its folder …' });
    await choose.click();
    await page.getByText('There is no backup in that folder.').waitFor();
    await answerFolder(app, join(folder, 'backups'));
    await choose.click();
    await dialog().getByText('1 message, 1 conversation').waitFor();
    expect(await wrongWithScreen(app, '76-recovery-other')).toEqual([]);
    await dialog().getByLabel('The twelve recovery words').fill(words.join(' '));
    await dialog().getByRole('button', { name: 'Restore', exact: true }).click();
    // Its key came by the words, so nothing guards it here yet.
    await choosePassphrase(page, another);
    await rowWith(page, subject).waitFor();
  });
});
