import type { ReadLimits } from './read-limits.ts';

/** One header field: its name in lower case, and where its raw value lies (folded, without the last line end). */
export type HeaderField = { readonly name: string; readonly start: number; readonly end: number };

/** A header block located in the bytes, and where the body behind it starts. */
export type HeaderBlock = {
  readonly fields: readonly HeaderField[];
  readonly bodyStart: number;
  readonly limitHit: boolean;
  readonly missingSeparator: boolean;
};

const LF = 10;
const CR = 13;
const COLON = 58;
/** RFC 5322 sets no limit to a field name; none in use is near this long. */
const longestName = 128;

/** Fields that are recorded (the first of each) even behind the limits, so that a padded header cannot hide who wrote. */
const essential = new Set([
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'subject',
  'date',
  'message-id',
  'in-reply-to',
  'references',
  'content-type',
  'content-transfer-encoding',
  'content-disposition',
  'auto-submitted',
  'precedence',
  'list-id',
  'return-path',
  'x-steward-id',
]);

/** Where the name of a field ends: index of the colon, or -1 when the line is no field (RFC 5322 section 2.2, blanks before the colon allowed). */
function colonOf(bytes: Buffer, start: number, end: number): number {
  const stop = Math.min(end, start + longestName);
  let blank = false;
  for (let at = start; at < stop; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === COLON) return at > start ? at : -1;
    if (byte === 32 || byte === 9) blank = true;
    else if (blank || byte < 33 || byte > 126) return -1;
  }
  return -1;
}

function startsWith(bytes: Buffer, at: number, word: string): boolean {
  return bytes.toString('latin1', at, at + word.length) === word;
}

/**
 * Locates the fields of the header block at `start` (RFC 5322 section 2.2), tolerating an mbox "From " line, blank
 * lines before the first field and a missing blank line before the body.
 */
export function readHeaderBlock(bytes: Buffer, start: number, end: number, limits: ReadLimits): HeaderBlock {
  const fields: { name: string; start: number; end: number }[] = [];
  const seen = new Set<string>();
  let open: { name: string; start: number; end: number } | null = null;
  let limitHit = false;
  let at = start;
  while (at < end) {
    let lineEnd = bytes.indexOf(LF, at);
    if (lineEnd === -1 || lineEnd > end) lineEnd = end;
    const next = Math.min(lineEnd + 1, end);
    if (lineEnd > at && bytes[lineEnd - 1] === CR) lineEnd -= 1;
    const first = bytes[at] ?? 0;
    if (lineEnd === at) return { fields, bodyStart: next, limitHit, missingSeparator: false };
    if (first === 32 || first === 9) {
      if (open) open.end = lineEnd;
      at = next;
      continue;
    }
    const dashes = first === 45 && bytes[at + 1] === 45;
    const colon = dashes ? -1 : colonOf(bytes, at, lineEnd);
    if (colon === -1) {
      const mboxLine = startsWith(bytes, at, 'From ') || startsWith(bytes, at, '>From ');
      if (mboxLine && fields.length === 0) {
        at = next;
        continue;
      }
      return { fields, bodyStart: at, limitHit, missingSeparator: true };
    }
    const name = bytes.toString('latin1', at, colon).trimEnd().toLowerCase();
    open = { name, start: colon + 1, end: lineEnd };
    const full = fields.length >= limits.headerFields || at - start > limits.headerBytes;
    if (full) limitHit = true;
    if (!full || (essential.has(name) && !seen.has(name))) {
      fields.push(open);
      seen.add(name);
    }
    at = next;
  }
  return { fields, bodyStart: end, limitHit, missingSeparator: false };
}

/** The raw value of a field unfolded (RFC 5322 section 2.2.3), one character a byte, at most `max` bytes, NUL removed. */
export function rawValue(bytes: Buffer, field: HeaderField, max: number): string {
  const value = bytes.toString('latin1', field.start, Math.min(field.end, field.start + max));
  return /[\r\n\0]/.test(value) ? value.replace(/[\r\n\0]+/g, '').trim() : value.trim();
}

/** The first field of that name, or null. */
export function firstField(block: HeaderBlock, name: string): HeaderField | null {
  for (const field of block.fields) if (field.name === name) return field;
  return null;
}

/** All fields of that name, topmost first. */
export function allFields(block: HeaderBlock, name: string): readonly HeaderField[] {
  return block.fields.filter((field) => field.name === name);
}
