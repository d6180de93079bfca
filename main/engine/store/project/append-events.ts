import type { ConversationEvent } from '#shared/domain/conversation/events.ts';
import { eventSchema } from '#shared/domain/conversation/events.ts';
import { evolve } from '#shared/domain/conversation/evolve.ts';
import type { Past } from '#shared/domain/conversation/evolve.ts';
import type { ConversationState } from '#shared/domain/conversation/state.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import type { Ids } from '#shared/kit/ports.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';
import { stateColumns, stateOfRow } from '../read/conversation-state.ts';
import type { StateRow } from '../read/conversation-state.ts';
import { pastOf } from '../replay.ts';
import { saveState } from './save-state.ts';

/** An event about to be logged. `at` is ms UTC: for messages their own time, for everything else the present. */
export type NewEvent = { readonly event: ConversationEvent; readonly at: number };

/** Who did it (null: nobody here), and the key under which it can be undone. */
export type EventFacts = { readonly author: MemberId | null; readonly undo?: string };

/** The state of a conversation as its row has it; undefined when there is no such conversation. */
export const stateOf = (db: ReadableDb, conversation: number): ConversationState | undefined => {
  const row = db.get<StateRow>(`SELECT ${stateColumns} FROM conversation WHERE num = ?`, [conversation]);
  return row === undefined ? undefined : stateOfRow(row);
};

/** The past of a conversation, in which another one that has not moved on since is read from its row. */
const pastFor = (db: ReadableDb, conversation: number, rev: number): Past => {
  const past = pastOf(db, conversation, rev);
  return {
    ...past,
    other: (id, upTo) => {
      const row = db.get<StateRow>(`SELECT ${stateColumns} FROM conversation WHERE id = ?`, [id]);
      return row?.rev === upTo ? stateOfRow(row) : past.other(id, upTo);
    },
  };
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
    state = evolve(state, happened, pastFor(db, conversation, state.rev));
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
