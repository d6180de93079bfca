import type { CustomerId, MemberId } from '#shared/kit/brand.ts';
import { customerIdOf } from '../../ingest/team-ids.ts';
import type { WritableDb } from '../driver.ts';

/** Numbers of what was here at joining: below zero, and growing from here, so that what is noted first goes first. */
const firstOld = -1_000_000_000_000;

type Place = { readonly txn: number; readonly lastAt: number; readonly num: number };

const start: Place = { txn: firstOld, lastAt: Number.MAX_SAFE_INTEGER, num: Number.MAX_SAFE_INTEGER };

const walked = (which: string): string =>
  `SELECT num, id, last_at FROM conversation WHERE (last_at, num) < ($lastAt, $num) AND status ${which}`;

/** The statement that walks what was here at joining, the newest first: two walks side by side. The test of query plans explains it. */
export const oldSql = `${walked("= 'open'")} UNION ALL ${walked("IN ('resolved', 'done')")}
  ORDER BY last_at DESC, num DESC LIMIT $limit`;

const note = (
  db: WritableDb,
  txn: number,
  kind: string,
  from: string,
  params: readonly (string | number)[] = [],
): void => {
  db.run(
    `INSERT OR IGNORE INTO team_change (txn, kind, id) SELECT ${String(txn)}, '${kind}', t.id FROM (${from}) t
     WHERE NOT EXISTS (SELECT 1 FROM team_document d WHERE d.kind = '${kind}' AND d.id = t.id AND d.version > 0)`,
    params,
  );
};

/** Begins to note what was here at joining; small things at once, conversations in slices. */
export const beginOld = (db: WritableDb): void => {
  note(db, start.txn - 1, 'account', 'SELECT id FROM account WHERE removed_at IS NULL');
  for (const { id } of db.all<{ id: string }>('SELECT id FROM snippet ORDER BY id')) {
    note(db, start.txn - 2, 'snippet', 'SELECT id FROM snippet WHERE id = ?', [id]);
  }
  note(
    db,
    start.txn - 3,
    'targets',
    "SELECT 'targets' AS id FROM setting WHERE name IN ('targets', 'schedule') LIMIT 1",
  );
  db.run('UPDATE team_link SET noting = ?', [JSON.stringify(start)]);
};

/** Notes the next conversations with their messages, and at the end everything that is left; answers whether there was anything. */
export const noteOld = (db: WritableDb, limit: number): boolean => {
  const row = db.get<{ noting: string | null }>('SELECT noting FROM team_link WHERE one = 1');
  if (row === undefined || row.noting === null) return false;
  const place = JSON.parse(row.noting) as Place;
  const next = db.all<{ num: number; id: string; last_at: number }>(oldSql, {
    ...{ lastAt: place.lastAt, num: place.num, limit },
  });
  let { txn } = place;
  for (const { num, id } of next) {
    txn += 1;
    note(db, txn, 'conversation', 'SELECT id FROM conversation WHERE num = ?', [num]);
    // What became part of it goes with it: its log looks at theirs.
    note(
      db,
      txn,
      'conversation',
      `WITH RECURSIVE whole (id) AS (SELECT ? UNION SELECT c.id FROM conversation c JOIN whole w ON c.merged_into = w.id)
       SELECT id FROM whole`,
      [id],
    );
    note(db, txn, 'message', 'SELECT id FROM message WHERE conversation_num = ?', [num]);
  }
  const last = next.at(-1);
  if (last === undefined) {
    note(db, txn + 1, 'customer', 'SELECT id FROM customer');
    db.run('UPDATE team_link SET noting = NULL');
    return db.get('SELECT 1 AS yes FROM team_change LIMIT 1') !== undefined;
  }
  db.run('UPDATE team_link SET noting = ?', [JSON.stringify({ txn, lastAt: last.last_at, num: last.num })]);
  return true;
};

/** Calls a member by another id wherever they are spoken of. */
export const renameMember = (db: WritableDb, from: MemberId, to: MemberId): void => {
  if (from === to) return;
  const names = { from, to };
  db.run('UPDATE member SET id = $to WHERE id = $from', names);
  db.run('UPDATE member SET substitute_id = $to WHERE substitute_id = $from', names);
  for (const column of ['owner_id', 'covered_for', 'had_by']) {
    db.run(`UPDATE conversation SET ${column} = $to WHERE ${column} = $from`, names);
  }
  db.run(
    'UPDATE conversation SET follow_ups = replace(follow_ups, $from, $to) WHERE instr(follow_ups, $from) > 0',
    names,
  );
  db.run('UPDATE follow_up SET owner_id = $to WHERE owner_id = $from', names);
  db.run('UPDATE event SET author = $to WHERE author = $from', names);
  db.run('UPDATE event SET payload = replace(payload, $from, $to) WHERE instr(payload, $from) > 0', names);
  db.run('UPDATE customer_event SET author = $to WHERE author = $from', names);
};

type Met = { readonly id: CustomerId; readonly channel: string; readonly address: string };

/** Gives customers the ids that other devices would give them, so that one person met by two is one customer. */
export const renameCustomers = (db: WritableDb): void => {
  const met = db.all<Met>(
    `SELECT customer_id AS id, json_extract(payload, '$.identity.channel') AS channel,
       json_extract(payload, '$.identity.address') AS address
     FROM customer_event WHERE rev = 1 AND kind = 'identity.added'`,
  );
  for (const { id, channel, address } of met) {
    const to = customerIdOf(channel, address);
    if (to === id) continue;
    const names = { from: id, to };
    db.run('UPDATE customer SET id = $to WHERE id = $from', names);
    db.run('UPDATE customer SET merged_into = $to WHERE merged_into = $from', names);
    for (const table of [
      'identity',
      'conversation',
      'customer_event',
      'customer_dismissal',
      'named_address',
    ]) {
      db.run(`UPDATE ${table} SET customer_id = $to WHERE customer_id = $from`, names);
    }
    db.run('UPDATE customer_dismissal SET other_id = $to WHERE other_id = $from', names);
    db.run(
      'UPDATE customer_event SET payload = replace(payload, $from, $to) WHERE rev > 1 AND instr(payload, $from) > 0',
      names,
    );
  }
};
