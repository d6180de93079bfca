import type { Needle } from '#shared/domain/search/highlight.ts';
import type { SearchField, SearchQuery, SearchWords } from '#shared/domain/search/query.ts';
import type { ReadableDb } from '../driver.ts';

/** Words cut as the index cuts them. */
export type Term = SearchWords & { readonly tokens: readonly string[] };

const columns: Readonly<Record<SearchField, string>> = {
  any: '',
  from: '{people} : ',
  to: '{people} : ',
  subject: '{subject} : ',
};

/** A beginning of one letter would match a third of everything and is no help; one ideograph is a word. */
const isLongEnough = (token: string): boolean => token.length > 1 || /[^\p{ASCII}]/u.test(token);

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** Cuts the words of a query; those of which nothing is left are dropped. */
export const termsOf = (db: ReadableDb, query: SearchQuery): readonly Term[] =>
  query.words
    .map((words) => {
      const tokens = db.tokens(words.text);
      return { ...words, tokens, prefix: words.prefix && isLongEnough(tokens.at(-1) ?? '') };
    })
    .filter((term) => term.tokens.length > 0);

/**
 * One term in the language of FTS5 (sqlite.org/fts5.html section 3). What was typed stands only inside a quoted
 * string, so no operator, column or quote of it means anything.
 */
const expression = (term: Term): string =>
  `${columns[term.field]}${quoted(term.tokens.join(' '))}${term.prefix ? ' *' : ''}`;

const joined = (terms: readonly Term[], by: string): string =>
  terms.map((term) => `(${expression(term)})`).join(by);

/** What the index is asked. `exclude` is set where there is nothing to find but something to leave out. */
export type Match =
  | { readonly kind: 'find'; readonly match: string }
  | { readonly kind: 'walk'; readonly exclude: string | null };

/** Builds the expression of a whole query. */
export const matchOf = (terms: readonly Term[]): Match => {
  const wanted = terms.filter((term) => !term.negated);
  const unwanted = terms.filter((term) => term.negated);
  const exclude = unwanted.length === 0 ? null : joined(unwanted, ' OR ');
  if (wanted.length === 0) return { kind: 'walk', exclude };
  const find = joined(wanted, ' AND ');
  return { kind: 'find', match: exclude === null ? find : `(${find}) NOT (${exclude})` };
};

/** The expression of each term that must occur, by itself. */
export const wantedExpressions = (terms: readonly Term[]): readonly string[] =>
  terms.filter((term) => !term.negated).map(expression);

/** What to mark in a text of a field. */
export const needlesOf = (terms: readonly Term[], fields: readonly SearchField[]): readonly Needle[] =>
  terms
    .filter((term) => !term.negated && fields.includes(term.field))
    .map((term) => ({ words: term.tokens, prefix: term.prefix }));
