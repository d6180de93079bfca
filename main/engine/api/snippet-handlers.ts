import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import * as v from 'valibot';
import { snippetText } from '#shared/contract/snippets.ts';
import type { Snippet } from '#shared/contract/snippets.ts';
import type { Handlers } from '#shared/contract/wire.ts';
import { fail, ok } from '#shared/kit/result.ts';
import { cleanHtml } from '../compose/clean-html.ts';
import { fillSnippet } from '../compose/fill-snippet.ts';
import { htmlToText } from '../compose/html-to-text.ts';
import { readDraft } from '../store/read/draft.ts';
import { allSnippets, mostSnippets, oneSnippet } from '../store/read/snippets.ts';
import type { StoredSnippet } from '../store/read/snippets.ts';
import type { Workspace } from '../workspace.ts';

type SnippetCalls = Extract<keyof Handlers, `snippet.${string}`>;

/** What an exported file holds; `kind` tells it from other JSON. */
const snippetFile = v.object({
  kind: v.literal('steward-snippets'),
  version: v.literal(1),
  snippets: v.pipe(v.array(v.object(snippetText.entries)), v.maxLength(mostSnippets)),
});

const shown = (snippet: StoredSnippet): Snippet => ({ ...snippet, text: htmlToText(snippet.html) });

const clean = (html: string): string => cleanHtml(html, { pictures: 'none' });

const parsedFile = (json: string): v.InferOutput<typeof snippetFile> | null => {
  try {
    const parsed = v.safeParse(snippetFile, JSON.parse(json));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
};

/** Handlers for texts to insert. */
export const snippetHandlers = (workspace: Workspace): Pick<Handlers, SnippetCalls> => {
  const { db, writer } = workspace;
  return {
    'snippet.list': () => ok({ snippets: allSnippets(db).map(shown) }),
    'snippet.save': ({ id, snippet }) =>
      writer.run('snippet.save', { id, snippet: { ...snippet, html: clean(snippet.html) } }),
    'snippet.delete': (input) => writer.run('snippet.delete', input),
    'snippet.fill': ({ id, draft: draftId }) => {
      const snippet = oneSnippet(db, id);
      if (snippet === null) return fail({ kind: 'snippet-gone' });
      const draft = readDraft(db, draftId);
      return draft === null ? fail({ kind: 'draft-gone' }) : ok(fillSnippet(workspace, snippet, draft));
    },
    'snippet.export': async () => {
      const path = await workspace.shell.chooseSavePath('steward-texts.json');
      if (path === null) return ok({ kind: 'cancelled' as const });
      const snippets = allSnippets(db).map(({ name, shortcut, html }) => ({ name, shortcut, html }));
      const file: v.InferInput<typeof snippetFile> = {
        kind: 'steward-snippets',
        version: 1,
        snippets: [...snippets],
      };
      await writeFile(path, JSON.stringify(file, null, 2));
      return ok({ kind: 'saved' as const, name: basename(path) });
    },
    'snippet.import': ({ json }) => {
      const file = parsedFile(json);
      if (file === null) return fail({ kind: 'not-snippets' });
      const snippets = file.snippets.map((snippet) => ({ ...snippet, html: clean(snippet.html) }));
      return writer.run('snippet.bring', { snippets });
    },
  };
};
