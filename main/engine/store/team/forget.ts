import type { DocumentKind } from '../../team/wire.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';

/** Forgets everything about a document that the team has no more: what it was known to have, and what waits about it. */
export const forgetDocument = (db: WritableDb, kind: DocumentKind, id: string): void => {
  for (const table of ['team_document', 'team_recent', 'team_behind', 'team_aside', 'team_change'])
    db.run(`DELETE FROM ${table} WHERE kind = ? AND id = ?`, [kind, id]);
};

/** Whether a text of ours speaks of any of these: ids, or addresses in comparable form. */
const speaksOf = (text: string, words: readonly string[]): boolean => {
  const low = text.toLowerCase();
  return words.some((word) => low.includes(word));
};

/**
 * Takes out pushes and saved commands that speak of what was erased. What a push that was accepted had besides is not
 * told again should a server lose it.
 */
export const forgetSpoken = (db: WritableDb, ids: readonly string[], addresses: readonly string[]): void => {
  const words = [...ids, ...addresses.map((one) => JSON.stringify(one).slice(1, -1))];
  if (words.length === 0) return;
  for (const { num, push, ops, changes } of db.all<{
    num: number;
    push: string;
    ops: string;
    changes: string;
  }>('SELECT num, push, ops, changes FROM team_sent')) {
    if (speaksOf(`${push} ${ops} ${changes}`, words)) db.run('DELETE FROM team_sent WHERE num = ?', [num]);
  }
  for (const { push } of db.all<{ push: string }>('SELECT push FROM team_push'))
    if (speaksOf(push, words)) db.run('DELETE FROM team_push');
  for (const { num, op } of db.all<{ num: number; op: string }>('SELECT num, op FROM team_op'))
    if (speaksOf(op, words)) db.run('DELETE FROM team_op WHERE num = ?', [num]);
};

/** The saved command that took a message in, where the team does not have the message yet. */
export const takenInBy = (db: ReadableDb, message: string): string | undefined =>
  db.get<{ op: string }>(
    `SELECT o.op FROM team_change c JOIN team_op o ON o.txn = c.txn
     WHERE c.kind = 'message' AND c.id = ? AND json_extract(o.op, '$.kind') = 'take-in'
       AND json_extract(o.op, '$.message') = c.id LIMIT 1`,
    [message],
  )?.op;
