import * as v from 'valibot';
import type { RetentionRule } from '#shared/domain/erasure/retention.ts';
import type { ReadableDb } from '../driver.ts';

/** Its name in the table of settings. */
export const retentionKey = 'retention';

const stored = v.object({ days: v.number(), since: v.number() });

/** The team's rule in the table of settings, as the team's database last told it. */
export const teamRetentionKey = 'team.retention';

const ruleIn = (db: ReadableDb, name: string): RetentionRule | null => {
  const row = db.get<{ value: string }>('SELECT value FROM setting WHERE name = ?', [name]);
  const parsed = v.safeParse(stored, row === undefined ? null : JSON.parse(row.value));
  return parsed.success ? parsed.output : null;
};

/** The team's rule; null where none is known. */
export const readTeamRetention = (db: ReadableDb): RetentionRule | null => ruleIn(db, teamRetentionKey);

/** Conversations that stay whatever their age, because this device has a draft in them or something on its way. */
export const heldHere = (db: ReadableDb): readonly string[] =>
  db
    .all<{ id: string }>(
      `SELECT id FROM conversation WHERE num IN (
         SELECT conversation_num FROM draft WHERE conversation_num IS NOT NULL
         UNION SELECT conversation_num FROM outbox WHERE state <> 'sent') ORDER BY id LIMIT 5000`,
    )
    .map(({ id }) => id);

/** The rule as it was set here; null where none is. */
export const readRetention = (db: ReadableDb): RetentionRule | null => ruleIn(db, retentionKey);

/**
 * Conversations in which nothing is left to do and nothing has happened since a time, oldest first; a walk over the end
 * of the index of those that are done. The test of query plans explains it.
 */
export const outOfTimeSql = `
  SELECT c.num FROM conversation c
  WHERE c.status IN ('resolved', 'done') AND c.last_at < $before
    AND c.status = 'done' AND c.follow_ups = '[]' AND c.reviews = '[]' AND c.outbox = 'none' AND c.draft = 0
    AND NOT EXISTS (SELECT 1 FROM event e WHERE e.conversation_num = c.num AND e.at >= $before)
  ORDER BY c.last_at, c.num LIMIT $limit`;

/** Conversations whose time is over, oldest first. */
export const outOfTime = (db: ReadableDb, before: number, limit: number): readonly number[] =>
  db.all<{ num: number }>(outOfTimeSql, { before, limit }).map(({ num }) => num);
