import { safeFileName } from '#shared/domain/file-name/safe-file-name.ts';

/** Windows opens no path of more than 260 characters: folders and files in the archive leave room for where it is unpacked. */
const longestFolder = 40;
const longestFile = 80;

const short = (name: string, most: number): string => {
  const characters = Array.from(name);
  if (characters.length <= most) return name;
  const ending = /\.[^.\s]{1,8}$/u.exec(name)?.[0] ?? '';
  return `${characters
    .slice(0, most - ending.length)
    .join('')
    .trimEnd()}${ending}`;
};

const numbered = (number: number): string => String(number).padStart(4, '0');

/** Where a conversation lies in the archive; numbered, so that no two are one. */
export const folderName = (number: number, subject: string): string => {
  const name = short(safeFileName(subject), longestFolder).replace(/[\s.]+$/u, '');
  return `conversations/${numbered(number)}${subject.trim() === '' ? '' : ` ${name}`}`;
};

/** The first line of a mail: the name of a field and its colon (RFC 5322, 2.2). */
const mailForm = /^[!-9;-~]{1,77}:/u;

const endingOf = (bytes: Uint8Array): string => {
  const begin = Buffer.from(bytes.subarray(0, 80)).toString('latin1');
  if (begin.startsWith('{') || begin.startsWith('[')) return 'json';
  if (begin.startsWith('<')) return 'xml';
  return mailForm.test(begin) ? 'eml' : 'bin';
};

/** What a message's original is called; its ending is what it looks like. */
export const originalName = (number: number, at: number, bytes: Uint8Array): string => {
  const ending = endingOf(bytes);
  return `${numbered(number)} ${new Date(at).toISOString().slice(0, 10)}.${ending}`;
};

/** What a file of a message is called; numbered by its message and its place there. */
export const fileName = (message: number, place: number, name: string): string =>
  `files/${numbered(message)}-${String(place)} ${short(safeFileName(name), longestFile)}`;
