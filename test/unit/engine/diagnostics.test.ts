import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { age, magnitude, sizeMagnitude } from '#main/engine/diagnostics/about-size.ts';
import { logLines } from '#main/engine/diagnostics/log-lines.ts';
import { providerClass } from '#main/engine/diagnostics/provider-class.ts';
import { openLog } from '#main/engine/log.ts';
import type { Policy } from '#shared/domain/policy/policy.ts';
import { startEngine } from '#test/support/engine.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { makeTempDirectory } from '#test/support/temp.ts';

/** Words that nobody but their owner may read; each would be found in any text that holds it. */
const canaries = {
  address: 'canary.person@canary-shop.example',
  subject: 'canary-subject',
  body: 'canary-body',
  password: 'canary-password',
  token: 'canary-token',
  host: 'imap.canary-host.example',
  file: 'canary-file.pdf',
  database: 'postgres://canary-user:canary-secret@db.canary-team.example/steward',
  folder: '/home/canary-user/Mail',
  customer: 'Canary Customer',
} as const;

const policy: Policy = {
  values: { remoteImages: 'ask', managedBy: 'Canary Corporation', contact: canaries.address },
  entries: (['remoteImages', 'managedBy', 'contact'] as const).map((key) => ({
    ...{ key, source: 'file', where: `${canaries.folder}/policies.json`, state: 'set' },
  })),
  problems: [
    {
      ...{ kind: 'unknown-key', source: 'file', where: `${canaries.folder}/policies.json`, line: 3 },
      ...{ path: 'remoteImages', said: canaries.token },
    },
  ],
};

const temp = makeTempDirectory('diagnostics');
let running: TestEngine;
let savePath: string | null;

/** An engine whose folder, accounts, messages, policies and log are full of canaries. */
beforeEach(async () => {
  const workspaceDir = join(temp.path, 'canary-user', 'workspace');
  mkdirSync(workspaceDir, { recursive: true });
  savePath = join(temp.path, 'diagnostics.json');
  running = await startEngine({
    workspaceDir,
    policy,
    traffic: 'off',
    answers: { savePath: () => savePath },
  });
  const workspace = running.engine.workspace();
  if (workspace === null) throw new Error('no workspace');
  await workspace.writer.run('account.add', {
    account: {
      ...{ kind: 'email', label: 'Canary label', address: canaries.address, senderName: canaries.customer },
      settings: { imapHost: canaries.host, smtpHost: canaries.host },
      secrets: { kind: 'password', user: canaries.address, password: canaries.password },
    },
    streams: [],
  });
  await workspace.writer.run('preferences.set', { change: { name: canaries.customer } });
  const { log } = workspace;
  for (const [what, canary] of Object.entries(canaries)) {
    log.fault('account', new Error(`could not do ${what}: ${canary} said no`));
    log.fault('account', Object.assign(new Error(`getaddrinfo ENOTFOUND ${canary}`), { code: 'ENOTFOUND' }));
    log.trouble('policy', { kind: 'unknown-key', where: canary, path: canary, said: canary });
  }
});

afterEach(async () => {
  await running.close();
  temp.remove();
});

const collected = async (check = false): Promise<string> =>
  (
    await running.ask('diagnostics.collect', {
      check,
      screen: { width: 1280, height: 800, scale: 1, theme: 'dark', reducedMotion: false },
    })
  ).text;

describe('diagnostics', () => {
  it('hold no canary, whatever it stands for, and so nothing of a person', async () => {
    const text = await collected(true);
    expect(text.match(/canary/giu)).toBeNull();
    for (const canary of Object.values(canaries)) expect(text).not.toContain(canary);
  });

  it('say what helps: versions, the state of each account, which policies are set, the last faults', async () => {
    const facts = JSON.parse(await collected()) as Record<string, unknown>;
    expect(facts).toMatchObject({
      versions: { steward: '0.0.0-test', node: process.versions.node },
      accounts: [{ channel: 'email', provider: 'other', health: 'new', lastContact: 'never' }],
      policies: [{ key: 'remoteImages' }, { key: 'managedBy' }, { key: 'contact' }],
      policyProblems: [{ kind: 'unknown-key', source: 'file' }],
      workspace: { kind: 'own', keyGuardedBy: 'os', counts: { messages: '0', members: '1 to 9' } },
      team: 'none',
      check: 'not asked for',
      screen: { theme: 'dark' },
    });
    const log = facts['log'] as readonly string[];
    expect(log.some((line) => line.includes('"code":"ENOTFOUND"'))).toBe(true);
    expect(log.some((line) => /diagnostics\.test\.ts:\d+/u.test(line))).toBe(true);
  });

  it('are checked with the workspace only where somebody asked for it', async () => {
    expect(JSON.parse(await collected(true))).toMatchObject({ check: { problems: {} } });
  });

  it('are saved as they were shown, where somebody says so', async () => {
    const text = await collected();
    expect(await running.ask('diagnostics.save', { text })).toEqual({
      kind: 'saved',
      name: 'diagnostics.json',
    });
    expect(readFileSync(savePath ?? '', 'utf8')).toBe(text);
    savePath = null;
    expect(await running.ask('diagnostics.save', { text })).toEqual({ kind: 'cancelled' });
    savePath = join(temp.path, 'nowhere', 'x.json');
    expect(await running.refusal('diagnostics.save', { text })).toBe('file-not-saved');
  });

  it('take nothing but its own words from a line of the log', () => {
    const file = join(temp.path, 'engine.log');
    writeFileSync(
      file,
      `${JSON.stringify({ at: '2026-01-15T12:00:00.000Z', what: 'send', free: 'canary', kind: 'a@b.example' })}\nno json, canary\n`,
    );
    expect(logLines(file)).toEqual(['{"at":"2026-01-15T12:00:00.000Z","what":"send"}']);
    expect(logLines(join(temp.path, 'absent.log'))).toEqual([]);
  });
});

describe('the log itself', () => {
  it('holds no address, server, folder or quotation of an error', () => {
    const file = join(temp.path, 'log', 'engine.log');
    const log = openLog(
      file,
      { now: () => 0, monotonic: () => 0 },
      { salt: new Uint8Array(16), references: () => 'r', level: 'all' },
    );
    for (const canary of [
      ...[canaries.address, canaries.host, canaries.file, canaries.folder, canaries.database],
      ...['C:\\Users\\canary\\x.db', '"canary"', 'db.canary-team.example:5432', '2001:db8:cafe::1'],
    ]) {
      log.fault('somewhere', new Error(`it failed at ${canary} today`));
    }
    expect(readFileSync(file, 'utf8')).not.toMatch(/canary|cafe/u);
    expect(readFileSync(file, 'utf8')).toContain('it failed at … today');
  });
});

describe('what is said of sizes and providers', () => {
  it('are orders of magnitude and well-known names', () => {
    expect([0, 7, 10, 999, 123_456].map(magnitude)).toEqual([
      ...['0', '1 to 9', '10 to 99', '100 to 999', '100000 to 999999'],
    ]);
    expect([0, 512, 20_000_000].map(sizeMagnitude)).toEqual([
      'nothing',
      '100 bytes or more',
      '10 MB or more',
    ]);
    expect([null, 0, -3_600_000 * 5].map((at) => age(at, 60_000))).toEqual([
      ...['never', 'under 5 minutes', 'under a day'],
    ]);
    expect(providerClass({ imapHost: 'imap.gmail.com' }, 'a@own.example')).toBe('Google');
    expect(providerClass({ server: 'https://api.telegram.org/x' }, '')).toBe('Telegram');
    expect(providerClass({ imapHost: 'notgmail.com' }, 'a@gmail.com.evil.example')).toBe('other');
  });
});
