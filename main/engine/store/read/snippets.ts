import type { SnippetId } from '#shared/contract/snippets.ts';
import type { ReadableDb } from '../driver.ts';

/** A text to insert as the table keeps it. Times are ms UTC. */
export type StoredSnippet = {
  readonly id: SnippetId;
  readonly name: string;
  readonly shortcut: string | null;
  readonly html: string;
  readonly updatedAt: number;
};

/** More texts than this nobody finds again; the page searches all of them at once. */
export const mostSnippets = 2_000;

/** The statement of {@link allSnippets}; its plan is tested. */
export const snippetsSql = `SELECT id, name, shortcut, html, updated_at AS updatedAt FROM snippet
  ORDER BY name COLLATE NOCASE, id LIMIT ${String(mostSnippets)}`;

/** All texts by name. */
export const allSnippets = (db: ReadableDb): readonly StoredSnippet[] => db.all<StoredSnippet>(snippetsSql);

/** One text; null when it is gone. */
export const oneSnippet = (db: ReadableDb, id: SnippetId): StoredSnippet | null =>
  db.get<StoredSnippet>(
    'SELECT id, name, shortcut, html, updated_at AS updatedAt FROM snippet WHERE id = ?',
    [id],
  ) ?? null;

/** Whose shortcut a word is; null when it is free. */
export const snippetOfShortcut = (
  db: ReadableDb,
  shortcut: string,
): { readonly id: SnippetId; readonly name: string } | null =>
  db.get<{ id: SnippetId; name: string }>('SELECT id, name FROM snippet WHERE shortcut = ?', [shortcut]) ??
  null;

/** How many texts there are. */
export const snippetCount = (db: ReadableDb): number =>
  db.get<{ n: number }>('SELECT count(*) AS n FROM snippet')?.n ?? 0;
