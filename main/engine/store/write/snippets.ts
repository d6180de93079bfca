import type { SnippetId, SnippetText } from '#shared/contract/snippets.ts';
import type { WritableDb } from '../driver.ts';

/** Writes a text to insert, new or changed. */
export const putSnippet = (db: WritableDb, id: SnippetId, snippet: SnippetText, now: number): void => {
  db.run(
    `INSERT INTO snippet (id, name, shortcut, html, created_at, updated_at) VALUES ($id, $name, $shortcut, $html, $now, $now)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, shortcut = excluded.shortcut, html = excluded.html,
       updated_at = excluded.updated_at`,
    { id, ...snippet, now },
  );
};

/** Removes a text to insert; answers whether it was there. */
export const deleteSnippet = (db: WritableDb, id: SnippetId): boolean =>
  db.run('DELETE FROM snippet WHERE id = ?', [id]) > 0;
