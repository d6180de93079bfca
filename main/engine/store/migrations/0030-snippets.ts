import type { Migration } from './migration.ts';

/**
 * Texts to insert, drafts in plain text, and sends with a time. `planned_at` is the wall-clock time an agent chose;
 * `held` says why a planned send does not leave although its time may have come.
 */
export const snippets: Migration = {
  number: 30,
  sql: `
CREATE TABLE snippet (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  -- Typed after ";" in the composer; in lower case.
  shortcut TEXT,
  html TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX snippet_shortcut ON snippet (shortcut) WHERE shortcut IS NOT NULL;
CREATE INDEX snippet_name ON snippet (name COLLATE NOCASE, id);

ALTER TABLE draft ADD COLUMN plain INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN plain INTEGER NOT NULL DEFAULT 0;

ALTER TABLE outbox ADD COLUMN planned_at INTEGER;
ALTER TABLE outbox ADD COLUMN held TEXT CHECK (held IN ('answered'));
CREATE INDEX outbox_planned ON outbox (conversation_num)
  WHERE planned_at IS NOT NULL AND held IS NULL AND state IN ('queued', 'retrying');
`,
};
