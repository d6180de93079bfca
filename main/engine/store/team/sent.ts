import type { Push } from '../../team/wire.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';

/** So many accepted pushes are kept, in at most so many characters: more than any standby was ever behind. */
const mostKept = 200;
const mostCharacters = 8_000_000;

/**
 * Keeps the push under way with the commands and changes it is made of, before it is forgotten as accepted: a server that
 * fails over may lose the commit that it has just promised. Of one that was cut the commands stay with its last part.
 */
export const keepSent = (db: WritableDb): void => {
  db.run(
    `INSERT INTO team_sent (push, txns, ops, changes)
     SELECT p.push, p.txns,
       (SELECT json_group_array(json_object('num', o.num, 'txn', o.txn, 'op', o.op, 'outbox', o.outbox, 'at', o.at))
        FROM team_op o WHERE p.cut = 0 AND o.txn IN (SELECT value FROM json_each(p.txns))),
       (SELECT json_group_array(json_object('txn', c.txn, 'kind', c.kind, 'id', c.id))
        FROM team_change c WHERE c.txn IN (SELECT value FROM json_each(p.txns))
          AND (p.cut = 0 OR EXISTS (SELECT 1 FROM json_each(p.push, '$.documents') d
            WHERE d.value ->> 'kind' = c.kind AND d.value ->> 'id' = c.id)))
     FROM team_push p WHERE p.one = 1`,
    [],
  );
  db.run(
    `DELETE FROM team_sent WHERE num <= (
       SELECT coalesce(max(num), 0) FROM (
         SELECT num, row_number() OVER (ORDER BY num DESC) AS place,
           sum(length(push) + length(ops)) OVER (ORDER BY num DESC) AS characters FROM team_sent)
       WHERE place > ? OR characters > ?)`,
    [mostKept, mostCharacters],
  );
};

/** A push that was accepted, and under which number it is kept. */
export type SentPush = { readonly num: number; readonly push: Push };

/** The oldest push that is kept after a number. */
export const sentAfter = (db: ReadableDb, num: number): SentPush | null => {
  const row = db.get<{ num: number; push: string }>(
    'SELECT num, push FROM team_sent WHERE num > ? ORDER BY num LIMIT 1',
    [num],
  );
  return row === undefined ? null : { num: row.num, push: JSON.parse(row.push) as Push };
};

/** What was accepted once is still to be done: its commands wait again, as if there had been no answer. */
export const restoreSent = (db: WritableDb, num: number): void => {
  db.run(
    `INSERT INTO team_op (txn, op, outbox, at)
     SELECT value ->> 'txn', value ->> 'op', value ->> 'outbox', value ->> 'at'
     FROM team_sent s, json_each(s.ops) WHERE s.num = ? ORDER BY value ->> 'txn', value ->> 'num'`,
    [num],
  );
  db.run(
    `INSERT OR IGNORE INTO team_change (txn, kind, id)
     SELECT value ->> 'txn', value ->> 'kind', value ->> 'id' FROM team_sent s, json_each(s.changes) WHERE s.num = ?`,
    [num],
  );
  db.run('DELETE FROM team_sent WHERE num = ?', [num]);
};
