import { Tokenizer } from 'htmlparser2';
import { addressOf } from '../names.ts';

/** A mention as the status names it beside its text. */
type Mention = { readonly acct: string; readonly url: string };

/** Longer texts are cut; Mastodon itself takes no more than a megabyte of a whole object. */
const longestHtml = 300_000;
const longestHref = 2_000;
const deepestQuote = 10;

const apart = new Set(['p', 'blockquote', 'pre', 'ul', 'ol', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6']);
const line = new Set(['li', 'div', 'tr']);
const silent = new Set(['script', 'style', 'template', 'title', 'iframe', 'object', 'svg', 'math']);

type Link = { readonly href: string; readonly from: number };

/** Writes the words of a status as they stream past the tokenizer: no tree, so that depth costs nothing. */
class Words {
  readonly #mentions: ReadonlyMap<string, string>;
  readonly #out: string[] = [];
  #newLines = 2;
  #quote = 0;
  #pre = 0;
  #spaced = true;
  #silence: string | null = null;
  #tag = '';
  #attribute = '';
  #href = '';
  #link: Link | null = null;

  constructor(mentions: ReadonlyMap<string, string>) {
    this.#mentions = mentions;
  }

  openName(name: string): void {
    this.#tag = name;
    this.#href = '';
  }

  attributeName(name: string): void {
    this.#attribute = name;
  }

  attributeText(text: string): void {
    if (this.#tag === 'a' && this.#attribute === 'href' && this.#href.length < longestHref)
      this.#href += text.slice(0, longestHref);
  }

  openEnd(): void {
    const tag = this.#tag;
    if (this.#silence !== null) return;
    if (silent.has(tag)) this.#silence = tag;
    else if (tag === 'br') this.#breakLine(1);
    else if (apart.has(tag) || line.has(tag)) {
      this.#breakLine(apart.has(tag) ? 2 : 1, true);
      if (tag === 'blockquote') this.#quote += 1;
      else if (tag === 'pre') this.#pre += 1;
      else if (tag === 'li') this.text('- ');
    } else if (tag === 'a') {
      this.#endLink();
      this.#link = { href: this.#href, from: this.#out.length };
    }
  }

  close(tag: string): void {
    if (this.#silence !== null) {
      if (tag === this.#silence) this.#silence = null;
      return;
    }
    if (tag === 'a') this.#endLink();
    if (!apart.has(tag) && !line.has(tag)) return;
    this.#breakLine(apart.has(tag) ? 2 : 1, true);
    if (tag === 'blockquote' && this.#quote > 0) this.#quote -= 1;
    if (tag === 'pre' && this.#pre > 0) this.#pre -= 1;
  }

  text(text: string): void {
    if (this.#silence !== null || text === '') return;
    if (this.#pre > 0) {
      for (const [index, one] of text.split('\n').entries()) {
        if (index > 0) this.#breakLine(1);
        this.#write(one);
      }
      return;
    }
    const collapsed = text.replaceAll(/[ \t\r\n\f]+/g, ' ');
    this.#write(this.#spaced ? collapsed.replace(/^ /, '') : collapsed);
  }

  finish(): string {
    this.#endLink();
    return this.#out
      .join('')
      .replaceAll(/[ \t]+\n/g, '\n')
      .trim();
  }

  #write(text: string): void {
    if (text === '') return;
    if (this.#newLines > 0 && this.#quote > 0)
      this.#out.push(`${'>'.repeat(Math.min(this.#quote, deepestQuote))} `);
    this.#out.push(text);
    this.#newLines = 0;
    this.#spaced = text.endsWith(' ');
  }

  /** A block begins or ends on a line of its own; a break always ends one. */
  #breakLine(lines: number, block = false): void {
    const wanted = block ? Math.max(0, lines - this.#newLines) : this.#newLines < 2 ? 1 : 0;
    for (let count = 0; count < wanted; count += 1) this.#out.push('\n');
    this.#newLines += wanted;
    this.#spaced = true;
  }

  /** A mention is written with its server, and a link that does not show where it leads is followed by its address. */
  #endLink(): void {
    const link = this.#link;
    this.#link = null;
    if (link === null) return;
    const shown = this.#out.slice(link.from).join('').trim();
    const mention = this.#mentions.get(link.href);
    if (shown.startsWith('@') && mention !== undefined) {
      this.#out.splice(link.from, this.#out.length - link.from, mention);
      this.#spaced = false;
    } else if (!/^[#@]/.test(shown) && /^https?:/i.test(link.href) && !leadsWhereItSays(link.href, shown)) {
      this.text(shown === '' ? link.href : ` (${link.href})`);
    }
  }
}

const bare = (address: string): string => address.replace(/^https?:\/\//i, '').replace(/\/$/, '');

/** Whether the words of a link are its address, with or without the scheme. */
const leadsWhereItSays = (href: string, shown: string): boolean =>
  bare(href).toLowerCase() === bare(shown).toLowerCase();

const pointOf = (code: number): string => String.fromCodePoint(code);

/**
 * The words of a status (docs.joinmastodon.org/api/guidelines, formatting): paragraphs and breaks kept, links whole, mentions with their
 * server. With `home` also those of the server's own people are written so. Linear in the input whatever its nesting; never throws.
 */
export function htmlToWords(
  content: string,
  mentions: readonly Mention[],
  home: string | null = null,
): string {
  const html = content.slice(0, longestHtml);
  const known = new Map(
    mentions.map(({ acct, url }) => [url, `@${(home === null ? null : addressOf(acct, home)) ?? acct}`]),
  );
  const words = new Words(known);
  const nameAt = (start: number, end: number): string =>
    html.slice(start, Math.min(end, start + 30)).toLowerCase();
  const nothing = (): void => undefined;
  const tokenizer = new Tokenizer(
    { decodeEntities: true },
    {
      onattribdata: (start, end) => words.attributeText(html.slice(start, end)),
      onattribentity: (code) => words.attributeText(pointOf(code)),
      onattribend: nothing,
      onattribname: (start, end) => words.attributeName(nameAt(start, end)),
      oncdata: nothing,
      onclosetag: (start, end) => words.close(nameAt(start, end)),
      oncomment: nothing,
      ondeclaration: nothing,
      onend: nothing,
      onopentagend: () => words.openEnd(),
      onopentagname: (start, end) => words.openName(nameAt(start, end)),
      onprocessinginstruction: nothing,
      onselfclosingtag: () => words.openEnd(),
      ontext: (start, end) => words.text(html.slice(start, end)),
      ontextentity: (code) => words.text(pointOf(code)),
    },
  );
  tokenizer.write(html);
  tokenizer.end();
  return words.finish();
}
