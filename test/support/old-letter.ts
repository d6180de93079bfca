import type { WritableDb } from '#main/engine/store/driver.ts';

/** The customer of every {@link insertOldLetter}. */
export const oldCustomer = "INSERT INTO customer (id, name, created_at) VALUES ('c', 'Ana', 1)";

/** A letter in a conversation of its own, as the first versions wrote it; its text and its words in the index are still to come. */
export const insertOldLetter = (db: WritableDb, n: number, snippet: string): void => {
  db.run(
    `INSERT INTO conversation (num, id, rev, channel, customer_id, customer_address, subject, status, turn, first_at,
     first_id, last_at) VALUES (?, ?, 1, 'email', 'c', 'ana@customer.test', 'Hello', 'open', 'ours', 1, 'm', 1)`,
    [n, `k${String(n)}`],
  );
  db.run(
    `INSERT INTO message (seq, id, conversation_num, direction, channel, external_id, at, from_name, from_address,
     people, subject, snippet, has_html, seen, indexed) VALUES (?, ?, ?, 'in', 'email', ?, ?, 'Ana', 'ana@customer.test',
     '{"replyTo":[],"to":[],"cc":[],"bcc":[]}', 'Hello', ?, 0, 1, 1)`,
    [n * 64, `m${String(n)}`, n, `x${String(n)}`, n * 1_000, snippet],
  );
};
