import type { CustomerWait, WaitingHistory } from '#shared/contract/customers.ts';
import { medianFirstAnswer, waitsOf } from '#shared/domain/waiting/waits.ts';
import type { Spoken, Wait } from '#shared/domain/waiting/waits.ts';
import type { ConversationId, CustomerId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';

/** The SQL of these reads; also what the test of query plans explains. */
export const waitsSql = {
  since: `SELECT min(waiting_since) AS since FROM conversation
    WHERE customer_id = ? AND status = 'open' AND turn = 'ours'`,
  conversations: `SELECT num, id, subject FROM conversation WHERE customer_id = ? AND status <> 'merged'
    ORDER BY last_at DESC, num DESC LIMIT ?`,
  // What has not left yet is no answer.
  messages: `SELECT m.at, m.direction, m.automatic IS NOT NULL AS automatic FROM message m
    LEFT JOIN outbox o ON o.seq = m.seq WHERE m.conversation_num = ? AND (o.id IS NULL OR o.state = 'sent')
    ORDER BY m.at DESC, m.seq DESC LIMIT ?`,
};

/**
 * Since when a customer waits: their first unanswered message in everything that is open, on all their channels.
 * Null when nothing of theirs is unanswered.
 */
export const customerWaitingSince = (db: ReadableDb, customer: CustomerId): number | null =>
  db.get<{ since: number | null }>(waitsSql.since, [customer])?.since ?? null;

/** How many of the newest conversations, and messages of each, are looked at; and how many waits are told. */
const conversationsRead = 30;
const messagesRead = 200;
const waitsTold = 20;

type MessageRow = { readonly at: number; readonly direction: 'in' | 'out'; readonly automatic: number };
type Place = { readonly num: number; readonly id: ConversationId; readonly subject: string };

const waitsIn = (db: ReadableDb, { num, id }: Place): readonly Wait[] => {
  const rows = db.all<MessageRow>(waitsSql.messages, [num, messagesRead]);
  const spoken = rows.map(({ at, direction, automatic }): Spoken => ({
    conversation: id,
    at,
    direction,
    automatic: automatic === 1,
  }));
  const waits = waitsOf(spoken);
  // Of a conversation longer than this the first answer is not among what was read.
  return rows.length < messagesRead ? waits : waits.map((wait) => ({ ...wait, first: false }));
};

/** How long a customer waited in their newest conversations, newest wait first. */
export const waitingHistory = (db: ReadableDb, customer: CustomerId): WaitingHistory => {
  const places = db.all<Place>(waitsSql.conversations, [customer, conversationsRead]);
  const found = places
    .flatMap((place) =>
      waitsIn(db, place).map((wait): CustomerWait => ({
        conversation: place.id,
        subject: place.subject,
        since: wait.since,
        answeredAt: wait.answeredAt,
        first: wait.first,
      })),
    )
    .sort((one, other) => other.since - one.since);
  return {
    waits: found.slice(0, waitsTold),
    medianFirst: medianFirstAnswer(found),
    answeredFirst: found.filter(({ first, answeredAt }) => first && answeredAt !== null).length,
  };
};
