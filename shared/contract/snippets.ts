import * as v from 'valibot';
import type { Brand } from '../kit/brand.ts';
import { call } from './define.ts';
import { draftId, line } from './schemas.ts';

/** One text to insert; a time-ordered UUID. */
export type SnippetId = Brand<string, 'SnippetId'>;

/** What may stand after ";" to insert a text: one word of letters, digits, "-" and "_". */
const shortcutPattern = /^[\p{L}\p{N}][\p{L}\p{N}_-]{0,39}$/u;

/** What a person writes of a snippet: a name, a word to type for it, and the text as the editor's HTML. */
export const snippetText = v.strictObject({
  name: v.pipe(line, v.trim(), v.minLength(1), v.maxLength(200)),
  shortcut: v.nullable(v.pipe(v.string(), v.trim(), v.toLowerCase(), v.regex(shortcutPattern))),
  html: v.pipe(v.string(), v.maxLength(200_000)),
});
export type SnippetText = v.InferOutput<typeof snippetText>;

/** A text to insert while writing. `text` is the same in plain words, for search and preview. */
export type Snippet = SnippetText & {
  readonly id: SnippetId;
  readonly text: string;
  readonly updatedAt: number;
};

const snippetId = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(80),
  v.transform((text) => text as SnippetId),
);

type NoSnippet = { readonly kind: 'snippet-gone' };
type Refusals =
  | { readonly kind: 'shortcut-taken'; readonly shortcut: string; readonly name: string }
  | { readonly kind: 'snippets-full'; readonly limit: number };

export const snippetCalls = {
  /** All snippets by name. */
  'snippet.list': call(v.strictObject({})).answers<{ readonly snippets: readonly Snippet[] }>(),
  /** Writes a snippet; one with an id that is gone is there again, which takes a deletion back. */
  'snippet.save': call(v.strictObject({ id: v.nullable(snippetId), snippet: snippetText }))
    .answers<{ readonly id: SnippetId }>()
    .refuses<Refusals>(),
  'snippet.delete': call(v.strictObject({ id: snippetId }))
    .answers<null>()
    .refuses<NoSnippet>(),
  /** The text with its variables filled in for a draft; what is unknown or empty stays as `{{variable}}`. */
  'snippet.fill': call(v.strictObject({ id: snippetId, draft: draftId }))
    .answers<{ readonly html: string; readonly text: string }>()
    .refuses<NoSnippet | { readonly kind: 'draft-gone' }>(),
  /** Asks where to save all snippets as a JSON file, and saves it there. */
  'snippet.export': call(v.strictObject({})).answers<
    { readonly kind: 'saved'; readonly name: string } | { readonly kind: 'cancelled' }
  >(),
  /** Adds the snippets of such a file; one with the name and text of another is left out, a taken shortcut is dropped. */
  'snippet.import': call(v.strictObject({ json: v.pipe(v.string(), v.maxLength(20_000_000)) }))
    .answers<{ readonly added: number; readonly known: number; readonly withoutShortcut: number }>()
    .refuses<Refusals | { readonly kind: 'not-snippets' }>(),
} as const;
