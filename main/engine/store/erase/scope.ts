import { comparable } from '#shared/domain/contact/address.ts';
import type { ErasePreview } from '#shared/contract/customers.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';

/** What erasing a customer takes with it, and what it leaves. */
export type ErasureScope = Omit<ErasePreview, 'name' | 'unsettled' | 'inTeam' | 'refused'>;

/** A customer with everybody who became part of them. */
export const wholeCustomer = (db: ReadableDb, id: CustomerId): readonly string[] =>
  db
    .all<{ id: string }>(
      `WITH RECURSIVE whole (id) AS (
         VALUES (?) UNION SELECT c.id FROM customer c JOIN whole w ON c.merged_into = w.id
       ) SELECT id FROM whole`,
      [id],
    )
    .map((row) => row.id);

const mine = 'SELECT value FROM json_each($customers)';

/** Whether somebody who is another customer wrote in a conversation `c`. */
const othersWrote = `EXISTS (
  SELECT 1 FROM message m JOIN identity i ON i.channel = m.channel AND i.address = lower(trim(m.from_address))
  WHERE m.conversation_num = c.num AND m.direction = 'in' AND i.customer_id NOT IN (${mine}))`;

/**
 * The conversations of these customers that go as a whole: those in which no other customer wrote, and those that became
 * part of another one, whose messages are there.
 */
export const wholeConversations = (db: ReadableDb, customers: readonly string[]): readonly number[] =>
  db
    .all<{ num: number }>(
      `WITH RECURSIVE whole (num, id) AS (
         SELECT c.num, c.id FROM conversation c
         WHERE c.customer_id IN (${mine}) AND (c.status = 'merged' OR NOT ${othersWrote})
         UNION SELECT p.num, p.id FROM conversation p JOIN whole w ON p.merged_into = w.id
       ) SELECT num FROM whole ORDER BY num`,
      { customers: JSON.stringify(customers) },
    )
    .map(({ num }) => num);

/** One address on one channel, in comparable form. */
export type Address = { readonly channel: string; readonly address: string };

/** Every address of these customers. */
export const addressesOf = (db: ReadableDb, customers: readonly string[]): readonly Address[] =>
  db
    .all<Address>(`SELECT channel, address FROM identity WHERE customer_id IN (${mine})`, {
      customers: JSON.stringify(customers),
    })
    .map(({ channel, address }) => ({ channel, address: comparable(address) }));

/** What in these conversations is still on its way, or waits for a person to say what becomes of it. */
export const isUnsettled = (db: ReadableDb, customers: readonly string[]): boolean =>
  db.get(
    `SELECT 1 AS yes FROM outbox o JOIN conversation c ON c.num = o.conversation_num
     WHERE c.customer_id IN (${mine})
       AND o.state IN ('queued', 'sending', 'handed-over', 'retrying', 'failed', 'unknown') LIMIT 1`,
    { customers: JSON.stringify(customers) },
  ) !== undefined;

const numbers = (nums: readonly number[]): { readonly nums: string } => ({ nums: JSON.stringify(nums) });

/** Counts what would go. Reads every message once, so it is asked for when somebody wants to erase, and not before. */
export const erasureScope = (db: ReadableDb, customers: readonly string[]): ErasureScope => {
  const nums = wholeConversations(db, customers);
  const among = 'IN (SELECT value FROM json_each($nums))';
  const one = (sql: string, params: Readonly<Record<string, string>> = numbers(nums)): number =>
    db.get<{ n: number }>(sql, params)?.n ?? 0;
  const addresses = JSON.stringify(addressesOf(db, customers));
  const elsewhere = db.get<{ messages: number; files: number; conversations: number }>(
    `SELECT count(*) AS messages, ifnull(sum(attachments), 0) AS files,
       count(DISTINCT conversation_num) AS conversations FROM message m
     WHERE m.direction = 'in' AND m.conversation_num NOT ${among} AND EXISTS (
       SELECT 1 FROM json_each($addresses) a WHERE json_extract(a.value, '$.channel') = m.channel
         AND json_extract(a.value, '$.address') = lower(trim(m.from_address)))`,
    { ...numbers(nums), addresses },
  ) ?? { messages: 0, files: 0, conversations: 0 };
  return {
    conversations: one(`SELECT count(*) AS n FROM conversation WHERE num ${among} AND status <> 'merged'`),
    messages: one(`SELECT count(*) AS n FROM message WHERE conversation_num ${among}`) + elsewhere.messages,
    files:
      one(`SELECT ifnull(sum(attachments), 0) AS n FROM message WHERE conversation_num ${among}`) +
      elsewhere.files,
    drafts: one(`SELECT count(*) AS n FROM draft WHERE conversation_num ${among}`),
    notes: one(`SELECT count(*) AS n FROM event WHERE conversation_num ${among} AND kind = 'note.added'`),
    shared: elsewhere.conversations,
    sharedMessages: elsewhere.messages,
  };
};
