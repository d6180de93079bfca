import type { ConversationEvent } from '#shared/domain/conversation/events.ts';
import { evolve } from '#shared/domain/conversation/evolve.ts';
import type { Past } from '#shared/domain/conversation/evolve.ts';
import { unopened } from '#shared/domain/conversation/state.ts';
import type { ConversationState } from '#shared/domain/conversation/state.ts';
import type { ReadableDb } from './driver.ts';

type Logged = { readonly rev: number; readonly kind: string; readonly payload: string; readonly at: number };

/** Events are written by this program alone; a kind it does not know comes from a newer one and fails the replay. */
const asEvent = ({ kind, payload }: Logged): ConversationEvent => {
  const value: unknown = JSON.parse(payload);
  if (typeof value !== 'object' || value === null) throw new Error('an event without a payload');
  return { kind, ...value } as ConversationEvent;
};

const numOf = (db: ReadableDb, id: string): number => {
  const row = db.get<{ num: number }>('SELECT num FROM conversation WHERE id = ?', [id]);
  if (row === undefined) throw new Error('an event refers to a conversation that is not there');
  return row.num;
};

/** Which part of a log is told: up to a revision, and without some events; their place in the count stays. */
type Part = {
  readonly upTo: number;
  readonly leftOut: (event: ConversationEvent) => boolean;
};

const everything: Part = { upTo: Number.MAX_SAFE_INTEGER, leftOut: () => false };

/** What an event right after revision `rev` may look up in the log. */
export const pastOf = (db: ReadableDb, conversation: number, rev: number, part = everything): Past => ({
  other: (id, upTo) => replay(db, numOf(db, id), { ...everything, upTo }),
  after: (upTo) => replay(db, conversation, { ...part, upTo }),
  without: (leftOut) =>
    replay(db, conversation, { upTo: rev, leftOut: (event) => part.leftOut(event) || leftOut(event) }),
});

/** Rebuilds a conversation's state from its log alone, or from a part of it. */
export const replay = (db: ReadableDb, conversation: number, part = everything): ConversationState => {
  const log = db.all<Logged>(
    'SELECT rev, kind, payload, at FROM event WHERE conversation_num = ? AND rev <= ? ORDER BY rev',
    [conversation, part.upTo],
  );
  let state = unopened;
  for (const logged of log) {
    const event = asEvent(logged);
    state = part.leftOut(event)
      ? { ...state, rev: logged.rev }
      : evolve(state, { event, at: logged.at }, pastOf(db, conversation, logged.rev - 1, part));
  }
  return state;
};
