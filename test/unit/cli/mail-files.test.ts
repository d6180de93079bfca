import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findMails } from '#main/cli/mail-files/find-mails.ts';
import { MailFileError } from '#main/cli/mail-files/mail-file.ts';
import type { FoundMail, LeftOut } from '#main/cli/mail-files/mail-file.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import type { TempDirectory } from '#test/support/temp.ts';

let folder: TempDirectory;
beforeEach(() => {
  folder = makeTempDirectory('mail-files');
});
afterEach(() => {
  folder.remove();
});

const put = (path: string, text: string): void => {
  const whole = join(folder.path, path);
  mkdirSync(join(whole, '..'), { recursive: true });
  writeFileSync(whole, text);
};

const found = async (path: string, leftOut: LeftOut = { deleted: 0 }): Promise<readonly FoundMail[]> => {
  const mails: FoundMail[] = [];
  for await (const mail of findMails(join(folder.path, path), leftOut)) mails.push(mail);
  return mails;
};

const subjects = (mails: readonly FoundMail[]): readonly string[] =>
  mails.map(({ bytes }) => /Subject: (.*)/.exec(Buffer.from(bytes).toString())?.[1] ?? '').sort();

const separator = 'From a@b.test Mon Jan  5 10:00:00 2026\n';

describe('mail in files', () => {
  it('is found in a maildir with its flags, and in the folders inside it but for trash, junk and drafts', async () => {
    for (const name of ['', '.Sent/', '.Projects.2025/', '.Trash/', '.Drafts/']) {
      for (const part of ['cur', 'new', 'tmp'])
        mkdirSync(join(folder.path, `box/${name}${part}`), { recursive: true });
    }
    put('box/cur/1700000000.M1P1.host:2,RS', 'Subject: answered\n\nx');
    put('box/cur/1700000001.M1P1.host:2,', 'Subject: unread\n\nx');
    put('box/cur/1700000002.M1P1.host:2,ST', 'Subject: thrown away\n\nx');
    put('box/new/1700000003.M1P1.host', 'Subject: fresh\n\nx');
    put('box/tmp/1700000004.M1P1.host', 'Subject: half written\n\nx');
    put('box/.Sent/cur/1700000005.M1P1.host;2,S', 'Subject: sent\n\nx');
    put('box/.Projects.2025/cur/1700000006.M1P1.host!2,S', 'Subject: project\n\nx');
    put('box/.Trash/cur/1700000007.M1P1.host:2,S', 'Subject: trash\n\nx');
    put('box/.Drafts/cur/1700000008.M1P1.host:2,S', 'Subject: draft\n\nx');
    const leftOut = { deleted: 0 };
    const mails = await found('box', leftOut);
    expect(subjects(mails)).toEqual(['answered', 'fresh', 'project', 'sent', 'unread']);
    expect(leftOut.deleted).toBe(1);
    expect(mails.map(({ seen, answered, folder: where }) => [seen, answered, where])).toEqual([
      [true, true, 'archive'],
      [false, false, 'archive'],
      [false, false, 'archive'],
      [true, false, 'archive'],
      [true, false, 'sent'],
    ]);
    expect(mails[0]?.receivedAt).toBe(1_700_000_000_000);
  });

  it('is found in a folder of mbox and .eml files, and nothing else in there is touched', async () => {
    put('all/Inbox', `${separator}Subject: in an mbox\n\nx\n`);
    put('all/Sent.mbox', `${separator}Subject: sent\n\nx\n`);
    put('all/deep/one.eml', 'Received: by somebody\nSubject: single\n\nx\n');
    put('all/Inbox.msf', 'Subject: not mail\n');
    put('all/notes', 'just text, no mail');
    const mails = await found('all');
    expect(subjects(mails)).toEqual(['in an mbox', 'sent', 'single']);
    expect(mails.filter((mail) => mail.folder === 'sent')).toHaveLength(1);
  });

  it('that is named but is none is said to be none', async () => {
    put('notes.txt', 'just text, no mail');
    await expect(found('notes.txt')).rejects.toThrow(MailFileError);
    await expect(found('nowhere')).rejects.toMatchObject({ kind: 'absent' });
  });

  it('of an empty file is none', async () => {
    put('empty.mbox', '');
    expect(await found('empty.mbox')).toEqual([]);
  });
});
