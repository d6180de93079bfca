import {
  attributionLength,
  isForwardLine,
  isOriginalMessageLine,
  startsQuoteHeaders,
} from './attribution-lines.ts';

/** A text in two: what was written now, and the older mail quoted below it. Together they are the whole text, unchanged. */
export type SplitText = { readonly visible: string; readonly quoted: string };

/** Only this much is looked at: longer texts are quoted by then, or are no conversation. */
const searchedChars = 64 * 1024;
const searchedLines = 2000;

type Line = { readonly start: number; readonly text: string };

function linesOf(text: string): { readonly lines: readonly Line[]; readonly complete: boolean } {
  const lines: Line[] = [];
  let start = 0;
  const stop = Math.min(text.length, searchedChars);
  while (start < stop && lines.length < searchedLines) {
    const found = text.indexOf('\n', start);
    const end = found === -1 ? text.length : found;
    lines.push({ start, text: text.slice(start, Math.min(end, start + 2000)) });
    start = end + 1;
  }
  return { lines, complete: start >= text.length };
}

function isQuoted(line: string): boolean {
  const text = line.trimStart();
  return text.startsWith('>') || text.startsWith('|>');
}

function isBlank(line: string): boolean {
  return line.trim() === '';
}

/** From each line on: whether everything from there to the end is quoted with ">" or blank. */
function quotedToTheEnd(lines: readonly Line[], complete: boolean): readonly boolean[] {
  const answers: boolean[] = Array.from({ length: lines.length + 1 }, () => complete);
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const { text } = lines[index] ?? { text: '' };
    answers[index] = (answers[index + 1] ?? false) && (isQuoted(text) || isBlank(text));
  }
  return answers;
}

/** Index of the line at which the quote starts, or -1. */
function quoteStart(lines: readonly Line[], complete: boolean): number {
  const texts = lines.map((line) => line.text);
  const restIsQuoted = quotedToTheEnd(lines, complete);
  for (const [index, text] of texts.entries()) {
    if (isBlank(text)) continue;
    if (isForwardLine(text)) return -1;
    if (isQuoted(text)) {
      if (restIsQuoted[index] === true) return index;
      continue;
    }
    if (isOriginalMessageLine(text)) return index;
    if (startsQuoteHeaders(texts, index)) return withRuleAbove(texts, index);
    const length = attributionLength(texts, index);
    if (length > 0 && !isAnsweredBelow(texts, restIsQuoted, index + length)) return index;
  }
  return -1;
}

/** Outlook draws a line of underscores above its header block: it belongs to the quote. */
function withRuleAbove(texts: readonly string[], index: number): number {
  let above = index - 1;
  while (above > 0 && isBlank(texts[above] ?? '')) above -= 1;
  const rule = (texts[above] ?? '').trim();
  return above >= 0 && rule.length >= 8 && rule.length < 200 && /^[_-]+$/.test(rule) ? above : index;
}

/** Whether the quote below an attribution is answered line by line: then it is part of the answer. */
function isAnsweredBelow(texts: readonly string[], restIsQuoted: readonly boolean[], after: number): boolean {
  let next = after;
  while (next < texts.length && isBlank(texts[next] ?? '')) next += 1;
  return isQuoted(texts[next] ?? '') && restIsQuoted[next] !== true && !endsInSignature(texts, next);
}

/** Whether all that follows a quote is a signature or a list footer behind "-- ". */
function endsInSignature(texts: readonly string[], from: number): boolean {
  let next = from;
  while (next < texts.length && (isQuoted(texts[next] ?? '') || isBlank(texts[next] ?? ''))) next += 1;
  return /^(-- ?|_{20,100})$/.test((texts[next] ?? '').slice(0, 120));
}

/**
 * Splits a plain text where the quoted older mail starts, for folding. Never removes anything: `visible + quoted` is the
 * text, and when nothing would stay visible everything does. Linear; looks at the first 64 KiB or 2,000 lines.
 */
export function splitQuoted(text: string): SplitText {
  const { lines, complete } = linesOf(text);
  const index = quoteStart(lines, complete);
  const at = index === -1 ? text.length : (lines[index]?.start ?? text.length);
  const visible = text.slice(0, at);
  if (visible.trim() === '') return { visible: text, quoted: '' };
  return { visible, quoted: text.slice(at) };
}
