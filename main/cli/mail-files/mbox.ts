import {
  endOfHeaders,
  followsEmptyLine,
  isSeparator,
  longestSeparator,
  separatorTime,
  unquoteFromLines,
  withoutEmptyLine,
} from './mbox-lines.ts';
import type { FoundMail } from './mail-file.ts';

/** A mail of an mbox; `deleted` when its owner had thrown it away and only the file was never packed. */
export type MboxMail = Omit<FoundMail, 'folder'> & { readonly deleted: boolean };

/** Servers refuse mail beyond some 50-150 MB; what is longer is a broken file and must not fill the memory. */
const usualLimit = 160 * 1024 * 1024;

/** Only headers at the beginning can say something about storage. */
const longestHeader = 256 * 1024;

/**
 * Cuts an mbox into mails, chunk by chunk, whichever of its dialects it is written in: mboxrd (lines quoted with one
 * more `>`), mboxo (read the same way), mboxcl and mboxcl2 (a Content-Length that fits is believed). Memory holds one mail.
 */
export class MboxSplitter {
  readonly #limit: number;
  #buffer: Buffer = Buffer.alloc(0);
  /** The separator line of the mail that is being read; null before the first. */
  #separator: string | null = null;
  /** Everything before this has no separator in it. */
  #searched = 0;
  /** The beginning of a mail longer than the limit, and how many of its bytes were let go. */
  #long: { readonly head: Buffer; dropped: number } | null = null;

  constructor(limit: number = usualLimit) {
    this.#limit = limit;
  }

  /** Takes the next bytes and gives the mails that are complete by now. */
  *push(chunk: Uint8Array): Generator<MboxMail> {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    yield* this.#drain(false);
  }

  /** Gives what is left when the file has ended. */
  *end(): Generator<MboxMail> {
    yield* this.#drain(true);
  }

  *#drain(last: boolean): Generator<MboxMail> {
    if (this.#separator === null && !this.#start(last)) return;
    for (;;) {
      const next = this.#nextSeparator(last);
      if (next === null) break;
      yield* this.#take(next.at);
      this.#separator = next.line;
      this.#cut(next.end);
    }
    if (!last) this.#letGo();
    else if (this.#separator !== null) {
      yield* this.#take(this.#buffer.length);
      this.#separator = null;
      this.#cut(this.#buffer.length);
    }
  }

  /** Looks for the first separator; what stands before it belongs to no mail. */
  #start(last: boolean): boolean {
    const first = this.#nextSeparator(last);
    if (first === null) return false;
    this.#separator = first.line;
    this.#cut(first.end);
    return true;
  }

  #cut(at: number): void {
    this.#buffer = this.#buffer.subarray(at);
    this.#searched = 0;
    this.#long = null;
  }

  #nextSeparator(last: boolean): { readonly at: number; readonly end: number; readonly line: string } | null {
    const told = this.#endByLength();
    if (told === 'wait' && !last) return null;
    if (typeof told === 'number') this.#searched = Math.max(this.#searched, told);
    for (let at = this.#searched; ; at += 1) {
      at = this.#buffer.indexOf('From ', at);
      if (at === -1) break;
      const lineEnd = this.#buffer.indexOf('\n', at);
      if (lineEnd === -1 && !last && this.#buffer.length - at <= longestSeparator) {
        this.#searched = at;
        return null;
      }
      const end = lineEnd === -1 ? this.#buffer.length : lineEnd;
      const line = this.#buffer.toString('latin1', at, Math.min(end, at + longestSeparator + 1)).trimEnd();
      if (isSeparator(line) && (followsEmptyLine(this.#buffer, at) || at === told)) {
        return { at, end: Math.min(end + 1, this.#buffer.length), line };
      }
    }
    // "From " itself may have been cut in two.
    this.#searched = Math.max(this.#searched, this.#buffer.length - 4);
    return null;
  }

  /** Where the mail ends by its own Content-Length, where what follows bears that out; 'wait' until that can be seen. */
  #endByLength(): number | 'wait' | null {
    if (this.#separator === null || this.#long !== null) return null;
    const body = endOfHeaders(this.#buffer.subarray(0, longestHeader));
    if (body === -1) return null;
    const length = headerOf(this.#buffer.subarray(0, body), 'content-length');
    if (length === null || !/^\d{1,10}$/.test(length)) return null;
    const end = body + Number(length);
    if (end > this.#limit) return null;
    if (this.#buffer.length < end + longestSeparator && !this.#showsEnd(end)) return 'wait';
    return this.#showsEnd(end) ? this.#skipEmptyLines(end) : null;
  }

  #skipEmptyLines(at: number): number {
    let next = at;
    while (this.#buffer[next] === 10 || this.#buffer[next] === 13) next += 1;
    return next;
  }

  #showsEnd(end: number): boolean {
    if (end > this.#buffer.length) return false;
    const next = this.#skipEmptyLines(end);
    const lineEnd = this.#buffer.indexOf('\n', next);
    if (next === this.#buffer.length || lineEnd === -1) return false;
    return isSeparator(this.#buffer.toString('latin1', next, lineEnd).trimEnd());
  }

  #letGo(): void {
    if (this.#buffer.length <= this.#limit + longestSeparator) return;
    // Copied, so that the rest of the buffer can be given back.
    this.#long ??= { head: Buffer.from(this.#buffer.subarray(0, this.#limit)), dropped: 0 };
    const kept = Math.min(this.#searched, this.#buffer.length - longestSeparator);
    this.#long.dropped += kept;
    this.#buffer = Buffer.from(this.#buffer.subarray(kept));
    this.#searched -= kept;
  }

  *#take(at: number): Generator<MboxMail> {
    const end = withoutEmptyLine(this.#buffer, at);
    const long = this.#long;
    const raw = long === null ? this.#buffer.subarray(0, end) : long.head;
    // Two separators in a row hold no mail between them.
    if (raw.every((byte) => byte === 10 || byte === 13)) return;
    const body = endOfHeaders(raw.subarray(0, longestHeader));
    const headers = raw.subarray(0, body === -1 ? longestHeader : body);
    yield {
      bytes: new Uint8Array(hasBareSeparator(raw) ? raw : unquoteFromLines(raw)),
      partial: long !== null,
      size: long === null ? raw.length : long.dropped + end,
      receivedAt: separatorTime(this.#separator ?? ''),
      ...storedFlags(headers),
    };
  }
}

/** A mail in which a separator stands unquoted was not quoted at all (mboxcl2), so nothing is to be undone. */
const hasBareSeparator = (raw: Buffer): boolean => {
  for (let at = raw.indexOf('\nFrom '); at !== -1; at = raw.indexOf('\nFrom ', at + 1)) {
    const end = raw.indexOf('\n', at + 1);
    if (isSeparator(raw.toString('latin1', at + 1, end === -1 ? raw.length : end).trimEnd())) return true;
  }
  return false;
};

const headerOf = (headers: Buffer, name: string): string | null => {
  const match = new RegExp(`(?:^|\\n)${name}:[ \\t]*([^\\r\\n]*)`, 'i').exec(headers.toString('latin1'));
  return match?.[1]?.trim() ?? null;
};

/** What mail programs write into a stored mail: Status and X-Status of Unix, and Mozilla's bits (nsMsgMessageFlags.h). */
const storedFlags = (headers: Buffer): Pick<MboxMail, 'seen' | 'answered' | 'deleted'> => {
  const status = `${headerOf(headers, 'status') ?? ''}${headerOf(headers, 'x-status') ?? ''}`;
  const mozilla = Number.parseInt(headerOf(headers, 'x-mozilla-status') ?? '', 16);
  const bit = (mask: number): boolean => !Number.isNaN(mozilla) && (mozilla & mask) !== 0;
  const says = status !== '' || !Number.isNaN(mozilla);
  return {
    // A file that says nothing about reading is an archive: its owner has read it.
    seen: !says || status.includes('R') || bit(0x0001),
    answered: status.includes('A') || bit(0x0002),
    deleted: status.includes('D') || bit(0x0008),
  };
};
