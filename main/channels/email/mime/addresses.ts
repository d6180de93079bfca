import { decodeWords } from './encoded-words.ts';
import type { MailAddress } from './mail-types.ts';
import { trimCharacters } from './trim-characters.ts';

/** The mailboxes of one header, and what was wrong with how they were written. */
export type AddressList = {
  readonly addresses: readonly MailAddress[];
  readonly malformed: boolean;
  readonly group: boolean;
  readonly limitHit: boolean;
};

/** RFC 5321 section 4.5.3.1 allows 64 + 1 + 255; this leaves room for what gateways encode into local parts. */
const longestAddress = 1000;
const longestName = 300;
/** Text of one mailbox that is split into words; an address stands at its end. */
const longestBare = 4096;

const hiddenCharacters = /\p{Cf}|\u034f/gu;

/** A name as it may be shown: one line, no control, bidi or invisible characters, at most 300 characters. */
function displayName(decoded: string): string {
  const line = decoded
    .replace(hiddenCharacters, '')
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
    .slice(0, longestName);
  const wrapped = /^'(.*)'$/.exec(line);
  return wrapped?.[1] ?? line;
}

type Draft = {
  /** Text outside angle brackets and comments, quoted strings with their quotes kept out. */
  name: string;
  /** The same text with quoted strings as written, from which a bare address is read. */
  bare: string;
  angle: string | null;
  angles: number;
  comments: string;
};

const emptyDraft = (): Draft => ({ name: '', bare: '', angle: null, angles: 0, comments: '' });

/** Keeps quoted local parts whole, lower-cases the domain, and drops a source route (RFC 5322 section 4.4). */
function cleanAddress(written: string): string {
  if (written.length > longestAddress * 2) return '';
  let address = written.replace(/\p{Cc}/gu, '').trim();
  if (address.startsWith('@')) address = address.slice(address.lastIndexOf(':') + 1);
  if (/^mailto:/i.test(address)) address = address.slice(7);
  address = trimCharacters(address, "<>'");
  if (!address.startsWith('"')) address = address.replace(/ ?@ ?/g, '@');
  if (address.length > longestAddress) return '';
  const at = address.lastIndexOf('@');
  if (at === -1) return address.replace(/\s+/g, '');
  const local = address.slice(0, at).trim();
  const domain = address
    .slice(at + 1)
    .replace(hiddenCharacters, '')
    .trim();
  return `${local}@${domain.toLowerCase().replace(/\.$/, '')}`;
}

/** Splits text without brackets into its address (the last word with an @) and the words around it. */
function splitBare(bare: string): { readonly address: string; readonly rest: string } {
  const words =
    bare
      .slice(-longestBare)
      .replace(/ ?@ ?/g, '@')
      .match(/(?:"[^"]*"|[^\s"]|")+/g) ?? [];
  const position = words.findLastIndex((word) => word.includes('@'));
  if (position !== -1) {
    return { address: words[position] ?? '', rest: words.filter((_, index) => index !== position).join(' ') };
  }
  const [only = ''] = words;
  return words.length === 1 && !only.startsWith('"') && !only.includes('=?')
    ? { address: only, rest: '' }
    : { address: '', rest: words.join(' ') };
}

/**
 * An address as RFC 5322 section 3.4.1 and RFC 6531 section 3.3 write it. A quoted local part is fine unless an "@" in it poses as
 * another address (the trick behind CVE-2025-13033).
 */
const wellFormed =
  /^(?:[^\s()<>[\]:;@\\,."]+(?:\.[^\s()<>[\]:;@\\,."]+)*|"[^"\\@]*")@(?:[\p{L}\p{M}\p{N}_-]+(?:\.[\p{L}\p{M}\p{N}_-]+)*|\[[\da-f:.]+\])$/iu;

/**
 * Whether what was written leaves it open which address is meant: something that is no address, other words beside a bare address,
 * or another address in front of the brackets without quotes.
 */
function isUnclear(draft: Draft, mailbox: MailAddress): boolean {
  if (mailbox.address.includes('@') && !wellFormed.test(mailbox.address)) return true;
  const bare = draft.bare.slice(-longestBare).trim();
  // Quote marks around an address: we leave them away, others count them to it.
  if (/^'|'$/.test((draft.angle ?? bare).trim())) return true;
  if (draft.angle === null) return bare.includes('@') && splitBare(bare).rest !== '';
  return bare
    .replace(/"[^"]*"/g, ' ')
    .split(' ')
    .some((word) => word.includes('@') && word.toLowerCase() !== mailbox.address.toLowerCase());
}

function mailboxOf(draft: Draft): MailAddress | null {
  const comments = draft.comments.trim();
  if (draft.angle !== null) {
    const address = cleanAddress(draft.angle);
    const name = displayName(decodeWords(draft.name.trim() === '' ? comments : draft.name));
    return { name: name.toLowerCase() === address.toLowerCase() ? '' : name, address };
  }
  if (draft.bare.trim() === '')
    return comments === '' ? null : { name: displayName(decodeWords(comments)), address: '' };
  const { address, rest } = splitBare(draft.bare.trim());
  const written = rest === '' ? comments : rest.replace(/"/g, '');
  return { name: displayName(decodeWords(written)), address: cleanAddress(address) };
}

function quotedEnd(value: string, from: number): number {
  for (let at = from + 1; at < value.length; at += 1) {
    const char = value.charAt(at);
    if (char === '\\') at += 1;
    else if (char === '"') return at;
  }
  return -1;
}

/** Where the comment that opens at `from` closes (RFC 5322 section 3.2.2, nested), or -1. */
export function commentEnd(value: string, from: number): number {
  let depth = 0;
  for (let at = from; at < value.length; at += 1) {
    const char = value.charAt(at);
    if (char === '\\') at += 1;
    else if (char === '(') depth += 1;
    else if (char === ')') {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return -1;
}

/** Where the bracket at `from` closes: quoted strings inside are skipped, a second "<" starts over. */
function angleEnd(value: string, from: number): { readonly start: number; readonly end: number } {
  let start = from + 1;
  let inQuotes = false;
  for (let at = start; at < value.length; at += 1) {
    const char = value.charAt(at);
    if (char === '\\' && inQuotes) at += 1;
    else if (char === '"') inQuotes = !inQuotes;
    else if (char === '<' && !inQuotes) start = at + 1;
    else if (char === '>' && !inQuotes) return { start, end: at };
  }
  // A stray quote must not swallow the bracket: once more, without quotes.
  const plain = value.indexOf('>', from);
  if (plain !== -1) return { start: from + 1, end: plain };
  const comma = value.indexOf(',', from);
  return { start: from + 1, end: comma === -1 ? value.length : comma };
}

class AddressReader {
  readonly #value: string;
  readonly #limit: number;
  readonly #found: MailAddress[] = [];
  #draft = emptyDraft();
  #noMoreQuotes = false;
  #noMoreComments = false;
  #noMoreAngles = false;
  group = false;
  malformed = false;
  limitHit = false;

  constructor(value: string, limit: number) {
    this.#value = value;
    this.#limit = limit;
  }

  read(): AddressList {
    let at = 0;
    while (at < this.#value.length && !this.limitHit) at = this.#step(at);
    this.#finish();
    const { group, malformed, limitHit } = this;
    return { addresses: joinSplitNames(this.#found), malformed, group, limitHit };
  }

  #step(at: number): number {
    const char = this.#value.charAt(at);
    switch (char) {
      case '"':
        return this.#quoted(at);
      case '(':
        return this.#comment(at);
      case '<':
        return this.#angle(at);
      case ',':
        this.#finish();
        return at + 1;
      case ';':
        this.#finish();
        return at + 1;
      case ':':
        if (this.#draft.angle === null && !this.#draft.bare.includes('@')) {
          if (!/^\s*mailto$/i.test(this.#draft.bare)) this.group = true;
          this.#draft = emptyDraft();
          return at + 1;
        }
        return this.#plain(at, at + 1);
      default: {
        let end = at + 1;
        while (end < this.#value.length && !'"(<,;:'.includes(this.#value.charAt(end))) end += 1;
        return this.#plain(at, end);
      }
    }
  }

  #plain(from: number, to: number): number {
    const text = this.#value.slice(from, to).replace(/\s+/g, ' ');
    if (this.#draft.angle !== null && text.trim() !== '') this.malformed = true;
    this.#draft.name += text;
    this.#draft.bare += text;
    return to;
  }

  #quoted(at: number): number {
    const end = this.#noMoreQuotes ? -1 : quotedEnd(this.#value, at);
    if (end === -1) {
      this.#noMoreQuotes = true;
      this.malformed = true;
      return at + 1;
    }
    const raw = this.#value.slice(at + 1, end);
    this.#draft.name += raw.replace(/\\(.)/g, '$1');
    this.#draft.bare += `"${raw.replace(/"/g, '')}"`;
    return end + 1;
  }

  #comment(at: number): number {
    const end = this.#noMoreComments ? -1 : commentEnd(this.#value, at);
    if (end === -1) {
      this.#noMoreComments = true;
      this.malformed = true;
      return this.#plain(at, at + 1);
    }
    this.#draft.comments += ` ${this.#value.slice(at + 1, end).replace(/\\(.)/g, '$1')}`;
    // A comment separates words: `user@good(x)evil` must not become user@goodevil.
    this.#draft.bare += ' ';
    return end + 1;
  }

  #angle(at: number): number {
    if (this.#noMoreAngles) return this.#plain(at, at + 1);
    const { start, end } = angleEnd(this.#value, at);
    if (this.#value.charAt(end) !== '>') {
      this.#noMoreAngles = true;
      this.malformed = true;
    }
    const inside = this.#value.slice(start, end);
    this.#draft.angles += 1;
    if (this.#draft.angles > 1) {
      // Two addresses for one name: the last is the one a server checked when it accepted the mail.
      this.malformed = true;
      this.#draft.name += ` <${this.#draft.angle ?? ''}>`;
    }
    const spaced =
      !inside.includes('"') && /\S\s+\S/.test(inside.slice(0, longestAddress).trim().replace(/ ?@ ?/g, '@'));
    if (spaced) this.malformed = true;
    this.#draft.angle = spaced ? splitBare(inside.slice(0, longestAddress)).address : inside;
    return end + 1;
  }

  #finish(): void {
    const draft = this.#draft;
    const mailbox = mailboxOf(draft);
    this.#draft = emptyDraft();
    if (mailbox === null || (mailbox.name === '' && mailbox.address === '')) return;
    if (isUnclear(draft, mailbox)) this.malformed = true;
    if (this.#found.length >= this.#limit) {
      this.limitHit = true;
      return;
    }
    this.#found.push(mailbox);
  }
}

/** `Müller, Hans <h@x>` without quotes reads as a name alone and a mailbox: put them together again. */
function joinSplitNames(found: readonly MailAddress[]): readonly MailAddress[] {
  const joined: MailAddress[] = [];
  let names: string[] = [];
  for (const [index, mailbox] of found.entries()) {
    const nameOnly = !mailbox.address.includes('@');
    const next = found[index + 1];
    if (
      nameOnly &&
      next !== undefined &&
      names.length < 4 &&
      found.slice(index + 1, index + 4).some((other) => other.address.includes('@') && other.name !== '')
    ) {
      names.push(mailbox.name === '' ? mailbox.address : mailbox.name);
      continue;
    }
    if (names.length > 0)
      joined.push({ ...mailbox, name: [...names, mailbox.name].filter((name) => name !== '').join(', ') });
    else joined.push(mailbox);
    names = [];
  }
  return joined;
}

/**
 * Reads an address list (RFC 5322 section 3.4 with the obsolete forms, groups flattened) in linear time. Structure is
 * read before encoded words are decoded, so that no encoded text can add an address.
 */
export function readAddresses(value: string, limit: number): AddressList {
  return new AddressReader(value, limit).read();
}
