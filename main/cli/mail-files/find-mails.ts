import {
  createReadStream,
  openSync,
  closeSync,
  readSync,
  readdirSync,
  readFileSync,
  statSync,
} from 'node:fs';
import { basename, extname, join } from 'node:path';
import { MailFileError, folderOf } from './mail-file.ts';
import type { FoundMail, LeftOut } from './mail-file.ts';
import { isMaildir, maildirFiles } from './maildir.ts';
import { MboxSplitter } from './mbox.ts';
import { isSeparator } from './mbox-lines.ts';

/** Endings of files in a folder that hold mail; others are looked into only when they have no ending at all. */
const mailEndings = new Set(['.eml', '.mbox', '.mbx', '']);
const chunkBytes = 1024 * 1024;

const readOr = <Value>(path: string, read: () => Value): Value => {
  try {
    return read();
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new MailFileError(absent ? 'absent' : 'unreadable-file', path, error);
  }
};

const beginningOf = (path: string): string =>
  readOr(path, () => {
    const file = openSync(path, 'r');
    try {
      const head = Buffer.alloc(2_000);
      return head.toString('latin1', 0, readSync(file, head, 0, head.length, 0));
    } finally {
      closeSync(file);
    }
  });

/** What a file is, by its beginning: a separator line, a header field, or no mail. */
const kindOf = (path: string): 'mbox' | 'mail' | 'empty' | 'other' => {
  const head = beginningOf(path).replace(/^(\u00ef\u00bb\u00bf)?[\r\n]*/, '');
  if (head === '') return 'empty';
  const line = head.split(/\r?\n/, 1)[0] ?? '';
  if (isSeparator(line)) return 'mbox';
  return /^>?[A-Za-z][A-Za-z0-9-]*[ \t]*:|^From /.test(line) ? 'mail' : 'other';
};

const wholeMail = (path: string, facts: Omit<FoundMail, 'bytes' | 'partial' | 'size'>): FoundMail => {
  const bytes = readOr(path, () => new Uint8Array(readFileSync(path)));
  return { ...facts, bytes, partial: false, size: bytes.length };
};

const mailsOfMbox = async function* (path: string, leftOut: LeftOut): AsyncGenerator<FoundMail> {
  const splitter = new MboxSplitter();
  const folder = folderOf(basename(path));
  const wanted = function* (
    mails: Iterable<ReturnType<MboxSplitter['push']> extends Generator<infer Mail> ? Mail : never>,
  ) {
    for (const { deleted, ...mail } of mails) {
      if (deleted) leftOut.deleted += 1;
      else yield { ...mail, folder };
    }
  };
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) {
      if (chunk instanceof Uint8Array) yield* wanted(splitter.push(chunk));
    }
  } catch (error) {
    throw error instanceof MailFileError ? error : new MailFileError('unreadable-file', path, error);
  }
  yield* wanted(splitter.end());
};

const mailsOfFile = async function* (
  path: string,
  leftOut: LeftOut,
  named: boolean,
): AsyncGenerator<FoundMail> {
  const kind = kindOf(path);
  if (kind === 'mbox') yield* mailsOfMbox(path, leftOut);
  else if (kind === 'mail') {
    yield wholeMail(path, {
      receivedAt: null,
      seen: true,
      answered: false,
      folder: folderOf(basename(join(path, '..'))),
    });
  } else if (kind === 'other' && named) throw new MailFileError('not-mail', path);
};

const mailsOfMaildir = function* (path: string, leftOut: LeftOut): Generator<FoundMail> {
  for (const { path: file, deleted, ...facts } of maildirFiles(path)) {
    if (deleted) leftOut.deleted += 1;
    else yield wholeMail(file, facts);
  }
};

/**
 * Every mail of a path, one at a time: an mbox, a single mail (.eml), a maildir, or a folder of such files. Throws
 * {@link MailFileError} where a path that was named is none of these; inside a folder such files are passed over.
 */
export const findMails = async function* (
  path: string,
  leftOut: LeftOut,
  named = true,
): AsyncGenerator<FoundMail> {
  const found = readOr(path, () => statSync(path));
  if (!found.isDirectory()) {
    yield* mailsOfFile(path, leftOut, named);
    return;
  }
  if (isMaildir(path)) {
    yield* mailsOfMaildir(path, leftOut);
    return;
  }
  for (const entry of readOr(path, () => readdirSync(path, { withFileTypes: true }))) {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) yield* findMails(inside, leftOut, false);
    else if (entry.isFile() && mailEndings.has(extname(entry.name).toLowerCase())) {
      yield* findMails(inside, leftOut, false);
    }
  }
};
