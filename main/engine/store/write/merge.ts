import type { ConversationId } from '#shared/kit/brand.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';
import { recountConversation, recountUnsent } from './conversation.ts';

/** Two conversations that turned out to be one; `survivor` has the older first message. */
export type Merge = { readonly survivor: number; readonly other: number };

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
  moveDraft(db, { survivor, other });
  recount(db, { survivor, other });
};

/** What points at a conversation, and what names one row of it. */
const moved = [
  { table: 'message', item: 'CAST(seq AS TEXT)' },
  { table: 'thread_name', item: 'name' },
  { table: 'thread_subject', item: "json_array(key, loose, at, seq)" },
  { table: 'outbox', item: 'id' },
] as const;

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
  db.run(
    `UPDATE draft SET conversation_num = $other WHERE conversation_num = $survivor AND id IN
       (SELECT item FROM merge_move WHERE other_num = $other AND kind = 'draft')`,
    { survivor, other },
  );
  db.run('DELETE FROM merge_move WHERE other_num = ?', [other]);
  keepApart(db, survivor, other);
  recount(db, { survivor, other });
};

/** Notes that a person wants these two apart. */
export const keepApart = (db: WritableDb, one: number, other: number): void => {
  db.run('INSERT OR IGNORE INTO kept_apart (one, other) VALUES (?, ?)', [
    ...[Math.min(one, other), Math.max(one, other)],
  ]);
};

/** Whether any two of these were taken apart by a person. */
export const areKeptApart = (db: ReadableDb, nums: readonly number[]): boolean =>
  nums.some((one) =>
    nums.some(
      (other) =>
        one < other &&
        db.get('SELECT 1 AS yes FROM kept_apart WHERE one = ? AND other = ?', [one, other]) !== undefined,
    ),
  );

type DraftRow = { readonly id: string; readonly html: string };

/** There is one draft for each conversation; where both had one, what was typed last follows what was typed first. */
const moveDraft = (db: WritableDb, { survivor, other }: Merge): void => {
  const find = (num: number) =>
    db.get<DraftRow>('SELECT id, html FROM draft WHERE conversation_num = ?', [num]);
  const kept = find(survivor);
  const brought = find(other);
  if (brought === undefined) return;
  if (kept === undefined) {
    db.run('UPDATE draft SET conversation_num = ? WHERE id = ?', [survivor, brought.id]);
    db.run("INSERT INTO merge_move (other_num, kind, item) VALUES (?, 'draft', ?)", [other, brought.id]);
    return;
  }
  db.run('UPDATE draft SET html = ? WHERE id = ?', [`${kept.html}<p></p>${brought.html}`, kept.id]);
  db.run('UPDATE draft_attachment SET draft_id = ? WHERE draft_id = ?', [kept.id, brought.id]);
  db.run('DELETE FROM draft WHERE id = ?', [brought.id]);
};

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
