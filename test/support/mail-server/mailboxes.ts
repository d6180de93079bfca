import { readFileSync } from 'node:fs';
import { eventually } from '../eventually.ts';
import { run } from '../processes.ts';
import { withCrlf } from './lmtp.ts';
import { maildirFiles, renumber } from './maildir.ts';
import type { UidOrder } from './maildir.ts';

/** A mail as the server has it; `raw` is exactly what IMAP gives out. */
export type StoredMail = {
  readonly uid: number;
  readonly flags: readonly string[];
  readonly raw: Buffer;
};

/** What a folder holds, see IMAP's STATUS (RFC 9051, 7.3.4) and RFC 7162 for the mod-sequence. */
export type FolderStatus = {
  readonly messages: number;
  readonly unseen: number;
  readonly uidNext: number;
  readonly uidValidity: number;
  readonly highestModseq: bigint;
};

/** Which mails of a folder: their UIDs, or all of them. */
export type MailSelection = readonly number[] | 'all';

/** Looks into mailboxes and changes them as the server's owner would, without IMAP and without the product. */
export type Mailboxes = {
  readonly folders: (user: string) => Promise<readonly string[]>;
  readonly folderStatus: (user: string, folder: string) => Promise<FolderStatus>;
  readonly messages: (user: string, folder: string) => Promise<readonly StoredMail[]>;
  readonly append: (user: string, folder: string, raw: Buffer, flags?: readonly string[]) => Promise<void>;
  readonly expunge: (user: string, folder: string, which: MailSelection) => Promise<void>;
  readonly move: (user: string, from: string, to: string, which: MailSelection) => Promise<void>;
  readonly copy: (user: string, from: string, to: string, which: MailSelection) => Promise<void>;
  readonly changeFlags: (
    how: 'add' | 'remove' | 'replace',
    user: string,
    folder: string,
    which: MailSelection,
    flags: readonly string[],
  ) => Promise<void>;
  readonly createFolder: (user: string, folder: string) => Promise<void>;
  readonly deleteFolder: (user: string, folder: string) => Promise<void>;
  readonly renameFolder: (user: string, from: string, to: string) => Promise<void>;
  /** Ends every IMAP connection of the user. */
  readonly disconnect: (user: string) => Promise<void>;
  /** Ends the user's connections, then numbers the folder anew; see `renumber`. */
  readonly resetUidValidity: (user: string, folder: string, order: UidOrder) => Promise<number>;
};

/** The mailboxes of the Dovecot with this configuration file. */
export function openMailboxes(configFile: string, mailRoot: string): Mailboxes {
  const doveadm = (args: readonly string[], input?: Buffer): Promise<string> =>
    run('doveadm', ['-c', configFile, ...args], input);
  const query = (folder: string, which: MailSelection): readonly string[] => [
    'mailbox',
    folder,
    ...(which === 'all' ? ['all'] : ['uid', which.join(',')]),
  ];
  const nothing = (which: MailSelection): boolean => which !== 'all' && which.length === 0;

  const folderStatus = async (user: string, folder: string): Promise<FolderStatus> =>
    readStatus(
      await doveadm([
        ...['-f', 'flow', 'mailbox', 'status', '-u', user],
        ...['messages unseen uidnext uidvalidity highestmodseq', folder],
      ]),
    );

  const read = async (user: string, folder: string, uids: string): Promise<readonly StoredMail[]> => {
    const selection = uids === 'all' ? ['all'] : ['uid', uids];
    const rows = await doveadm([
      '-f',
      'tab',
      'fetch',
      '-u',
      user,
      'uid flags guid',
      'mailbox',
      folder,
      ...selection,
    ]);
    const mails = rows.split('\n').slice(1).filter(Boolean);
    // Dovecot renames a file when it is seen or flagged, perhaps between listing and reading it: then it is listed anew.
    return eventually(
      () => {
        const files = maildirFiles(mailRoot, user, folder);
        return mails.map((row) => readRow(row, files));
      },
      { message: `the files of ${folder} keep their names while they are read` },
    );
  };

  const disconnect = async (user: string): Promise<void> => {
    // doveadm fails when there is nobody to disconnect.
    await doveadm(['kick', user]).catch(() => '');
  };

  return {
    disconnect,
    folders: async (user) =>
      (await doveadm(['mailbox', 'list', '-u', user])).split('\n').filter(Boolean).sort(),
    folderStatus,
    messages: (user, folder) => read(user, folder, 'all'),
    append: async (user, folder, raw, flags = []) => {
      // Files written behind Dovecot's back get their numbers here, before the new mail gets its own.
      const { uidNext } = await folderStatus(user, folder);
      await doveadm(['save', '-u', user, '-m', folder], raw);
      if (flags.length === 0) return;
      const expected = withCrlf(raw);
      const added = (await read(user, folder, `${String(uidNext)}:*`)).findLast((mail) =>
        mail.raw.equals(expected),
      );
      if (added === undefined) throw new Error(`the mail appended to ${folder} is not there`);
      await doveadm(['flags', 'add', '-u', user, flags.join(' '), ...query(folder, [added.uid])]);
    },
    expunge: async (user, folder, which) => {
      if (!nothing(which)) await doveadm(['expunge', '-u', user, ...query(folder, which)]);
    },
    move: async (user, from, to, which) => {
      if (!nothing(which)) await doveadm(['move', '-u', user, to, ...query(from, which)]);
    },
    copy: async (user, from, to, which) => {
      if (!nothing(which)) await doveadm(['copy', '-u', user, to, ...query(from, which)]);
    },
    changeFlags: async (how, user, folder, which, flags) => {
      if (!nothing(which))
        await doveadm(['flags', how, '-u', user, flags.join(' '), ...query(folder, which)]);
    },
    createFolder: async (user, folder) => {
      await doveadm(['mailbox', 'create', '-s', '-u', user, folder]);
    },
    deleteFolder: async (user, folder) => {
      await doveadm(['mailbox', 'delete', '-s', '-u', user, folder]);
    },
    renameFolder: async (user, from, to) => {
      await doveadm(['mailbox', 'rename', '-s', '-u', user, from, to]);
    },
    resetUidValidity: async (user, folder, order) => {
      await disconnect(user);
      // Also makes sure that every mail has a number before the numbers change.
      await doveadm(['mailbox', 'status', '-u', user, 'messages', folder]);
      return renumber(mailRoot, user, folder, order);
    },
  };
}

function readRow(row: string, files: ReadonlyMap<string, string>): StoredMail {
  const [uid, flags = '', guid = ''] = row.split('\t');
  const path = files.get(guid);
  if (path === undefined) throw new Error(`the mail ${guid} changed its place while it was looked at`);
  return {
    uid: Number(uid),
    flags: flags.split(' ').filter((flag) => flag !== '' && flag !== '\\Recent'),
    raw: readFileSync(path),
  };
}

function readStatus(text: string): FolderStatus {
  const field = (name: string): string => {
    const value = new RegExp(`\\b${name}=(\\d+)`).exec(text)?.[1];
    if (value === undefined) throw new Error(`no ${name} in "${text}"`);
    return value;
  };
  return {
    messages: Number(field('messages')),
    unseen: Number(field('unseen')),
    uidNext: Number(field('uidnext')),
    uidValidity: Number(field('uidvalidity')),
    highestModseq: BigInt(field('highestmodseq')),
  };
}
