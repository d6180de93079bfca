import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandLine } from '../support/command-line.ts';
import { letter } from '../support/mailbox-generator/letter.ts';
import { makeTempDirectory } from '../support/temp.ts';
import { axeViolations } from './support/axe.ts';
import { toRecovery } from './support/recovery.ts';
import { wrongWithScreen } from './support/screens.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

const laidDown = {
  managedBy: 'Example Ltd',
  contact: 'the IT desk, it@example.com',
  'channels.allowed': ['email', 'xmpp'],
  'accounts.offered': [{ channel: 'email', address: 'support@example.com', senderName: 'Example Support' }],
  'accounts.mailServers': [
    { domain: 'example.com', imapHost: 'imap.example.com', smtpHost: 'smtp.example.com' },
  ],
  'team.database': 'postgres://db.example.com:5433/steward',
  'notifications.preview': false,
  language: 'en',
  'updates.deferDays': 7,
  // Neither of these can be meant.
  remoteImages: 'neverr',
  'atachments.blocked': ['zip'],
};

describe('Steward on a machine with a policy, in which two things are wrong', () => {
  let app: StewardApp;
  const settings = async (tab: string): Promise<void> => {
    await app.page.getByRole('tab', { name: tab, exact: true }).click();
    await app.page.getByRole('tabpanel').getByRole('heading', { name: tab, level: 2 }).waitFor();
  };

  beforeAll(async () => {
    const folder = makeTempDirectory('app');
    const file = join(folder.path, 'policies.json');
    writeFileSync(file, JSON.stringify(laidDown, null, 2), { mode: 0o644 });
    app = await startSteward({ demo: true, folder: folder.path, env: { STEWARD_POLICY_FILE: file } });
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
  });

  it('says at once that the policy is wrong, whom to tell, and leads to what is wrong', async () => {
    const { page } = app;
    const banner = page.getByText('2 things in the policy of this computer cannot be understood.');
    await banner.waitFor({ timeout: 60_000 });
    await page.getByText('Please tell the IT desk, it@example.com.').waitFor();
    await page.getByRole('button', { name: 'See what is wrong' }).click();
    await page.getByRole('heading', { name: 'Managed', level: 2 }).waitFor();
    await page.getByText('It must be one of these: never, ask, sender.').waitFor();
    await page.getByText('There is no such key. Is attachments.blocked meant?').waitFor();
    await page.getByText(/^remoteImages in .*policies\.json, line \d+$/u).waitFor();
  });

  it('lists all that is in force, what is closed among it, by whose word, and that there is no telemetry', async () => {
    const { page } = app;
    await page.getByText('Managed by Example Ltd').first().waitFor();
    const section = page.getByRole('region', { name: 'In force' });
    await section.getByText('Pictures from the web', { exact: false }).first().waitFor();
    expect(await section.getByText('Cannot be read: the strictest holds').count()).toBe(2);
    await section.getByText('postgres://db.example.com:5433/steward').waitFor();
    await page.getByText('there is no telemetry').waitFor();
    expect(await wrongWithScreen(app, 'policy-managed')).toEqual([]);
  });

  it('shows what is laid down locked, with who manages it, where it is set otherwise', async () => {
    const { page } = app;
    await settings('General');
    const preview = page.getByRole('checkbox', { name: 'Show who wrote and the subject in notifications' });
    await expect.poll(() => preview.isDisabled(), { timeout: 15_000 }).toBe(true);
    expect(await preview.isChecked()).toBe(false);
    expect(await page.getByLabel('Language', { exact: true }).isDisabled()).toBe(true);
    expect(await page.getByText('Managed by Example Ltd').count()).toBe(2);
    expect(await axeViolations(page)).toEqual([]);
  });

  it('starts a team with the database of the organisation, and asks for the login alone', async () => {
    const { page } = app;
    await settings('Team');
    await page.getByRole('button', { name: 'Set up a team' }).click();
    const host = page.getByLabel('Host', { exact: true });
    await host.waitFor();
    expect([await host.inputValue(), await host.isDisabled()]).toEqual(['db.example.com', true]);
    const database = page.getByLabel('Database', { exact: true });
    expect([await database.inputValue(), await database.isDisabled()]).toEqual(['steward', true]);
    expect(await page.getByRole('radio').count()).toBe(0);
    expect(await axeViolations(page)).toEqual([]);
  });

  it('offers the allowed channels and the accounts of the organisation, with its servers locked', async () => {
    const { page } = app;
    await settings('Accounts');
    await page.getByRole('tabpanel').getByRole('button', { name: 'Connect an account' }).click();
    await page.getByRole('radio', { name: /^Email / }).waitFor();
    expect(await page.getByRole('radio').count()).toBe(2);
    await page.getByRole('region', { name: 'Offered by Example Ltd' }).getByRole('button').click();
    await expect
      .poll(() => page.getByLabel('Your email address').inputValue(), { timeout: 15_000 })
      .toBe('support@example.com');
    await page.getByRole('button', { name: 'Enter the servers by hand' }).click();
    const imap = page.getByLabel('Incoming mail (IMAP)');
    await imap.waitFor();
    expect(await imap.inputValue()).toBe('imap.example.com');
    expect(await imap.isDisabled()).toBe(true);
    await page.getByText('Managed by Example Ltd').waitFor();
    expect(await wrongWithScreen(app, 'policy-servers')).toEqual([]);
  });
});

/** As long as making a backup and reading it back takes on a busy machine. */
const backupMs = 150_000;
const dayMs = 24 * 3_600_000;

describe('a policy about backups, on a workspace whose owner had chosen otherwise', () => {
  let app: StewardApp;
  let env: Readonly<Record<string, string>>;
  let laid = '';
  let own = '';
  const backups = (): readonly string[] =>
    readdirSync(laid)
      .filter((name) => !name.endsWith('.partial'))
      .sort();

  beforeAll(async () => {
    const folder = makeTempDirectory('app');
    laid = join(folder.path, 'laid-down');
    own = join(folder.path, 'my-own');
    mkdirSync(laid);
    mkdirSync(own);
    const file = join(folder.path, 'policies.json');
    const policy = { managedBy: 'Example Ltd', 'backups.folder': laid, 'backups.keepDays': 7 };
    writeFileSync(file, JSON.stringify(policy), { mode: 0o644 });
    env = { STEWARD_POLICY_FILE: file };
    // The one place where a choice is kept: it says something else than the policy.
    mkdirSync(join(folder.path, 'workspace'), { mode: 0o700 });
    writeFileSync(join(folder.path, 'workspace', 'backups.json'), JSON.stringify({ folder: own }));
    const steward = new CommandLine({ STEWARD_KEY_FILE: join(folder.path, 'test.key') });
    await steward.ok(['key', 'new', join(folder.path, 'test.key')]);
    const mail = join(folder.path, 'mail.eml');
    const when = new Date(Date.UTC(2026, 4, 1));
    const people = { from: 'carol@customer.test', to: 'help@shop.test' };
    writeFileSync(mail, letter({ ...people, subject: 'Spokes', text: 'Two are bent.', date: when }));
    await steward.ok(['import', mail, '--workspace', join(folder.path, 'workspace')]);
    app = await startSteward({ folder: folder.path, env });
    await app.page.getByRole('button', { name: /^Settings/ }).waitFor();
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
  });

  it('shows both locked, with who manages them and nothing to change them by', async () => {
    const { page } = app;
    await toRecovery(page);
    const part = page.getByRole('region', { name: 'Backup folder' });
    await part.getByText(laid).waitFor();
    await part.getByText('Backups older than 7 days are removed, except the last good one.').waitFor();
    expect(await part.getByText('Managed by Example Ltd').count()).toBe(2);
    expect(await part.getByRole('button').count()).toBe(0);
    expect(await page.getByText(own).count()).toBe(0);
    expect(await wrongWithScreen(app, 'policy-backups')).toEqual([]);
  });

  it('holds from the window: backups go there, and none older than it allows is kept beside a newer one', async () => {
    await app.page.getByRole('button', { name: 'Back up now' }).click();
    await expect.poll(() => backups().length, { timeout: backupMs }).toBe(1);
    await app.page.getByRole('button', { name: 'Back up now' }).waitFor({ timeout: backupMs });
    const [first = ''] = backups();
    expect(readdirSync(own)).toEqual([]);
    expect(existsSync(join(app.folder, 'backups'))).toBe(false);
    // Ten days pass for it: without a policy it would be kept as one of four weeks.
    const note = join(laid, first, 'backup.json');
    const said = JSON.parse(readFileSync(note, 'utf8')) as { readonly at: number };
    writeFileSync(note, JSON.stringify({ ...said, at: said.at - 10 * dayMs }));
    await app.page.getByRole('button', { name: 'Back up now' }).click();
    await expect.poll(() => backups().includes(first), { timeout: backupMs }).toBe(false);
    await expect.poll(() => backups().length, { timeout: backupMs }).toBe(1);
    await app.page.getByRole('button', { name: 'Back up now' }).waitFor({ timeout: backupMs });
  });

  it('holds from the command line too', async () => {
    await app.quit();
    const steward = new CommandLine({ ...env, STEWARD_KEY_FILE: join(app.folder, 'test.key') });
    const here = ['--workspace', join(app.folder, 'workspace')];
    const before = backups();
    await steward.ok(['backups', 'now', ...here]);
    // Of one day the newest is kept.
    expect(backups()).toHaveLength(1);
    expect(backups()).not.toEqual(before);
    const listed = await steward.ok(['backups', 'list', ...here, '--json']);
    expect(listed.json()).toMatchObject({ folder: laid });
    expect(readdirSync(own)).toEqual([]);
    app = await startSteward({ folder: app.folder, env });
  });
});
