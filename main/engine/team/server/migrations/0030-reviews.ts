import type { TeamMigration } from '../schema-part.ts';

/** No two reviews have one id. Clients from before there were reviews cannot tell their logs and work on read-only. */
export const reviews: TeamMigration = {
  number: 30,
  sql: `CREATE UNIQUE INDEX event_review ON event ((payload ->> 'review')) WHERE kind = 'review.asked'`,
};
