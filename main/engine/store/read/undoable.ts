import type { ConversationEventKind } from '#shared/domain/conversation/events.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';

/** An event that was given an undo key. */
export type Undoable = {
  readonly seq: number;
  readonly num: number;
  readonly id: ConversationId;
  readonly rev: number;
  readonly kind: ConversationEventKind;
  /** The other conversation of a merge or a split. */
  readonly other: string | null;
  /** The revision the conversation has now. */
  readonly now: number;
};

/** What happened under an undo key, the last first. */
export const undoable = (db: ReadableDb, undo: string): readonly Undoable[] =>
  db.all<Undoable>(
    `SELECT e.seq, e.conversation_num AS num, c.id, e.rev, e.kind, c.rev AS now,
       ifnull(json_extract(e.payload, '$.from'), json_extract(e.payload, '$.into')) AS other
     FROM event e JOIN conversation c ON c.num = e.conversation_num WHERE e.undo = ? ORDER BY e.seq DESC`,
    [undo],
  );

/** A conversation that is part of `into` now, or of none where that is null. */
export const placeWithin = (
  db: ReadableDb,
  id: string | null,
  into: string | null,
): { readonly id: ConversationId; readonly num: number } | undefined =>
  db.get<{ id: ConversationId; num: number }>(
    'SELECT id, num FROM conversation WHERE id = ? AND merged_into IS ?',
    [id, into],
  );

/** Whether a merge was taken back already: there is a later event that released the other. */
export const wasReleased = (db: ReadableDb, { num, rev, other }: Undoable): boolean =>
  db.get(
    `SELECT 1 AS yes FROM event WHERE conversation_num = ? AND rev > ? AND kind = 'conversation.released'
       AND json_extract(payload, '$.to') = ? LIMIT 1`,
    [num, rev, other],
  ) !== undefined;

/** Whether anything happened to a conversation after an event of another log. */
export const happenedSince = (db: ReadableDb, num: number, seq: number): boolean =>
  db.get('SELECT 1 AS yes FROM event WHERE conversation_num = ? AND seq > ? LIMIT 1', [num, seq]) !==
  undefined;
