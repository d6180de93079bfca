import type { ConversationId, MessageId } from '#shared/kit/brand.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';
import { recountConversation, recountUnsent } from './conversation.ts';
import { joinDrafts, partDrafts } from './merge-drafts.ts';
import type { Merge } from './merge-drafts.ts';

/** What points at a conversation, and what names one row of it. */
const moved = [
  { table: 'message', item: 'CAST(seq AS TEXT)' },
  { table: 'thread_name', item: 'name' },
  { table: 'thread_subject', item: 'json_array(key, loose, at, seq)' },
  { table: 'outbox', item: 'id' },
] as const;

/**
 * Moves everything that points at a conversation to the one it was merged into: messages, names, drafts, sends.
 * The log of each stays its own, so that both histories remain and the merge can be taken back.
 */
export const moveConversation = (db: WritableDb, { survivor, other }: Merge): void => {
  db.run('DELETE FROM merge_move WHERE other_num = ?', [other]);
  for (const { table, item } of moved) {
    db.run(
      `INSERT INTO merge_move (other_num, kind, item) SELECT conversation_num, '${table}', ${item} FROM ${table} WHERE conversation_num = ?`,
      [other],
    );
    db.run(`UPDATE ${table} SET conversation_num = ? WHERE conversation_num = ?`, [survivor, other]);
  }
  joinDrafts(db, { survivor, other });
  recount(db, { survivor, other });
};

const recount = (db: WritableDb, { survivor, other }: Merge): void => {
  for (const num of [survivor, other]) {
    recountConversation(db, num);
    recountUnsent(db, num);
  }
};

/** Gives back what a merge had moved, as far as it is still there; the two are not tied together by mail again. */
export const moveBack = (db: WritableDb, { survivor, other }: Merge): void => {
  for (const { table, item } of moved) {
    db.run(
      `UPDATE ${table} SET conversation_num = $other WHERE conversation_num = $survivor AND ${item} IN
         (SELECT item FROM merge_move WHERE other_num = $other AND kind = '${table}')`,
      { survivor, other },
    );
  }
  partDrafts(db, { survivor, other });
  db.run('DELETE FROM merge_move WHERE other_num = ?', [other]);
  keepApart(db, survivor, other);
  firstOf(db, other);
  recount(db, { survivor, other });
};

/** Whether taking a merge back would give the other at least one of the messages that it had, if it had any. */
export const hasSomethingToTakeBack = (db: ReadableDb, { survivor, other }: Merge): boolean => {
  const row = db.get<{ had: number; here: number }>(
    `SELECT count(*) AS had, total(m.conversation_num = $survivor) AS here FROM merge_move v
     LEFT JOIN message m ON m.seq = CAST(v.item AS INTEGER) WHERE v.other_num = $other AND v.kind = 'message'`,
    { survivor, other },
  );
  return row === undefined || row.had === 0 || row.here > 0;
};

/** Of the messages that a merge had brought: those that are elsewhere by now. */
export const messagesGoneSince = (db: ReadableDb, { survivor, other }: Merge): readonly MessageId[] =>
  db
    .all<{ id: MessageId }>(
      `SELECT m.id FROM merge_move v JOIN message m ON m.seq = CAST(v.item AS INTEGER)
       WHERE v.other_num = $other AND v.kind = 'message' AND m.conversation_num <> $survivor ORDER BY m.seq`,
      { survivor, other },
    )
    .map(({ id }) => id);

/** Of the messages that a merge had brought and that are still here: those of which the survivor has told since. */
export const messagesToldSince = (
  db: ReadableDb,
  { survivor, other, rev }: Merge & { readonly rev: number },
): readonly MessageId[] =>
  db
    .all<{ id: MessageId }>(
      `SELECT DISTINCT m.id FROM event e JOIN message m ON m.id = json_extract(e.payload, '$.message')
       JOIN merge_move v ON v.other_num = $other AND v.kind = 'message' AND v.item = CAST(m.seq AS TEXT)
       WHERE e.conversation_num = $survivor AND e.rev > $rev AND m.conversation_num = $survivor ORDER BY m.seq`,
      { survivor, other, rev },
    )
    .map(({ id }) => id);

/** Whether a customer wrote to a conversation after a revision of it, in a message that is still there. */
export const wasHeardSince = (db: ReadableDb, conversation: number, rev: number): boolean =>
  db.get(
    `SELECT 1 AS yes FROM event e JOIN message m ON m.id = json_extract(e.payload, '$.message')
     WHERE e.conversation_num = ? AND e.rev > ? AND e.kind = 'message.received' AND m.automatic IS NULL
       AND m.conversation_num = e.conversation_num LIMIT 1`,
    [conversation, rev],
  ) !== undefined;

/** Where the message that began a conversation has left it, the oldest that is left begins it; subject and customer stay. */
export const firstOf = (db: WritableDb, conversation: number): void => {
  db.run(
    `UPDATE conversation SET first_at = m.at, first_id = m.id FROM
       (SELECT at, id FROM message WHERE conversation_num = $num ORDER BY at, id LIMIT 1) m
     WHERE num = $num AND NOT EXISTS (SELECT 1 FROM message WHERE id = first_id AND conversation_num = $num)`,
    { num: conversation },
  );
};

/** Notes that a person wants these two apart. */
export const keepApart = (db: WritableDb, one: number, other: number): void => {
  db.run('INSERT OR IGNORE INTO kept_apart (one, other) VALUES (?, ?)', [
    ...[Math.min(one, other), Math.max(one, other)],
  ]);
};

/** A conversation with all that became part of it, directly or not. */
const withMerged = (db: ReadableDb, num: number): readonly number[] =>
  db
    .all<{ num: number }>(
      `WITH RECURSIVE whole (num, id) AS (
         SELECT num, id FROM conversation WHERE num = ?
         UNION SELECT c.num, c.id FROM conversation c JOIN whole w ON c.merged_into = w.id
       ) SELECT num FROM whole`,
      [num],
    )
    .map((row) => row.num);

/** Whether a person took any two of these apart, or what became part of them. */
export const areKeptApart = (db: ReadableDb, nums: readonly number[]): boolean => {
  const each = [...new Set(nums)];
  if (each.length < 2 || db.get('SELECT 1 AS yes FROM kept_apart LIMIT 1') === undefined) return false;
  const wholes = each.map((num) => withMerged(db, num));
  return wholes.some((whole, place) =>
    wholes
      .slice(place + 1)
      .some((next) => whole.some((one) => next.some((other) => isKeptApart(db, one, other)))),
  );
};

const isKeptApart = (db: ReadableDb, one: number, other: number): boolean =>
  db.get('SELECT 1 AS yes FROM kept_apart WHERE one = ? AND other = ?', [
    ...[Math.min(one, other), Math.max(one, other)],
  ]) !== undefined;

/** What decides who survives a merge, and the id by which the events name it. */
export type MergeRow = {
  readonly num: number;
  readonly id: ConversationId;
  readonly first_at: number;
  readonly first_id: string;
};

/** Reads the candidates of a merge. */
export const mergeRows = (db: WritableDb, nums: readonly number[]): readonly MergeRow[] =>
  nums
    .map((num) =>
      db.get<MergeRow>('SELECT num, id, first_at, first_id FROM conversation WHERE num = ?', [num]),
    )
    .filter((row) => row !== undefined);
