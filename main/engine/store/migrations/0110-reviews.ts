import type { Migration } from './migration.ts';

/**
 * Open reviews of answers: who asked whom stands in the conversation's row as its events say it, what was shown and
 * said stays in the log alone and is found there by the review's id.
 */
export const reviews: Migration = {
  number: 110,
  sql: `
ALTER TABLE conversation ADD COLUMN reviews TEXT NOT NULL DEFAULT '[]';
CREATE INDEX conversation_reviewed ON conversation (num) WHERE reviews <> '[]';
CREATE INDEX event_review ON event (json_extract(payload, '$.review'), seq)
  WHERE kind IN ('review.asked', 'review.given');
`,
};
