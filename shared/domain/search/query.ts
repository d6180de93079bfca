import { foldApostrophes } from './fold.ts';

/** Where words are looked for. */
export type SearchField = 'any' | 'from' | 'to' | 'subject';

/** Words that must, or must not, occur. A phrase is one entry; `prefix` lets its last word be the beginning of a longer one. */
export type SearchWords = {
  readonly kind: 'words';
  readonly field: SearchField;
  readonly text: string;
  readonly phrase: boolean;
  readonly prefix: boolean;
  readonly negated: boolean;
};

/** What narrows a search without words. Times are ms UTC: `after` includes its day, `before` does not. */
export type SearchFilter =
  | { readonly kind: 'has-attachment'; readonly negated: boolean }
  | { readonly kind: 'after'; readonly at: number }
  | { readonly kind: 'before'; readonly at: number }
  | { readonly kind: 'status'; readonly status: 'open' | 'done' }
  | { readonly kind: 'unread' }
  /** A folder or account, by a part of its name or address. */
  | { readonly kind: 'in'; readonly name: string };

/** A search as it was understood; `ignored` are its parts that were not, as typed. */
export type SearchQuery = {
  readonly words: readonly SearchWords[];
  readonly filters: readonly SearchFilter[];
  readonly ignored: readonly string[];
};

/** A token of the input: an optional minus, an optional `name:`, and a word or a quoted phrase. */
type Token = {
  readonly raw: string;
  readonly negated: boolean;
  readonly name: string;
  readonly value: string;
  readonly quoted: boolean;
  /** Whether the cursor may still be in it: nothing follows, not even a space. */
  readonly last: boolean;
};

/** Half of a surrogate pair is not text, and control characters are not typed. */
const unusable = /\p{Cs}|\p{Cc}/gu;
/** A person types less; a pasted page is cut. */
const longestQuery = 1_000;
const mostTokens = 32;

const quotes = /["“”„«»]/u;

const isQuote = (char: string | undefined): boolean => char !== undefined && quotes.test(char);
const isSpace = (char: string | undefined): boolean => char === undefined || /\s/u.test(char);

const names = new Set(['from', 'to', 'subject', 'has', 'before', 'after', 'in', 'is']);

const tokenise = (text: string): readonly Token[] => {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length && tokens.length < mostTokens) {
    if (isSpace(text[at])) {
      at += 1;
      continue;
    }
    const start = at;
    const negated = text[at] === '-' && !isSpace(text[at + 1]);
    if (negated) at += 1;
    const named = /^([a-z]+):/iu.exec(text.slice(at, at + 12))?.[1]?.toLowerCase() ?? '';
    const name = names.has(named) ? named : '';
    if (name !== '') at += name.length + 1;
    const quoted = isQuote(text[at]);
    const from = quoted ? at + 1 : at;
    at = from;
    while (at < text.length && !(quoted ? isQuote(text[at]) : isSpace(text[at]))) at += 1;
    const value = text.slice(from, at);
    const closed = quoted && at < text.length;
    if (closed) at += 1;
    tokens.push({
      raw: text.slice(start, at),
      negated,
      name,
      value,
      quoted,
      last: !closed && at >= text.length,
    });
  }
  return tokens;
};

const dayMs = 24 * 60 * 60 * 1_000;

/** A day, month or year in figures: 2026-01-31, 2026/1, 2026, or day first with dots (31.1.2026). Answers where it starts. */
const startOf = (value: string, timeZoneOffset: (at: number) => number): number | null => {
  const iso = /^(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?$/u.exec(value);
  const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/u.exec(value);
  const [year, month, day] =
    iso !== null
      ? [Number(iso[1]), Number(iso[2] ?? 1), Number(iso[3] ?? 1)]
      : dotted !== null
        ? [Number(dotted[3]), Number(dotted[2]), Number(dotted[1])]
        : [0, 0, 0];
  const utc = Date.UTC(year, month - 1, day);
  const back = new Date(utc);
  if (year < 1970 || back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day) return null;
  return utc - timeZoneOffset(utc);
};

/** What the meaning of a query depends on: the present, and minutes-to-UTC of the reader's zone as ms at a time. */
export type SearchContext = {
  readonly now: number;
  readonly timeZoneOffset: (at: number) => number;
};

const relative = (value: string, { now, timeZoneOffset }: SearchContext): number | null => {
  const today = Math.floor((now + timeZoneOffset(now)) / dayMs) * dayMs;
  const local = value === 'today' ? today : value === 'yesterday' ? today - dayMs : null;
  if (local !== null) return local - timeZoneOffset(local);
  const [, count, unit] = /^(\d{1,4})(d|w|m|y)$/u.exec(value) ?? [];
  const days = { d: 1, w: 7, m: 30, y: 365 }[unit ?? ''];
  return count === undefined || days === undefined ? null : now - Number(count) * days * dayMs;
};

const timeOf = (value: string, context: SearchContext): number | null =>
  relative(value.toLowerCase(), context) ?? startOf(value, context.timeZoneOffset);

const fieldOf = (name: string): SearchField =>
  name === 'from' || name === 'to' || name === 'subject' ? name : 'any';

const attachmentWords = new Set(['attachment', 'attachments', 'file', 'files']);

/** A filter, `null` where the value means nothing (yet), `undefined` where the token is not a filter. */
const filterOf = (token: Token, context: SearchContext): SearchFilter | null | undefined => {
  const value = token.value.toLowerCase();
  if (token.negated && names.has(token.name) && token.name !== 'has' && fieldOf(token.name) === 'any')
    return null;
  switch (token.name) {
    case 'has':
      return attachmentWords.has(value) ? { kind: 'has-attachment', negated: token.negated } : null;
    case 'before':
    case 'after': {
      const at = timeOf(token.value, context);
      return at === null ? null : { kind: token.name, at };
    }
    case 'is':
    case 'in':
      if (value === 'open' || value === 'done') return { kind: 'status', status: value };
      if (value === 'unread') return { kind: 'unread' };
      return token.name === 'in' && value !== '' && !token.negated ? { kind: 'in', name: value } : null;
    default:
      return undefined;
  }
};

const wordsOf = (token: Token): SearchWords => {
  const starred = !token.quoted && token.value.endsWith('*');
  return {
    kind: 'words',
    field: fieldOf(token.name),
    text: starred ? token.value.slice(0, -1) : token.value,
    phrase: token.quoted,
    prefix: starred || token.last,
    negated: token.negated,
  };
};

/**
 * Reads what was typed. Never fails: what means nothing is told in `ignored` and left out. The word being typed
 * counts as a beginning, so that the search finds while it is typed.
 */
export const parseSearch = (typed: string, context: SearchContext): SearchQuery => {
  const text = foldApostrophes(typed.slice(0, longestQuery).replace(unusable, ' ')).normalize('NFC');
  const words: SearchWords[] = [];
  const filters: SearchFilter[] = [];
  const ignored: string[] = [];
  for (const token of tokenise(text)) {
    const filter = filterOf(token, context);
    if (filter === undefined) {
      const entry = wordsOf(token);
      if (/[\p{L}\p{N}\p{S}]/u.test(entry.text)) words.push(entry);
      else if (!token.last) ignored.push(token.raw);
    } else if (filter === null) ignored.push(token.raw);
    else filters.push(filter);
  }
  return { words, filters, ignored };
};
