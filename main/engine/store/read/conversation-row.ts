import type { ConversationRow, OutboxMark } from '#shared/contract/conversations.ts';
import type { ConversationStatus, Turn } from '#shared/domain/conversation/state.ts';
import type { AccountId, ConversationId, CustomerId, MemberId } from '#shared/kit/brand.ts';

/** The columns of a list row. `num` is for cursors alone and never leaves the engine. */
export type ConversationColumns = {
  readonly num: number;
  readonly id: ConversationId;
  readonly rev: number;
  readonly channel: string;
  readonly account_id: AccountId | null;
  readonly subject: string;
  readonly snippet: string;
  readonly customer_id: CustomerId;
  readonly customer_name: string;
  readonly customer_address: string;
  readonly status: ConversationStatus;
  readonly owner_id: MemberId | null;
  readonly owner_name: string | null;
  readonly turn: Turn;
  readonly waiting_since: number | null;
  readonly last_at: number;
  readonly messages: number;
  readonly unread: number;
  readonly attachments: number;
  readonly draft: number;
  readonly outbox: OutboxMark;
};

/** Reads conversations `c` with the names of customer and owner; a WHERE follows. */
export const selectConversations = `SELECT c.num, c.id, c.rev, c.channel, c.account_id, c.subject, c.snippet,
  c.customer_id, u.name AS customer_name, c.customer_address, c.status, c.owner_id, o.name AS owner_name, c.turn,
  c.waiting_since, c.last_at, c.messages, c.unread, c.attachments, c.draft, c.outbox
FROM conversation c JOIN customer u ON u.id = c.customer_id LEFT JOIN member o ON o.id = c.owner_id`;

/** A line of the list, as the contract has it. */
export const asConversationRow = (row: ConversationColumns): ConversationRow => ({
  id: row.id,
  rev: row.rev,
  channel: row.channel,
  account: row.account_id,
  subject: row.subject,
  snippet: row.snippet,
  customer: { id: row.customer_id, name: row.customer_name, address: row.customer_address },
  status: row.status,
  owner: row.owner_id === null ? null : { id: row.owner_id, name: row.owner_name ?? '' },
  turn: row.turn,
  waitingSince: row.waiting_since,
  lastAt: row.last_at,
  messages: row.messages,
  unread: row.unread,
  attachments: row.attachments > 0,
  draft: row.draft === 1,
  outbox: row.outbox,
});
