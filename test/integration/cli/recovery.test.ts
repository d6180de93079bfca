import { spawn } from 'node:child_process';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workspaceFiles } from '#main/engine/workspace-files.ts';
import { CommandLine } from '#test/support/command-line.ts';
import { letter } from '#test/support/mailbox-generator/letter.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import type { TempDirectory } from '#test/support/temp.ts';

const passphrase = 'seven patient lanterns';
let folder: TempDirectory;
let steward: CommandLine;
let nobody: CommandLine;
let words = '';
let kept = '';
const path = (...names: readonly string[]): string => join(folder.path, ...names);
const at = (name: string): readonly string[] => ['--workspace', path(name)];
const here = (): readonly string[] => at('workspace');

type Told = { readonly error: { readonly kind: string; readonly exit: number; readonly words: string } };
const told = (err: string): Told => JSON.parse(err) as Told;

/** Runs a command in a terminal of its own, at which somebody types these lines; standard input is a file. */
const atTerminal = async (
  args: readonly string[],
  input: string,
  typed: readonly string[],
): Promise<{ readonly code: number | null; readonly screen: string }> => {
  writeFileSync(path('input'), input, { mode: 0o600 });
  const command = [process.execPath, join('dist', 'main', 'cli.cjs'), ...args].map((word) => `'${word}'`);
  const child = spawn('script', ['-qefc', `${command.join(' ')} < '${path('input')}'`, '/dev/null'], {
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', TZ: 'UTC', SHELL: '/bin/sh' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let screen = '';
  let answered = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    // Each question is answered when it stands there: what is typed before belongs to nobody.
    const questions = screen.split(/(?:workspace|more): /u).length - 1;
    for (; answered < Math.min(questions, typed.length); answered += 1)
      child.stdin.write(`${typed[answered] ?? ''}\r`);
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, screen };
};

beforeAll(async () => {
  folder = makeTempDirectory('cli-recovery');
  steward = new CommandLine({ STEWARD_KEY_FILE: path('key') });
  nobody = new CommandLine({});
  await steward.ok(['key', 'new', path('key')]);
  mkdirSync(path('mails'));
  for (const n of [1, 2, 3]) {
    const raw = letter({
      from: 'Carol Reyes <carol@customer.test>',
      to: 'help@shop.test',
      subject: `Question ${String(n)}`,
      text: 'Where is my parcel?',
      date: new Date(Date.UTC(2026, 4, n)),
    });
    writeFileSync(path('mails', `${String(n)}.eml`), raw);
  }
  await steward.ok(['import', path('mails'), ...here()]);
});

afterAll(async () => {
  await steward.stop();
  folder.remove();
});

describe('steward backups', () => {
  it('says that there is none yet, and where they go', async () => {
    const none = await steward.ok(['backups', 'list', ...here()]);
    expect(none.out).toContain(`There is no backup in ${path('backups')} yet.`);
    expect((await steward.ok(['backups', 'list', ...here(), '--json'])).json()).toEqual({
      folder: path('backups'),
      backups: [],
    });
  });

  it('makes one, lists it and reads it from end to end', async () => {
    const shown = await steward.ok(['recovery', 'words', ...here(), '--json']);
    words = (shown.json() as { readonly words: readonly string[] }).words.join(' ');
    expect(words.split(' ')).toHaveLength(12);
    const made = await steward.ok(['backups', 'now', ...here(), '--json']);
    kept = (made.json() as { readonly backup: { readonly id: string } }).backup.id;
    expect(readdirSync(path('backups'))).toEqual([kept]);
    const listed = await steward.ok(['backups', 'list', ...here()]);
    expect(listed.out).toMatch(new RegExp(`^${kept} +\\S+Z +3 +\\d+ +good$`, 'mu'));
    const good = await steward.ok(['backups', 'verify', kept, ...here()]);
    expect(good.out).toContain('every page is as it was written: 3 messages.');
    // Of one day the newest is kept.
    const again = await steward.ok(['backups', 'now', ...here()]);
    kept = /^Made and read from end to end: (\S+)$/mu.exec(again.out)?.[1] ?? '';
    expect(readdirSync(path('backups'))).toEqual([kept]);
  });

  it('refuses one that is not there with exit code 5, also where the name leads elsewhere', async () => {
    for (const id of ['20200101000000000-00000000', '../workspace', path('backups', kept)]) {
      const ran = await steward.run(['backups', 'verify', id, ...here(), '--json']);
      expect([id, ran.code, ran.out]).toEqual([id, 5, '']);
      expect(told(ran.err).error).toMatchObject({ kind: 'backup-gone', exit: 5 });
    }
  });

  it('says that one is damaged with exit code 1, and lists it as such from then on', async () => {
    const bad = '20260101000000000-00000000';
    cpSync(path('backups', kept), path('backups', bad), { recursive: true });
    const file = openSync(path('backups', bad, workspaceFiles.database), 'r+');
    writeSync(file, Buffer.alloc(64, 7), 0, 64, 5 * 4_096 + 1_000);
    closeSync(file);
    const ran = await steward.run(['backups', 'verify', bad, ...here()]);
    expect([ran.code, ran.out]).toEqual([1, '']);
    expect(ran.err).toContain('It cannot be used: it is damaged.');
    const listed = await steward.ok(['backups', 'list', ...here()]);
    expect(listed.out).toMatch(new RegExp(`^${bad} .+ damaged$`, 'mu'));
  });

  it('says with exit code 1 that nothing can be written where backups go, and keeps what is there', async () => {
    const before = readdirSync(path('backups'));
    writeFileSync(path('workspace', 'backups.json'), JSON.stringify({ folder: path('unplugged') }));
    const ran = await steward.run(['backups', 'now', ...here(), '--json']);
    expect([ran.code, ran.out]).toEqual([1, '']);
    expect(told(ran.err).error).toMatchObject({ kind: 'not-there', exit: 1 });
    expect(existsSync(path('unplugged'))).toBe(false);
    writeFileSync(path('workspace', 'backups.json'), JSON.stringify({ folder: null }));
    expect(readdirSync(path('backups'))).toEqual(before);
  });

  it('asks for the key of the workspace, and says with exit code 3 that another one does not open it', async () => {
    const other = new CommandLine({ STEWARD_KEY: 'ab'.repeat(32) });
    for (const args of [
      ['backups', 'list'],
      ['backups', 'now'],
      ['backups', 'verify', kept],
      ['recovery', 'words'],
    ]) {
      const ran = await other.run([...args, ...here(), '--json']);
      expect([args.join(' '), ran.code, ran.out]).toEqual([args.join(' '), 3, '']);
      expect(told(ran.err).error.kind).toBe('wrong-key');
    }
  });
});

describe('steward recovery and restore --words', () => {
  it('shows words once, on standard output alone, numbered for the paper', async () => {
    const shown = await steward.ok(['recovery', 'words', ...at('workspace')]);
    expect(shown.out.trim().split('\n')).toHaveLength(12);
    expect(shown.out).toMatch(/^ 1\. [a-z]+\n 2\. [a-z]+\n/u);
    expect(shown.err).toContain('not shown again');
    expect(shown.err).not.toMatch(/^ ?\d+\. /mu);
  });

  it('refuses wrong words with exit code 3, and makes nothing', async () => {
    const backup = path('backups', kept);
    for (const wrong of ['', 'abandon', `${words} ${words}`, words.split(' ').reverse().join(' ')]) {
      const ran = await nobody.run(['restore', backup, ...at('elsewhere'), '--words', '--json'], wrong);
      expect([wrong, ran.code, ran.out]).toEqual([wrong, 3, '']);
      expect(told(ran.err).error).toMatchObject({ kind: 'wrong-words', exit: 3 });
      expect(ran.err).not.toContain(words.split(' ')[0] ?? '-');
      expect(existsSync(path('elsewhere'))).toBe(false);
    }
  });

  it('refuses a folder that holds something with exit code 5, and one that is no backup with exit code 3', async () => {
    const there = await nobody.run(['restore', path('backups', kept), ...here(), '--words', '--json'], words);
    expect(there.code).toBe(5);
    expect(told(there.err).error.kind).toBe('there');
    const none = await nobody.run(['restore', path('none'), ...at('elsewhere'), '--words', '--json'], words);
    expect(none.code).toBe(3);
    expect(told(none.err).error.kind).toBe('absent');
    expect(existsSync(path('elsewhere'))).toBe(false);
  });

  it('makes nothing where nobody is there to choose a passphrase', async () => {
    const ran = await nobody.run(
      ['restore', path('backups', kept), ...at('elsewhere'), '--words', '--json'],
      words,
    );
    expect(ran.code).toBe(3);
    expect(told(ran.err).error.kind).toBe('key-missing');
    expect(existsSync(path('elsewhere'))).toBe(false);
  });

  it('restores by the words and the key that is given, and refuses one that would not open it', async () => {
    const other = new CommandLine({ STEWARD_KEY: 'ab'.repeat(32) });
    const backup = path('backups', kept);
    const refused = await other.run(['restore', backup, ...at('elsewhere'), '--words', '--json'], words);
    expect(refused.code).toBe(3);
    expect(told(refused.err).error.kind).toBe('wrong-key');
    expect(existsSync(path('elsewhere'))).toBe(false);
    await steward.ok(['restore', backup, ...at('given'), '--words'], words);
    expect((await steward.ok(['list', ...at('given'), '--view', 'all', '--json'])).out).toContain(
      'Question 3',
    );
  });

  it('restores by the words on a new computer with a passphrase that is chosen there', async () => {
    const args = ['restore', path('backups', kept), ...at('moved'), '--words'];
    const done = await atTerminal(args, words.toUpperCase(), [passphrase, passphrase]);
    expect(done).toMatchObject({ code: 0 });
    expect(done.screen).toContain('Restored to');
    expect(done.screen).not.toContain(passphrase);
    expect(statSync(path('moved', 'key.json')).mode & 0o777).toBe(0o600);
    const list = await atTerminal(['list', ...at('moved'), '--view', 'all'], '', [passphrase]);
    expect(list.code).toBe(0);
    expect(list.screen).toContain('Question 3');
  });

  it('opens a workspace whose passphrase is forgotten, by its words and with a new one', async () => {
    const chosen = 'a third set of lanterns';
    const wrong = await atTerminal(['recovery', 'open', ...at('moved')], 'abandon', []);
    expect(wrong.code).toBe(3);
    expect(wrong.screen).toContain('These are not the words');
    const short = await atTerminal(['recovery', 'open', ...at('moved')], words, ['short']);
    expect(short.code).toBe(3);
    const opened = await atTerminal(['recovery', 'open', ...at('moved')], words, [chosen, chosen]);
    expect(opened).toMatchObject({ code: 0 });
    expect(opened.screen).toContain('opens again');
    expect((await atTerminal(['list', ...at('moved')], '', [passphrase])).code).toBe(3);
    expect((await atTerminal(['list', ...at('moved'), '--view', 'all'], '', [chosen])).screen).toContain(
      'Question 3',
    );
  });

  it('says with exit code 3 that a workspace has no words', async () => {
    await steward.ok(['import', path('mails'), ...at('wordless')]);
    const ran = await nobody.run(['recovery', 'open', ...at('wordless'), '--json'], words);
    expect(ran.code).toBe(3);
    expect(told(ran.err).error.kind).toBe('no-recovery-file');
    const nowhere = await nobody.run(['recovery', 'open', ...at('nowhere'), '--json'], words);
    expect(nowhere.code).toBe(3);
    expect(told(nowhere.err).error.kind).toBe('absent');
    expect(existsSync(path('nowhere'))).toBe(false);
  });
});
