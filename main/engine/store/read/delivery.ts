import type { Delivery, FailureWords } from '#shared/contract/conversations.ts';
import type { Direction } from '#shared/domain/message.ts';
import type { OutboxId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';

type OutboxColumns = {
  readonly id: OutboxId;
  readonly state: string;
  readonly sends_at: number;
  readonly first_try_at: number | null;
  readonly handed_over_at: number | null;
  readonly sent_at: number | null;
  readonly failure: string | null;
  readonly planned_at: number | null;
  readonly held: string | null;
  readonly rev: number;
  readonly for_team: number;
};

const property = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const failureWords = (json: string | null): FailureWords => {
  const value: unknown = json === null ? null : JSON.parse(json);
  return {
    kind: textOrNull(property(value, 'kind')) ?? 'unknown',
    said: textOrNull(property(value, 'said')),
    recipient: textOrNull(property(value, 'recipient')),
  };
};

/** A bounce as `applyBounce` wrote it: when it came and what it says of each recipient. */
const bounceDelivery = (json: string): Delivery => {
  const value: unknown = JSON.parse(json);
  const failures: unknown = property(value, 'failures');
  const first: unknown = Array.isArray(failures) ? failures[0] : null;
  const at = property(value, 'at');
  return {
    kind: 'failed',
    outbox: null,
    at: typeof at === 'number' ? at : 0,
    reason: {
      kind: 'bounced',
      said: textOrNull(property(first, 'diagnostic')) ?? textOrNull(property(first, 'status')),
      recipient: textOrNull(property(first, 'recipient')),
    },
  };
};

const outboxDelivery = (row: OutboxColumns, at: number): Delivery | null => {
  const outbox = row.id;
  if (row.held !== null) return { kind: 'held', outbox, at: row.sends_at, rev: row.rev };
  if (row.state === 'queued' && row.planned_at !== null)
    return { kind: 'planned', outbox, at: row.planned_at, rev: row.rev };
  switch (row.state) {
    case 'queued':
    case 'retrying':
      return { kind: 'queued', outbox, sendsAt: row.sends_at, forTeam: row.for_team === 1 };
    case 'sending':
    case 'handed-over':
      return { kind: 'sending', outbox };
    case 'sent':
      return { kind: 'sent', at: row.sent_at ?? at, planned: row.planned_at };
    case 'failed':
      return { kind: 'failed', outbox, reason: failureWords(row.failure), at: row.first_try_at ?? at };
    case 'unknown':
      return { kind: 'unknown', outbox, at: row.handed_over_at ?? at };
    default:
      return null;
  }
};

/** What became of a message of ours; null for what others wrote and for what was sent elsewhere. */
export const deliveryOf = (
  db: ReadableDb,
  message: {
    readonly seq: number;
    readonly direction: Direction;
    readonly at: number;
    readonly bounced: string | null;
  },
): Delivery | null => {
  if (message.direction === 'in') return null;
  if (message.bounced !== null) return bounceDelivery(message.bounced);
  const row = db.get<OutboxColumns>(
    `SELECT o.id, o.state, o.sends_at, o.first_try_at, o.handed_over_at, o.sent_at, o.failure, o.planned_at, o.held, c.rev,
       EXISTS (SELECT 1 FROM team_op t WHERE t.outbox = o.id) AS for_team
     FROM outbox o JOIN conversation c ON c.num = o.conversation_num WHERE o.seq = ?`,
    [message.seq],
  );
  return row === undefined ? null : outboxDelivery(row, message.at);
};
