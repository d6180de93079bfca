import type { ConversationEvent } from '#shared/domain/conversation/events.ts';
import { retell } from '#shared/domain/conversation/history.ts';
import type { Logged, Other } from '#shared/domain/conversation/history.ts';
import type { ConversationState } from '#shared/domain/conversation/state.ts';
import type { ReadableDb } from './driver.ts';

type LogRow = { readonly rev: number; readonly kind: string; readonly payload: string; readonly at: number };

/** An event as the log holds it. Events are written by this program alone; a kind it does not know comes from a newer one and fails the replay. */
export const asEvent = ({ kind, payload }: Pick<LogRow, 'kind' | 'payload'>): ConversationEvent => {
  const value: unknown = JSON.parse(payload);
  if (typeof value !== 'object' || value === null) throw new Error('an event without a payload');
  return { kind, ...value } as ConversationEvent;
};

const numOf = (db: ReadableDb, id: string): number => {
  const row = db.get<{ num: number }>('SELECT num FROM conversation WHERE id = ?', [id]);
  if (row === undefined) throw new Error('an event refers to a conversation that is not there');
  return row.num;
};

/** A conversation's log up to a revision, oldest first. */
export const logOf = (
  db: ReadableDb,
  conversation: number,
  upTo = Number.MAX_SAFE_INTEGER,
): readonly Logged[] =>
  db
    .all<LogRow>(
      'SELECT rev, kind, payload, at FROM event WHERE conversation_num = ? AND rev <= ? ORDER BY rev',
      [conversation, upTo],
    )
    .map((row) => ({ event: asEvent(row), at: row.at, rev: row.rev }));

/** How the telling of one log looks at another conversation. */
export const otherIn =
  (db: ReadableDb): Other =>
  (id, rev, gone) =>
    retell(logOf(db, numOf(db, id), rev), otherIn(db), gone);

/** Rebuilds a conversation's state from its log alone. */
export const replay = (db: ReadableDb, conversation: number): ConversationState =>
  retell(logOf(db, conversation), otherIn(db));
