import type { Correspondent } from '#shared/domain/message.ts';
import type { AnswerMode } from '#shared/domain/reply/recipients.ts';
import type { Words } from '#shared/messages/format.ts';
import { cleanHtml, escapeHtml } from './clean-html.ts';
import { htmlToText } from './html-to-text.ts';
import { plainOf } from './plain-text.ts';

/** The message that is quoted or forwarded, with its words. */
export type Original = {
  readonly at: number;
  readonly from: Correspondent;
  readonly to: readonly Correspondent[];
  readonly cc: readonly Correspondent[];
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
};

/** Everything that an outgoing message's words are made of. */
export type OutgoingWords = {
  readonly mode: AnswerMode;
  /** What the agent typed, as the editor's HTML. */
  readonly typed: string;
  /** True when it goes out as text alone. */
  readonly plain: boolean;
  /** The account's signature as plain text; empty for none. */
  readonly signature: string;
  /** Quoted below an answer, or forwarded; null for neither. */
  readonly original: Original | null;
};

const lineBreaks = (text: string): string => escapeHtml(text).replace(/\r\n|\r|\n/g, '<br>');

const person = (one: Correspondent): string =>
  one.name === '' ? one.address : `${one.name} <${one.address}>`;

const dateWords = (words: Words, at: number): string =>
  new Intl.DateTimeFormat(words.locale, { dateStyle: 'full', timeStyle: 'short' }).format(at);

const originalHtml = (original: Original, pictures: 'cid' | 'none'): string =>
  original.html === null
    ? `<p>${lineBreaks(original.text.slice(0, 300_000))}</p>`
    : cleanHtml(original.html, { pictures });

const quoted = (words: Words, original: Original): string => {
  const attribution = words('quote.attribution', {
    date: dateWords(words, original.at),
    name: original.from.name === '' ? original.from.address : original.from.name,
  });
  // type="cite" is what mail programs recognise as a quote, and fold.
  return `<div class="steward-quote"><p>${escapeHtml(attribution)}</p><blockquote type="cite">${originalHtml(original, 'none')}</blockquote></div>`;
};

const forwarded = (words: Words, original: Original): string => {
  const rows: readonly (readonly [string, string])[] = [
    [words('quote.from'), person(original.from)],
    [words('quote.date'), dateWords(words, original.at)],
    [words('quote.subject'), original.subject],
    [words('quote.to'), original.to.map(person).join(', ')],
    [words('quote.cc'), original.cc.map(person).join(', ')],
  ];
  const head = rows
    .filter(([, value]) => value !== '')
    .map(([label, value]) => `${escapeHtml(label)} ${escapeHtml(value)}`)
    .join('<br>');
  return `<div class="steward-forward"><p>${escapeHtml(words('quote.forwarded'))}</p><p>${head}</p>${originalHtml(original, 'cid')}</div>`;
};

/** What readers without a style sheet of their own would show poorly; mail programs keep only styles on the elements. */
const styles: readonly (readonly [RegExp, string])[] = [
  [/<blockquote>/g, '<blockquote style="margin:0 0 1em 0;padding-left:1em;border-left:2px solid #c4cccc">'],
  [
    /<pre>/g,
    '<pre style="margin:0 0 1em 0;padding:0.5em;white-space:pre-wrap;font-family:monospace;background-color:#f1f4f4">',
  ],
  [/(?<!<pre[^>]*>)<code>/g, '<code style="font-family:monospace;background-color:#f1f4f4">'],
  [/<img /g, '<img style="max-width:100%" '],
];

const styled = (html: string): string =>
  styles.reduce((before, [element, withStyle]) => before.replace(element, withStyle), html);

/** Typed text, signature and quote as text alone; the typed lines stay exactly as they are. */
const outgoingPlain = (parts: OutgoingWords, below: string): string => {
  const typed = plainOf(parts.typed).replace(/\s+$/u, '');
  const rest = signatureLine(htmlToText(below));
  return [typed, rest].filter((part) => part !== '').join('\n\n');
};

/**
 * The HTML of an outgoing message and its plain-text alternative: typed words, signature, quote, in this order. A plain
 * one has no HTML.
 */
export const outgoingText = (
  parts: OutgoingWords,
  words: Words,
): { readonly html: string | null; readonly text: string } => {
  const signature =
    parts.signature.trim() === ''
      ? ''
      : // "-- " on a line of its own starts a signature (RFC 3676 section 4.3).
        `<div class="steward-signature">-- <br>${lineBreaks(parts.signature.trim())}</div>`;
  const original =
    parts.original === null
      ? ''
      : parts.mode === 'forward'
        ? forwarded(words, parts.original)
        : quoted(words, parts.original);
  const below = signature + original;
  if (parts.plain) return { html: null, text: outgoingPlain(parts, below) };
  const typed = cleanHtml(parts.typed, { pictures: 'cid' });
  const head = '<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head>';
  return {
    html: `<!DOCTYPE html><html>${head}<body>${styled(typed)}${below}</body></html>`,
    text: signatureLine(htmlToText(typed + below)),
  };
};

/** The trailing space of "-- " is what makes it a signature's mark; making text from HTML drops it. */
const signatureLine = (text: string): string => text.replace(/^--$/m, '-- ');
