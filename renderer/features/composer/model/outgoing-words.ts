import DOMPurify from 'dompurify';
import { createTextWriter } from '#shared/domain/plain-words/text-writer.ts';
import type { TextWriter } from '#shared/domain/plain-words/text-writer.ts';
import type { DraftEdit } from '#shared/contract/compose.ts';
import { plainText } from './plain-words.ts';

const tell = (writer: TextWriter, node: Node): void => {
  if (node instanceof Text) writer.text(node.data);
  if (!(node instanceof Element)) return;
  const name = node.localName;
  writer.open(name, Object.fromEntries(Array.from(node.attributes, ({ name: key, value }) => [key, value])));
  for (const child of node.childNodes) tell(writer, child);
  writer.close(name);
};

/** The words of a draft's HTML, as they go out where formatting does not. */
const textOfHtml = (html: string): string => {
  const writer = createTextWriter();
  for (const node of DOMPurify.sanitize(html, { RETURN_DOM_FRAGMENT: true }).childNodes) tell(writer, node);
  return writer.end();
};

/** What a draft comes to as plain words; what a channel's limit is held against. */
export const outgoingWords = ({ html, plain }: Pick<DraftEdit, 'html' | 'plain'>): string =>
  plain ? plainText(html).trimEnd() : textOfHtml(html);
