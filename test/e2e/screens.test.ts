import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMailServer, type MailServer } from '../support/mail-server/mail-server.ts';
import { uniqueName } from '../support/temp.ts';
import { connectByHand, rowWith } from './support/desk.ts';
import { picturesFolder, wrongWithScreen } from './support/screens.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

/** The pictures of the README are made again with STEWARD_UPDATE_SCREENSHOTS=1. */
const pictures = process.env['STEWARD_UPDATE_SCREENSHOTS'] === '1' ? 'docs/screenshots' : picturesFolder;

const passphrase = 'eleven quiet bicycles';

describe('the screens of a first start are whole, in both colours and at every size', () => {
  let server: MailServer;
  let app: StewardApp;
  const owner = `${uniqueName('help')}@shop.test`;

  beforeAll(async () => {
    server = await startMailServer({ smtp: 'postfix' });
    app = await startSteward({ keyFile: false });
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
    await server.stop();
  });

  it('choosing a passphrase, and one that is too short', async () => {
    const { page } = app;
    await page.getByRole('heading', { name: 'Choose a passphrase for your workspace' }).waitFor();
    await page.getByLabel('Passphrase', { exact: true }).fill('short');
    await page.getByRole('button', { name: 'Create the workspace' }).click();
    await page.getByText('This is shorter than').waitFor();
    expect(await wrongWithScreen(app, '01-passphrase')).toEqual([]);
  });

  it('the welcome', async () => {
    const { page } = app;
    await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
    await page.getByLabel('The same passphrase again').fill(passphrase);
    await page.getByRole('button', { name: 'Create the workspace' }).click();
    await page.getByRole('heading', { name: 'Welcome to Steward' }).waitFor();
    expect(await wrongWithScreen(app, '02-welcome')).toEqual([]);
  });

  it('the wizard asking for an address, and one that is none', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Connect your mailbox' }).click();
    await page.getByLabel('Your email address').fill('somebody');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('This is not a whole address yet').waitFor();
    expect(await wrongWithScreen(app, '03-wizard-address')).toEqual([]);
  });

  it('the servers by hand, and a certificate that nobody knows', async () => {
    const { page } = app;
    await connectByHand(page, { ...server, password: 'not this one' }, owner);
    await page.getByRole('button', { name: 'Trust this certificate and try again' }).waitFor();
    expect(await wrongWithScreen(app, '04-wizard-certificate')).toEqual([]);
  });

  it('a refused password', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Trust this certificate and try again' }).click();
    await page.getByText('The password was refused').waitFor();
    expect(await wrongWithScreen(app, '05-wizard-refused')).toEqual([]);
  });

  it('a mailbox that is connected, and its folders', async () => {
    const { page } = app;
    await page.getByLabel('Password', { exact: true }).fill(server.password);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByRole('button', { name: 'Trust this certificate and try again' }).click();
    await page.getByText(`${owner} is connected`).waitFor();
    await page.getByRole('checkbox').first().waitFor();
    expect(await wrongWithScreen(app, '06-wizard-connected')).toEqual([]);
  });

  it('an inbox without a single mail', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Go to the inbox' }).click();
    await page.getByText('The inbox is empty').waitFor();
    expect(await wrongWithScreen(app, '07-inbox-empty')).toEqual([]);
  });

  it('a workspace that is locked, and a passphrase that does not open it', async () => {
    const { folder } = app;
    expect(app.complaints).toEqual([]);
    await app.quit();
    app = await startSteward({ keyFile: false, folder });
    const { page } = app;
    await page.getByLabel('Passphrase', { exact: true }).fill('eleven quiet tricycles');
    await page.getByRole('button', { name: 'Unlock' }).click();
    await page.getByRole('alert').first().waitFor();
    expect(await wrongWithScreen(app, '08-unlock')).toEqual([]);
    expect(app.complaints).toEqual([]);
  });
});

type Screen = {
  readonly name: string;
  /** Goes there from wherever the window is and waits until it is drawn. */
  readonly go: (page: Page) => Promise<unknown>;
};

const queue =
  (name: string, shows: (page: Page) => Promise<unknown>) =>
  async (page: Page): Promise<unknown> => {
    await page
      .getByRole('navigation')
      .getByRole('button', { name: new RegExp(`^${name}( [0-9]+)?$`) })
      .click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    return shows(page);
  };
const rows = async (page: Page): Promise<void> => page.getByRole('option').first().waitFor();

const searched =
  (text: string, shows: string) =>
  async (page: Page): Promise<unknown> => {
    await page.getByRole('searchbox').fill(text);
    return page.getByText(shows).first().waitFor();
  };

const settingsTab =
  (name: string) =>
  async (page: Page): Promise<unknown> => {
    await page.keyboard.press('Control+,');
    await page.getByRole('tab', { name }).click();
    return page.getByRole('heading', { name, level: 2, exact: true }).first().waitFor();
  };

const screens: readonly Screen[] = [
  { name: 'my turn', go: rows },
  {
    name: 'the follow-ups',
    go: async (page) => {
      await page.keyboard.press('Control+2');
      await page.getByRole('group', { name: /^Came up/ }).waitFor();
    },
  },
  {
    name: 'a follow-up with its conversation',
    go: async (page) => {
      await rowWith(page, 'Ask the maker').click();
      await page.getByRole('article').first().waitFor();
    },
  },
  { name: 'unowned', go: queue('Unowned', rows) },
  {
    name: 'the team',
    go: async (page) => {
      await page.keyboard.press('Control+5');
      await page.getByRole('rowheader').first().waitFor();
    },
  },
  {
    name: 'somebody away',
    go: async (page) => {
      await page.getByRole('button', { name: 'Omar Aziz is away' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'the day',
    go: async (page) => {
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.keyboard.press('Control+k');
      await page.keyboard.type('close the day');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: /^Your day/ }).waitFor();
    },
  },
  { name: 'snoozed', go: queue('Snoozed', rows) },
  { name: 'the inbox', go: queue('Inbox', rows) },
  { name: 'waiting on them', go: queue('Waiting on them', rows) },
  { name: 'unread', go: queue('Unread', rows) },
  {
    name: 'drafts, of which there are none',
    go: queue('Drafts', async (page) => page.getByText('No drafts').waitFor()),
  },
  { name: 'done', go: queue('Done', rows) },
  { name: 'all', go: queue('All', rows) },
  {
    name: 'several conversations selected',
    go: async (page) => {
      await rowWith(page, 'Harriet Ngo').click({ modifiers: ['Control'] });
      await rowWith(page, 'Ines Alvarado').click({ modifiers: ['Control'] });
      await page.getByText('2 selected').waitFor();
    },
  },
  {
    name: 'an open conversation',
    go: async (page) => {
      await page.getByRole('button', { name: 'Clear the selection' }).click();
      await rowWith(page, 'Your bike is ready').click();
      await page.getByRole('article').first().waitFor();
    },
  },
  {
    name: 'the customer beside it',
    go: async (page) => {
      await page.keyboard.press('i');
      await page.getByRole('region', { name: 'Customer' }).getByText('Reached at').waitFor();
    },
  },
  {
    name: 'a new message',
    go: async (page) => {
      await page.keyboard.press('i');
      await page.keyboard.press('Control+n');
      await page.getByRole('textbox', { name: 'Message' }).waitFor();
    },
  },
  {
    name: 'a search with hits',
    go: async (page) => {
      await page.keyboard.press('Escape');
      await searched('saddle', 'saddle')(page);
      await rows(page);
    },
  },
  {
    name: 'a search with the best matches first',
    go: async (page) => {
      await page.getByRole('button', { name: 'Best match' }).click();
      await rows(page);
    },
  },
  { name: 'a search without hits', go: searched('zeppelin', 'Nothing found for “zeppelin”') },
  { name: 'a search that was understood in part', go: searched('order before:sometime', 'left out') },
  {
    name: 'the palette',
    go: async (page) => {
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').getByRole('option').first().waitFor();
    },
  },
  {
    name: 'the palette with conversations',
    go: async (page) => {
      await page.keyboard.type('bike');
      await page.getByRole('dialog').getByText('Conversations').waitFor();
    },
  },
  {
    name: 'all keys',
    go: async (page) => {
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Show all keys' }).click();
      await page.getByRole('dialog').getByRole('heading', { name: 'Keys' }).waitFor();
    },
  },
  {
    name: 'the accounts',
    go: async (page) => {
      await page.keyboard.press('Escape');
      await settingsTab('Accounts')(page);
    },
  },
  { name: 'the ways into a team', go: settingsTab('Team') },
  { name: 'the general settings', go: settingsTab('General') },
  { name: 'the targets', go: settingsTab('Targets and working hours') },
  { name: 'the texts', go: settingsTab('Texts') },
  { name: 'the suggestions about customers', go: settingsTab('Customers') },
  { name: 'the website chat', go: settingsTab('Website chat') },
  { name: 'the outbox', go: settingsTab('Outbox') },
  { name: 'the unreadable messages', go: settingsTab('Unreadable messages') },
  { name: 'about and safety', go: settingsTab('About and safety') },
];

describe('every screen of the sample workspace is whole, in both colours and at every size', () => {
  let app: StewardApp;

  beforeAll(async () => {
    app = await startSteward({ demo: true });
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
  });

  it.each(screens.map((screen, index) => ({ ...screen, index })))('$name', async ({ name, go, index }) => {
    await go(app.page);
    const file = `${String(index + 11)}-${name.replaceAll(/[^a-z]+/g, '-')}`;
    expect(await wrongWithScreen(app, file)).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('a mail with its picture in the inbox, %s', async (colorScheme) => {
    const { page } = app;
    await page.emulateMedia({ colorScheme });
    await queue('Inbox', rows)(page);
    await rowWith(page, 'Your bike is ready').click();
    const picture = page.locator('iframe').contentFrame().getByAltText('The front wheel');
    await picture.waitFor();
    await expect
      .poll(() => picture.evaluate((element) => element instanceof HTMLImageElement && element.naturalWidth))
      .toBeGreaterThan(0);
    await page.mouse.move(640, 5);
    await page.screenshot({ path: join(pictures, `inbox-${colorScheme}.png`) });
  });

  it('has nothing to complain about', () => {
    expect(app.complaints).toEqual([]);
  });
});
