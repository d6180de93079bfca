import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { folderOf } from './mail-file.ts';
import type { FoundMail } from './mail-file.ts';

/** A mail file of a maildir, not yet read. */
export type MaildirFile = Omit<FoundMail, 'bytes' | 'partial' | 'size'> & {
  readonly path: string;
  /** Whether its owner had thrown it away, or never finished writing it. */
  readonly deleted: boolean;
};

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** Whether a folder is a maildir (cr.yp.to/proto/maildir.html): it has `cur` and `new`. */
export const isMaildir = (path: string): boolean =>
  isFolder(join(path, 'cur')) && (isFolder(join(path, 'new')) || isFolder(join(path, 'tmp')));

/** Names that folders of thrown away or unwanted mail go by in a Maildir++. */
const unwanted = /(^|\.)(trash|junk|spam|drafts|deleted messages|deleted items)$/i;

/** The seconds at the beginning of a unique name are when the mail was delivered. */
const deliveredAt = (name: string): number | null => {
  const seconds = Number(/^(\d{9,10})\./.exec(name)?.[1] ?? Number.NaN);
  return Number.isNaN(seconds) ? null : seconds * 1_000;
};

const filesIn = function* (folder: string, part: 'cur' | 'new'): Generator<MaildirFile> {
  const path = join(folder, part);
  if (!existsSync(path)) return;
  for (const name of readdirSync(path).sort()) {
    // A colon cannot stand in a file's name on Windows; programs there write `;` or `!` instead.
    const flags = /[:;!]2,([A-Za-z]*)$/.exec(name)?.[1] ?? '';
    if (name.startsWith('.') || isFolder(join(path, name))) continue;
    yield {
      path: join(path, name),
      receivedAt: deliveredAt(name),
      seen: flags.includes('S'),
      answered: flags.includes('R'),
      deleted: flags.includes('T') || flags.includes('D'),
      folder: folderOf(basename(folder)),
    };
  }
};

/** The mail files of a maildir and of the folders inside it (Maildir++ `.Name`), without trash, junk and drafts. */
export const maildirFiles = function* (path: string): Generator<MaildirFile> {
  yield* filesIn(path, 'cur');
  yield* filesIn(path, 'new');
  for (const name of readdirSync(path).sort()) {
    if (['cur', 'new', 'tmp'].includes(name) || unwanted.test(name)) continue;
    const inside = join(path, name);
    if (isMaildir(inside)) yield* maildirFiles(inside);
  }
};
