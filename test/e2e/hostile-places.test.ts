import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostilePieces } from '../support/hostile-html.ts';
import { redressPieces } from '../support/hostile-html/redress.ts';
import { startMailServer, type MailServer } from '../support/mail-server/mail-server.ts';
import { letter } from '../support/mailbox-generator/letter.ts';
import { uniqueName } from '../support/temp.ts';
import { connectByHand, rowWith } from './support/desk.ts';
import { drawnOutside } from './support/drawn-outside.ts';
import { showBatch } from './support/hostile-conversation.ts';
import { inBatches, seedBatches } from './support/hostile-mailbox.ts';
import { canaryCalls, watchForHarm, type Harm } from './support/hostile-oracles.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

const owner = `${uniqueName('help')}@shop.test`;
const attack = '<img src=x onerror=stewardCanary()>';
const loopback = (port: number): readonly string[] => [
  `http://127.0.0.1:${port}/dotted.png`,
  `http://localhost:${port}/named.png`,
  `http://2130706433:${port}/number.png`,
  `http://0x7f.1:${port}/hexadecimal.png`,
  `http://[::ffff:127.0.0.1]:${port}/mapped.png`,
];

/** Runs in the page: pastes each into the editor and answers what an agent could not have written. */
const pasteAll = (editor: Element, pieces: readonly string[]): readonly string[] => {
  const allowed =
    'p,br,strong,b,em,i,u,s,code,pre,blockquote,ul,ol,li,a,img.ProseMirror-separator,img.rich-text-picture';
  const bad = new Set<string>();
  for (const html of pieces) {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/html', html);
    editor.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    for (const element of editor.querySelectorAll('*')) {
      if (!element.matches(allowed)) bad.add(element.outerHTML.slice(0, 200));
      for (const { name, value } of element.attributes) {
        const foreign = name === 'src' && !value.startsWith('blob:');
        if (name.startsWith('on') || foreign || /^\s*(javascript|data|vbscript):/i.test(value))
          bad.add(`${element.tagName} ${name}=${value.slice(0, 100)}`);
      }
    }
  }
  return [...bad];
};

describe('hostile words in every other place of the window', () => {
  let server: MailServer;
  let app: StewardApp;
  let harm: Harm;
  let listener: Server;
  let connections = 0;
  const redress = inBatches(redressPieces(), 8, 'Redress');

  beforeAll(async () => {
    listener = createServer((_request, response) => response.end());
    listener.on('connection', () => {
      connections += 1;
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const pictures = loopback((listener.address() as AddressInfo).port);
    server = await startMailServer({ smtp: 'scripted' });
    seedBatches(server, owner, redress);
    const words = letter({
      from: `${attack} <mallory@words.test>`,
      to: owner,
      subject: `Words ${attack}`,
      text: `Text ${attack} <script>stewardCanary()</script>`,
      files: [{ name: `${attack}.txt`, type: 'text/plain', content: 'x' }],
      date: new Date(),
    });
    const remote = letter({
      from: 'Peter Pixel <peter@pictures.test>',
      to: owner,
      subject: 'Pictures from this very machine',
      html: `<p>Look:</p>${pictures.map((at) => `<img src="${at}" width="40" height="40">`).join('')}`,
      date: new Date(),
    });
    server.seed(owner, 'INBOX', [{ raw: words }, { raw: remote }]);
    app = await startSteward();
    const { page } = app;
    await page.getByRole('button', { name: 'Connect your mailbox' }).click();
    await connectByHand(page, server, owner);
    for (const _server of ['imap', 'smtp']) await page.getByRole('button', { name: /trust/i }).click();
    await page.getByRole('button', { name: 'Go to the inbox' }).click();
    await rowWith(page, 'Words').waitFor();
    harm = await watchForHarm(app);
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
    await server.stop();
    await new Promise((resolve) => listener.close(resolve));
  });

  it('are text in the list, in the conversation, in the name of a file and in the search', async () => {
    const { page } = app;
    const row = rowWith(page, 'Words');
    expect(await row.innerText()).toContain(`Words ${attack}`);
    expect(await row.innerText()).toContain(`Text ${attack}`);
    await row.click();
    const message = page.getByRole('article').last();
    await message.getByText(`Text ${attack}`).first().waitFor();
    await message
      .getByText(/onerror=stewardCanary\(\)>?\.txt|stewardCanary.*\.txt/)
      .first()
      .waitFor();
    await page.getByRole('heading', { level: 2, name: `Words ${attack}` }).waitFor();
    await page.keyboard.press('/');
    await page.getByRole('searchbox').fill('onerror');
    await rowWith(page, 'Words').first().waitFor();
    expect(await rowWith(page, 'Words').first().innerText()).toContain(attack);
    expect(await page.locator('img[src="x"], [onerror], [onload]').count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    expect(harm.ran).toEqual([]);
    expect(await canaryCalls(app.page)).toBe(0);
  });

  it('lose all but plain formatting when they are pasted into an answer', async () => {
    const { page } = app;
    await rowWith(page, 'Words').click();
    await page.keyboard.press('r');
    const area = page.getByRole('textbox', { name: 'Message' });
    await area.click();
    // A third of them, taken evenly from every family.
    const pieces = hostilePieces().filter((_, place) => place % 3 === 0);
    const kept: string[] = [];
    for (let start = 0; start < pieces.length; start += 40) {
      const some = pieces.slice(start, start + 40).map(({ html }) => html);
      kept.push(...(await area.evaluate(pasteAll, some)));
      await page.keyboard.press('Control+a');
      await page.keyboard.press('Delete');
    }
    expect(kept).toEqual([]);
    expect(harm.ran).toEqual([]);
    expect(await canaryCalls(app.page)).toBe(0);
    await page.keyboard.press('Escape');
  });

  it('draw nothing outside the message', async () => {
    const { page } = app;
    let looked = 0;
    for (const batch of redress) {
      await showBatch(page, batch);
      const scroller = page.locator('.timeline-scroll');
      const { height, view } = await scroller.evaluate((element) => {
        element.scrollTop = 0;
        return { height: element.scrollHeight, view: element.clientHeight };
      });
      const steps = Math.min(12, Math.ceil(height / view));
      for (let step = 0; step < steps; step += 1) {
        await scroller.evaluate(
          (element, top) => {
            element.scrollTop = top;
          },
          (step * height) / steps,
        );
        expect(await drawnOutside(app)).toEqual([]);
        looked += 1;
      }
      const wider = await page.locator('.message-frame-document').evaluateAll(
        (frames) =>
          frames.filter((frame) => {
            const outer = frame.parentElement?.getBoundingClientRect();
            const inner = frame.getBoundingClientRect();
            return (
              outer === undefined ||
              inner.left < outer.left ||
              inner.right > outer.right ||
              inner.height > 20_000
            );
          }).length,
      );
      expect(wider).toBe(0);
    }
    expect(looked).toBeGreaterThan(10);
    // Every one of them: which is in view is the timeline's to say, and it may move while frames are measured.
    await page.locator('.message-frame-document').evaluateAll((frames) => {
      // As far as the pane that scrolls: without its edge the frames could be anywhere.
      const isPane = (box: Element): boolean => box.classList.contains('timeline-scroll');
      for (const frame of frames) {
        if (!(frame instanceof HTMLElement)) continue;
        frame.style.outline = '9px solid red';
        frame.style.outlineOffset = '2px';
        for (let box = frame.parentElement; box !== null && !isPane(box); box = box.parentElement)
          box.style.overflow = 'visible';
      }
    });
    expect(await drawnOutside(app), 'a frame drawn over its edge is noticed').not.toEqual([]);
  });

  it('bring no picture from this machine or its network, shown or not, and none by itself after a restart', async () => {
    const subject = 'Pictures from this very machine';
    await rowWith(app.page, subject).click();
    await app.page.getByText('5 pictures are held back').waitFor();
    expect(connections).toBe(0);
    await app.page.getByRole('button', { name: 'Show', exact: true }).click();
    await app.page.getByText('5 pictures could not be fetched').waitFor();
    expect(connections).toBe(0);
    await app.quit();
    app = await startSteward({ folder: app.folder });
    await rowWith(app.page, subject).click();
    await app.page.getByText('5 pictures are held back').waitFor();
    expect(connections).toBe(0);
  });
});
