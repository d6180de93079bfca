import { Tokenizer } from 'htmlparser2';

const blocks = new Set(
  'address article aside blockquote body center dd details dir div dl dt fieldset figure figcaption footer form h1 h2 h3 h4 h5 h6 header hr html li main menu nav ol p pre section summary table tbody tfoot thead tr ul'.split(
    ' ',
  ),
);
const paragraphs = new Set([
  'p',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'ul',
  'ol',
  'table',
  'blockquote',
  'pre',
]);
const skipped = new Set([
  'head',
  'style',
  'script',
  'title',
  'template',
  'noembed',
  'iframe',
  'object',
  'svg',
  'math',
  'select',
]);

/** Deeper quoting than this is shown as this deep: no reader follows further, and the prefix is written on every line. */
const deepestQuote = 10;

/** Writes the visible text of HTML as it streams past the tokenizer; it builds no tree, so depth costs nothing. */
class TextWriter {
  readonly #html: string;
  readonly #limit: number;
  readonly #out: string[] = [];
  #size = 0;
  /** The line being written, in pieces: looking at the end of a growing string would copy it every time. */
  #line: string[] = [];
  #lineEnd = '';
  #blankLines = 1;
  #skipDepth = 0;
  #skipTag = '';
  #pre = 0;
  #quote = 0;
  #tag = '';
  #attribute = '';
  #alt = '';
  full = false;

  constructor(html: string, limit: number) {
    this.#html = html;
    this.#limit = limit;
  }

  openName(start: number, end: number): void {
    this.#tag = this.#html.slice(start, Math.min(end, start + 30)).toLowerCase();
    this.#alt = '';
  }

  attributeName(start: number, end: number): void {
    this.#attribute = this.#html.slice(start, Math.min(end, start + 30)).toLowerCase();
  }

  attributeText(text: string): void {
    if (this.#tag === 'img' && this.#attribute === 'alt' && this.#alt.length < 200)
      this.#alt += text.slice(0, 200);
  }

  openEnd(selfClosing: boolean): void {
    const tag = this.#tag;
    if (this.#skipDepth > 0) {
      if (tag === this.#skipTag && !selfClosing) this.#skipDepth += 1;
      // A body ends a head that was never closed.
      if (tag === 'body' && this.#skipTag === 'head') this.#skipDepth = 0;
      return;
    }
    if (skipped.has(tag)) {
      if (selfClosing && tag === 'svg') return;
      this.#skipTag = tag;
      this.#skipDepth = 1;
      return;
    }
    if (tag === 'br') this.#newLine();
    else if (tag === 'img') this.#append(this.#alt);
    else if (tag === 'td' || tag === 'th') this.#space();
    else if (blocks.has(tag)) {
      this.#block(paragraphs.has(tag));
      if (tag === 'blockquote') this.#quote += 1;
      else if (tag === 'pre') this.#pre += 1;
      else if (tag === 'li') this.#write('- ');
      else if (tag === 'hr') this.#rule();
    }
  }

  close(start: number, end: number): void {
    const tag = this.#html.slice(start, Math.min(end, start + 30)).toLowerCase();
    if (this.#skipDepth > 0) {
      if (tag === this.#skipTag) this.#skipDepth -= 1;
      return;
    }
    if (!blocks.has(tag)) return;
    this.#block(paragraphs.has(tag));
    if (tag === 'blockquote' && this.#quote > 0) this.#quote -= 1;
    if (tag === 'pre' && this.#pre > 0) this.#pre -= 1;
  }

  text(text: string): void {
    if (this.#skipDepth === 0) this.#append(text);
  }

  finish(): string {
    this.#flush();
    return this.#out.join('').trim();
  }

  #append(text: string): void {
    if (this.full) return;
    if (this.#size + text.length > this.#limit) {
      this.full = true;
      this.#put(text.slice(0, Math.max(0, this.#limit - this.#size)));
      return;
    }
    this.#put(text);
  }

  #put(text: string): void {
    this.#size += text.length;
    if (this.#pre === 0) {
      const collapsed = text.replace(/[ \t\r\n\f]+/g, ' ');
      this.#write(this.#lineEnd === '' || this.#lineEnd === ' ' ? collapsed.replace(/^ /, '') : collapsed);
      return;
    }
    const lines = text.split('\n');
    for (const [index, line] of lines.entries()) {
      if (index > 0) this.#newLine();
      this.#write(line);
    }
  }

  #write(text: string): void {
    if (text === '') return;
    this.#line.push(text);
    this.#lineEnd = text.charAt(text.length - 1);
  }

  #space(): void {
    if (this.#lineEnd !== '' && this.#lineEnd !== ' ') this.#write(' ');
  }

  #rule(): void {
    this.#write('----------');
    this.#newLine();
  }

  #newLine(): void {
    const line = this.#line.join('').trimEnd();
    this.#line = [];
    this.#lineEnd = '';
    if (line === '') {
      if (this.#blankLines > 0) return;
      this.#blankLines += 1;
    } else {
      this.#blankLines = 0;
    }
    const prefix = this.#quote === 0 ? '' : `${'>'.repeat(Math.min(this.#quote, deepestQuote))} `;
    this.#out.push(line === '' ? prefix.trimEnd() : prefix + line, '\n');
    this.#size += 1;
  }

  #flush(): void {
    if (this.#line.some((piece) => piece.trim() !== '')) this.#newLine();
    this.#line = [];
    this.#lineEnd = '';
  }

  #block(apart: boolean): void {
    this.#flush();
    if (apart && this.#blankLines === 0) this.#newLine();
  }
}

/**
 * The text a reader would see in HTML, paragraphs and quote levels ("> ") kept, at most `limit` characters. Linear in the
 * input whatever its nesting; never throws.
 */
export function htmlToText(
  html: string,
  limit: number,
): { readonly text: string; readonly truncated: boolean } {
  const writer = new TextWriter(html, limit);
  const tokenizer = new Tokenizer(
    { decodeEntities: true },
    {
      onattribdata: (start, end) => {
        writer.attributeText(html.slice(start, end));
      },
      onattribentity: (code) => {
        writer.attributeText(String.fromCodePoint(code));
      },
      onattribend: () => undefined,
      onattribname: (start, end) => {
        writer.attributeName(start, end);
      },
      oncdata: () => undefined,
      onclosetag: (start, end) => {
        writer.close(start, end);
      },
      oncomment: () => undefined,
      ondeclaration: () => undefined,
      onend: () => undefined,
      onopentagend: () => {
        writer.openEnd(false);
      },
      onopentagname: (start, end) => {
        writer.openName(start, end);
      },
      onprocessinginstruction: () => undefined,
      onselfclosingtag: () => {
        writer.openEnd(true);
      },
      ontext: (start, end) => {
        writer.text(html.slice(start, end));
        if (writer.full) tokenizer.pause();
      },
      ontextentity: (code) => {
        writer.text(String.fromCodePoint(code));
      },
    },
  );
  tokenizer.write(html);
  if (!writer.full) tokenizer.end();
  return { text: writer.finish(), truncated: writer.full };
}
