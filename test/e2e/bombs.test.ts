import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type ElectronApplication } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileBombs, growingSvg, laughingSvg, pngOf } from '../support/file-bombs.ts';
import { startMailServer, type MailServer } from '../support/mail-server/mail-server.ts';
import { letter } from '../support/mailbox-generator/letter.ts';
import { makeTempDirectory, uniqueName } from '../support/temp.ts';
import { connectFirst, rowWith } from './support/desk.ts';
import { watchForHarm, type Harm } from './support/hostile-oracles.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

const owner = `${uniqueName('help')}@shop.test`;
/** Chromium itself draws none of twice that width; this one it does, in 576 MB. */
const field = pngOf(12_000, 12_000);
const small = pngOf(40, 30);
const base64 = (bytes: Buffer | string): string => Buffer.from(bytes).toString('base64');

/** The most that any process may take more than before, in MiB: one picture that is just allowed takes 160 once decoded. */
const mostMore = 256;

/** What each mail holds besides its words. */
const texts: readonly (readonly [subject: string, html: string])[] = [
  [
    'A picture that came along',
    '<img src="cid:field@bombs.test" alt="A field"><img src="cid:small@bombs.test">',
  ],
  ['A picture in the text', `<img src="data:image/png;base64,${base64(field)}" alt="A field">`],
  ['A drawing that laughs', `<img src="data:image/svg+xml;base64,${base64(laughingSvg)}" alt="Laughs">`],
  ['A drawing that grows', growingSvg],
  [
    'A font',
    `<style>@font-face { font-family: Bomb; src: url(data:font/ttf;base64,${base64(Buffer.alloc(1_000, 0xff))}) } p { font-family: Bomb }</style>`,
  ],
];

/** The most that each process has held so far, MiB, by its id. */
const peaksOf = async (electron: ElectronApplication): Promise<ReadonlyMap<number, number>> => {
  const pids = await electron.evaluate(({ app }) => app.getAppMetrics().map(({ pid }) => pid));
  return new Map(
    pids.map((pid) => {
      const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      return [pid, Number(kibibytes) / 1024];
    }),
  );
};

/** How much more a process took at most than it had before, MiB. */
const mostMoreOf = (before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): number =>
  Math.max(...[...after].map(([pid, peak]) => peak - (before.get(pid) ?? 0)));

describe('parts of a mail that blow up whoever looks into them, in the real application', () => {
  let server: MailServer;
  let app: StewardApp;
  let harm: Harm;
  const bombs = fileBombs();
  const downloads = makeTempDirectory('bombs');
  let before: ReadonlyMap<number, number>;

  beforeAll(async () => {
    mkdirSync(downloads.path, { recursive: true });
    server = await startMailServer({ smtp: 'scripted' });
    const now = Date.now();
    const mails = texts.map(([subject, html], index) =>
      letter({
        from: 'Bo Bomber <bo@bombs.test>',
        to: owner,
        subject,
        html: `<p>Words before it.</p>${html}<p>Words behind it.</p>`,
        files:
          index === 0
            ? [
                { name: 'field.png', type: 'image/png', content: field, contentId: 'field@bombs.test' },
                { name: 'small.png', type: 'image/png', content: small, contentId: 'small@bombs.test' },
              ]
            : [],
        date: new Date(now - index * 3 * 3_600_000),
      }),
    );
    const files = letter({
      from: 'Bo Bomber <bo@bombs.test>',
      to: owner,
      subject: 'Files of all kinds',
      text: 'Look into them.',
      files: bombs,
      date: new Date(now - 24 * 3_600_000),
    });
    server.seed(
      owner,
      'INBOX',
      [...mails, files].map((raw) => ({ raw })),
    );
    app = await startSteward();
    const { page } = app;
    await connectFirst(page, server, owner);
    await rowWith(page, 'Files of all kinds').waitFor();
    harm = await watchForHarm(app);
    before = await peaksOf(app.electron);
    await app.electron.evaluate(({ dialog }, folder) => {
      Reflect.set(dialog, 'showSaveDialog', (_window: unknown, { defaultPath }: { defaultPath: string }) =>
        Promise.resolve({ canceled: false, filePath: `${folder}/${defaultPath.split('/').at(-1) ?? ''}` }),
      );
    }, downloads.path);
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
    await server.stop();
    downloads.remove();
  });

  const frame = () => app.page.locator('.message-frame-document').last().contentFrame();

  it.each(texts)('%s: the words are there and the bomb is not drawn', async (subject) => {
    await rowWith(app.page, subject).click();
    await app.page.getByRole('heading', { level: 2, name: subject }).waitFor();
    await frame().getByText('Words before it.').waitFor();
    await frame().getByText('Words behind it.').waitFor();
    const sizes = () =>
      frame()
        .locator('img')
        .evaluateAll((images) => images.map((image) => (image as HTMLImageElement).naturalWidth));
    if (subject === 'A picture that came along') await expect.poll(sizes).toEqual([0, 40]);
    expect((await sizes()).filter((width) => width > 40)).toEqual([]);
    expect(await frame().locator('svg, use, font-face').count()).toBe(0);
  });

  it('files are listed and saved as they are, and nothing looks into them', async () => {
    const { page } = app;
    await rowWith(page, 'Files of all kinds').click();
    const line = (name: string) => page.locator('.attachment').filter({ hasText: name });
    const saved = (name: string): Buffer | null =>
      readdirSync(downloads.path).includes(name) ? readFileSync(join(downloads.path, name)) : null;
    for (const { name, content } of bombs) {
      await line(name).getByRole('button', { name: /^Save/ }).click();
      await expect.poll(() => saved(name)?.equals(content) ?? false).toBe(true);
    }
    expect(readdirSync(downloads.path).sort()).toEqual(bombs.map(({ name }) => name).sort());
    expect(await page.locator('.attachment img, .attachment iframe, .attachment object').count()).toBe(0);
  });

  it('an original that holds one is shown as text', async () => {
    const { page } = app;
    await rowWith(page, 'A drawing that laughs').click();
    await page.getByRole('button', { name: 'More', exact: false }).last().click();
    await page.getByRole('menuitem', { name: 'Show original' }).click();
    await expect
      .poll(() => page.locator('pre.original').innerText())
      .toContain('Subject: A drawing that laughs');
    await page.keyboard.press('Escape');
  });

  it('all of it took no process much memory, none was ended by it, and nothing ran or went anywhere', async () => {
    const after = await peaksOf(app.electron);
    expect([...before.keys()].filter((pid) => !after.has(pid))).toEqual([]);
    expect(mostMoreOf(before, after)).toBeLessThan(mostMore);
    expect(harm.ran).toEqual([]);
    expect(harm.went).toEqual([]);
  });
});

it('the same picture takes that much and more where nothing holds it, so that it would have been noticed', async () => {
  const folder = makeTempDirectory('unguarded');
  writeFileSync(join(folder.path, 'package.json'), JSON.stringify({ name: 'unguarded', main: 'main.js' }));
  writeFileSync(
    join(folder.path, 'main.js'),
    // It may hold the picture, and still asks for no word list.
    `const { app } = require('electron');
     app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
     app.on('window-all-closed', () => {});`,
  );
  writeFileSync(join(folder.path, 'page.html'), `<img src="data:image/png;base64,${base64(field)}">`);
  const electron = await _electron.launch({
    executablePath: process.env['STEWARD_ELECTRON'] ?? '',
    args: ['--no-sandbox', '--log-level=3', folder.path, `--user-data-dir=${folder.path}`],
  });
  try {
    const opened = electron.waitForEvent('window');
    await electron.evaluate(({ BrowserWindow }) => {
      void new BrowserWindow({ width: 1280, height: 800 }).loadURL('about:blank');
    });
    const page = await opened;
    await page.waitForLoadState();
    const before = await peaksOf(electron);
    // It may take the page down with it, which is harm enough; what it held is seen while it does.
    void page.goto(`file://${join(folder.path, 'page.html')}`).catch(() => undefined);
    await expect.poll(async () => mostMoreOf(before, await peaksOf(electron))).toBeGreaterThan(mostMore);
  } finally {
    await electron.close();
    folder.remove();
  }
});
