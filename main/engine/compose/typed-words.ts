import { Parser } from 'htmlparser2';

/** What an agent typed, as far as the stops at the send button care. */
export type TypedWords = {
  /** Without quotes: what others wrote says nothing about our attachments. */
  readonly own: string;
  /** Without code, where two braces may be meant; with the addresses of links. */
  readonly said: string;
};

const apart: ReadonlySet<string> = new Set(['p', 'br', 'li', 'div', 'blockquote', 'pre', 'tr']);

/** Reads the words out of a draft's HTML. In a plain draft everything is text: it may have no code. */
export const typedWords = (html: string, plain: boolean): TypedWords => {
  let own = '';
  let said = '';
  let quotes = 0;
  let codes = 0;
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        if (name === 'blockquote') quotes += 1;
        if (!plain && (name === 'code' || name === 'pre')) codes += 1;
        if (apart.has(name)) {
          own += '\n';
          said += '\n';
        }
        if (name === 'a')
          said += ` ${(attributes['href'] ?? '').replace(/%7B/gi, '{').replace(/%7D/gi, '}')} `;
      },
      ontext: (text) => {
        if (quotes === 0) own += text;
        if (codes === 0) said += text;
      },
      onclosetag: (name) => {
        if (name === 'blockquote') quotes -= 1;
        if (!plain && (name === 'code' || name === 'pre')) codes -= 1;
      },
    },
    { decodeEntities: true, lowerCaseTags: true },
  );
  parser.end(html);
  return { own: plain ? own.replace(/^>.*$/gmu, '') : own, said };
};
