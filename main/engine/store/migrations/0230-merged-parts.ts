import type { Migration } from './migration.ts';

/**
 * How many messages a part of the index had when it was last merged into one segment (docs/adr/0024-search-parts.md). Parts from
 * before are merged in the background, once.
 */
export const mergedParts: Migration = {
  number: 230,
  sql: `
ALTER TABLE search_part ADD COLUMN merged INTEGER NOT NULL DEFAULT 0;
`,
};
