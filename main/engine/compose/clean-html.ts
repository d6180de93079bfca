import { Parser } from 'htmlparser2';

/** What may stand in a quoted original or an answer: words, structure and links; nothing that loads or runs. */
const kept: ReadonlySet<string> = new Set(
  'a b blockquote br code div em h1 h2 h3 h4 h5 h6 hr i img li ol p pre s small span strong sub sup table tbody td tfoot th thead tr u ul'.split(
    ' ',
  ),
);
const empty: ReadonlySet<string> = new Set(['br', 'hr', 'img']);
/** Elements whose content is not text for a reader. */
const dropped: ReadonlySet<string> = new Set(
  'script style head title template noscript iframe object embed svg math textarea select button form'.split(
    ' ',
  ),
);
const safeLink = /^(https?:|mailto:)/i;
/** Quoting more than this helps nobody, and every answer would carry it on. */
const longest = 300_000;
const deepest = 200;

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as HTML. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => escapes[character] ?? '');

/** What cleaning does with pictures: `cid` keeps those that travel with the message. Remote ones always go. */
export type CleanOptions = { readonly pictures: 'cid' | 'none' };

const attributesOf = (
  name: string,
  attributes: Readonly<Record<string, string>>,
  options: CleanOptions,
): string | null => {
  if (name === 'a') {
    const href = (attributes['href'] ?? '').trim();
    return safeLink.test(href) ? ` href="${escapeHtml(href)}"` : '';
  }
  if (name === 'img') {
    const source = attributes['src'] ?? '';
    const alt = escapeHtml(attributes['alt'] ?? '');
    if (options.pictures === 'none' || !/^cid:/i.test(source)) return null;
    return ` src="${escapeHtml(source)}" alt="${alt}"`;
  }
  if (name === 'ol' && /^\d{1,6}$/.test(attributes['start'] ?? ''))
    return ` start="${attributes['start'] ?? ''}"`;
  return '';
};

/**
 * HTML made anew from a fixed set of elements, balanced, without styles, scripts, forms or anything that loads from
 * elsewhere. What comes in may be a whole document or pieces of one; what goes out stands inside a body.
 */
export const cleanHtml = (html: string, options: CleanOptions): string => {
  const output: string[] = [];
  const open: string[] = [];
  let length = 0;
  let silent = 0;
  const write = (text: string): void => {
    if (length > longest) return;
    output.push(text);
    length += text.length;
  };
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        if (dropped.has(name)) silent += 1;
        if (silent > 0 || !kept.has(name) || open.length >= deepest || length > longest) return;
        const written = attributesOf(name, attributes, options);
        if (written === null) {
          const alt = attributes['alt'] ?? '';
          if (alt !== '') write(`[${escapeHtml(alt)}]`);
          return;
        }
        write(`<${name}${written}>`);
        if (!empty.has(name)) open.push(name);
      },
      ontext: (text) => {
        if (silent === 0) write(escapeHtml(text));
      },
      onclosetag: (name) => {
        if (dropped.has(name)) silent = Math.max(0, silent - 1);
        const at = open.lastIndexOf(name);
        if (silent > 0 || at < 0) return;
        for (const left of open.splice(at).reverse()) output.push(`</${left}>`);
      },
    },
    { decodeEntities: true, lowerCaseTags: true },
  );
  parser.end(html.slice(0, 5_000_000));
  for (const left of open.reverse()) output.push(`</${left}>`);
  return output.join('');
};
