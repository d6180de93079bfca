import type { TimelineItem } from '#shared/contract/conversations.ts';
import type { ConversationEventKind } from '#shared/domain/conversation/events.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';
import { deliveryOf } from './delivery.ts';
import { eventValues } from './event-values.ts';
import { asMessageFacts, selectMessages } from './message-row.ts';
import type { MessageColumns } from './message-row.ts';
import { readCursor, writeCursor } from './page-cursor.ts';

/** Events that messages tell by themselves; the words are those of the index `event_shown`. */
const hidden = `e.kind NOT IN ('message.received', 'message.answered', 'conversation.opened', 'reply.queued', 'reply.sent')`;

type EventColumns = {
  readonly seq: number;
  readonly id: string;
  readonly at: number;
  readonly kind: ConversationEventKind;
  readonly payload: string;
  readonly author: MemberId | null;
  readonly undo: string | null;
  readonly author_name: string | null;
};

/** A place in the timeline: time, then messages before events, then the order of writing. */
type Placed = { readonly at: number; readonly rank: 0 | 1; readonly seq: number };
type Entry = Placed & { readonly item: () => TimelineItem };

const after = (a: Placed, b: Placed): number => b.at - a.at || b.rank - a.rank || b.seq - a.seq;

/** Statements of the timeline; the test of query plans explains them. */
export const timelineSql = {
  messages: `${selectMessages} WHERE m.conversation_num = ? AND (m.at, m.seq) < (?, ?)
    ORDER BY m.at DESC, m.seq DESC LIMIT ?`,
  events: `SELECT e.seq, e.id, e.at, e.kind, e.payload, e.author, e.undo, a.name AS author_name
    FROM event e LEFT JOIN member a ON a.id = e.author
    WHERE e.conversation_num = ? AND ${hidden} AND (e.at, e.seq) < (?, ?) ORDER BY e.at DESC, e.seq DESC LIMIT ?`,
  merged: 'SELECT num FROM conversation WHERE merged_into = (SELECT id FROM conversation WHERE num = ?)',
} as const;

/** The newest `limit` entries before a cursor, oldest first, with the history of what was merged into this conversation. */
export const readTimeline = (
  db: ReadableDb,
  conversation: number,
  before: string | null,
  limit: number,
): { readonly items: readonly TimelineItem[]; readonly earlier: string | null } => {
  const [at, rank, seq] = readCursor(before, 3) ?? [];
  const end: Placed = {
    at: at ?? Number.MAX_SAFE_INTEGER,
    rank: rank === 0 ? 0 : 1,
    seq: seq ?? Number.MAX_SAFE_INTEGER,
  };
  const entries = [
    ...messages(db, conversation, end, limit),
    ...withMerged(db, conversation).flatMap((num) => events(db, num, end, limit)),
  ].sort(after);
  const shown = entries.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.toReversed().map((entry) => entry.item()),
    earlier: entries.length > limit && last !== undefined ? writeCursor(last.at, last.rank, last.seq) : null,
  };
};

const messages = (db: ReadableDb, conversation: number, end: Placed, limit: number): readonly Entry[] => {
  // A cursor on an event comes after every message of its time.
  const seq = end.rank === 1 ? Number.MAX_SAFE_INTEGER : end.seq;
  return db.all<MessageColumns>(timelineSql.messages, [conversation, end.at, seq, limit + 1]).map((row) => ({
    at: row.at,
    rank: 0,
    seq: row.seq,
    item: () => ({ kind: 'message', ...asMessageFacts(db, row), delivery: deliveryOf(db, row) }),
  }));
};

const events = (db: ReadableDb, conversation: number, end: Placed, limit: number): readonly Entry[] => {
  // A cursor on a message comes before every event of its time.
  const seq = end.rank === 0 ? 0 : end.seq;
  return db.all<EventColumns>(timelineSql.events, [conversation, end.at, seq, limit + 1]).map((row) => ({
    at: row.at,
    rank: 1,
    seq: row.seq,
    item: () => ({
      kind: 'event',
      id: row.id,
      at: row.at,
      event: row.kind,
      by: row.author === null ? null : { id: row.author, name: row.author_name ?? '' },
      values: eventValues(db, row.payload),
      undo: undoable.has(row.kind) ? row.undo : null,
    }),
  }));
};

/** Changes that can be taken back at any time, whatever happened since. */
const undoable = new Set<ConversationEventKind>(['conversation.absorbed', 'conversation.split']);

/** How many mergers deep and wide the history is followed; far more than mail can bring together by itself. */
const mostMerged = 200;

const withMerged = (db: ReadableDb, conversation: number): readonly number[] => {
  const found = [conversation];
  for (const num of found) {
    if (found.length >= mostMerged) break;
    for (const row of db.all<{ num: number }>(timelineSql.merged, [num])) {
      if (!found.includes(row.num)) found.push(row.num);
    }
  }
  return found;
};
