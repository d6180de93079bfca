import { Parser } from 'htmlparser2';

/** What stays of the composer's HTML; all of it is in the list that clients should show (client-server API, "m.room.message msgtypes"). */
const kept: Readonly<Record<string, string>> = {
  a: 'a',
  b: 'strong',
  blockquote: 'blockquote',
  br: 'br',
  code: 'code',
  del: 'del',
  em: 'em',
  h1: 'h1',
  h2: 'h2',
  h3: 'h3',
  h4: 'h4',
  h5: 'h5',
  h6: 'h6',
  hr: 'hr',
  i: 'em',
  li: 'li',
  ol: 'ol',
  p: 'p',
  pre: 'pre',
  s: 'del',
  strike: 'del',
  strong: 'strong',
  u: 'u',
  ul: 'ul',
};
const empty: ReadonlySet<string> = new Set(['br', 'hr']);
/** Elements whose content is not text for a reader. */
const dropped: ReadonlySet<string> = new Set(['head', 'script', 'style', 'title', 'template', 'noscript']);
/** Paragraphs and line ends are in the plain text as well; only these say more. */
const meaningless: ReadonlySet<string> = new Set(['p', 'br']);
const safeLink = /^(?:https?:|mailto:)/i;
/** Clients need not show deeper ones ("MUST limit nesting" at 100). */
const deepest = 50;
const longest = 200_000;

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => escapes[character] ?? '');

const openTag = (name: string, attributes: Readonly<Record<string, string>>): string => {
  const href = (attributes['href'] ?? '').trim();
  if (name === 'a' && safeLink.test(href)) return `<a href="${escaped(href)}">`;
  const start = attributes['start'] ?? '';
  if (name === 'ol' && /^\d{1,6}$/.test(start)) return `<ol start="${start}">`;
  return `<${name}>`;
};

/** The composer's HTML as `org.matrix.custom.html`, made anew from a fixed set of elements; null where plain text says the same. */
export function formattedBody(html: string): string | null {
  const output: string[] = [];
  const open: string[] = [];
  let silent = 0;
  let length = 0;
  const meant = new Set<string>();
  const write = (text: string): void => {
    output.push(text);
    length += text.length;
  };
  const parser = new Parser(
    {
      onopentag: (written, attributes) => {
        if (dropped.has(written)) silent += 1;
        const name = Object.hasOwn(kept, written) ? kept[written] : undefined;
        if (silent > 0 || name === undefined || open.length >= deepest) return;
        if (!meaningless.has(name)) meant.add(name);
        write(openTag(name, attributes));
        if (!empty.has(name)) open.push(name);
      },
      ontext: (text) => {
        if (silent === 0) write(escaped(text));
      },
      onclosetag: (written) => {
        if (dropped.has(written)) silent = Math.max(0, silent - 1);
        const name = Object.hasOwn(kept, written) ? kept[written] : undefined;
        const at = name === undefined ? -1 : open.lastIndexOf(name);
        if (silent > 0 || at < 0) return;
        for (const left of open.splice(at).reverse()) write(`</${left}>`);
      },
    },
    { decodeEntities: true, lowerCaseTags: true },
  );
  parser.end(html.slice(0, longest * 5));
  for (const left of open.reverse()) write(`</${left}>`);
  const whole = output.join('').trim();
  return meant.size > 0 && length <= longest ? whole : null;
}
