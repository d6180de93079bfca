import type { SnippetId, SnippetText } from '#shared/contract/snippets.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import type { ActionContext } from '../action.ts';
import {
  allSnippets,
  mostSnippets,
  oneSnippet,
  snippetCount,
  snippetOfShortcut,
} from '../../store/read/snippets.ts';
import { deleteSnippet, putSnippet } from '../../store/write/snippets.ts';

type Full = { readonly kind: 'snippets-full'; readonly limit: number };
type Taken = { readonly kind: 'shortcut-taken'; readonly shortcut: string; readonly name: string };

const save = (
  context: ActionContext,
  input: { readonly id: SnippetId | null; readonly snippet: SnippetText },
): Result<{ readonly id: SnippetId }, Full | Taken> => {
  const { db, ids, clock, changed } = context;
  const { snippet } = input;
  const id = input.id ?? (ids.next() as SnippetId);
  const owner = snippet.shortcut === null ? null : snippetOfShortcut(db, snippet.shortcut);
  if (owner !== null && owner.id !== id) {
    return fail({ kind: 'shortcut-taken', shortcut: snippet.shortcut ?? '', name: owner.name });
  }
  if (oneSnippet(db, id) === null && snippetCount(db) >= mostSnippets) {
    return fail({ kind: 'snippets-full', limit: mostSnippets });
  }
  putSnippet(db, id, snippet, clock.now());
  changed({ topic: 'snippets' });
  return ok({ id });
};

const remove = (
  { db, changed }: ActionContext,
  { id }: { readonly id: SnippetId },
): Result<null, { readonly kind: 'snippet-gone' }> => {
  if (!deleteSnippet(db, id)) return fail({ kind: 'snippet-gone' });
  changed({ topic: 'snippets' });
  return ok(null);
};

type Brought = { readonly added: number; readonly known: number; readonly withoutShortcut: number };

/** Adds texts from a file; all of them or, when there is no room, none. */
const bring = (
  context: ActionContext,
  { snippets }: { readonly snippets: readonly SnippetText[] },
): Result<Brought, Full> => {
  const { db, ids, clock, changed } = context;
  const known = new Set(allSnippets(db).map(({ name, html }) => `${name}\n${html}`));
  const fresh = snippets.filter(({ name, html }) => {
    const key = `${name}\n${html}`;
    return !known.has(key) && known.add(key).has(key);
  });
  if (snippetCount(db) + fresh.length > mostSnippets)
    return fail({ kind: 'snippets-full', limit: mostSnippets });
  let withoutShortcut = 0;
  for (const snippet of fresh) {
    const taken = snippet.shortcut !== null && snippetOfShortcut(db, snippet.shortcut) !== null;
    if (taken) withoutShortcut += 1;
    putSnippet(db, ids.next() as SnippetId, taken ? { ...snippet, shortcut: null } : snippet, clock.now());
  }
  if (fresh.length > 0) changed({ topic: 'snippets' });
  return ok({ added: fresh.length, known: snippets.length - fresh.length, withoutShortcut });
};

/** What happens to texts to insert. */
export const snippetActions = {
  'snippet.save': save,
  'snippet.delete': remove,
  'snippet.bring': bring,
} as const;
