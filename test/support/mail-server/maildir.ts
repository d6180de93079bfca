import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { MAIL_OWNER } from './dovecot-config.ts';
import { withCrlf } from './lmtp.ts';

/** A mail written straight into a folder on the disk. */
export type SeededMail = {
  readonly raw: Buffer;
  /** IMAP's INTERNALDATE; now by default. */
  readonly receivedAt?: Date;
  /** System flags such as `\Seen`; keywords are not possible here. */
  readonly flags?: readonly string[];
};

/** Which mail keeps which UID when a folder gets a new UIDVALIDITY. */
export type UidOrder = 'same' | 'reversed';

// The letters of the Maildir specification (https://cr.yp.to/proto/maildir.html).
const LETTERS: Readonly<Record<string, string>> = {
  '\\Answered': 'R',
  '\\Deleted': 'T',
  '\\Draft': 'D',
  '\\Flagged': 'F',
  '\\Seen': 'S',
};

/** Where Dovecot keeps a folder of a user (Maildir++: `A/B` is the directory `.A.B`). */
function maildirOf(mailRoot: string, user: string, folder: string): string {
  const home = join(mailRoot, user.toLowerCase());
  return folder.toUpperCase() === 'INBOX' ? home : join(home, `.${folder.replaceAll('/', '.')}`);
}

/** Makes the Maildir of a folder where it is not there yet, and answers where it lies. */
function makeMaildir(mailRoot: string, user: string, folder: string): string {
  const directory = maildirOf(mailRoot, user, folder);
  makeOwned(maildirOf(mailRoot, user, 'INBOX'));
  makeOwned(directory);
  for (const name of ['cur', 'new', 'tmp']) makeOwned(join(directory, name));
  if (folder.toUpperCase() !== 'INBOX') writeOwned(join(directory, 'maildirfolder'), Buffer.alloc(0));
  return directory;
}

/** Fills a folder with the mail files of a directory on the same disk, which keep their names; nothing is copied. */
export function linkMaildir(mailRoot: string, user: string, folder: string, from: string): void {
  const directory = makeMaildir(mailRoot, user, folder);
  for (const name of readdirSync(from)) linkSync(join(from, name), join(directory, 'cur', name));
}

/** Writes mails into a folder, oldest first as given; Dovecot numbers them when it next looks, at once if a client is in IDLE. */
export function seedMaildir(
  mailRoot: string,
  user: string,
  folder: string,
  mails: readonly SeededMail[],
): void {
  const directory = makeMaildir(mailRoot, user, folder);
  const prefix = `${String(Math.floor(Date.now() / 1000))}.M${randomBytes(4).toString('hex')}`;
  mails.forEach(({ raw, receivedAt, flags }, index) => {
    // Dovecot numbers new files by name.
    const base = `${prefix}P${String(index).padStart(7, '0')}.test`;
    const temporary = join(directory, 'tmp', base);
    writeOwned(temporary, withCrlf(raw));
    if (receivedAt !== undefined) utimesSync(temporary, receivedAt, receivedAt);
    renameSync(temporary, join(directory, 'cur', `${base}:2,${flagLetters(flags ?? [])}`));
  });
}

/** The paths of a folder's mails by the part of their name that never changes, which Dovecot gives out as the mail's GUID. */
export function maildirFiles(mailRoot: string, user: string, folder: string): ReadonlyMap<string, string> {
  const directory = maildirOf(mailRoot, user, folder);
  const found = new Map<string, string>();
  for (const part of ['new', 'cur']) {
    const path = join(directory, part);
    if (!existsSync(path)) continue;
    for (const name of readdirSync(path)) {
      const [base] = name.split(':');
      if (base !== undefined) found.set(base, join(path, name));
    }
  }
  return found;
}

/**
 * Gives a folder a new UIDVALIDITY by writing its UID list anew, with the same mail in it: every cached index goes too.
 * Nobody may have the folder open. Returns the new value.
 */
export function renumber(mailRoot: string, user: string, folder: string, order: UidOrder): number {
  const directory = maildirOf(mailRoot, user, folder);
  const listFile = join(directory, 'dovecot-uidlist');
  const [head = '', ...lines] = readFileSync(listFile, 'utf8').trimEnd().split('\n');
  const before = Number(/ V(\d+)/.exec(head)?.[1]);
  const guid = / G([0-9a-f]+)/.exec(head)?.[1];
  if (Number.isNaN(before) || guid === undefined) throw new Error(`unexpected UID list: ${head}`);
  const after = before + 1_000;
  const entries = lines.map((line) => line.replace(/^\d+/, ''));
  if (order === 'reversed') entries.reverse();
  const numbered = entries.map((entry, index) => `${String(index + 1)}${entry}`);
  writeOwned(
    listFile,
    Buffer.from(`3 V${String(after)} N${String(entries.length + 1)} G${guid}\n${numbered.join('\n')}\n`),
  );
  for (const name of readdirSync(directory)) {
    if (name.startsWith('dovecot.index')) rmSync(join(directory, name));
  }
  return after;
}

/** The letters of system flags in a file's name. */
export function flagLetters(flags: readonly string[]): string {
  return flags
    .map((flag) => {
      const letter = LETTERS[flag];
      if (letter === undefined) throw new Error(`${flag} cannot be written into a Maildir file name`);
      return letter;
    })
    .sort()
    .join('');
}

function makeOwned(directory: string): void {
  if (existsSync(directory)) return;
  mkdirSync(directory, { mode: 0o700 });
  chownSync(directory, MAIL_OWNER, MAIL_OWNER);
}

function writeOwned(path: string, content: Buffer): void {
  writeFileSync(path, content, { mode: 0o600 });
  chownSync(path, MAIL_OWNER, MAIL_OWNER);
}
