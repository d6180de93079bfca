import { Parser } from 'htmlparser2';
import { escapeHtml } from './clean-html.ts';
import { htmlToText } from './html-to-text.ts';

/** A text as a plain draft keeps it: one `pre` element, so that every space and line end is there again. */
export const plainAsHtml = (text: string): string =>
  // The parser drops a line end that opens a `pre` (HTML standard, tree construction), so one is put there for it.
  text === '' ? '' : `<pre>\n${escapeHtml(text.replace(/\r\n?/g, '\n'))}</pre>`;

/** The text of a plain draft as it was typed; of anything else the text that its HTML comes to. */
export const plainOf = (html: string): string => {
  if (!/^<pre>[^<]*<\/pre>$/i.test(html)) return htmlToText(html);
  let text = '';
  const parser = new Parser({ ontext: (piece) => (text += piece) }, { decodeEntities: true });
  parser.end(html);
  return text.replace(/^\n/, '');
};

/** A plain text as the editor would have it: a paragraph for each, a break for each line. */
export const plainToRich = (text: string): string =>
  text.trim() === ''
    ? ''
    : text
        .replace(/\r\n?/g, '\n')
        .replace(/^\n+|\s+$/g, '')
        .split(/\n{2,}/)
        .map((paragraph) => `<p>${escapeHtml(paragraph).replaceAll('\n', '<br>')}</p>`)
        .join('');
