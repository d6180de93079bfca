import { decodeCharset } from './charset.ts';
import { unflow } from './flowed-text.ts';
import { htmlToText } from './html-to-text.ts';
import type { Entity } from './mime-structure.ts';
import { findUuBlocks, leafBytes } from './part-bytes.ts';
import type { ReadLimits } from './read-limits.ts';

/** What the leaves of a mail turned into. */
export type MailBody = {
  readonly text: string;
  readonly html: string | null;
  /** Leaves that are files, in order. */
  readonly files: readonly Entity[];
  readonly calendars: readonly Entity[];
  readonly guessed: boolean;
  readonly truncated: boolean;
};

type Piece = { readonly text: string | null; readonly html: string | null };

/** Encoded bytes read for one decoded character: base64 of UTF-8 needs at most 5, quoted-printable up to 9; the rest is cut. */
const encodedBytesPerChar = 4;

function nameOf(entity: Entity): string {
  return entity.dispositionParams.get('filename') ?? entity.typeParams.get('name') ?? '';
}

/** Charset named inside HTML (WHATWG "prescan", first KiB), for parts whose header names none. */
function metaCharset(bytes: Buffer): string | null {
  const match = /<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}["']?([a-z0-9_:-]{2,40})/i.exec(
    bytes.toString('latin1', 0, 2048),
  );
  return match?.[1] ?? null;
}

function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

class BodyReader {
  readonly #bytes: Buffer;
  readonly #limits: ReadLimits;
  readonly #files: Entity[] = [];
  readonly #calendars: Entity[] = [];
  #textLeft: number;
  #htmlLeft: number;
  guessed = false;
  truncated = false;

  constructor(bytes: Buffer, limits: ReadLimits) {
    this.#bytes = bytes;
    this.#limits = limits;
    this.#textLeft = limits.textChars;
    this.#htmlLeft = limits.htmlChars;
  }

  read(root: Entity): MailBody {
    const pieces = this.#collect(root);
    const text = this.#textOf(pieces);
    const { guessed, truncated } = this;
    return { text, html: htmlOf(pieces), files: this.#files, calendars: this.#calendars, guessed, truncated };
  }

  #collect(entity: Entity): readonly Piece[] {
    if (entity.children.length === 0) return this.#leaf(entity);
    switch (entity.type) {
      case 'multipart/alternative':
        return this.#alternative(entity.children);
      case 'multipart/related':
        return this.#related(entity);
      case 'multipart/encrypted':
        this.#files.push(...entity.children);
        return [];
      default:
        return entity.children.flatMap((child) => this.#collect(child));
    }
  }

  /** Keeps the first text and the richest (last) HTML; other alternatives are files, so that nothing is dropped. */
  #alternative(children: readonly Entity[]): readonly Piece[] {
    const pieces = children.map((child) => this.#collect(child));
    const rich = pieces.findLast((list) => list.some((piece) => piece.html !== null));
    const plain = pieces.find((list) =>
      list.some((piece) => piece.text !== null && piece.html === null && piece.text.trim() !== ''),
    );
    if (rich === undefined) return plain ?? pieces.find((list) => list.length > 0) ?? [];
    const text = plain?.map((piece) => piece.text ?? '').join('\n\n') ?? null;
    return [{ text, html: htmlOf(rich) }];
  }

  #related(entity: Entity): readonly Piece[] {
    const start = entity.typeParams.get('start')?.replace(/^<|>$/g, '');
    const root =
      entity.children.find((child) => start !== undefined && child.contentId === start) ?? entity.children[0];
    const pieces: Piece[] = [];
    for (const child of entity.children) {
      // Only the root is text to read: a second HTML part would be a file the first one shows.
      if (child === root || child.type.startsWith('multipart/')) pieces.push(...this.#collect(child));
      else this.#files.push(child);
    }
    return pieces;
  }

  #leaf(entity: Entity): readonly Piece[] {
    const isText =
      entity.type === 'text/plain' || entity.type === 'text/html' || entity.type === 'text/enriched';
    const attached =
      entity.disposition === 'attachment' ||
      (nameOf(entity) !== '' && entity.path !== '1' && entity.disposition !== '');
    if (entity.type.startsWith('multipart/')) return this.#plain(entity);
    if (entity.type === 'text/calendar' || entity.type === 'application/ics') {
      this.#calendars.push(entity);
      this.#files.push(entity);
      return [];
    }
    if (entity.type === 'text/watch-html' || entity.type === 'text/x-amp-html') return [];
    if (!isText || attached) {
      this.#files.push(entity);
      return [];
    }
    return entity.type === 'text/html' ? this.#html(entity) : this.#plain(entity);
  }

  #decode(entity: Entity, left: number): string {
    const maxEncoded = Math.max(0, left) * encodedBytesPerChar;
    const size = entity.end - entity.start;
    if (size > maxEncoded) this.truncated = true;
    const bytes = leafBytes(this.#bytes, entity, maxEncoded);
    const declared =
      entity.typeParams.get('charset') ?? (entity.type === 'text/html' ? metaCharset(bytes) : null);
    const decoded = decodeCharset(bytes, declared);
    if (decoded.guessed) this.guessed = true;
    if (decoded.text.length > left) this.truncated = true;
    return decoded.text.slice(0, left).replace(/\0/g, '');
  }

  #plain(entity: Entity): readonly Piece[] {
    const blocks = findUuBlocks(this.#bytes, entity);
    const [first] = blocks;
    let text: string;
    if (first === undefined) {
      text = this.#decode(entity, this.#textLeft);
    } else {
      text = '';
      let at = entity.start;
      for (const block of blocks) {
        text += this.#decode({ ...entity, start: at, end: block.start }, this.#textLeft - text.length);
        at = Math.min(block.end, entity.end);
      }
      text += this.#decode({ ...entity, start: at }, this.#textLeft - text.length);
    }
    if ((entity.typeParams.get('format') ?? '').toLowerCase() === 'flowed') {
      text = unflow(text, (entity.typeParams.get('delsp') ?? '').toLowerCase() === 'yes');
    }
    if (entity.type === 'text/enriched') text = text.replace(/<[a-z/][a-z-]{0,40}>/gi, '');
    text = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
    this.#textLeft -= Math.min(this.#textLeft, text.length);
    return text === '' ? [] : [{ text, html: null }];
  }

  #html(entity: Entity): readonly Piece[] {
    const html = this.#decode(entity, this.#htmlLeft);
    this.#htmlLeft -= Math.min(this.#htmlLeft, html.length);
    return html.trim() === '' ? [] : [{ text: null, html }];
  }

  #textOf(pieces: readonly Piece[]): string {
    let left = this.#limits.textChars;
    const texts: string[] = [];
    for (const piece of pieces) {
      let { text } = piece;
      if ((text === null || text.trim() === '') && piece.html !== null) {
        const read = htmlToText(piece.html, left);
        if (read.truncated) this.truncated = true;
        ({ text } = read);
      }
      if (text === null || text.trim() === '') continue;
      texts.push(text.slice(0, left));
      left -= Math.min(left, text.length);
    }
    return texts
      .map((text, index) => (index === 0 ? text : text.replace(/^\n+/, '')))
      .join('\n\n')
      .trimEnd();
  }
}

/** One HTML body of several pieces in order; text between HTML pieces keeps its lines. Null when no piece is HTML. */
function htmlOf(pieces: readonly Piece[]): string | null {
  if (!pieces.some((piece) => piece.html !== null)) return null;
  if (pieces.length === 1) return pieces[0]?.html ?? null;
  return pieces
    .map((piece) => piece.html ?? `<div style="white-space: pre-wrap">${escapeHtml(piece.text ?? '')}</div>`)
    .join('\n');
}

/** Chooses what is read and what is a file (RFC 2046 section 5.1, RFC 2387), and decodes the former within the limits. */
export function readBody(bytes: Buffer, root: Entity, limits: ReadLimits): MailBody {
  return new BodyReader(bytes, limits).read(root);
}
