import { Parser } from 'htmlparser2';
import { createTextWriter } from '#shared/domain/plain-words/text-writer.ts';

/** The plain-text alternative of HTML that we made ourselves; {@link createTextWriter} says how it reads. */
export const htmlToText = (html: string): string => {
  const { open, text, close, end } = createTextWriter();
  const parser = new Parser({ onopentag: open, ontext: text, onclosetag: close }, { decodeEntities: true });
  parser.end(html);
  return end();
};
