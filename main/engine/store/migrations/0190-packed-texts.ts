import type { Migration } from './migration.ts';

/**
 * Longer texts are kept packed (`store/packed-text.ts`): `packed` has their bytes, `size` how many they were, and `text` is empty
 * then. The `snippet` of a message is empty where `lead` says how much of the text it is. `layout` says how the columns of an index
 * part stand: 0 as they were, 1 with the text first and pages that fit ours (docs/adr/0028-smaller-database.md). What is here already
 * is brought to it in small steps behind all other work; the texts from `texts-to-pack` down still wait.
 */
export const packedTexts: Migration = {
  number: 190,
  sql: `
ALTER TABLE message_text ADD COLUMN packed BLOB;
ALTER TABLE message_text ADD COLUMN size INTEGER;
ALTER TABLE message ADD COLUMN lead INTEGER;
INSERT INTO setting (name, value)
  SELECT 'texts-to-pack', CAST(max(seq) AS TEXT) FROM message_text HAVING max(seq) IS NOT NULL;

-- All conversations are those that are open and those that are not; both have an index.
DROP INDEX conversation_all;
DROP INDEX conversation_all_account;

ALTER TABLE search_part ADD COLUMN layout INTEGER NOT NULL DEFAULT 0;
`,
};
