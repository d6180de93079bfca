import type { AccountId, CustomerId } from '#shared/kit/brand.ts';
import type { Visibility } from '#shared/domain/message.ts';
import type { ReadableDb } from '../driver.ts';

/** An address of a conversation's customer, with the accounts of ours that can reach it. Times are ms UTC. */
export type WayRow = {
  readonly channel: string;
  readonly address: string;
  readonly name: string;
  readonly account: AccountId;
  readonly heard_at: number | null;
  readonly named_at: number | null;
};

/** Statements of this file; the test of query plans explains them. */
export const waySql = {
  ways: `SELECT i.channel, i.address, i.name, a.id AS account, i.named_at,
      CASE WHEN i.heard > 0 THEN i.last_at END AS heard_at
    FROM identity i JOIN account a ON a.kind = i.channel AND a.removed_at IS NULL
    WHERE i.customer_id = ? AND ifnull(json_extract(a.settings, '$.archive'), 0) = 0
    ORDER BY i.last_at DESC, i.num, a.id LIMIT 50`,
  lastFrom: `SELECT seq, id, name, room, visibility, warning, at, from_name, from_address FROM message
    WHERE conversation_num = ? AND account_id = ? AND direction = 'in' ORDER BY at DESC, seq DESC LIMIT 1`,
  heardInRoom: `SELECT max(at) AS at FROM message WHERE account_id = ? AND room = ? AND direction = 'in'`,
  lastNamed: `SELECT at, json_extract(payload, '$.address') AS address, json_extract(payload, '$.channel') AS channel
    FROM event WHERE conversation_num = ? AND kind = 'contact.named' ORDER BY at DESC, seq DESC LIMIT 1`,
} as const;

/** In which ways a customer can be reached, the latest contact first. */
export const waysTo = (db: ReadableDb, customer: CustomerId): readonly WayRow[] =>
  db.all<WayRow>(waySql.ways, [customer]);

/** The customer of a conversation. */
export const customerOfConversation = (db: ReadableDb, conversation: number): CustomerId | null =>
  db.get<{ id: CustomerId }>('SELECT customer_id AS id FROM conversation WHERE num = ?', [conversation])
    ?.id ?? null;

/** What an answer on a channel is an answer to. */
export type LastHeard = {
  readonly seq: number;
  readonly id: string;
  readonly name: string | null;
  readonly room: string | null;
  readonly visibility: Visibility | null;
  readonly warning: string;
  readonly at: number;
  readonly from_name: string;
  readonly from_address: string;
};

/** The newest message that came into a conversation through an account. */
export const lastHeardThrough = (
  db: ReadableDb,
  conversation: number,
  account: AccountId,
): LastHeard | undefined => db.get<LastHeard>(waySql.lastFrom, [conversation, account]);

/** When somebody last wrote in a room, in ms UTC; null for never. */
export const heardInRoom = (db: ReadableDb, account: AccountId, room: string): number | null =>
  db.get<{ at: number | null }>(waySql.heardInRoom, [account, room])?.at ?? null;

/** The address that the customer of a conversation last named, and when (ms UTC). */
export const lastNamed = (
  db: ReadableDb,
  conversation: number,
): { readonly at: number; readonly address: string; readonly channel: string } | null =>
  db.get<{ at: number; address: string; channel: string }>(waySql.lastNamed, [conversation]) ?? null;
