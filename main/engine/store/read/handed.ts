import type { ConversationDetail } from '#shared/contract/conversations.ts';
import type { ConversationEventKind } from '#shared/domain/conversation/events.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';
import { memberName } from './members.ts';

/** The newest events of a conversation, newest first; also what the test of query plans explains. */
export const handedSql = `SELECT kind, author, at, payload FROM event WHERE conversation_num = ? ORDER BY rev DESC LIMIT 100`;

type EventRow = {
  readonly kind: ConversationEventKind;
  readonly author: MemberId | null;
  readonly at: number;
  readonly payload: string;
};

/** What decides who has a conversation; the newest of these says how it came to its owner. */
const changesHands: ReadonlySet<ConversationEventKind> = new Set<ConversationEventKind>([
  'conversation.claimed',
  'conversation.assigned',
  'conversation.transferred',
  'conversation.returned',
  'conversation.covered',
  'conversation.given-back',
  'conversation.orphaned',
  'conversation.absorbed',
  'conversation.undone',
]);

const textOf = (payload: Readonly<Record<string, unknown>>, key: string): string => {
  const value = payload[key];
  return typeof value === 'string' ? value : '';
};

const payloadOf = (json: string): Readonly<Record<string, unknown>> => {
  const payload: unknown = JSON.parse(json);
  return typeof payload === 'object' && payload !== null ? { ...payload } : {};
};

/**
 * Who gave a conversation to `me`, and with which words, as long as `me` has not done anything with it since; null
 * where it came otherwise.
 */
export const handedTo = (db: ReadableDb, num: number, me: MemberId): ConversationDetail['handed'] => {
  for (const { kind, author, at, payload } of db.all<EventRow>(handedSql, [num])) {
    if (author === me) return null;
    if (!changesHands.has(kind)) continue;
    const given = kind === 'conversation.assigned' || kind === 'conversation.transferred';
    const values = payloadOf(payload);
    if (!given || author === null || values['to'] !== me) return null;
    return {
      by: { id: author, name: memberName(db, author) },
      how: kind === 'conversation.assigned' ? 'assigned' : 'transferred',
      words: textOf(values, kind === 'conversation.assigned' ? 'note' : 'reason'),
      at,
    };
  }
  return null;
};
