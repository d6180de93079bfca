import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  invitationFileEnding,
  invitationLink,
  longestInvitation,
} from '#shared/domain/team/invitation-form.ts';

/** The beginning of a file as text; null where there is none, or where it is something else than a file. */
const readBeginning = (path: string): string | null => {
  let file: number | null = null;
  try {
    file = openSync(path, 'r');
    // A device or a pipe could be read for ever.
    if (!fstatSync(file).isFile()) return null;
    const bytes = Buffer.alloc(longestInvitation);
    return bytes.toString('latin1', 0, readSync(file, bytes, 0, bytes.length, 0));
  } catch {
    return null;
  } finally {
    if (file !== null) closeSync(file);
  }
};

const isLink = (text: string): boolean => text.toLowerCase().startsWith('steward:');
const isFile = (text: string): boolean => text.toLowerCase().endsWith(invitationFileEnding);

/**
 * The invitation that a link or a file means, as a link; an empty text where it means one and cannot be read, so that the
 * person is told; null where it means none. Reads nothing but a file that ends as invitations do.
 */
export const openedInvitation = (said: string, folder: string): string | null => {
  if (isLink(said)) return invitationLink(said) ?? '';
  if (!isFile(said)) return null;
  const text = readBeginning(resolve(folder, said));
  return text === null ? '' : (invitationLink(text) ?? '');
};

/** The same among the arguments of a start; the last one counts, because systems put what was opened at the end. */
export const invitationAmong = (args: readonly string[], folder: string): string | null => {
  const meant = args.filter((arg) => !arg.startsWith('-') && (isLink(arg) || isFile(arg))).at(-1);
  return meant === undefined ? null : openedInvitation(meant, folder);
};
