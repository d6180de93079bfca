import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ownedBy, readTrustedFile } from '#main/policy/file-source.ts';
import { readProfile } from '#main/policy/profile-source.ts';
import { policiesKey, readRegistry, registryKey } from '#main/policy/registry-source.ts';
import { onlyManagersWrite } from '#main/policy/windows-rights.ts';
import { readPolicy } from '#shared/domain/policy/read.ts';
import type { PolicyDocument } from '#shared/domain/policy/read.ts';
import { makeTempDirectory } from '#test/support/temp.ts';

const valuesOf = (document: PolicyDocument | null) => readPolicy(document === null ? [] : [document]).values;

describe('the policy file of a machine', () => {
  const owner = process.getuid?.() ?? 0;
  const place = (): { readonly folder: string; readonly file: string } => {
    const temp = makeTempDirectory('policy');
    onTestFinished(() => temp.remove());
    const folder = join(temp.path, 'steward');
    mkdirSync(folder, { mode: 0o755 });
    const file = join(folder, 'policies.json');
    writeFileSync(file, '{"remoteImages":"ask"}', { mode: 0o644 });
    return { folder, file };
  };
  const trusting = (folder: string) => ownedBy(owner, folder);
  const problemOf = (document: PolicyDocument | null): string =>
    document?.found.kind === 'unreadable' ? document.found.problem : 'none';

  it('counts where only its manager can write it', () => {
    const { folder, file } = place();
    expect(valuesOf(readTrustedFile(file, trusting(folder)))).toEqual({ remoteImages: 'ask' });
  });

  it('is no policy where there is no file', () => {
    const { folder } = place();
    expect(readTrustedFile(join(folder, 'other.json'), trusting(folder))).toBeNull();
  });

  it.each([0o664, 0o646, 0o666])('is refused with the rights %o', (mode) => {
    const { folder, file } = place();
    chmodSync(file, mode);
    const document = readTrustedFile(file, trusting(folder));
    expect(problemOf(document)).toBe('not-safe');
    expect(valuesOf(document)['channels.allowed']).toEqual([]);
  });

  it('is refused in a folder that others can write to, and names the folder', () => {
    const { folder, file } = place();
    chmodSync(folder, 0o777);
    expect(readTrustedFile(file, trusting(folder))?.found).toMatchObject({
      problem: 'not-safe',
      said: folder,
    });
  });

  it('is refused where it belongs to somebody else, or leads elsewhere', () => {
    const { folder, file } = place();
    expect(problemOf(readTrustedFile(file, ownedBy(owner + 1, folder)))).toBe('not-safe');
    const link = join(folder, 'link.json');
    symlinkSync(file, link);
    expect(problemOf(readTrustedFile(link, trusting(folder)))).toBe('not-safe');
  });

  it('is refused where it is no text, or far too long', () => {
    const { folder, file } = place();
    writeFileSync(file, Buffer.from([0xff, 0xfe, 0x7b, 0x00]));
    expect(problemOf(readTrustedFile(file, trusting(folder)))).toBe('not-text');
    writeFileSync(file, `{}${' '.repeat(1024 * 1024)}`);
    expect(problemOf(readTrustedFile(file, trusting(folder)))).toBe('too-large');
  });
});

describe('the registry of Windows', () => {
  const parents = `\r\n${policiesKey}\\Microsoft\r\n${registryKey}\r\n`;
  const asking =
    (printed: string | null, listed: string | null = parents) =>
    (args: readonly string[]): string | null =>
      args[0] === policiesKey ? listed : printed;

  it('is read as reg.exe prints it', () => {
    const printed = [
      '',
      registryKey,
      '    managedBy    REG_SZ    Müller & Söhne  GmbH',
      '    remoteImages    REG_SZ    never',
      '    notifications.preview    REG_DWORD    0x0',
      '    workspace.passphrase    REG_DWORD    0x1',
      '    updates.deferDays    REG_DWORD    0x1e',
      '    attachments.blocked    REG_MULTI_SZ    zip\\0rar',
      '',
      `${registryKey}\\channels.allowed`,
      '    2    REG_SZ    xmpp',
      '    1    REG_SZ    email',
      '',
      `${registryKey}\\accounts.mailServers`,
      '    1    REG_SZ    {"domain":"example.com","imapHost":"imap.example.com","smtpHost":"smtp.example.com"}',
      '',
    ].join('\r\n');
    const document = readRegistry(asking(printed));
    expect(readPolicy(document === null ? [] : [document])).toMatchObject({
      problems: [],
      values: {
        managedBy: 'Müller & Söhne  GmbH',
        remoteImages: 'never',
        'notifications.preview': false,
        'workspace.passphrase': true,
        'updates.deferDays': 30,
        'attachments.blocked': ['zip', 'rar'],
        'channels.allowed': ['email', 'xmpp'],
        'accounts.mailServers': [
          { domain: 'example.com', imapHost: 'imap.example.com', smtpHost: 'smtp.example.com' },
        ],
      },
    });
  });

  it('lays nothing down where it has no key of ours', () => {
    expect(readRegistry(asking(null, `${policiesKey}\\Microsoft\r\n${registryKey}X\r\n`))).toBeNull();
  });

  it.each([
    ['the list of policies cannot be read', asking('', null)],
    ['our key cannot be read', asking(null)],
    ['something else is printed', asking(`${registryKey}\r\n  what\r\n`)],
  ])('closes everything where %s', (_what, query) => {
    expect(valuesOf(readRegistry(query))['channels.allowed']).toEqual([]);
  });

  it.each([
    ['a number for a text', '    remoteImages    REG_DWORD    0x1'],
    ['a number that is neither on nor off', '    workspace.passphrase    REG_DWORD    0x2'],
    ['a text for a number', '    updates.deferDays    REG_SZ    soon'],
    ['an empty value', '    remoteImages    REG_SZ'],
    ['a list of numbers', `${registryKey}\\channels.allowed\r\n    1    REG_DWORD    0x1`],
  ])('closes a key with %s', (_what, row) => {
    const document = readRegistry(asking(`${registryKey}\r\n${row}\r\n`));
    const { entries, problems } = readPolicy(document === null ? [] : [document]);
    expect(entries.map(({ state }) => state)).toEqual(['closed']);
    expect(problems).toHaveLength(1);
  });
});

describe('the rights of a file on Windows', () => {
  it.each([
    'O:BAG:DUD:PAI(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)(A;OICI;0x1200a9;;;BU)',
    'O:SYG:SYD:(A;ID;FA;;;SY)(A;ID;FA;;;BA)(A;ID;FR;;;BU)',
    'O:BAG:BAD:PAI(A;OICIIO;GA;;;CO)(A;;FA;;;BA)S:AI',
  ])('are taken where only managers write: %s', (sddl) => {
    expect(onlyManagersWrite(sddl)).toBe(true);
  });

  it.each([
    ['anybody owns it', 'O:S-1-5-21-1-2-3-1001G:DUD:PAI(A;;FA;;;BA)'],
    [
      'users may make files, as usual below ProgramData',
      'O:BAG:SYD:AI(A;OICIID;FA;;;BA)(A;CIID;DCLCRPCR;;;BU)',
    ],
    ['users may change it', 'O:BAG:SYD:(A;ID;0x1301bf;;;BU)'],
    ['everybody may do everything', 'O:BAG:SYD:(A;;FA;;;WD)'],
    ['it has no list of rights', 'O:BAG:SYD:'],
    ['it has none at all', 'O:BAG:SYD:NO_ACCESS_CONTROL'],
    ['an entry is not understood', 'O:BAG:SYD:(XA;;FA;;;BA;(x))'],
    ['nothing was printed', ''],
  ])('are refused where %s', (_what, sddl) => {
    expect(onlyManagersWrite(sddl)).toBe(false);
  });
});

describe('managed preferences of macOS', () => {
  const path = '/Library/Managed Preferences/app.steward.desktop.plist';

  it('are read as plutil prints them, without what the management adds', () => {
    const document = readProfile(
      path,
      () => '{"remoteImages":"never","channels.allowed":["email"],"PayloadUUID":"x"}',
    );
    expect(readPolicy([document])).toMatchObject({
      values: { remoteImages: 'never', 'channels.allowed': ['email'] },
      problems: [],
    });
  });

  it('close everything where they cannot be read', () => {
    expect(valuesOf(readProfile(path, () => null))['channels.allowed']).toEqual([]);
  });
});
