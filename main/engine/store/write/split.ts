import { threadNames } from '#shared/domain/threading/names.ts';
import type { AccountId, MessageId } from '#shared/kit/brand.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';
import { recountConversation, recountUnsent } from './conversation.ts';
import { firstOf, keepApart } from './merge.ts';
import { nameConversation, unnameConversation } from './threads.ts';

/** A message that leaves its conversation. `at` is ms UTC. */
export type SplitMessage = {
  readonly seq: number;
  readonly id: MessageId;
  readonly at: number;
  readonly subject: string;
  readonly channel: string;
  readonly account: AccountId | null;
  readonly externalId: string | null;
};

type Columns = Omit<SplitMessage, 'account' | 'externalId'> & {
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
    `SELECT seq, id, at, subject, channel, account_id, external_id FROM message
     WHERE conversation_num = ? ORDER BY at, seq`,
    [conversation],
  );
  const leaving = rows
    .filter((row) => wanted.has(row.id))
    .map(({ account_id, external_id, ...row }) => ({ ...row, account: account_id, externalId: external_id }));
  return { leaving, staying: rows.length - leaving.length };
};

type Move = { readonly from: number; readonly to: number };

/** Moves messages with their sends and their own names, so that answers to them follow; the rest keeps its place. */
export const moveMessages = (
  db: WritableDb,
  { from, to, messages }: Move & { readonly messages: readonly SplitMessage[] },
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
  noteFirst(db, { from, to });
  firstOf(db, from);
  recountBoth(db, { from, to });
};

const recountBoth = (db: WritableDb, { from, to }: Move): void => {
  for (const num of [from, to]) {
    recountConversation(db, num);
    recountUnsent(db, num);
  }
};

/** Which message began the conversation before a part of it left. */
const noteFirst = (db: WritableDb, { from, to }: Move): void => {
  db.run(
    `INSERT OR REPLACE INTO merge_move (other_num, kind, item)
     SELECT $to, 'first', first_id FROM conversation WHERE num = $from`,
    { from, to },
  );
};

/** The message that began a conversation before a part of it left; null where that is not known. */
export const firstBefore = (db: ReadableDb, left: number): string | null =>
  db.get<{ item: string }>("SELECT item FROM merge_move WHERE other_num = ? AND kind = 'first'", [left])
    ?.item ?? null;

/** Lets a conversation begin again with the message that began it, if that is here. */
export const beginWith = (db: WritableDb, conversation: number, message: string | null): void => {
  db.run(
    `UPDATE conversation SET first_at = m.at, first_id = m.id FROM (SELECT at, id FROM message WHERE id = ? AND conversation_num = ?) m
     WHERE num = ?`,
    [message, conversation, conversation],
  );
};
