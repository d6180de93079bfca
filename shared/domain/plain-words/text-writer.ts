const blocks: ReadonlySet<string> = new Set(
  'p div h1 h2 h3 h4 h5 h6 ul ol table tr pre blockquote'.split(' '),
);
/** Blocks with an empty line around them. */
const apart: ReadonlySet<string> = new Set('p h1 h2 h3 h4 h5 h6 ul ol table blockquote pre'.split(' '));

type List = { readonly ordered: boolean; count: number };

const startOf = (attributes: Readonly<Record<string, string>>): number => {
  const start = attributes['start'] ?? '';
  return /^\d{1,6}$/.test(start) ? Number(start) : 1;
};

/** Takes HTML piece by piece, as a parser or a walk through a document meets it. Names are in lower case, texts decoded. */
export type TextWriter = {
  readonly open: (name: string, attributes: Readonly<Record<string, string>>) => void;
  readonly text: (raw: string) => void;
  readonly close: (name: string) => void;
  /** The text of everything that was told. */
  readonly end: () => string;
};

/**
 * Makes the plain-text alternative of HTML that we made ourselves (RFC 2046 section 5.1.4): paragraphs, lists, quotes
 * with `> ` and links with their address behind them where it is not what is shown.
 */
export const createTextWriter = (): TextWriter => {
  const lines: string[] = [];
  const lists: List[] = [];
  let line = '';
  /** What the next words of a list item begin with; empty once they have begun. */
  let mark = '';
  let quoteDepth = 0;
  let preDepth = 0;
  let link: { readonly href: string; text: string } | null = null;

  const prefix = (): string => '> '.repeat(quoteDepth);
  const flush = (): void => {
    if (line.trim() !== '') lines.push(prefix() + line.trimEnd());
    line = '';
  };
  const gap = (): void => {
    flush();
    const last = lines.at(-1);
    if (last !== undefined && last.replace(/^[> ]+/, '') !== '') lines.push(prefix().trimEnd());
  };
  const text = (raw: string): void => {
    if (preDepth > 0) {
      line += mark;
      mark = '';
      const [first = '', ...rest] = raw.split('\n');
      line += first;
      for (const next of rest) {
        lines.push(prefix() + line);
        line = next;
      }
      return;
    }
    const words = raw.replace(/[ \t\r\n\f]+/g, ' ');
    if (line === '' && words.trim() === '') return;
    if (line === '') line = mark === '' ? '  '.repeat(lists.length) : mark;
    mark = '';
    line += line === '' || line.endsWith(' ') ? words.trimStart() : words;
    if (link !== null) link.text += words;
  };
  const startItem = (): void => {
    flush();
    const list = lists.at(-1);
    if (list === undefined) return;
    list.count += 1;
    mark = `${'  '.repeat(lists.length - 1)}${list.ordered ? `${String(list.count)}.` : '-'} `;
  };
  const breakLine = (): void => {
    if (line.trim() === '') lines.push(prefix().trimEnd());
    flush();
  };

  const open = (name: string, attributes: Readonly<Record<string, string>>): void => {
    if (apart.has(name) && lists.length === 0) gap();
    else if (blocks.has(name)) flush();
    if (name === 'br') breakLine();
    else if (name === 'hr') {
      gap();
      lines.push(`${prefix()}---`);
    } else if (name === 'li') startItem();
    else if (name === 'ul' || name === 'ol')
      lists.push({ ordered: name === 'ol', count: startOf(attributes) - 1 });
    else if (name === 'blockquote') quoteDepth += 1;
    else if (name === 'pre') preDepth += 1;
    else if (name === 'td' || name === 'th') line += line === '' ? '' : '  ';
    else if (name === 'a') link = { href: attributes['href'] ?? '', text: '' };
    else if (name === 'img' && (attributes['alt'] ?? '') !== '') text(`[${attributes['alt'] ?? ''}]`);
  };
  const close = (name: string): void => {
    if (name === 'a' && link !== null) {
      const shown = link.text.trim().replace(/\/$/, '');
      const target = link.href.replace(/^mailto:/i, '').replace(/\/$/, '');
      if (target !== '' && target !== shown && target.replace(/^https?:\/\//i, '') !== shown)
        line += ` <${link.href}>`;
      link = null;
    }
    if (name === 'ul' || name === 'ol') lists.pop();
    if (name === 'blockquote') {
      flush();
      while (/^[> ]+$/.test(lines.at(-1) ?? '')) lines.pop();
      quoteDepth = Math.max(0, quoteDepth - 1);
    }
    if (apart.has(name) && lists.length === 0) gap();
    else if (blocks.has(name) || name === 'li') flush();
    if (name === 'pre') preDepth = Math.max(0, preDepth - 1);
  };

  const end = (): string => {
    flush();
    return lines
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim();
  };
  return { open, text, close, end };
};
