import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandLine } from '#test/support/command-line.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { letter } from '#test/support/mailbox-generator/letter.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import type { TempDirectory } from '#test/support/temp.ts';

const agent = 'help@shop.test';
let server: MailServer;
let folder: TempDirectory;
let steward: CommandLine;
const path = (name: string): string => join(folder.path, name);
const here = (): readonly string[] => ['--workspace', path('workspace')];

const add = (): readonly string[] => [
  ...['account', 'add', agent, ...here(), '--imap-host', '127.0.0.1', '--smtp-host', '127.0.0.1'],
  ...['--imap-port', String(server.imap.port), '--imap-security', 'plain'],
  ...['--smtp-port', String(server.smtp.port), '--smtp-security', 'plain'],
];

beforeAll(async () => {
  server = await startMailServer();
  folder = makeTempDirectory('cli-refusals');
  steward = new CommandLine({ STEWARD_KEY_FILE: path('key'), STEWARD_PASSWORD: server.password });
  await steward.ok(['key', 'new', path('key')]);
  await steward.ok(add());
});

afterAll(async () => {
  await steward.stop();
  await server.stop();
  folder.remove();
});

describe('a command that cannot do what it was asked', () => {
  it('says that it was not understood, with exit code 2', async () => {
    for (const args of [
      [],
      ['nonsense'],
      ['list', '--nonsense'],
      ['show'],
      ['sync'],
      ['list', '--limit', 'x'],
      ['list', '--view', 'x'],
    ]) {
      const ran = await steward.run(args.includes('list') ? [...args, ...here()] : args);
      expect([args.join(' '), ran.code, ran.out]).toEqual([args.join(' '), 2, '']);
      expect(ran.err).toMatch(/^steward: /);
    }
  });

  it('says that the key is wrong, with exit code 3, and changes nothing', async () => {
    const other = new CommandLine({ STEWARD_KEY: 'ab'.repeat(32) });
    const ran = await other.run(['list', ...here()]);
    expect(ran.code).toBe(3);
    expect(ran.err).toContain('The key does not open the workspace');
    const told = await other.run(['list', ...here(), '--json']);
    expect(JSON.parse(told.err)).toMatchObject({ error: { kind: 'wrong-key', exit: 3 } });
    expect(told.out).toBe('');
    await steward.ok(['verify', ...here()]);
  });

  it('says what is missing where there is no key and nobody to ask, and what is no key at all', async () => {
    const nobody = await new CommandLine({}).run(['import', path('key'), '--workspace', path('fresh')]);
    expect(nobody.code).toBe(3);
    expect(nobody.err).toContain('--key-file');
    const bad = await new CommandLine({ STEWARD_KEY: 'zz-no-key' }).run(['list', ...here()]);
    expect(bad.code).toBe(3);
    expect(bad.err).toContain('64 hexadecimal digits');
    expect(bad.err).not.toContain('zz-no-key');
  });

  it('says that there is no workspace, with exit code 3, and makes none', async () => {
    const ran = await steward.run(['list', '--workspace', path('nowhere')]);
    expect(ran.code).toBe(3);
    expect(ran.err).toContain('There is no workspace');
    expect((await steward.run(['list', '--workspace', path('nowhere')])).code).toBe(3);
  });

  it('says that a password was refused, with exit code 4, without saying the password', async () => {
    const wrong = new CommandLine({ STEWARD_KEY_FILE: path('key'), STEWARD_PASSWORD: 'hunter2-wrong' });
    const ran = await wrong.run(add().map((arg) => (arg === agent ? 'other@shop.test' : arg)));
    expect(ran.code).toBe(4);
    expect(ran.err).toMatch(/password/i);
    expect(ran.out + ran.err).not.toContain('hunter2-wrong');
    const told = await wrong.run([
      ...add().map((arg) => (arg === agent ? 'other@shop.test' : arg)),
      '--json',
    ]);
    expect(JSON.parse(told.err)).toMatchObject({ error: { kind: 'password-refused', exit: 4 } });
  });

  it('says that a server cannot be reached, with exit code 4', async () => {
    const ran = await steward.run([
      ...['account', 'add', 'x@shop.test', ...here(), '--imap-host', '127.0.0.1', '--imap-port', '1'],
      ...['--imap-security', 'plain', '--smtp-port', '1', '--smtp-security', 'plain'],
    ]);
    expect(ran.code).toBe(4);
  });

  it('says that a conversation is not there, with exit code 5', async () => {
    for (const args of [
      ['show', 'nothing'],
      ['done', 'nothing'],
      ['reply', 'nothing', '--text', 'x'],
    ]) {
      const ran = await steward.run([...args, ...here()]);
      expect([args[0], ran.code]).toEqual([args[0], 5]);
    }
  });

  it('says that a file is no mail, and takes in nothing', async () => {
    writeFileSync(path('notes.txt'), 'no mail at all');
    const ran = await steward.run(['import', path('notes.txt'), ...here()]);
    expect(ran.code).toBe(1);
    expect(ran.err).toContain('neither an mbox, nor a mail, nor a maildir');
  });

  it('never writes over a file or a key', async () => {
    const before = readFileSync(path('key'), 'utf8');
    expect((await steward.run(['key', 'new', path('key')])).code).toBe(5);
    expect((await steward.run(['export', '--format', 'mbox', '--out', path('key'), ...here()])).code).toBe(5);
    expect(readFileSync(path('key'), 'utf8')).toBe(before);
  });
});

describe('standard output', () => {
  it('may be closed early without that being an error', async () => {
    const mails = Array.from({ length: 400 }, (_, index) =>
      letter({
        from: `c${String(index)}@customer.test`,
        subject: `Number ${String(index)}`,
        text: 'x'.repeat(3_000),
      }),
    );
    writeFileSync(
      path('many.mbox'),
      Buffer.concat(
        mails.flatMap((raw) => [
          Buffer.from('From a@b.test Mon Jan  5 10:00:00 2026\n'),
          raw,
          Buffer.from('\n'),
        ]),
      ),
    );
    await steward.ok(['import', path('many.mbox'), ...here()]);
    const script = `"$0" dist/main/cli.cjs export --format mbox --workspace "$1" | head -c 100 >/dev/null; echo "\${PIPESTATUS[0]}"`;
    const shell = spawn('bash', ['-c', script, process.execPath, path('workspace')], {
      env: { ...process.env, STEWARD_KEY_FILE: path('key') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    shell.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    await new Promise((resolve) => shell.once('close', resolve));
    expect(out.trim()).toBe('0');
  });

  it('holds nothing that a mail could command a terminal with', async () => {
    const hostile = letter({
      from: '"Mallory \u001b[31m" <mallory@customer.test>',
      subject: 'Title \u001b]0;owned\u0007',
      text: 'clear \u001b[2J screen',
    });
    writeFileSync(path('hostile.eml'), hostile);
    await steward.ok(['import', path('hostile.eml'), ...here()]);
    const found = await steward.ok(['search', 'from:mallory@customer.test', ...here()]);
    const id = found.out.split(' ')[0] ?? '';
    const seen = await steward.ok(['show', id, ...here()]);
    const listing = await steward.ok(['list', '--view', 'all', ...here()]);
    for (const sign of ['\u001b', '\u0007']) expect(found.out + seen.out + listing.out).not.toContain(sign);
  });
});
