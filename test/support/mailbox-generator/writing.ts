import iconv from 'iconv-lite';
import type { Language } from './languages.ts';
import type { LetterOptions } from './letter.ts';

/** Somebody who writes. */
export type Person = { readonly name: string; readonly address: string; readonly language: Language };

/** What was said before in a thread. */
export type Turn = {
  readonly messageId: string;
  readonly text: string;
  readonly date: Date;
  readonly from: Person;
};

/** What is said next in a thread; `subject` is the thread's. */
export type NextTurn = {
  readonly from: Person;
  readonly to: Person;
  readonly subject: string;
  readonly messageId: string;
  readonly date: Date;
};

/** In ms. */
export const HOUR = 3_600_000;

/** A turn as the next one quotes it. */
export function quote(turn: Turn): string {
  const { language, name } = turn.from;
  const head = language.wrote.replace('%d', turn.date.toISOString().slice(0, 10)).replace('%n', name);
  return `${head}\n${turn.text
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n')}`;
}

/** Whether a text keeps every sign in a charset. */
export function canEncode(text: string, charset: string): boolean {
  return iconv.decode(iconv.encode(text, charset), charset) === text;
}

/** A plain text as HTML. */
export function html(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<html><body><div>${escaped.replaceAll('\n', '<br>\n')}</div></body></html>`;
}

/** The part of an address behind the @. */
export function domainOf(address: string): string {
  return address.slice(address.indexOf('@') + 1);
}

/** The head of the next mail of a thread: who writes to whom, about what, and what it answers. */
export function headOf(
  { from, to, subject, messageId, date }: NextTurn,
  turns: readonly Turn[],
): Pick<LetterOptions, 'from' | 'to' | 'subject' | 'date' | 'messageId' | 'inReplyTo' | 'references'> {
  const previous = turns.at(-1);
  return {
    from: `${from.name} <${from.address}>`,
    to: `${to.name} <${to.address}>`,
    subject: previous === undefined ? subject : `${from.language.replyPrefix}${subject}`,
    date,
    messageId,
    ...(previous === undefined
      ? {}
      : { inReplyTo: previous.messageId, references: turns.map((turn) => turn.messageId) }),
  };
}
