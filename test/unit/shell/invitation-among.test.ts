import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { invitationAmong, openedInvitation } from '#main/shell/invitation-among.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import type { TempDirectory } from '#test/support/temp.ts';

const link = `steward:team/${'a'.repeat(40)}.abcdefgh`;

let folder: TempDirectory;
beforeEach(() => {
  folder = makeTempDirectory('invitations');
});
afterEach(() => folder.remove());

const write = (name: string, text: string): string => {
  writeFileSync(join(folder.path, name), text);
  return name;
};

describe('what the application is opened with', () => {
  it('is an invitation when it is its link, or a file that holds it', () => {
    expect(openedInvitation(link, folder.path)).toBe(link);
    expect(invitationAmong(['--inspect=0', '.', link], folder.path)).toBe(link);
    const file = write('For Ana.steward-invitation', `${link}\n`);
    expect(invitationAmong([file], folder.path)).toBe(link);
    expect(invitationAmong([join(folder.path, file)], '/')).toBe(link);
  });

  it('is none when it is anything else, and nothing else is read', () => {
    const other = write('notes.txt', link);
    expect(invitationAmong(['--demo', '.', other, 'https://shop.test/'], folder.path)).toBeNull();
    expect(invitationAmong([`--url=${link}`], folder.path)).toBeNull();
  });

  it('is told as unreadable when it means to be an invitation and is not', () => {
    expect(openedInvitation('steward:team/short', folder.path)).toBe('');
    expect(openedInvitation('steward:open?file=/etc/passwd', folder.path)).toBe('');
    expect(openedInvitation('absent.steward-invitation', folder.path)).toBe('');
    const foreign = write('x.steward-invitation', 'MZ\u0000\u0001 something else');
    expect(openedInvitation(foreign, folder.path)).toBe('');
    mkdirSync(join(folder.path, 'folder.steward-invitation'));
    expect(openedInvitation('folder.steward-invitation', folder.path)).toBe('');
  });

  it('takes the last where there are several, as systems put what was opened at the end', () => {
    const later = link.replace('abcdefgh', 'hgfedcba');
    expect(invitationAmong([link, later], folder.path)).toBe(later);
  });
});
