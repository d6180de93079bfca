import type { AccountId, ConversationId, CustomerId, MessageId } from '#shared/kit/brand.ts';
import type { SqlValue, WritableDb } from '../driver.ts';
import { snippetFrom, textColumns, unpackText } from '../packed-text.ts';
import type { KeptSnippet, StoredText } from '../packed-text.ts';
import { recountCustomerClock } from '../project/save-state.ts';

/** A conversation about to be opened by its first known message. Times are ms UTC. */
export type NewConversation = {
  readonly id: ConversationId;
  readonly channel: string;
  readonly account: AccountId | null;
  readonly customer: CustomerId;
  readonly customerAddress: string;
  readonly subject: string;
  readonly firstAt: number;
  readonly firstMessage: MessageId;
};

/** Writes the row of a conversation in which nothing has happened yet; answers its number. Events follow. */
export const insertConversation = (db: WritableDb, conversation: NewConversation): number =>
  db.insert(
    `INSERT INTO conversation (id, rev, channel, account_id, customer_id, customer_address, subject, status, turn,
       first_at, first_id, last_at)
     VALUES (?, 0, ?, ?, ?, ?, ?, 'open', 'none', ?, ?, ?)`,
    [
      conversation.id,
      conversation.channel,
      conversation.account,
      conversation.customer,
      conversation.customerAddress,
      conversation.subject,
      conversation.firstAt,
      conversation.firstMessage,
      conversation.firstAt,
    ],
  );

/** What a conversation's row takes from one more message. */
export type AddedMessage = {
  readonly id: MessageId;
  readonly at: number;
  readonly subject: string;
  readonly snippet: string;
  readonly unseen: boolean;
  readonly files: boolean;
  readonly customer: CustomerId;
  readonly customerAddress: string;
  /** From somebody who is not part of the conversation, or not said to us: with an old date it must not become its first message. */
  readonly stranger: boolean;
};

type Ends = {
  readonly first_at: number;
  readonly first_id: string;
  readonly last_at: number;
  readonly customer_id: string;
};

/**
 * Counts a message into its conversation's row; the oldest one decides subject and customer, the newest the snippet.
 * Only columns that change are named: SQLite rewrites every index that has a named column.
 */
export const addToConversation = (db: WritableDb, num: number, message: AddedMessage): void => {
  const ends = db.get<Ends>(
    'SELECT first_at, first_id, last_at, customer_id FROM conversation WHERE num = ?',
    [num],
  );
  if (ends === undefined) throw new Error('a message for a conversation that is not there');
  const { at, id } = message;
  const set = ['messages = messages + 1'];
  const params: SqlValue[] = [];
  const put = (column: string, value: SqlValue) => {
    set.push(`${column} = ?`);
    params.push(value);
  };
  if (message.files) set.push('attachments = attachments + 1');
  if (message.unseen) set.push('unread = unread + 1');
  if (at > ends.last_at) put('last_at', at);
  if (at >= ends.last_at) put('snippet', message.snippet);
  const first = at < ends.first_at || (at === ends.first_at && id < ends.first_id);
  if (first && !message.stranger) {
    put('first_at', at);
    put('first_id', id);
    put('subject', message.subject);
    put('customer_id', message.customer);
    put('customer_address', message.customerAddress);
  }
  db.run(`UPDATE conversation SET ${set.join(', ')} WHERE num = ?`, [...params, num]);
  if (first && !message.stranger && message.customer !== ends.customer_id) {
    for (const customer of [ends.customer_id, message.customer]) recountCustomerClock(db, customer);
  }
};

/** Counts a conversation's row anew from its messages, after some were moved or taken out. */
export const recountConversation = (db: WritableDb, num: number): void => {
  const newest = db.get<StoredText & KeptSnippet>(
    `SELECT m.snippet, m.lead, ${textColumns} FROM message m JOIN message_text t ON t.seq = m.seq
     WHERE m.conversation_num = ? ORDER BY m.at DESC, m.seq DESC LIMIT 1`,
    [num],
  );
  const snippet = newest === undefined ? '' : snippetFrom(newest, () => unpackText(newest));
  db.run(
    `UPDATE conversation SET
       messages = (SELECT count(*) FROM message WHERE conversation_num = $num),
       unread = (SELECT count(*) FROM message WHERE conversation_num = $num AND seen = 0 AND direction = 'in'),
       attachments = (SELECT count(*) FROM message WHERE conversation_num = $num AND attachments > 0),
       last_at = ifnull((SELECT at FROM message WHERE conversation_num = $num ORDER BY at DESC, seq DESC LIMIT 1), last_at),
       snippet = $snippet
     WHERE num = $num`,
    { num, snippet },
  );
};

/** Counts the unread messages of a conversation anew; answers whether the number changed. */
export const recountUnread = (db: WritableDb, num: number): boolean =>
  db.run(
    `UPDATE conversation SET unread = n FROM
       (SELECT count(*) AS n FROM message WHERE conversation_num = $num AND seen = 0 AND direction = 'in')
     WHERE num = $num AND unread <> n`,
    { num },
  ) > 0;

/** Brings the marks of unsent words up to date: the worst of the outbox, and whether there is a draft. */
export const recountUnsent = (db: WritableDb, num: number): void => {
  db.run(
    `UPDATE conversation SET
       outbox = CASE
         WHEN EXISTS (SELECT 1 FROM outbox WHERE conversation_num = $num AND state = 'unknown') THEN 'unknown'
         WHEN EXISTS (SELECT 1 FROM outbox WHERE conversation_num = $num AND (state = 'failed' OR held IS NOT NULL)) THEN 'failed'
         WHEN EXISTS (SELECT 1 FROM outbox WHERE conversation_num = $num
           AND state IN ('queued', 'sending', 'handed-over', 'retrying')) THEN 'waiting'
         ELSE 'none' END,
       draft = EXISTS (SELECT 1 FROM draft WHERE conversation_num = $num)
     WHERE num = $num`,
    { num },
  );
};
