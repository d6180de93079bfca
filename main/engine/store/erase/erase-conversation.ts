import { noPicture, personalWords } from '#shared/domain/erasure/personal-words.ts';
import type { SqlValue } from '../driver.ts';
import { recountCustomerClock } from '../project/save-state.ts';
import { recountConversation, recountUnsent } from '../write/conversation.ts';
import { firstOf } from '../write/merge.ts';
import { eraseMessage, eraseOutbox, noteBlobs, blobsIn } from './erase-message.ts';
import type { Erasing } from './erase-message.ts';
import { documentWord } from './team-tombstones.ts';
import { putTombstones } from './tombstones.ts';

/** So many messages go in one transaction: some 20 ms. */
const messagesAtOnce = 100;

/** Erases a conversation as a whole, a slice at a time; true once nothing of it is left. */
export const eraseConversation = (erasing: Erasing, num: number): boolean => {
  const { db } = erasing;
  const seqs = db.all<{ seq: number }>('SELECT seq FROM message WHERE conversation_num = ? LIMIT ?', [
    num,
    messagesAtOnce,
  ]);
  for (const { seq } of seqs) eraseMessage(erasing, seq);
  if (seqs.length === messagesAtOnce) return false;
  eraseUnsent(erasing, num);
  forgetNames(erasing, num);
  if (isToldElsewhere(erasing, num)) keepLog(erasing, num);
  else dropConversation(erasing, num);
  return true;
};

const eraseUnsent = (erasing: Erasing, num: number): void => {
  const { db } = erasing;
  for (const { id } of db.all<{ id: string }>('SELECT id FROM draft WHERE conversation_num = ?', [num]))
    eraseDraft(erasing, id);
  eraseOutbox(erasing, 'conversation_num', num);
  const kept = db.all<{ was: string | null }>('SELECT was FROM merge_move WHERE other_num = ?', [num]);
  noteBlobs(
    erasing,
    kept.flatMap(({ was }) => blobsIn(was ?? '')),
  );
  db.run('DELETE FROM merge_move WHERE other_num = ?', [num]);
};

/** Erases a draft with its files. */
export const eraseDraft = (erasing: Erasing, id: string): void => {
  const { db } = erasing;
  const files = db.all<{ blob: string }>('SELECT blob FROM draft_attachment WHERE draft_id = ?', [id]);
  noteBlobs(
    erasing,
    files.map(({ blob }) => blob),
  );
  db.run("DELETE FROM merge_move WHERE item = ? AND kind IN ('draft', 'draft-joined')", [id]);
  db.run('DELETE FROM draft WHERE id = ?', [id]);
};

/** Lets nothing that comes lead to a conversation any more: new mail opens a new one. */
export const forgetNames = ({ db }: Pick<Erasing, 'db'>, num: number): void => {
  db.run('DELETE FROM thread_name WHERE conversation_num = ?', [num]);
  db.run('DELETE FROM thread_subject WHERE conversation_num = ?', [num]);
};

/** Whether another conversation took this one over and stays: its own log cannot be told without this one's. */
const isToldElsewhere = ({ db, erasure }: Erasing, num: number): boolean =>
  db.get(
    `WITH RECURSIVE survivor (num) AS (
       VALUES ($num)
       UNION SELECT c.num FROM survivor s
         JOIN event e ON e.conversation_num = s.num AND e.kind = 'conversation.merged'
         JOIN conversation c ON c.id = json_extract(e.payload, '$.into')
     ) SELECT 1 AS yes FROM survivor
     WHERE num <> $num AND num NOT IN (SELECT num FROM erasure_conversation WHERE erasure = $erasure) LIMIT 1`,
    { num, erasure },
  ) !== undefined;

/** Nothing is left but what happened when and by whom. */
const keepLog = ({ db }: Erasing, num: number): void => {
  for (const [kind, fields] of Object.entries(personalWords)) {
    const paths = fields.map((field) => `'$.${field}', ''`).join(', ');
    db.run(`UPDATE event SET payload = json_set(payload, ${paths}) WHERE conversation_num = ? AND kind = ?`, [
      num,
      kind,
    ]);
  }
  db.run(
    `UPDATE event SET payload = json_set(payload, '$.answer', json('${noPicture}'))
     WHERE conversation_num = ? AND kind = 'review.asked'`,
    [num],
  );
  db.run(`UPDATE conversation SET subject = '', snippet = '', customer_address = '' WHERE num = ?`, [num]);
  recountConversation(db, num);
  recountUnsent(db, num);
};

const dropConversation = ({ db, hash, erasure }: Erasing, num: number): void => {
  const row = db.get<{ customer_id: string; id: string }>(
    'SELECT customer_id, id FROM conversation WHERE num = ?',
    [num],
  );
  if (row === undefined) return;
  putTombstones(db, hash, erasure, [documentWord('conversation', row.id)]);
  const nums: readonly SqlValue[] = [num];
  db.run(
    'DELETE FROM missed_follow_up WHERE follow_up_id IN (SELECT id FROM follow_up WHERE conversation_num = ?)',
    nums,
  );
  for (const table of ['follow_up', 'conversation_tag', 'event'])
    db.run(`DELETE FROM ${table} WHERE conversation_num = ?`, nums);
  db.run('DELETE FROM kept_apart WHERE one = ? OR other = ?', [num, num]);
  db.run('DELETE FROM team_refusal WHERE conversation = ?', [row.id]);
  db.run('DELETE FROM conversation WHERE num = ?', nums);
  recountCustomerClock(db, row.customer_id);
  db.run('UPDATE erasure SET conversations = conversations + 1 WHERE id = ?', [erasure]);
};

/** Brings a conversation that stays up to date after some of its messages went. */
export const settle = ({ db }: Pick<Erasing, 'db'>, num: number): void => {
  firstOf(db, num);
  db.run(
    `UPDATE conversation SET subject = m.subject FROM message m
     WHERE conversation.num = ? AND m.id = conversation.first_id`,
    [num],
  );
  recountConversation(db, num);
  recountUnsent(db, num);
};
