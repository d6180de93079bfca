import { mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMailServer, type MailServer } from '../support/mail-server/mail-server.ts';
import { letter } from '../support/mailbox-generator/letter.ts';
import { makeTempDirectory, uniqueName } from '../support/temp.ts';
import { connectFirst, rowWith } from './support/desk.ts';
import { watchForHarm, type Harm } from './support/hostile-oracles.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

const owner = `${uniqueName('help')}@shop.test`;
const canary = '<script>stewardCanary()</script>';
const zipWords = 'PK\u0003\u0004 the words in the archive';

/** What a mail calls its file, what it is saved as, and whether it can be opened. */
const files: readonly (readonly [name: string, saved: string, opens: boolean])[] = [
  ['../../../../escaped.txt', 'escaped.txt', true],
  ['..\\..\\backwards.txt', 'backwards.txt', true],
  ['/etc/absolute.txt', 'absolute.txt', true],
  ['C:\\Windows\\drive.txt', 'drive.txt', true],
  ['CON.txt', '_CON.txt', true],
  ['aux.pdf', '_aux.pdf', true],
  ['invoice.pdf.exe', 'invoice.pdf.exe', false],
  ['invoice\u202efdp.exe', 'invoicefdp.exe', false],
  ['.bashrc', 'bashrc', false],
  ['page.html', 'page.html', false],
  ['picture.svg', 'picture.svg', false],
  ['start.desktop', 'start.desktop', false],
  ['linked.txt', 'linked.txt', true],
];

describe('files of a hostile mail, in the real application', () => {
  let server: MailServer;
  let app: StewardApp;
  let harm: Harm;
  const place = makeTempDirectory('files');
  const downloads = join(place.path, 'downloads');
  const secret = join(place.path, 'secret.txt');
  const below = (folder: string): readonly string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .sort();
  /** What the shell was asked: names offered for saving, and paths handed to the system. */
  const asked = (): Promise<{ readonly offered: readonly string[]; readonly opened: readonly string[] }> =>
    app.electron.evaluate(() => Reflect.get(globalThis, 'stewardAsked') as never);

  beforeAll(async () => {
    mkdirSync(downloads);
    writeFileSync(secret, 'must stay');
    symlinkSync(secret, join(downloads, 'linked.txt'));
    server = await startMailServer({ smtp: 'scripted' });
    const hostile = letter({
      from: 'Mallory Finch <mallory@files.test>',
      to: owner,
      subject: 'Many files',
      text: 'See what I have for you.',
      files: files.map(([name]) => ({
        name,
        type: 'application/octet-stream',
        content: `${name} ${canary}`,
      })),
      date: new Date(),
    });
    const packed = letter({
      from: 'Peter Packer <peter@files.test>',
      to: owner,
      subject: 'One archive',
      text: 'All is in it.',
      files: [{ name: 'all.zip', type: 'application/zip', content: zipWords }],
      date: new Date(),
    });
    server.seed(owner, 'INBOX', [{ raw: packed }, { raw: hostile }]);
    const policy = join(place.path, 'policies.json');
    writeFileSync(policy, JSON.stringify({ managedBy: 'Example Ltd', 'attachments.blocked': ['zip'] }));
    app = await startSteward({ env: { STEWARD_POLICY_FILE: policy } });
    const { page } = app;
    await connectFirst(page, server, owner);
    await rowWith(page, 'Many files').waitFor();
    harm = await watchForHarm(app);
    // The person at the dialog takes the name that is offered, in their own folder; the system opens nothing here.
    await app.electron.evaluate(({ dialog, shell }, folder) => {
      const record = { offered: [] as string[], opened: [] as string[] };
      Reflect.set(globalThis, 'stewardAsked', record);
      Reflect.set(dialog, 'showSaveDialog', (_window: unknown, { defaultPath }: { defaultPath: string }) => {
        record.offered.push(defaultPath);
        const name = defaultPath.split('/').at(-1) ?? '';
        return Promise.resolve({ canceled: false, filePath: `${folder}/${name}` });
      });
      Reflect.set(shell, 'openPath', (path: string) => {
        record.opened.push(path);
        return Promise.resolve('');
      });
    }, downloads);
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
    await server.stop();
    place.remove();
  });

  const line = (saved: string) => app.page.locator('.attachment').filter({ hasText: saved });

  it('are saved in the chosen folder alone, each under a name that is what the system will go by', async () => {
    await rowWith(app.page, 'Many files').click();
    await app.page
      .locator('.attachment')
      .nth(files.length - 1)
      .waitFor();
    // A link lies where one of them goes: it is there before anything is saved, and what it leads to says something else.
    const contentOf = (saved: string): string | null =>
      below(downloads).includes(saved) ? readFileSync(join(downloads, saved), 'utf8') : null;
    for (const [name, saved] of files) {
      await line(saved).getByRole('button', { name: /^Save/ }).click();
      await expect.poll(() => contentOf(saved)).toBe(`${name} ${canary}`);
    }
    await expect.poll(async () => (await asked()).offered.length).toBe(files.length);
    expect(below(downloads)).toEqual(files.map(([, saved]) => saved).sort());
    expect(below(place.path).filter((path) => !path.startsWith('downloads/'))).toEqual([
      'policies.json',
      'secret.txt',
    ]);
    for (const [name, saved] of files)
      expect(readFileSync(join(downloads, saved), 'utf8')).toBe(`${name} ${canary}`);
  });

  it('do not go through a link that lies where one is saved', () => {
    expect(readFileSync(secret, 'utf8')).toBe('must stay');
    expect(statSync(join(downloads, 'linked.txt')).isFile()).toBe(true);
  });

  it('are opened outside of the application, and not where that would run something', async () => {
    for (const [, saved, opens] of files) {
      const button = line(saved).getByRole('button', { name: /^Open/ });
      expect(await button.count(), saved).toBe(opens ? 1 : 0);
      if (opens) await button.click();
    }
    const wanted = files.filter(([, , opens]) => opens).map(([, saved]) => saved);
    await expect.poll(async () => (await asked()).opened.length).toBe(wanted.length);
    const opened = (await asked()).opened.map((path) => path.split('/').at(-1));
    expect([...opened].sort()).toEqual([...wanted].sort());
    expect(harm.ran).toEqual([]);
    expect(harm.went).toEqual([]);
  });

  it('of a blocked type leave in no way: not opened, not saved, not as the original of their message', async () => {
    const { page } = app;
    await rowWith(page, 'One archive').click();
    await line('all.zip').getByRole('button', { name: /^Save/ }).click();
    await page.getByText('Example Ltd does not let files like “all.zip”').first().waitFor();
    await page.getByRole('button', { name: 'More', exact: false }).last().click();
    await page.getByRole('menuitem', { name: 'Show original' }).click();
    await page.getByText('Only the header is shown').waitFor();
    const shown = await page.locator('pre.original').innerText();
    expect(shown).toContain('Subject: One archive');
    expect(shown).not.toContain(Buffer.from(zipWords).toString('base64').slice(0, 12));
    expect(below(downloads)).not.toContain('all.zip');
  });
});
