import type { ConversationEvent } from '#shared/domain/conversation/events.ts';
import { eventSchema } from '#shared/domain/conversation/events.ts';
import { evolve } from '#shared/domain/conversation/evolve.ts';
import type { ConversationState } from '#shared/domain/conversation/state.ts';
import { turnOf, waitingSince } from '#shared/domain/waiting/waiting.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import type { Ids } from '#shared/kit/ports.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';
import { stateOfRow } from '../read/conversation-state.ts';
import type { StateRow } from '../read/conversation-state.ts';

/** An event about to be logged. `at` is ms UTC: for messages their own time, for everything else the present. */
export type NewEvent = { readonly event: ConversationEvent; readonly at: number };

/** Who did it (null: nobody here), and the key under which it can be undone. */
export type EventFacts = { readonly author: MemberId | null; readonly undo?: string };

const stateColumns = 'rev, status, owner_id, answered_at, unanswered, spoken_rev, merged_into';

/** The state of a conversation as its row has it; undefined when there is no such conversation. */
export const stateOf = (db: ReadableDb, conversation: number): ConversationState | undefined => {
  const row = db.get<StateRow>(`SELECT ${stateColumns} FROM conversation WHERE num = ?`, [conversation]);
  return row === undefined ? undefined : stateOfRow(row);
};

const stateOfId = (db: ReadableDb, id: string): ConversationState => {
  const row = db.get<StateRow>(`SELECT ${stateColumns} FROM conversation WHERE id = ?`, [id]);
  if (row === undefined) throw new Error('an event refers to a conversation that is not there');
  return stateOfRow(row);
};

/**
 * Appends events to a conversation's log and brings its row up to them, in the caller's transaction.
 * The row must be there; answers the state after the last event.
 */
export const appendEvents = (
  { db, ids }: { readonly db: WritableDb; readonly ids: Ids },
  conversation: number,
  events: readonly NewEvent[],
  { author, undo }: EventFacts,
): ConversationState => {
  const before = stateOf(db, conversation);
  if (before === undefined) throw new Error('events for a conversation that is not there');
  let state = before;
  for (const happened of events) {
    state = evolve(state, happened, (id) => stateOfId(db, id));
    const { kind, ...payload } = happened.event;
    db.run(
      `INSERT INTO event (id, conversation_num, rev, schema, kind, payload, author, at, undo)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        ids.next(),
        conversation,
        state.rev,
        eventSchema,
        kind,
        JSON.stringify(payload),
        author,
        happened.at,
        undo ?? null,
      ],
    );
  }
  saveState(db, conversation, before, state);
  return state;
};

/** Columns of indexes are named only when they change: SQLite rewrites every index that has a named column. */
const saveState = (
  db: WritableDb,
  conversation: number,
  before: ConversationState,
  state: ConversationState,
): void => {
  const { waiting } = state;
  db.run(
    'UPDATE conversation SET rev = ?, owner_id = ?, answered_at = ?, unanswered = ?, spoken_rev = ? WHERE num = ?',
    [
      state.rev,
      state.owner,
      waiting.answeredAt,
      JSON.stringify(waiting.unanswered),
      state.spokenRev,
      conversation,
    ],
  );
  const unmoved =
    state.status === before.status &&
    state.mergedInto === before.mergedInto &&
    turnOf(waiting) === turnOf(before.waiting) &&
    waitingSince(waiting) === waitingSince(before.waiting);
  if (unmoved) return;
  db.run('UPDATE conversation SET status = ?, turn = ?, waiting_since = ?, merged_into = ? WHERE num = ?', [
    state.status,
    turnOf(waiting),
    waitingSince(waiting),
    state.mergedInto,
    conversation,
  ]);
};
