import type { ConversationEvent } from '#shared/domain/conversation/events.ts';
import { eventSchema } from '#shared/domain/conversation/events.ts';
import { evolve } from '#shared/domain/conversation/evolve.ts';
import type { Past } from '#shared/domain/conversation/evolve.ts';
import { nothingGone, retell } from '#shared/domain/conversation/history.ts';
import type { ConversationState } from '#shared/domain/conversation/state.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import type { Ids } from '#shared/kit/ports.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';
import { stateColumns, stateOfRow } from '../read/conversation-state.ts';
import type { StateRow } from '../read/conversation-state.ts';
import { logOf, otherIn } from '../replay.ts';
import { saveState } from './save-state.ts';

/** An event about to be logged. `at` is ms UTC: for messages their own time, for everything else the present. */
export type NewEvent = {
  readonly event: ConversationEvent;
  readonly at: number;
  /** Who did it, where that is somebody else than who did the rest. */
  readonly author?: MemberId | null;
};

/** Who did it (null: nobody here), and the key under which it can be undone. */
export type EventFacts = { readonly author: MemberId | null; readonly undo?: string };

/** The state of a conversation as its row has it; undefined when there is no such conversation. */
export const stateOf = (db: ReadableDb, conversation: number): ConversationState | undefined => {
  const row = db.get<StateRow>(`SELECT ${stateColumns} FROM conversation WHERE num = ?`, [conversation]);
  return row === undefined ? undefined : stateOfRow(row);
};

/** What the next event of a conversation may look up; another one that has not moved on since is read from its row. */
const pastFor = (db: ReadableDb, conversation: number, rev: number): Past => ({
  other: (id, upTo) => {
    const row = db.get<StateRow>(`SELECT ${stateColumns} FROM conversation WHERE id = ?`, [id]);
    return row?.rev === upTo ? stateOfRow(row) : otherIn(db)(id, upTo, nothingGone);
  },
  retold: (happened) => retell([...logOf(db, conversation, rev), { ...happened, rev: rev + 1 }], otherIn(db)),
});

/**
 * Appends events to a conversation's log and brings its row up to them, in the caller's transaction.
 * The row must be there; answers the state after the last event. `known` is the state before the first, where it was just read.
 */
export const appendEvents = (
  { db, ids }: { readonly db: WritableDb; readonly ids: Ids },
  conversation: number,
  events: readonly NewEvent[],
  { author, undo }: EventFacts,
  known?: ConversationState,
): ConversationState => {
  const before = known ?? stateOf(db, conversation);
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
        happened.author === undefined ? author : happened.author,
        happened.at,
        undo ?? null,
      ],
    );
  }
  saveState(db, conversation, before, state);
  return state;
};
