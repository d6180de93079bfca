import { Parser } from 'htmlparser2';

/** A stretch of a text that is shown in some way (core.telegram.org/bots/api#messageentity); UTF-16 units, as strings here count. */
type SaidEntity = {
  readonly type: string;
  readonly offset: number;
  readonly length: number;
  readonly url?: string;
};

/** A text with how it is shown. */
export type FormattedText = { readonly text: string; readonly entities: readonly SaidEntity[] };

/** Telegram shows no more in one message. */
const mostEntities = 100;

const types: Readonly<Record<string, string>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  s: 'strikethrough',
  del: 'strikethrough',
  strike: 'strikethrough',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
  a: 'text_link',
};

/** Blocks that begin a line, and those with an empty line around them; within a list nothing has. */
const blocks: ReadonlySet<string> = new Set(
  'div tr table ul ol li p pre blockquote h1 h2 h3 h4 h5 h6'.split(' '),
);
const apart: ReadonlySet<string> = new Set('p ul ol pre blockquote table h1 h2 h3 h4 h5 h6'.split(' '));

/** Telegram allows nothing inside code, and no quote in a quote. */
const closedTypes: ReadonlySet<string> = new Set(['code', 'pre']);

type Open = {
  readonly tag: string;
  readonly type: string | null;
  readonly url: string | null;
  start: number | null;
};
type List = { readonly ordered: boolean; count: number };

class Writer {
  #text = '';
  readonly #entities: SaidEntity[] = [];
  readonly #open: Open[] = [];
  readonly #lists: List[] = [];
  /** Line ends that are written before the next words. */
  #breaks = 0;
  #mark = '';

  open(tag: string, attributes: Readonly<Record<string, string>>): void {
    if (tag === 'br') this.#breaks = Math.min(2, this.#breaks + 1);
    this.#startBlock(tag);
    if (tag === 'ul' || tag === 'ol')
      this.#lists.push({ ordered: tag === 'ol', count: firstOf(attributes) - 1 });
    if (tag === 'li') this.#startItem();
    const type = types[tag];
    if (type === undefined) return;
    const url = tag === 'a' ? webAddress(attributes['href'] ?? '') : null;
    const hidden = (tag === 'a' && url === null) || this.#open.some((one) => isClosedTo(one, type));
    this.#open.push({ tag, type: hidden ? null : type, url, start: null });
  }

  text(raw: string): void {
    const isLiteral = this.#open.some(({ tag }) => tag === 'pre');
    const words = isLiteral ? raw : raw.replaceAll(/[ \t\r\n\f]+/g, ' ');
    const begins = this.#breaks > 0 || this.#text === '' || this.#mark !== '' || /\s$/.test(this.#text);
    const shown = begins && !isLiteral ? words.trimStart() : words;
    if (shown === '') return;
    if (this.#text !== '')
      this.#text = this.#text.replace(/ +$/, '') + '\n'.repeat(this.#breaks) + this.#tail();
    this.#breaks = 0;
    this.#text += this.#mark;
    this.#mark = '';
    for (const one of this.#open) one.start ??= this.#text.length;
    this.#text += shown;
  }

  close(tag: string): void {
    const at = this.#open.findLastIndex((one) => one.tag === tag);
    if (at >= 0) {
      for (const one of this.#open.splice(at)) this.#end(one);
    }
    if (tag === 'ul' || tag === 'ol') this.#lists.pop();
    if (tag !== 'br') this.#startBlock(tag);
  }

  end(): FormattedText {
    for (const one of this.#open.splice(0)) this.#end(one);
    const before = this.#text.length - this.#text.trimStart().length;
    const text = this.#text.trim();
    const entities = this.#entities
      .map((one) => {
        const from = Math.max(0, one.offset - before);
        const to = Math.min(text.length, one.offset + one.length - before);
        return { ...one, offset: from, length: to - from };
      })
      .filter(({ length }) => length > 0)
      .sort((a, b) => a.offset - b.offset || b.length - a.length)
      .slice(0, mostEntities);
    return { text, entities };
  }

  /** The blank that was cut off in search of a line's end, where the line goes on. */
  #tail(): string {
    return this.#breaks === 0 && this.#text.endsWith(' ') ? ' ' : '';
  }

  #startBlock(tag: string): void {
    if (!blocks.has(tag)) return;
    const isApart = apart.has(tag) && this.#lists.length === 0;
    this.#breaks = Math.max(this.#breaks, isApart ? 2 : 1);
  }

  #startItem(): void {
    const list = this.#lists.at(-1);
    if (list === undefined) return;
    list.count += 1;
    this.#mark = `${'  '.repeat(this.#lists.length - 1)}${list.ordered ? `${String(list.count)}.` : '•'} `;
  }

  #end({ type, url, start }: Open): void {
    if (type === null || start === null) return;
    const shown = this.#text.slice(start).trimEnd();
    if (shown === '' || (url !== null && isShown(shown, url))) return;
    this.#entities.push({ type, offset: start, length: shown.length, ...(url === null ? {} : { url }) });
  }
}

const isClosedTo = (around: Open, type: string): boolean =>
  around.type !== null && (closedTypes.has(around.type) || (type === 'blockquote' && around.type === type));

/** Telegram finds plain addresses by itself. */
const isShown = (shown: string, url: string): boolean => shown.replace(/\/$/, '') === url.replace(/\/$/, '');

const webAddress = (href: string): string | null => (/^https?:\/\/\S+$/i.test(href) ? href : null);

const firstOf = (attributes: Readonly<Record<string, string>>): number => {
  const start = attributes['start'] ?? '';
  return /^\d{1,6}$/.test(start) ? Number(start) : 1;
};

/** The composer's HTML as Telegram takes it: lists become lines with a mark, everything it cannot show becomes its words. */
export function entitiesOf(html: string): FormattedText {
  const writer = new Writer();
  const parser = new Parser(
    {
      onopentag: (tag, attributes) => writer.open(tag, attributes),
      ontext: (text) => writer.text(text),
      onclosetag: (tag) => writer.close(tag),
    },
    { decodeEntities: true, lowerCaseTags: true },
  );
  parser.end(html);
  return writer.end();
}
