import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { hostilePieces } from '../support/hostile-html.ts';
import { startMailServer, type MailServer } from '../support/mail-server/mail-server.ts';
import { makeTempDirectory, uniqueName } from '../support/temp.ts';
import { connectByHand, rowWith } from './support/desk.ts';
import { inBatches, seedBatches } from './support/hostile-mailbox.ts';
import {
  countInShell,
  readShellCount,
  watchForHarm,
  type Harm,
  type ShellCount,
} from './support/hostile-oracles.ts';
import { readNetLog, type NetworkUse } from './support/net-log.ts';
import { pokeFrames } from './support/poke.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';
import { showUnstopped, type Unstopped } from './support/unlocked-window.ts';

const owner = `${uniqueName('help')}@shop.test`;
const pieces = hostilePieces();
const batches = inBatches(pieces, 'Batch');

/** Opens a conversation of the list, scrolling to it as a person would. */
const openRow = async (page: Page, subject: string): Promise<void> => {
  const list = page.getByRole('listbox').first();
  const row = rowWith(page, subject).first();
  await eventually(
    async () => {
      if ((await row.count()) > 0) return true;
      await list.evaluate((element) => {
        let scroller: Element | null = element;
        while (scroller !== null && scroller.scrollHeight <= scroller.clientHeight + 1)
          scroller = scroller.parentElement;
        if (scroller === null) return;
        const end = scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 2;
        scroller.scrollTop = end ? 0 : scroller.scrollTop + scroller.clientHeight / 2;
      });
      return false;
    },
    { message: `${subject} is in the list`, withinMs: 20_000, everyMs: 60 },
  );
  await row.click();
  await page.getByRole('heading', { level: 2, name: subject }).waitFor();
};

/** Brings every mail of the open conversation near enough to be drawn; answers how many frames hold one. */
const drawAll = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    for (const place of document.querySelectorAll('.message-html')) {
      place.scrollIntoView({ block: 'center' });
      await new Promise(requestAnimationFrame);
    }
    return [...document.querySelectorAll<HTMLIFrameElement>('.message-frame-document')].filter(
      (frame) => frame.contentDocument?.body.firstElementChild != null,
    ).length;
  });

const showBatch = async (page: Page, subject: string, count: number): Promise<void> => {
  await openRow(page, subject);
  await eventually(async () => (await drawAll(page)) === count, {
    message: `all ${String(count)} mails of ${subject} are drawn`,
    withinMs: 20_000,
  });
  for (const button of await page.getByRole('button', { name: 'Show quoted text' }).all())
    await button.click();
};

describe('hostile mails, shown in the real message frame', () => {
  let server: MailServer;
  let app: StewardApp;
  let harm: Harm;
  let shell: ShellCount;
  let network: NetworkUse;
  const logs = makeTempDirectory('net-log');
  const log = join(logs.path, 'steward.json');
  let shown = 0;

  beforeAll(async () => {
    server = await startMailServer({ smtp: 'scripted' });
    seedBatches(server, owner, batches, new Date());
    app = await startSteward({ switches: [`--log-net-log=${log}`] });
    const { page } = app;
    await page.getByRole('button', { name: 'Connect your mailbox' }).click();
    await connectByHand(page, server, owner);
    for (const _server of ['imap', 'smtp']) await page.getByRole('button', { name: /trust/i }).click();
    await page.getByRole('button', { name: 'Go to the inbox' }).click();
    await page.getByRole('option').first().waitFor();
    harm = await watchForHarm(app);
    await countInShell(app);
  });
  afterAll(async () => {
    await server.stop();
    removeFolder(app);
    logs.remove();
  });

  it('draws every one of them', async () => {
    for (const { subject, pieces: within } of batches) {
      await showBatch(app.page, subject, within.length);
      await pokeFrames(app.page);
      shown += within.length;
    }
    expect(shown).toBe(pieces.length);
    expect(shown).toBeGreaterThan(1_500);
    shell = await readShellCount(app);
    await app.quit();
    network = readNetLog(log);
    console.log(JSON.stringify({ harm, shell, network }, null, 1).slice(0, 4000));
  }, 300_000);

  it('runs nothing of them', () => {
    expect(harm.ran).toEqual([]);
    expect(harm.forbidden).toEqual([]);
  });
  it('opens no window, goes nowhere and downloads nothing', () => {
    expect(harm.went).toEqual([]);
    expect(shell).toEqual({ windows: 1, created: [], downloads: [], cancelled: [], navigations: [] });
  });
  it('looks up no name, opens no socket and asks for nothing', () => {
    expect(network.entries).toBeGreaterThan(100);
    expect(network.requests).toEqual([]);
    expect(network.names).toEqual([]);
    expect(network.sockets).toBe(0);
  });
});

describe('the same mails where nothing stops them', () => {
  let unstopped: Unstopped;
  beforeAll(async () => {
    unstopped = await showUnstopped(pieces);
    console.log(
      unstopped.ran,
      unstopped.requests.size,
      unstopped.connections,
      unstopped.network.requests.length,
      unstopped.network.names.length,
      unstopped.network.sockets,
    );
  }, 120_000);

  it('run, so that what is counted above can be counted', () => {
    expect(unstopped.ran).toBeGreaterThan(100);
  });
  it('reach the network, at the listener and in the log', () => {
    expect(unstopped.requests.size).toBeGreaterThan(60);
    expect(unstopped.network.requests.length).toBeGreaterThan(60);
    expect(unstopped.network.sockets).toBeGreaterThan(10);
  });
});
