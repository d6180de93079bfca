import type { CDPSession } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMailServer, type MailServer } from '../support/mail-server/mail-server.ts';
import { letter } from '../support/mailbox-generator/letter.ts';
import { uniqueName } from '../support/temp.ts';
import { connectByHand, rowWith } from './support/desk.ts';
import { removeFolder, resize, startSteward, type StewardApp } from './support/steward-app.ts';

const owner = `${uniqueName('help')}@shop.test`;

/** How much processor time the page may spend on opening a conversation, in seconds, however odd its mail is. */
const mostSeconds = 2;

/** Seconds of processor time that the page's main thread has spent on its tasks; the wall clock would judge the whole machine. */
async function spent(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  const seconds = metrics.find(({ name }) => name === 'TaskDuration')?.value;
  if (seconds === undefined) throw new Error('the page does not tell its processor time');
  return seconds;
}

const word = 'w'.repeat(200_000);
const odd = [
  { subject: 'One word as text', text: word },
  { subject: 'One word as HTML', html: `<p>${word}</p><p>The end of it</p>` },
  { subject: 'A table in a table', html: `${'<table><tr><td>'.repeat(500)}Deep down` },
  { subject: 'Lines without end', text: 'On '.repeat(70_000) },
  { subject: 'A name without end', text: 'Short.', from: `${'Name '.repeat(2_000)} <long@odd.test>` },
];
const wide = (width: number): string =>
  `<table width="${width}" style="width:${width}px"><tr><td>Left</td><td align="right">Right edge</td></tr></table>`;

describe('mails that are made to be hard to show', () => {
  let server: MailServer;
  let app: StewardApp;
  let clock: CDPSession;

  beforeAll(async () => {
    server = await startMailServer({ smtp: 'scripted' });
    const letters = [
      ...odd,
      { subject: 'A newsletter', html: wide(540) },
      { subject: 'A spreadsheet', html: wide(2_400) },
    ].map((mail, index) => ({
      raw: letter({ from: `Odd ${index} <odd${index}@odd.test>`, to: owner, date: new Date(), ...mail }),
    }));
    server.seed(owner, 'INBOX', letters);
    app = await startSteward();
    const { page } = app;
    await page.getByRole('button', { name: 'Connect your mailbox' }).click();
    await connectByHand(page, server, owner);
    for (const _server of ['imap', 'smtp']) await page.getByRole('button', { name: /trust/i }).click();
    await page.getByRole('button', { name: 'Go to the inbox' }).click();
    for (const { subject } of odd) await rowWith(page, subject).waitFor();
    clock = await page.context().newCDPSession(page);
    await clock.send('Performance.enable', { timeDomain: 'threadTicks' });
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
    await server.stop();
  });

  it.each(odd)('$subject is open at once', async ({ subject, html }) => {
    const { page } = app;
    const before = await spent(clock);
    await rowWith(page, subject).click();
    await page.getByRole('heading', { level: 2, name: subject }).waitFor();
    const drawn =
      html === undefined
        ? page.locator('.message-words').last()
        : page.locator('.message-frame-document').last().contentFrame().locator('body > div');
    await drawn.waitFor();
    // Two frames later it is also painted.
    await page.evaluate(async () => {
      await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
    });
    const seconds = (await spent(clock)) - before;
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThan(mostSeconds);
  });

  it('a mail wider than its pane is drawn smaller, at its own size where there is room, and scrolls when it is far wider', async () => {
    const { page } = app;
    const edges = async (): Promise<{ right: number; width: number; zoom: number; wide: boolean }> =>
      page.evaluate(() => {
        const frame = document.querySelector<HTMLIFrameElement>('.message-frame-document')?.contentDocument;
        const cell = frame?.querySelector('td:last-child')?.getBoundingClientRect();
        const root = frame?.documentElement;
        return {
          right: cell?.right ?? -1,
          width: root?.clientWidth ?? 0,
          zoom: Number(frame?.body.style.zoom === '' ? 1 : frame?.body.style.zoom),
          wide: root?.hasAttribute('data-wide') ?? false,
        };
      });
    await resize(app.electron, { width: 900, height: 600 });
    await rowWith(page, 'A newsletter').click();
    await page.frameLocator('.message-frame-document').getByText('Right edge').waitFor();
    await expect.poll(async () => (await edges()).zoom).toBeLessThan(0.95);
    const small = await edges();
    expect(small.right).toBeLessThanOrEqual(small.width + 1);
    await resize(app.electron, { width: 1_500, height: 900 });
    await expect.poll(edges).toMatchObject({ wide: false, zoom: 1 });
    await rowWith(page, 'A spreadsheet').click();
    await page.frameLocator('.message-frame-document').getByText('Right edge').waitFor();
    await expect.poll(edges).toMatchObject({ wide: true, zoom: 0.6 });
  });
});
