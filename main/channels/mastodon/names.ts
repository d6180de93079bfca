import { createHash } from 'node:crypto';

/** Longer names than this are nobody's: Mastodon allows 30 letters and a domain 253. */
const longestAddress = 400;

const user = String.raw`[\p{L}\p{N}_]+(?:[.-]+[\p{L}\p{N}_]+)*`;
const host = String.raw`[\p{L}\p{N}][\p{L}\p{N}.-]*(?::\d{1,5})?`;
const wholeAddress = new RegExp(`^@?(${user})@(${host})$`, 'u');
const bareUser = new RegExp(`^@?(${user})$`, 'u');
const profilePage = new RegExp(String.raw`^https?://(${host})/(?:@|users/)(${user})(?:@(${host}))?/?$`, 'iu');

/** A mention as it stands in a text: a name, and where it is on another server the server's name. */
export const mentionPattern = new RegExp(`(?<![\\p{L}\\p{N}_/.])@(${user})(?:@(${host}))?`, 'gu');

/**
 * The address of an account in the one spelling that is compared: `user@server` in lower case. `acct` is what the server says (entity
 * Account): accounts of the server itself come without a server's name. Null where it is no address.
 */
export function addressOf(acct: string, home: string): string | null {
  if (acct.length > longestAddress) return null;
  const local = bareUser.exec(acct);
  const whole = wholeAddress.exec(local === null ? acct : `${local[1] ?? ''}@${home}`);
  return whole === null ? null : `${whole[1] ?? ''}@${whole[2] ?? ''}`.toLowerCase().normalize('NFC');
}

/** The server's part of an address. */
export const homeOf = (address: string): string => address.slice(address.indexOf('@', 1) + 1).toLowerCase();

/** An address as a person writes it, `@ana@example.org`, `ana@example.org` or the address of a profile page; null for what is none. */
export function readRecipient(typed: string): string | null {
  const text = typed.trim();
  if (text.length > longestAddress) return null;
  const page = profilePage.exec(text);
  if (page !== null) return addressOf(`${page[2] ?? ''}@${page[3] ?? page[1] ?? ''}`, '');
  return wholeAddress.test(text) ? addressOf(text.replace(/^@/, ''), '') : null;
}

/** Mentions without the server's part, as they are compared: a server writes those of its own people without it. */
export const withoutHosts = (text: string): string => text.replaceAll(mentionPattern, '@$1');

const directMark = ':direct:';

/** Where a message belongs: the thread by its root, and for what only those named can read the same people of that thread. */
export function roomOf(root: string, visibility: string, people: readonly string[]): string {
  if (visibility !== 'direct') return root;
  const named = [...new Set(people)].sort().join(' ');
  return `${root}${directMark}${createHash('sha256').update(named).digest('hex').slice(0, 16)}`;
}

/** The root of a room's thread. */
export const rootOf = (room: string): string => room.split(directMark, 1)[0] ?? room;
