import { createHash } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { MAIL_OWNER } from '../../support/mail-server/dovecot-config.ts';
import { flagLetters, linkMaildir } from '../../support/mail-server/maildir.ts';
import type { MailServer } from '../../support/mail-server/mail-server.ts';
import { generateBusyMailbox } from '../../support/mailbox-generator/busy-mailbox.ts';

/** Where everything that the bench makes is kept; scenarios run in the project's folder. */
export const benchDir = join(process.cwd(), '.cache', 'bench');

const folders = ['INBOX', 'Sent', 'Archive'] as const;
const generator = join('test', 'support', 'mailbox-generator');

/** A mailbox on the disk: a folder of mail files for each of its folders, named as Dovecot names them. */
export type BenchMailbox = { readonly directory: string; readonly count: number; readonly bytes: number };

/** Of the generator's sources: another generator makes another mailbox. */
const versionOf = (): string => {
  const hash = createHash('sha256');
  for (const name of readdirSync(generator).toSorted()) hash.update(readFileSync(join(generator, name)));
  return hash.digest('hex').slice(0, 12);
};

const write = (directory: string, count: number): number => {
  let bytes = 0;
  for (const folder of folders) mkdirSync(join(directory, folder), { recursive: true });
  let number = 0;
  for (const { raw, folder, date, flags } of generateBusyMailbox({ seed: 1, count })) {
    number += 1;
    bytes += raw.length;
    // The sizes stand in the name as Dovecot writes them itself; it would read every file for them otherwise.
    const sizes = `S=${String(raw.length)},W=${String(raw.length)}`;
    const name = `${String(Math.floor(date.getTime() / 1_000))}.M1P${String(number).padStart(8, '0')}.bench,${sizes}:2,${flagLetters(flags)}`;
    const path = join(directory, folder, name);
    writeFileSync(path, raw, { mode: 0o600 });
    chownSync(path, MAIL_OWNER, MAIL_OWNER);
    utimesSync(path, date, date);
  }
  return bytes;
};

/** What a mail takes on the disk while all run: the mailbox, the peers' copy and index, and our workspace; bytes. */
const roomForOne = 230_000;

/** Throws in words where the disk has no room for a mailbox of this size and everything that is made of it. */
const requireRoom = (count: number): void => {
  const { bavail, bsize } = statfsSync(benchDir);
  const needed = count * roomForOne;
  if (bavail * bsize >= needed) return;
  const gibibytes = Math.ceil(needed / 1024 ** 3);
  throw new Error(
    `${count.toLocaleString('en')} mails need ${String(gibibytes)} GiB of room in ${benchDir}.`,
  );
};

/** The mailbox of so many mails, made once and kept: 580 MB for every ten thousand. */
export const benchMailbox = (count: number): BenchMailbox => {
  const directory = join(benchDir, `mailbox-${String(count)}-${versionOf()}`);
  const sizeFile = join(directory, 'bytes');
  requireRoom(count);
  if (!existsSync(sizeFile)) {
    process.stdout.write(`Making a mailbox of ${count.toLocaleString('en')} mails (once) ...\n`);
    for (const name of readdirSync(benchDir))
      if (name.startsWith(`mailbox-${String(count)}-`)) rmSync(join(benchDir, name), { recursive: true });
    const making = `${directory}.new`;
    writeFileSync(join(making, 'bytes'), String(write(making, count)));
    renameSync(making, directory);
  }
  return { directory, count, bytes: Number(readFileSync(sizeFile, 'utf8')) };
};

/** Gives a user of a server the mailbox by hard links, so that each run has it without another copy. The server must lie in `benchDir`. */
export const serveMailbox = (server: MailServer, user: string, { directory }: BenchMailbox): void => {
  for (const folder of folders)
    linkMaildir(join(server.directory, 'mail'), user, folder, join(directory, folder));
};
