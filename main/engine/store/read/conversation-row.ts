import type { ConversationRow, MemberName, OutboxMark } from '#shared/contract/conversations.ts';
import type { ConversationStatus, Turn } from '#shared/domain/conversation/state.ts';
import type { TargetKind } from '#shared/contract/conversations.ts';
import { followUpsOf, tagsOf } from './conversation-state.ts';
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
  readonly covered_for: MemberId | null;
  readonly covered_name: string | null;
  readonly had_by: MemberId | null;
  readonly had_by_name: string | null;
  readonly snoozed_until: number | null;
  readonly follow_ups: string;
  readonly tags: string;
  readonly turn: Turn;
  readonly waiting_since: number | null;
  readonly customer_waiting_since: number | null;
  readonly target_kind: TargetKind | null;
  readonly target_from: number | null;
  readonly target_at: number | null;
  readonly last_at: number;
  readonly messages: number;
  readonly unread: number;
  readonly attachments: number;
  readonly draft: number;
  readonly outbox: OutboxMark;
};

/** Reads conversations `c` with the names of customer and owner; a WHERE follows. */
export const selectConversations = `SELECT c.num, c.id, c.rev, c.channel, c.account_id, c.subject, c.snippet,
  c.customer_id, u.name AS customer_name, c.customer_address, c.status, c.owner_id, o.name AS owner_name,
  c.covered_for, v.name AS covered_name, c.had_by, h.name AS had_by_name, c.snoozed_until, c.follow_ups, c.tags, c.turn,
  c.waiting_since, c.customer_waiting_since, c.target_kind, c.target_from, c.target_at, c.last_at, c.messages, c.unread, c.attachments, c.draft, c.outbox
FROM conversation c JOIN customer u ON u.id = c.customer_id LEFT JOIN member o ON o.id = c.owner_id
  LEFT JOIN member v ON v.id = c.covered_for LEFT JOIN member h ON h.id = c.had_by`;

const named = (id: MemberId | null, name: string | null): MemberName | null =>
  id === null ? null : { id, name: name ?? '' };

/** The follow-up that comes up first; one that has come up already is the most urgent. */
const nextFollowUp = (json: string): ConversationRow['followUp'] => {
  const [first] = followUpsOf(json)
    .filter(({ purpose }) => purpose !== 'return')
    .toSorted((one, other) => one.dueAt - other.dueAt);
  if (first === undefined) return null;
  const { id, owner, dueAt, purpose, fellAt } = first;
  return { id, owner, dueAt, purpose, fellAt };
};

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
  owner: named(row.owner_id, row.owner_name),
  coveredFor: named(row.covered_for, row.covered_name),
  hadBy: named(row.had_by, row.had_by_name),
  snoozedUntil: row.snoozed_until,
  followUp: nextFollowUp(row.follow_ups),
  checks: followUpsOf(row.follow_ups).filter(({ purpose }) => purpose === 'check').length,
  tags: tagsOf(row.tags),
  turn: row.turn,
  waitingSince: row.waiting_since,
  customerWaitingSince: row.customer_waiting_since,
  target:
    row.target_kind === null || row.target_at === null || row.target_from === null
      ? null
      : { kind: row.target_kind, from: row.target_from, at: row.target_at },
  lastAt: row.last_at,
  messages: row.messages,
  unread: row.unread,
  attachments: row.attachments > 0,
  draft: row.draft === 1,
  outbox: row.outbox,
});
