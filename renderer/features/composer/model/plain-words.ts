/** The text of a plain draft, which keeps it as one `pre` element; other HTML counts as no text. */
export const plainText = (html: string): string => {
  if (!html.startsWith('<pre>')) return '';
  return html
    .replace(/^<pre>\n?/, '')
    .replace(/<\/pre>$/, '')
    .split(/(&(?:amp|lt|gt|quot);)/)
    .map((piece) => entities[piece] ?? piece)
    .join('');
};

const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };

/** The same back: how a plain draft keeps a text. */
export const plainHtml = (text: string): string =>
  text === ''
    ? ''
    : `<pre>\n${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')}</pre>`;

/** What a draft's HTML has that plain text cannot say; each has words under `composer.lost.<kind>`. */
export type Lost = 'emphasis' | 'links' | 'lists' | 'quotes' | 'code' | 'pictures';

const marks: readonly (readonly [Lost, RegExp])[] = [
  ['emphasis', /<(?:strong|b|em|i|u|s)>/i],
  ['links', /<a /i],
  ['lists', /<[uo]l[ >]/i],
  ['quotes', /<blockquote/i],
  ['code', /<(?:code|pre)/i],
  ['pictures', /<img/i],
];

/** What is lost when this draft becomes plain text. */
export const lostInPlain = (html: string): readonly Lost[] =>
  marks.filter(([, pattern]) => pattern.test(html)).map(([kind]) => kind);
