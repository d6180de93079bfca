import { threadNames } from '#shared/domain/threading/names.ts';
import type { AccountId, MessageId } from '#shared/kit/brand.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';
import { recountConversation, recountUnsent } from './conversation.ts';
import { keepApart } from './merge.ts';
import { nameConversation, unnameConversation } from './threads.ts';

/** A message that leaves its conversation. `at` is ms UTC. */
export type SplitMessage = {
  readonly seq: number;
  readonly id: MessageId;
  readonly direction: 'in' | 'out';
  readonly automatic: boolean;
  readonly at: number;
  readonly subject: string;
  readonly channel: string;
  readonly account: AccountId | null;
  readonly externalId: string | null;
};

type Columns = {
  readonly seq: number;
  readonly id: MessageId;
  readonly direction: 'in' | 'out';
  readonly automatic: string | null;
  readonly at: number;
  readonly subject: string;
  readonly channel: string;
  readonly account_id: AccountId | null;
  readonly external_id: string | null;
};

/** The messages of these ids that are in the conversation, oldest first, and how many would stay. */
export const messagesToSplit = (
  db: ReadableDb,
  conversation: number,
  messages: readonly MessageId[],
): { readonly leaving: readonly SplitMessage[]; readonly staying: number } => {
  const wanted = new Set<string>(messages);
  const rows = db.all<Columns>(
    `SELECT seq, id, direction, automatic, at, subject, channel, account_id, external_id FROM message
     WHERE conversation_num = ? ORDER BY at, seq`,
    [conversation],
  );
  const leaving = rows
    .filter((row) => wanted.has(row.id))
    .map(({ automatic, account_id, external_id, ...row }) => ({
      ...row,
      automatic: automatic !== null,
      account: account_id,
      externalId: external_id,
    }));
  return { leaving, staying: rows.length - leaving.length };
};

/** Moves messages with their sends and their own names, so that answers to them follow; the rest keeps its place. */
export const moveMessages = (
  db: WritableDb,
  {
    from,
    to,
    messages,
  }: { readonly from: number; readonly to: number; readonly messages: readonly SplitMessage[] },
): void => {
  for (const message of messages) {
    db.run('UPDATE message SET conversation_num = ? WHERE seq = ?', [to, message.seq]);
    db.run('UPDATE outbox SET conversation_num = ? WHERE seq = ?', [to, message.seq]);
    db.run('UPDATE thread_subject SET conversation_num = ? WHERE conversation_num = ? AND seq = ?', [
      ...[to, from, message.seq],
    ]);
    if (message.externalId === null || message.account === null) continue;
    const { self } = threadNames(message.channel, message.account, {
      self: message.externalId,
      parents: [],
      room: null,
    });
    if (self === null) continue;
    unnameConversation(db, self, from);
    nameConversation(db, [self], to);
  }
  keepApart(db, from, to);
  firstOf(db, from);
  for (const num of [from, to]) {
    recountConversation(db, num);
    recountUnsent(db, num);
  }
};

/** The oldest message that is left gives the conversation its beginning; subject and customer stay as they were. */
const firstOf = (db: WritableDb, conversation: number): void => {
  db.run(
    `UPDATE conversation SET first_at = m.at, first_id = m.id FROM
       (SELECT at, id FROM message WHERE conversation_num = $num ORDER BY at, id LIMIT 1) m WHERE num = $num`,
    { num: conversation },
  );
};
