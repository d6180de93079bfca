import type { MemberId, MessageId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';
import type { NewEvent } from '../project/append-events.ts';
import { asEvent } from '../replay.ts';

type Row = {
  readonly kind: string;
  readonly payload: string;
  readonly at: number;
  readonly author: MemberId | null;
};

/**
 * What the log of a conversation, and of all that became part of it, tells of some messages, oldest first and each
 * once: what is copied when these messages go to another conversation. Only events after revision `after` of its own log
 * where that is given.
 */
export const eventsAbout = (
  db: ReadableDb,
  conversation: number,
  messages: readonly MessageId[],
  after?: number,
): readonly NewEvent[] => {
  if (messages.length === 0) return [];
  const rows = db.all<Row>(
    `WITH RECURSIVE whole (num, id) AS (
       SELECT num, id FROM conversation WHERE num = $conversation
       UNION SELECT c.num, c.id FROM conversation c JOIN whole w ON c.merged_into = w.id WHERE $after IS NULL
     )
     SELECT e.kind, e.payload, e.at, e.author FROM event e JOIN whole ON e.conversation_num = whole.num
     WHERE (e.kind GLOB 'message.*' OR e.kind GLOB 'reply.*') AND ($after IS NULL OR e.rev > $after)
       AND json_extract(e.payload, '$.message') IN (SELECT value FROM json_each($messages))
     ORDER BY e.seq`,
    { conversation, after: after ?? null, messages: JSON.stringify(messages) },
  );
  const once = new Map(rows.map((row) => [`${row.kind} ${row.payload} ${String(row.at)}`, row]));
  return [...once.values()].map((row) => ({ event: asEvent(row), at: row.at, author: row.author }));
};
