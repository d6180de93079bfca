import type { MatrixEvent } from '../api/events.ts';
import { field, relationOf, textField } from '../api/events.ts';

const longestText = 200_000;
const snippetLength = 160;

const htmlFormat = 'org.matrix.custom.html';

/** Text without the quote that older programs put in front of an answer (client-server API, "Fallbacks for rich replies"). */
function withoutReplyFallback(body: string): string {
  if (!/^> (?:\* )?<@/.test(body)) return body;
  const lines = body.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('>'));
  if (end < 0) return body;
  return lines.slice(lines[end] === '' ? end + 1 : end).join('\n');
}

function withoutQuotedHtml(html: string): string {
  const start = html.search(/\S/);
  if (start < 0 || html.slice(start, start + 10).toLowerCase() !== '<mx-reply>') return html;
  const end = html.toLowerCase().indexOf('</mx-reply>');
  return end < 0 ? html : html.slice(end + '</mx-reply>'.length);
}

/** The content that counts: of an edit the new one (`m.new_content`), else its own. */
export function contentOf(event: MatrixEvent): unknown {
  return relationOf(event).type === 'm.replace' ? field(event.content, 'm.new_content') : event.content;
}

const fileTypes: ReadonlySet<string> = new Set(['m.image', 'm.file', 'm.video', 'm.audio']);

/** Whether the content is a file with, perhaps, a caption. Stickers are pictures by their event's type. */
export const isFile = (event: MatrixEvent): boolean =>
  event.type === 'm.sticker' || fileTypes.has(textField(contentOf(event), 'msgtype') ?? '');

/** The plain words of a message; a file's name is not among them, its caption is. `sender` is put before what they do (`m.emote`). */
export function textOf(event: MatrixEvent, sender: string): string {
  const content = contentOf(event);
  const body = textField(content, 'body') ?? '';
  const stripped = relationOf(event).answers === null ? body : withoutReplyFallback(body);
  const text = stripped.slice(0, longestText);
  if (event.type === 'm.sticker') return '';
  if (isFile(event)) {
    const name = textField(content, 'filename');
    return name === null || name === body ? '' : text;
  }
  if (textField(content, 'msgtype') === 'm.emote') return `* ${sender} ${text}`;
  return text;
}

/** The formatted words of a message, as they came; null where there are none. */
export function htmlOf(event: MatrixEvent): string | null {
  const content = contentOf(event);
  const html = textField(content, 'formatted_body');
  if (html === null || textField(content, 'format') !== htmlFormat) return null;
  const words = withoutQuotedHtml(html).slice(0, longestText);
  return words.trim() === '' ? null : words;
}

/** The first words of a text. */
export const snippetOf = (text: string): string =>
  text.replaceAll(/\s+/g, ' ').trim().slice(0, snippetLength);
