import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import { axeViolations } from '#test/e2e/support/axe.ts';
import { startProsody } from '#test/support/prosody/prosody.ts';
import type { Prosody } from '#test/support/prosody/prosody.ts';
import { startChromium } from '#test/support/website-chat/chromium.ts';
import { converseFolder } from '#test/support/website-chat/converse.ts';
import { factsOf, messagesOf, newDesk, roomOf } from '#test/support/website-chat/desk.ts';
import type { Desk } from '#test/support/website-chat/desk.ts';
import { startShopSite } from '#test/support/website-chat/shop-site.ts';
import type { ShopSite } from '#test/support/website-chat/shop-site.ts';
import { visitorsHost } from '#test/support/website-chat/visitor.ts';

const chatFile = join(process.cwd(), 'dist', 'widget', 'steward-chat.js');

/** Issue 4 of the acceptance list; most sites load pictures that are larger. */
const mostBytes = 40_000;

let server: Prosody;
let browser: Browser;
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  [server, browser] = await Promise.all([startProsody({ visitors: true }), startChromium()]);
});

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

const chatOf = (desk: Desk) => ({
  url: server.websocket,
  host: visitorsHost,
  agent: desk.agent,
  title: 'Bikes & more',
  greeting: '',
  colour: '#0d7267',
  language: '',
});

async function shopOf(desk: Desk, more: Readonly<Record<string, string>> = {}): Promise<ShopSite> {
  const shop = await startShopSite(chatOf(desk), { chatFile, more });
  ends.push(() => shop.stop());
  return shop;
}

type Visit = {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly complaints: readonly string[];
};

async function visit(shop: ShopSite, options: Parameters<Browser['newContext']>[0] = {}): Promise<Visit> {
  const context = await browser.newContext({
    locale: 'en-GB',
    viewport: { width: 1_000, height: 720 },
    ...options,
  });
  ends.push(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(shop.url);
  return { page, context, complaints };
}

const open = (page: Page): Promise<void> => page.getByRole('button', { name: /^Open the chat/ }).click();

async function write(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Your message' }).fill(text);
  await page.keyboard.press('Enter');
}

const arrives = (desk: Desk, text: string): Promise<unknown> =>
  eventually(async () => (await messagesOf(desk)).some((message) => message.text === text), {
    message: `${text} arrives`,
    withinMs: 60_000,
  });

describe('the file that websites load', () => {
  it('is small, and asks for nothing from anywhere else', () => {
    const source = readFileSync(chatFile);
    expect(gzipSync(source, { level: 9 }).byteLength).toBeLessThan(mostBytes / 2);
    const addresses = [...source.toString('utf8').matchAll(/(?:https?|wss?):\/\/[\w.-]+/g)].map(
      ([found]) => found,
    );
    // Names of standards; nothing is ever fetched from them.
    expect(new Set(addresses)).toEqual(
      new Set(
        ['http://www.w3.org', 'http://etherx.jabber.org', 'http://jabber.org'].filter((one) =>
          addresses.includes(one),
        ),
      ),
    );
  });
});

describe('the chat on a page with a strict policy', () => {
  it('brings a question in and the answer back, and goes on after a reload', async () => {
    const desk = await newDesk(server, ends);
    const stop = await desk.listen();
    ends.push(stop);
    const shop = await shopOf(desk);
    const { page, context, complaints } = await visit(shop);
    await page.getByRole('button', { name: 'Open the chat' }).waitFor();
    expect(await desk.understood()).toEqual([]);
    await open(page);
    await page.getByText('We are here').waitFor();
    await write(page, 'Is the <b>red</b> one in stock? https://shop.test/red.');
    await arrives(desk, 'Is the <b>red</b> one in stock? https://shop.test/red.');
    const room = await roomOf(desk);
    expect(await factsOf(desk, 'visit')).toMatchObject([
      { facts: { page: shop.url, title: 'Bikes & more', language: 'en-GB' } },
    ]);
    const { id } = await desk.answer(room, 'It is: <script>alert(1)</script> http://shop.test/red');
    await page.getByText(/^It is: <script>alert\(1\)<\/script>/).waitFor();
    expect(await page.getByRole('link', { name: 'http://shop.test/red' }).getAttribute('rel')).toContain(
      'noopener',
    );
    await eventually(
      async () =>
        (await factsOf(desk, 'receipt')).some(
          ({ level, about }) => level === 'read' && 'clientId' in about && about.clientId === id,
        ),
      { message: 'it was read', withinMs: 60_000 },
    );
    await page.goto(`${shop.url}other`);
    await open(page);
    await page.getByText(/^It is: <script>alert\(1\)<\/script>/).waitFor();
    await write(page, 'I take it');
    await arrives(desk, 'I take it');
    expect(
      (await messagesOf(desk)).filter(({ direction }) => direction === 'in').map(({ thread }) => thread.room),
    ).toEqual([room, room]);
    expect(complaints).toEqual([]);
    expect(await context.cookies()).toEqual([]);
    expect(new Set(shop.asked)).toEqual(
      new Set([
        '/',
        '/other',
        '/shop.css',
        '/steward-chat.js',
        ...(shop.asked.includes('/favicon.ico') ? ['/favicon.ico'] : []),
      ]),
    );
  });

  it('shows what came while it was closed as a number, and says it to the screen reader', async () => {
    const desk = await newDesk(server, ends);
    const shop = await shopOf(desk);
    const { page } = await visit(shop);
    await open(page);
    await write(page, 'I wait');
    await arrives(desk, 'I wait');
    await page.keyboard.press('Escape');
    expect(
      await page.evaluate(
        () => document.querySelector('[data-steward-chat]')?.shadowRoot?.activeElement?.className,
      ),
    ).toBe('launcher');
    await desk.answer(await roomOf(desk), 'Here we are');
    await page.getByRole('button', { name: 'Open the chat, 1 new' }).waitFor();
    await page.getByRole('status').filter({ hasText: 'New message: Here we are' }).waitFor();
    await page.getByRole('button', { name: 'Open the chat, 1 new' }).click();
    await page.getByRole('button', { name: 'Close the chat' }).first().waitFor();
    await page.getByText('Here we are').last().waitFor();
  });

  it('is one talk in all windows of the site, over one line', async () => {
    const desk = await newDesk(server, ends);
    const shop = await shopOf(desk);
    const { page, context } = await visit(shop);
    await open(page);
    await write(page, 'From the first window');
    await arrives(desk, 'From the first window');
    const second = await context.newPage();
    await second.goto(shop.url);
    await open(second);
    await second.getByText('From the first window').waitFor();
    await write(second, 'From the second window');
    await arrives(desk, 'From the second window');
    await page.close();
    await write(second, 'The first one is closed');
    await arrives(desk, 'The first one is closed');
    await desk.answer(await roomOf(desk), 'I see');
    await second.getByText('I see').first().waitFor();
    expect(await messagesOf(desk)).toHaveLength(4);
  });

  it('asks for a mail address when nobody answers, and takes none that cannot be one', async () => {
    const desk = await newDesk(server, ends);
    const shop = await shopOf(desk, { lang: 'de', 'mail-after': '5' });
    const { page } = await visit(shop);
    await page.getByRole('button', { name: 'Chat öffnen' }).click();
    await page.getByRole('textbox', { name: 'Ihre Nachricht' }).fill('Ist jemand da?');
    await page.getByRole('button', { name: 'Senden' }).click();
    await arrives(desk, 'Ist jemand da?');
    const field = page.getByRole('textbox', { name: 'Ihre E-Mail-Adresse' });
    await field.fill('ana@nowhere');
    await page.getByRole('button', { name: 'Per E-Mail antworten' }).click();
    await page.getByText('Das sieht nicht wie eine E-Mail-Adresse aus.').waitFor();
    await field.fill('ana@example.org');
    await page.getByRole('button', { name: 'Per E-Mail antworten' }).click();
    await page.getByText('kommt unsere Antwort an ana@example.org').waitFor();
    await eventually(async () => (await factsOf(desk, 'contact')).length === 1, {
      message: 'the address',
      withinMs: 60_000,
    });
    expect(await factsOf(desk, 'contact')).toMatchObject([
      { address: 'ana@example.org', room: await roomOf(desk) },
    ]);
  });

  it('stays hidden until the page asks for it, and wears the page’s own words', async () => {
    const desk = await newDesk(server, ends);
    const shop = await shopOf(desk, { 'hide-until': 'asked' });
    const context = await browser.newContext();
    ends.push(() => context.close());
    await context.addInitScript('window.stewardChatWords = { title: "Ask Ana", open: "Ask us" }');
    const page = await context.newPage();
    await page.goto(shop.url);
    await page.waitForFunction('window.stewardChat !== undefined');
    expect(await page.getByRole('button').count()).toBe(0);
    await page.evaluate('window.stewardChat.show()');
    await page.getByRole('button', { name: 'Ask us' }).waitFor();
  });
});

describe('the chat for everybody', () => {
  const looks = [
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['mobile', { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true }],
  ] as const;

  it.each(looks)('has nothing that axe finds wrong (%s)', async (name, options) => {
    const desk = await newDesk(server, ends);
    const shop = await shopOf(desk, { 'mail-after': '3600' });
    const context = await browser.newContext({
      locale: 'en-GB',
      viewport: { width: 1_000, height: 720 },
      bypassCSP: true,
      ...options,
    });
    ends.push(() => context.close());
    const page = await context.newPage();
    await page.goto(shop.url);
    await open(page);
    await write(page, 'Hello, where is order 4711? It should have come on Tuesday.');
    await arrives(desk, 'Hello, where is order 4711? It should have come on Tuesday.');
    await desk.answer(
      await roomOf(desk),
      'Good morning! It left our shop yesterday: https://shop.test/track/4711',
    );
    await page.getByText('Good morning!').first().waitFor();
    await page.getByRole('button', { name: 'Get the answer by email' }).click();
    await page.getByRole('textbox', { name: 'Your email address' }).waitFor();
    const folder = process.env['STEWARD_PICTURES'];
    if (folder !== undefined) await page.screenshot({ path: join(folder, `chat-${name}.png`) });
    const found = await axeViolations(page);
    expect(found.filter((one) => !one.includes('href="/other"'))).toEqual([]);
    await page.getByRole('button', { name: 'Not now' }).click();
    if (folder !== undefined) await page.screenshot({ path: join(folder, `chat-${name}-talk.png`) });
    expect((await axeViolations(page)).filter((one) => !one.includes('href="/other"'))).toEqual([]);
  });

  it('keeps the keyboard inside where it covers the whole page', async () => {
    const desk = await newDesk(server, ends);
    const shop = await shopOf(desk);
    const { page } = await visit(shop, { viewport: { width: 390, height: 780 } });
    await open(page);
    for (let turn = 0; turn < 12; turn += 1) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.hasAttribute('data-steward-chat'))).toBe(true);
    }
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Open the chat' }).waitFor();
  });
});

describe('Converse.js as the visitor', () => {
  it('writes to the agent and gets the answer', async () => {
    const desk = await newDesk(server, ends);
    const stop = await desk.listen();
    ends.push(stop);
    const folder = await converseFolder();
    const chat = chatOf(desk);
    const start = `import converse from '/converse/converse.min.js';
converse.plugins.add('shop', {
  initialize() {
    const { api } = this._converse;
    api.listen.on('connected', async () => {
      await api.waitUntil('chatBoxesInitialized');
      await api.chats.open('${chat.agent}', {}, true);
    });
  },
});
converse.initialize({ authentication: 'anonymous', auto_login: true, jid: '${chat.host}', websocket_url: '${chat.url}',
  discover_connection_methods: false, view_mode: 'overlayed', allow_non_roster_messaging: true,
  assets_path: '/converse/', loglevel: 'error', whitelisted_plugins: ['shop'], blacklisted_plugins: ['converse-omemo'] });`;
    const head = `<link rel="stylesheet" href="/converse/converse.min.css"><script type="module">${start}</script>`;
    const policy = `default-src * data: blob: 'unsafe-inline' 'unsafe-eval' ws:`;
    const shop = await startShopSite(chat, {
      chatFile,
      folders: { converse: folder },
      pages: { '/converse-page': { head, policy } },
    });
    ends.push(() => shop.stop());
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1_000, height: 720 } });
    ends.push(() => context.close());
    const page = await context.newPage();
    await page.goto(`${shop.url}converse-page`);
    const field = page.locator('textarea.chat-textarea').first();
    await field.waitFor({ timeout: 60_000 });
    await field.fill('Hello from Converse');
    await field.press('Enter');
    await arrives(desk, 'Hello from Converse');
    const room = await roomOf(desk);
    expect(room.endsWith(`@${chat.host}`)).toBe(true);
    expect((await desk.answer(room, 'Hello from Steward')).result).toMatchObject({ kind: 'accepted' });
    await page.getByText('Hello from Steward').first().waitFor({ timeout: 60_000 });
  });
});
