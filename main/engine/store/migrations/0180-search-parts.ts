import type { Migration } from './migration.ts';

/**
 * The index of words lies in parts by date, each for so many messages at most (docs/adr/0024-search-parts.md). Part N is the
 * table `message_search_N`, part 0 `message_search`, where everything was before; it is thinned out in the background.
 * A part holds every message from its `lowest` on, up to the `lowest` of the next.
 */
export const searchParts: Migration = {
  number: 180,
  sql: `
CREATE TABLE search_part (
  num INTEGER PRIMARY KEY,
  lowest INTEGER NOT NULL UNIQUE,
  messages INTEGER NOT NULL,
  -- How many messages went over to another part since this one was last merged; -1 while it is.
  gone INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Without an index of beginnings: in one part a beginning is looked up in a few milliseconds.
CREATE VIRTUAL TABLE message_search_1 USING fts5 (
  subject, people, text, files,
  content = '', contentless_delete = 1, tokenize = 'signal_tokenizer'
);
INSERT INTO message_search_1 (message_search_1, rank) VALUES ('automerge', 16);
INSERT INTO message_search_1 (message_search_1, rank) VALUES ('crisismerge', 64);

INSERT INTO search_part (num, lowest, messages)
  SELECT 0, 0, count(*) FROM message_search_docsize HAVING count(*) > 0;
INSERT INTO search_part (num, lowest, messages)
  SELECT 1, ifnull(max(id) + 1, 0), 0 FROM message_search_docsize;

-- Searching in a small account begins with its messages.
CREATE INDEX message_of_account ON message (account_id, seq);
`,
};
