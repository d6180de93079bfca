import type { ConversationId } from '#shared/kit/brand.ts';
import type { WritableDb } from '../driver.ts';
import { recountConversation, recountUnsent } from './conversation.ts';

/** Two conversations that turned out to be one; `survivor` has the older first message. */
export type Merge = { readonly survivor: number; readonly other: number };

/**
 * Moves everything that points at a conversation to the one it was merged into: messages, names, drafts, sends.
 * The log of each stays its own, so that both histories remain and the merge can be taken back.
 */
export const moveConversation = (db: WritableDb, { survivor, other }: Merge): void => {
  for (const table of ['message', 'thread_name', 'thread_subject', 'outbox']) {
    db.run(`UPDATE ${table} SET conversation_num = ? WHERE conversation_num = ?`, [survivor, other]);
  }
  moveDraft(db, { survivor, other });
  for (const num of [survivor, other]) {
    recountConversation(db, num);
    recountUnsent(db, num);
  }
};

type DraftRow = { readonly id: string; readonly html: string };

/** There is one draft for each conversation; where both had one, what was typed last follows what was typed first. */
const moveDraft = (db: WritableDb, { survivor, other }: Merge): void => {
  const find = (num: number) =>
    db.get<DraftRow>('SELECT id, html FROM draft WHERE conversation_num = ?', [num]);
  const kept = find(survivor);
  const moved = find(other);
  if (moved === undefined) return;
  if (kept === undefined) {
    db.run('UPDATE draft SET conversation_num = ? WHERE id = ?', [survivor, moved.id]);
    return;
  }
  db.run('UPDATE draft SET html = ? WHERE id = ?', [`${kept.html}<p></p>${moved.html}`, kept.id]);
  db.run('UPDATE draft_attachment SET draft_id = ? WHERE draft_id = ?', [kept.id, moved.id]);
  db.run('DELETE FROM draft WHERE id = ?', [moved.id]);
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
