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
  /** The time on the wall that the agent chose, if any. */
  readonly plannedAt: number | null;
  /** Equal for the pieces of one long text; null for what went whole. */
  readonly bundle: OutboxId | null;
  readonly createdAt: number;
};

/** Saves a send before anything is tried. */
export const insertOutboxItem = (db: WritableDb, item: NewOutboxItem): void => {
  const recipients = JSON.stringify(item.recipients);
  db.run(
    `INSERT INTO outbox (id, conversation_num, seq, account_id, state, draft, envelope_from, recipients, pending, external_id,
       source, sends_at, next_try_at, planned_at, bundle, created_at)
     VALUES (?, ?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
      item.plannedAt,
      item.bundle,
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

/** Gives a planned item its time and releases it if it was held. */
export const planOutboxItem = (db: WritableDb, id: OutboxId, at: number): void => {
  db.run(
    `UPDATE outbox SET planned_at = $at, sends_at = $at, next_try_at = $at, held = NULL, state = 'queued', attempts = 0,
       first_try_at = NULL, failure = NULL WHERE id = $id`,
    { id, at },
  );
};

/** Holds what is planned in a conversation and nobody has got any of; answers whether there was any. */
export const holdPlanned = (db: WritableDb, conversation: number): boolean =>
  db.run(holdPlannedSql, [conversation]) > 0;

/** The statement of {@link holdPlanned}; it runs for every message that comes in, so its plan is tested. */
export const holdPlannedSql = `UPDATE outbox SET held = 'answered' WHERE conversation_num = ? AND planned_at IS NOT NULL
  AND held IS NULL AND state IN ('queued', 'retrying') AND handed_over_at IS NULL AND pending = recipients`;

/** Gives a planned send that is about to leave the time and the bytes it leaves with. */
export const dateSent = (
  db: WritableDb,
  { id, seq }: { readonly id: OutboxId; readonly seq: number },
  { at, source }: { readonly at: number; readonly source: BlobId },
): void => {
  db.run('UPDATE outbox SET source = ? WHERE id = ?', [source, id]);
  db.run('UPDATE message SET at = ?, source = ? WHERE seq = ?', [at, source, seq]);
};

/** Has an item looked for instead of sent: it may have gone out already, as nobody wrote down here. */
export const doubtOutboxItem = (db: WritableDb, id: OutboxId, now: number): void => {
  db.run(
    `UPDATE outbox SET state = 'handed-over', handed_over_at = ifnull(handed_over_at, $now), next_try_at = $now,
       first_try_at = ifnull(first_try_at, created_at), held = NULL, doubtful = 1 WHERE id = $id`,
    { id, now },
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
       SELECT CASE max(CASE WHEN held IS NOT NULL THEN 2 ELSE CASE state WHEN 'unknown' THEN 3 WHEN 'failed' THEN 2
           WHEN 'queued' THEN 1 WHEN 'sending' THEN 1 WHEN 'handed-over' THEN 1 WHEN 'retrying' THEN 1 ELSE 0 END END)
         WHEN 3 THEN 'unknown' WHEN 2 THEN 'failed' WHEN 1 THEN 'waiting' ELSE 'none' END AS worst
       FROM outbox WHERE conversation_num = $num)
     WHERE num = $num AND outbox <> worst`,
    { num: conversation },
  );
};

/** Notes how the server calls a sent message. */
export const renameSent = (db: WritableDb, seq: number, externalId: string): void => {
  db.run('UPDATE message SET external_id = ?, name = ? WHERE seq = ?', [externalId, externalId, seq]);
};
