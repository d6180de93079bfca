import type { AccountId, BlobId, OutboxId } from '#shared/kit/brand.ts';
import type { WritableDb } from '../driver.ts';
import type { OutboxState, StoredFailure } from '../read/outbox.ts';

/** What is to be sent, frozen at the click. Times are ms UTC. */
export type NewOutboxItem = {
  readonly id: OutboxId;
  readonly conversation: number;
  readonly seq: number;
  readonly account: AccountId;
  /** The draft as JSON, so that it can be given back. */
  readonly draft: string;
  readonly envelopeFrom: string;
  readonly recipients: readonly string[];
  readonly externalId: string | null;
  readonly source: BlobId;
  readonly sendsAt: number;
  readonly createdAt: number;
};

/** Saves a send before anything is tried. */
export const insertOutboxItem = (db: WritableDb, item: NewOutboxItem): void => {
  const recipients = JSON.stringify(item.recipients);
  db.run(
    `INSERT INTO outbox (id, conversation_num, seq, account_id, state, draft, envelope_from, recipients, pending, external_id,
       source, sends_at, next_try_at, created_at)
     VALUES (?, ?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      item.id,
      item.conversation,
      item.seq,
      item.account,
      item.draft,
      item.envelopeFrom,
      recipients,
      recipients,
      item.externalId,
      item.source,
      item.sendsAt,
      item.sendsAt,
      item.createdAt,
    ],
  );
};

/** A change of an item; what is left out stays. */
export type OutboxChange = {
  readonly state: OutboxState;
  readonly pending?: readonly string[];
  readonly nextTryAt?: number;
  readonly handedOverAt?: number | null;
  readonly sentAt?: number;
  readonly filed?: boolean;
  readonly failure?: StoredFailure | null;
};

/** Writes the next state of an item. */
export const changeOutboxItem = (db: WritableDb, id: OutboxId, change: OutboxChange): void => {
  const set: string[] = ['state = $state'];
  const values: Record<string, string | number | null> = { id, state: change.state };
  const put = (column: string, value: string | number | null): void => {
    set.push(`${column} = $${column}`);
    values[column] = value;
  };
  if (change.pending !== undefined) put('pending', JSON.stringify(change.pending));
  if (change.nextTryAt !== undefined) put('next_try_at', change.nextTryAt);
  if (change.handedOverAt !== undefined) put('handed_over_at', change.handedOverAt);
  if (change.sentAt !== undefined) put('sent_at', change.sentAt);
  if (change.filed !== undefined) put('filed', Number(change.filed));
  if (change.failure !== undefined)
    put('failure', change.failure === null ? null : JSON.stringify(change.failure));
  db.run(`UPDATE outbox SET ${set.join(', ')} WHERE id = $id`, values);
};

/** Counts a try and says when the first one began. */
export const countTry = (db: WritableDb, id: OutboxId, now: number): void => {
  db.run(
    `UPDATE outbox SET attempts = attempts + 1, first_try_at = ifnull(first_try_at, ?), state = 'sending' WHERE id = ?`,
    [now, id],
  );
};

/** Removes an item that was taken back before anybody got it. */
export const deleteOutboxItem = (db: WritableDb, id: OutboxId): void => {
  db.run('DELETE FROM outbox WHERE id = ?', [id]);
};

/** Puts the worst of a conversation's items on its row. */
export const markOutbox = (db: WritableDb, conversation: number): void => {
  db.run(
    `UPDATE conversation SET outbox = worst FROM (
       SELECT CASE max(CASE state WHEN 'unknown' THEN 3 WHEN 'failed' THEN 2
           WHEN 'queued' THEN 1 WHEN 'sending' THEN 1 WHEN 'handed-over' THEN 1 WHEN 'retrying' THEN 1 ELSE 0 END)
         WHEN 3 THEN 'unknown' WHEN 2 THEN 'failed' WHEN 1 THEN 'waiting' ELSE 'none' END AS worst
       FROM outbox WHERE conversation_num = $num)
     WHERE num = $num AND outbox <> worst`,
    { num: conversation },
  );
};

/** Notes our name of a sent message where the server gave another one. */
export const renameSent = (db: WritableDb, seq: number, externalId: string): void => {
  db.run('UPDATE message SET external_id = ? WHERE seq = ?', [externalId, seq]);
};
