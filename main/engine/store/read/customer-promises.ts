import type { CustomerPromise } from '#shared/contract/customers.ts';
import type { Purpose } from '#shared/domain/conversation/follow-up.ts';
import type { ConversationId, CustomerId, FollowUpId, MemberId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';

/** The SQL of this read; also what the test of query plans explains. The few of one customer are put in order after it. */
export const promisesSql = `SELECT f.id, f.owner_id, m.name AS owner_name, f.due_at, f.purpose, f.if_no_reply, f.why,
    f.fell_at, c.id AS conversation, c.subject
  FROM conversation c CROSS JOIN follow_up f ON f.conversation_num = c.num LEFT JOIN member m ON m.id = f.owner_id
  WHERE c.customer_id = ? AND c.follow_ups <> '[]' LIMIT 200`;

type PromiseRow = {
  readonly id: FollowUpId;
  readonly owner_id: MemberId;
  readonly owner_name: string | null;
  readonly due_at: number;
  readonly purpose: Purpose;
  readonly if_no_reply: number;
  readonly why: string;
  readonly fell_at: number | null;
  readonly conversation: ConversationId;
  readonly subject: string;
};

/** What was promised and is to be checked in a customer's conversations, what is due first before the rest. */
export const customerPromises = (db: ReadableDb, customer: CustomerId): readonly CustomerPromise[] =>
  db
    .all<PromiseRow>(promisesSql, [customer])
    // That something comes back to somebody by itself is no promise to the customer.
    .filter(({ purpose }) => purpose !== 'return')
    .map((row) => ({
      id: row.id,
      conversation: row.conversation,
      subject: row.subject,
      owner: { id: row.owner_id, name: row.owner_name ?? '' },
      purpose: row.purpose,
      dueAt: row.due_at,
      ifNoReply: row.if_no_reply === 1,
      why: row.why,
      fell: row.fell_at !== null,
    }))
    .toSorted((one, other) => one.dueAt - other.dueAt || (one.id < other.id ? -1 : 1));
