import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CommandLine } from '#test/support/command-line.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import type { TempDirectory } from '#test/support/temp.ts';

let folder: TempDirectory;
let file: string;
let steward: CommandLine;

const write = (policy: unknown): void => {
  writeFileSync(file, typeof policy === 'string' ? policy : JSON.stringify(policy, null, 2), { mode: 0o644 });
};

beforeAll(() => {
  folder = makeTempDirectory('cli-policy');
  file = join(folder.path, 'policies.json');
  steward = new CommandLine({ STEWARD_POLICY_FILE: file, STEWARD_KEY: 'ab'.repeat(32) });
});
afterEach(async () => {
  await steward.stop();
});
afterAll(() => {
  folder.remove();
});

describe('steward policy', () => {
  it('says what a good file lays down, without secrets, and ends well', async () => {
    write({ managedBy: 'Example Ltd', remoteImages: 'ask', 'oauth.googleClientSecret': 'hush' });
    const { code, out, err } = await steward.run(['policy', 'check', file]);
    expect(code).toBe(0);
    expect(out).toMatch(/^managedBy +Managed by +Example Ltd$/mu);
    expect(out).toMatch(/^remoteImages +Pictures from the web +ask$/mu);
    expect(out).toContain('Set, not shown');
    expect(out + err).not.toContain('hush');
    const data = await steward.run(['policy', 'check', file, '--json']);
    expect(data.json()).toMatchObject({ policy: { values: { remoteImages: 'ask' }, problems: [] } });
    expect(data.out).not.toContain('hush');
  });

  it('says what is wrong with a file, in which line, and what holds in its place, and ends in failure', async () => {
    write({ remoteImages: 'neverr', 'chanels.allowed': ['email'] });
    const { code, out, err } = await steward.run(['policy', 'check', file]);
    expect(code).toBe(1);
    expect(out).toMatch(/^remoteImages .*Cannot be read: the strictest holds$/mu);
    expect(err).toContain('2 things are wrong with it:');
    expect(err).toContain(`remoteImages in ${file}, line 2: It must be one of these: never, ask, sender.`);
    expect(err).toContain(
      `chanels.allowed in ${file}, line 3: There is no such key. Is channels.allowed meant?`,
    );
  });

  it('ends in failure where there is no file', async () => {
    const { code, err } = await steward.run(['policy', 'check', join(folder.path, 'none.json')]);
    expect({ code, said: err.includes('There is no file') }).toEqual({ code: 1, said: true });
  });

  it('says what is laid down for this machine, and refuses a file that others can write', async () => {
    write({ remoteImages: 'ask' });
    expect(await steward.run(['policy', 'show'])).toMatchObject({ code: 0 });
    chmodSync(file, 0o666);
    const { code, err } = await steward.run(['policy', 'show']);
    expect(code).toBe(1);
    expect(err).toContain('can be changed by others');
  });

  it('holds for every other command', async () => {
    chmodSync(file, 0o644);
    write({ managedBy: 'Example Ltd', 'channels.allowed': ['xmpp'] });
    const workspace = join(folder.path, 'workspace');
    const adding = [
      'account',
      'add',
      'ann@example.com',
      '--imap-host',
      '127.0.0.1',
      '--workspace',
      workspace,
    ];
    const { code, err } = await steward.run([...adding, '--password-file', '-'], 'secret');
    expect(code).not.toBe(0);
    expect(err).toContain('xmpp');
  });
});
