import { decodeCharset } from './charset.ts';
import { firstField, rawValue, readHeaderBlock } from './header-block.ts';
import type { HeaderBlock } from './header-block.ts';
import { readParameters } from './parameters.ts';
import type { ReadLimits } from './read-limits.ts';
import { trimCharacters } from './trim-characters.ts';

/** One node of the MIME tree (RFC 2045), located in the bytes and not decoded. `path` is the IMAP part number ('' for a multipart root). */
export type Entity = {
  readonly path: string;
  readonly type: string;
  readonly typeParams: ReadonlyMap<string, string>;
  readonly disposition: string;
  readonly dispositionParams: ReadonlyMap<string, string>;
  readonly encoding: string;
  readonly contentId: string | null;
  readonly header: HeaderBlock;
  readonly start: number;
  readonly end: number;
  readonly children: readonly Entity[];
};

/** The tree, and whether it had to be cut short or was left open by its writer. */
export type MimeStructure = { readonly root: Entity; readonly limitHit: boolean; readonly unclosed: boolean };

type OpenEntity = { -readonly [K in keyof Entity]: Entity[K] } & { children: OpenEntity[] };
type OpenMultipart = { readonly entity: OpenEntity; readonly boundary: Buffer };

const LF = 10;
const CR = 13;
const DASH = 45;
/** RFC 2046 allows 70 characters; careless mailers write more. */
const longestBoundary = 250;
const headerValueBytes = 32 * 1024;

function describe(
  bytes: Buffer,
  header: HeaderBlock,
  path: string,
  fallbackType: string,
  end: number,
): OpenEntity {
  const value = (name: string): string => {
    const field = firstField(header, name);
    if (field === null) return '';
    const raw = rawValue(bytes, field, headerValueBytes);
    return /[\x80-\xff]/.test(raw) ? decodeCharset(Buffer.from(raw, 'latin1'), null).text : raw;
  };
  const type = readParameters(value('content-type'));
  const disposition = readParameters(value('content-disposition'));
  const contentId = trimCharacters(value('content-id').slice(0, 998), '<> \t');
  return {
    path,
    type: /^[^\s/]+\/[^\s/]+$/.test(type.word) ? type.word : typeFromBareWord(type.word, fallbackType),
    typeParams: type.params,
    disposition: disposition.word,
    dispositionParams: disposition.params,
    encoding: readParameters(value('content-transfer-encoding').slice(0, 100)).word,
    contentId: contentId === '' ? null : contentId,
    header,
    start: header.bodyStart,
    end,
    children: [],
  };
}

/** RFC 1049 and careless mailers write "text" alone; anything else unknown is treated as the default. */
function typeFromBareWord(word: string, fallback: string): string {
  if (word === 'html') return 'text/html';
  if (word.startsWith('multipart')) return 'multipart/mixed';
  return word === '' || word === 'text' ? fallback : 'application/octet-stream';
}

/** Bytes looked at one by one before the native search is asked: calling it for every short line costs more than the line. */
const nearby = 128;
const dashLine = Buffer.from('\n--');

/** Start of the next line that begins with "--" at or after the line start or line end `from`, or -1. */
function nextDashLine(bytes: Buffer, from: number): number {
  if (bytes[from] === DASH && bytes[from + 1] === DASH) return from;
  const stop = Math.min(bytes.length, from + nearby);
  for (let at = from; at < stop; at += 1) {
    if (bytes[at] === LF && bytes[at + 1] === DASH && bytes[at + 2] === DASH) return at + 1;
  }
  const found = stop === bytes.length ? -1 : bytes.indexOf(dashLine, stop);
  return found === -1 ? -1 : found + 1;
}

function lineEndAt(bytes: Buffer, from: number): number {
  const stop = Math.min(bytes.length, from + nearby);
  for (let at = from; at < stop; at += 1) if (bytes[at] === LF) return at;
  const end = bytes.indexOf(LF, stop);
  return end === -1 ? bytes.length : end;
}

/** Whether the dash line is the delimiter of that boundary, its closing delimiter, or neither; transport padding is allowed. */
function delimiterOf(
  bytes: Buffer,
  line: number,
  lineEnd: number,
  boundary: Buffer,
): 'open' | 'close' | null {
  const start = line + 2;
  if (lineEnd - start < boundary.length) return null;
  for (let at = 0; at < boundary.length; at += 1) if (bytes[start + at] !== boundary[at]) return null;
  let end = lineEnd;
  const after = start + boundary.length;
  while (end > after && isPadding(bytes[end - 1])) end -= 1;
  if (end === after) return 'open';
  return end === after + 2 && bytes[after] === DASH && bytes[after + 1] === DASH ? 'close' : null;
}

function isPadding(byte: number | undefined): boolean {
  return byte === CR || byte === 32 || byte === 9;
}

/** The text of a dash line behind its two dashes; '' when it is too long to be a boundary. */
function boundaryText(bytes: Buffer, at: number, lineEnd: number): string {
  if (lineEnd - at > longestBoundary + 100) return '';
  return bytes.toString('latin1', at + 2, lineEnd).trimEnd();
}

function withoutLineEnd(bytes: Buffer, start: number, lineStart: number): number {
  let end = lineStart;
  if (end > start && bytes[end - 1] === LF) end -= 1;
  if (end > start && bytes[end - 1] === CR) end -= 1;
  return Math.max(start, end);
}

class StructureReader {
  readonly #bytes: Buffer;
  readonly #limits: ReadLimits;
  readonly #open: OpenMultipart[] = [];
  #leaf: OpenEntity | null = null;
  #count = 1;
  limitHit = false;

  constructor(bytes: Buffer, limits: ReadLimits) {
    this.#bytes = bytes;
    this.#limits = limits;
  }

  read(header: HeaderBlock, forcedBoundary: string | null): MimeStructure {
    const root = describe(this.#bytes, header, '', 'text/plain', this.#bytes.length);
    const boundary = forcedBoundary ?? this.#boundaryOf(root);
    if (boundary === null) root.path = '1';
    else this.#open.push({ entity: root, boundary: Buffer.from(boundary, 'latin1') });
    let at = root.start;
    while (this.#open.length > 0) {
      const line = nextDashLine(this.#bytes, at);
      if (line === -1) break;
      const lineEnd = lineEndAt(this.#bytes, line);
      at = this.#delimiter(line, lineEnd);
      if (this.#count > this.#limits.parts) break;
    }
    const unclosed = this.#open.length > 0;
    return { root: freeze(root), limitHit: this.limitHit, unclosed };
  }

  #boundaryOf(entity: OpenEntity): string | null {
    if (!entity.type.startsWith('multipart/')) return null;
    const declared = (entity.typeParams.get('boundary') ?? '').trimEnd();
    if (declared !== '' && declared.length <= longestBoundary) return declared;
    return guessBoundary(this.#bytes, entity.start);
  }

  /** Handles a dash line: closes what it closes, opens what it opens; gives where to go on (a line end or a line start). */
  #delimiter(line: number, lineEnd: number): number {
    let level = this.#open.length - 1;
    let closing = false;
    for (; level >= 0; level -= 1) {
      const boundary = this.#open[level]?.boundary;
      const found = boundary === undefined ? null : delimiterOf(this.#bytes, line, lineEnd, boundary);
      closing = found === 'close';
      if (found !== null) break;
    }
    const owner = this.#open[level];
    if (owner === undefined) return lineEnd;
    const end = withoutLineEnd(this.#bytes, owner.entity.start, line);
    if (this.#leaf) this.#leaf.end = Math.max(this.#leaf.start, end);
    this.#leaf = null;
    for (const inner of this.#open.splice(level + 1)) inner.entity.end = Math.max(inner.entity.start, end);
    if (closing) {
      owner.entity.end = lineEnd;
      this.#open.pop();
      return lineEnd;
    }
    return this.#openPart(owner.entity, Math.min(lineEnd + 1, this.#bytes.length));
  }

  #openPart(parent: OpenEntity, at: number): number {
    this.#count += 1;
    if (this.#count > this.#limits.parts) {
      this.limitHit = true;
      return at;
    }
    const bytes = this.#bytes;
    const header = readHeaderBlock(bytes, at, bytes.length, this.#limits);
    if (header.limitHit) this.limitHit = true;
    const fallback = parent.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
    const number = String(parent.children.length + 1);
    const path = parent.path === '' ? number : `${parent.path}.${number}`;
    const child = describe(bytes, header, path, fallback, bytes.length);
    parent.children.push(child);
    const boundary = this.#boundaryOf(child);
    if (boundary === null) {
      this.#leaf = child;
    } else if (this.#open.length >= this.#limits.depth) {
      this.limitHit = true;
      this.#leaf = child;
    } else {
      this.#open.push({ entity: child, boundary: Buffer.from(boundary, 'latin1') });
    }
    return child.start;
  }
}

function freeze(root: OpenEntity): Entity {
  return root;
}

/** The first dash line that could be a boundary: for mails whose declared boundary is missing or never used. */
function guessBoundary(bytes: Buffer, from: number): string | null {
  let at = from;
  for (let tries = 0; tries < 20; tries += 1) {
    const line = nextDashLine(bytes, at);
    if (line === -1) return null;
    const lineEnd = lineEndAt(bytes, line);
    const text = boundaryText(bytes, line, lineEnd);
    if (/^[^\s]{4,}$/.test(text) && !text.endsWith('--')) {
      const partHeader = bytes.toString('latin1', lineEnd + 1, lineEnd + 200);
      if (/^(content-|\r?\n)/i.test(partHeader)) return text;
    }
    at = lineEnd;
  }
  return null;
}

/**
 * Finds the MIME tree (RFC 2046 section 5.1) in one pass over the bytes, whatever the nesting: a delimiter of an outer
 * multipart closes all inner ones. Messages inside messages stay leaves.
 */
export function readStructure(bytes: Buffer, header: HeaderBlock, limits: ReadLimits): MimeStructure {
  const first = new StructureReader(bytes, limits).read(header, null);
  if (!first.root.type.startsWith('multipart/') || first.root.children.length > 0) return first;
  const guess = guessBoundary(bytes, first.root.start);
  if (guess === null) return first;
  return new StructureReader(bytes, limits).read(header, guess);
}

/** All entities without children, in the order of the mail. */
export function leavesOf(root: Entity): readonly Entity[] {
  const leaves: Entity[] = [];
  const stack: Entity[] = [root];
  for (let entity = stack.pop(); entity !== undefined; entity = stack.pop()) {
    if (entity.children.length === 0) leaves.push(entity);
    else
      for (let index = entity.children.length - 1; index >= 0; index -= 1)
        stack.push(...entity.children.slice(index, index + 1));
  }
  return leaves;
}
