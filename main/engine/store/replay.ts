import type { ConversationEvent } from '#shared/domain/conversation/events.ts';
import { evolve } from '#shared/domain/conversation/evolve.ts';
import { unopened } from '#shared/domain/conversation/state.ts';
import type { ConversationState } from '#shared/domain/conversation/state.ts';
import type { ReadableDb } from './driver.ts';

type Logged = { readonly kind: string; readonly payload: string; readonly at: number };

/** Events are written by this program alone; a kind it does not know comes from a newer one and fails the replay. */
const asEvent = ({ kind, payload }: Logged): ConversationEvent => {
  const value: unknown = JSON.parse(payload);
  if (typeof value !== 'object' || value === null) throw new Error('an event without a payload');
  return { kind, ...value } as ConversationEvent;
};

const eventsOf = (db: ReadableDb, conversation: number): readonly Logged[] =>
  db.all<Logged>('SELECT kind, payload, at FROM event WHERE conversation_num = ? ORDER BY rev', [
    conversation,
  ]);

const numOf = (db: ReadableDb, id: string): number => {
  const row = db.get<{ num: number }>('SELECT num FROM conversation WHERE id = ?', [id]);
  if (row === undefined) throw new Error('an event refers to a conversation that is not there');
  return row.num;
};

/** Rebuilds a conversation's state from its log alone; with `upTo: 'merge'` as it was when it was merged. */
export const replay = (
  db: ReadableDb,
  conversation: number,
  upTo: 'now' | 'merge' = 'now',
): ConversationState => {
  let state = unopened;
  for (const logged of eventsOf(db, conversation)) {
    if (upTo === 'merge' && logged.kind === 'conversation.merged') break;
    state = evolve(state, { event: asEvent(logged), at: logged.at }, (id) =>
      replay(db, numOf(db, id), 'merge'),
    );
  }
  return state;
};
