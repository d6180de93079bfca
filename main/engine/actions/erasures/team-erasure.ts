import type { ReadableDb } from '../../store/driver.ts';
import { forgetNames } from '../../store/erase/erase-conversation.ts';
import { forgetIdentity } from '../../store/erase/erase-people.ts';
import { insertErasure, saveLedger, setStep } from '../../store/erase/erasure-rows.ts';
import type { ErasureRow } from '../../store/erase/erasure-rows.ts';
import { addressesOf, wholeConversations } from '../../store/erase/scope.ts';
import {
  customersErased,
  documentWord,
  keepTeamTombstones,
  teamTombstones,
} from '../../store/erase/team-tombstones.ts';
import type { TeamTombstone } from '../../store/erase/team-tombstones.ts';
import type { RetentionRule } from '#shared/domain/erasure/retention.ts';
import { keepTeamRetention } from '../../store/write/team-retention.ts';
import { memberName } from '../../store/read/members.ts';
import { forgetDocument, forgetSpoken } from '../../store/team/forget.ts';
import { whileApplying } from '../../store/team/link.ts';
import { keepProgress, teamProgress } from '../../store/team/progress.ts';
import { keepRefusal } from '../../store/team/refusals.ts';
import type { DocumentKind, TeamErasure } from '../../team/wire.ts';
import type { Action, ActionContext } from '../action.ts';
import { eraseQuarantined, tellErasure } from './quarantined.ts';
import { newMailIn, takeInAnew, takeOut } from './new-home.ts';

/** Keeps what the team's database told of an erasure, a page at a time. */
const keepTombstones: Action<
  { readonly salt: string; readonly erasure: string; readonly rows: readonly TeamTombstone[] },
  null
> = ({ db }, { salt, erasure, rows }) => {
  keepTeamTombstones(db, salt, erasure, rows);
  return null;
};

/** Begins to erase here what the team erased for everybody. `quarantine` are unreadable items that name whom it is about. */
const erase: Action<{ readonly erasure: TeamErasure; readonly quarantine: readonly string[] }, null> = (
  context,
  { erasure: { id, seq, member, at }, quarantine },
) => {
  const { db, erasures } = context;
  if ((teamProgress(db)?.erasedSeq ?? seq) >= seq) return null;
  insertErasure(db, { id, reason: 'team', author: member, asked_at: at, again: false }, []);
  // One that was heard of before and came back with an older state of the database begins anew.
  db.run("UPDATE erasure SET step = 'begin', walked = 0, done_at = NULL WHERE id = ?", [id]);
  eraseQuarantined(context, id, quarantine);
  keepProgress(db, { erasedSeq: seq });
  // Written down before anything goes: a copy put back in the middle is erased as well.
  saveLedger(db, erasures);
  tellErasure(context);
  return null;
};

/** So many conversations are looked at in one transaction: some 10 ms. */
const lookedAtOnce = 2_000;

const named = 'SELECT num FROM erasure_conversation WHERE erasure = ?';

const numsOf = (db: ReadableDb, erasure: string): readonly number[] =>
  db.all<{ num: number }>(named, [erasure]).map(({ num }) => num);

/** Gives customers who go other ids: who writes anew is met under the ids that follow from their addresses. */
const renameCustomers = ({ db }: ActionContext, erasure: string, customers: readonly string[]): void => {
  for (const [place, from] of customers.entries()) {
    const names = { from, to: `erased-${erasure}-${String(place)}` };
    db.run('UPDATE customer SET id = $to WHERE id = $from', names);
    db.run('UPDATE customer SET merged_into = $to WHERE merged_into = $from', names);
    for (const table of ['identity', 'conversation', 'customer_event', 'customer_dismissal', 'named_address'])
      db.run(`UPDATE ${table} SET customer_id = $to WHERE customer_id = $from`, names);
    db.run('UPDATE customer_dismissal SET other_id = $to WHERE other_id = $from', names);
    db.run('INSERT OR IGNORE INTO erasure_customer (erasure, customer) VALUES (?, ?)', [erasure, names.to]);
    forgetDocument(db, 'customer', from);
    // Whoever was met again meanwhile is asked for once more.
    db.run("INSERT OR IGNORE INTO team_behind (kind, id) VALUES ('customer', ?)", [from]);
  }
};

/** What was typed here and the team does not have goes too: whoever typed it is told so, in words and without the text. */
const tellTyped = ({ db, ids, me }: ActionContext, row: ErasureRow, nums: readonly number[]): void => {
  if (row.author === me) return;
  const list = JSON.stringify(nums);
  const typed = db.get<{ n: number }>(
    `SELECT (SELECT count(*) FROM draft WHERE conversation_num IN (SELECT value FROM json_each($list)))
       + (SELECT count(*) FROM outbox WHERE conversation_num IN (SELECT value FROM json_each($list))
            AND state NOT IN ('sent', 'failed'))
       + (SELECT count(*) FROM team_change c JOIN team_op o ON o.txn = c.txn
          WHERE c.txn > 0 AND c.kind = 'conversation' AND json_extract(o.op, '$.kind') IN ('action', 'reply')
            AND c.id IN (SELECT id FROM conversation WHERE num IN (SELECT value FROM json_each($list)))) AS n`,
    { list },
  );
  if ((typed?.n ?? 0) === 0) return;
  const by = row.author === null ? null : { id: row.author, name: memberName(db, row.author) };
  keepRefusal(db, {
    ...{ id: ids.next(), conversation: null, tried: 'draft.typed', triedAt: row.asked_at, why: 'erased' },
    ...{ owner: null, by, at: row.asked_at, words: '', draft: null },
  });
};

const settle = (context: ActionContext, row: ErasureRow): void => {
  const { db } = context;
  const customers = customersErased(db, row.id);
  const addresses = addressesOf(db, customers);
  const add = (num: number): void => {
    db.run('INSERT OR IGNORE INTO erasure_conversation (erasure, num) VALUES (?, ?)', [row.id, num]);
  };
  // What this device had taken in and not told yet goes as well.
  for (const num of wholeConversations(db, customers)) add(num);
  const nums = numsOf(db, row.id);
  const news = newMailIn(db, nums, row);
  tellTyped(context, row, nums);
  const keys = db.all<{ kind: 'conversation' | 'message'; id: string }>(
    `SELECT 'conversation' AS kind, id FROM conversation WHERE num IN (${named})
     UNION ALL SELECT 'message', id FROM message WHERE conversation_num IN (${named})`,
    [row.id, row.id],
  );
  const out = takeOut(context, row.id, news);
  const limbo = news.length === 0 ? null : out();
  whileApplying(db, () => {
    db.exec('PRAGMA defer_foreign_keys = ON');
    for (const { kind, id } of keys) forgetDocument(db, kind, id);
    forgetSpoken(
      db,
      [...keys.map(({ id }) => id), ...customers],
      addresses.map(({ address }) => address),
    );
    for (const { channel, address } of addresses) {
      db.run('INSERT OR IGNORE INTO erasure_address (erasure, channel, address) VALUES (?, ?, ?)', [
        ...[row.id, channel, address],
      ]);
      forgetIdentity({ db }, { channel, address });
    }
    for (const num of nums) forgetNames({ db }, num);
    renameCustomers(context, row.id, customers);
    db.run(
      'DELETE FROM erasure_conversation WHERE erasure = ? AND num NOT IN (SELECT num FROM conversation)',
      [row.id],
    );
    db.run('UPDATE erasure SET up_to = (SELECT ifnull(max(num), 0) FROM conversation) WHERE id = ?', [
      row.id,
    ]);
  });
  if (limbo !== null) takeInAnew(context, limbo, news);
};

/** Does the next piece of the beginning: what of all that is here the tombstones mean. True at its end. */
export const beginInTeam = (context: ActionContext, row: ErasureRow): boolean => {
  const { db } = context;
  const find = teamTombstones(db);
  const next = db.all<{ num: number; id: string }>(
    'SELECT num, id FROM conversation WHERE num > ? ORDER BY num LIMIT ?',
    [row.walked, lookedAtOnce],
  );
  for (const { num, id } of next) {
    if (find(documentWord('conversation', id)) === undefined) continue;
    db.run('INSERT OR IGNORE INTO erasure_conversation (erasure, num) VALUES (?, ?)', [row.id, num]);
  }
  const last = next.at(-1);
  if (last !== undefined && next.length === lookedAtOnce) {
    db.run('UPDATE erasure SET walked = ? WHERE id = ?', [last.num, row.id]);
    return false;
  }
  settle(context, row);
  setStep(db, row.id, 'conversations');
  tellErasure(context);
  return true;
};

/** The same for the exchange, which waits until nothing here refers to what is gone; false where all has begun. */
const begin: Action<Readonly<Record<string, never>>, boolean> = (context) => {
  const row = context.db.get<ErasureRow>(
    "SELECT * FROM erasure WHERE reason = 'team' AND step = 'begin' AND done_at IS NULL ORDER BY asked_at, id LIMIT 1",
  );
  if (row === undefined) return false;
  beginInTeam(context, row);
  return true;
};

/** The team's database names something as erased that is here: what was erased with it is looked for once more. */
const eraseNamed: Action<{ readonly kind: DocumentKind; readonly id: string }, boolean> = (
  { db, changed },
  { kind, id },
) => {
  const found = teamTombstones(db)(documentWord(kind, id));
  if (found === undefined) return false;
  const reopened = db.run(
    "UPDATE erasure SET step = 'begin', walked = 0, done_at = NULL WHERE id = ? AND done_at IS NOT NULL",
    [found.erasure],
  );
  changed({ topic: 'erasure' });
  return reopened > 0;
};

/** Keeps the team's rule for old conversations, so that it can be shown without a line. */
const retention: Action<{ readonly rule: RetentionRule | null }, null> = ({ db, changed }, { rule }) => {
  if (keepTeamRetention(db, rule)) changed({ topic: 'erasure' });
  return null;
};

/** Erasing here what was erased for the whole team. */
export const teamErasureActions = {
  'team.tombstones': keepTombstones,
  'team.erase': erase,
  'team.beginErasing': begin,
  'team.eraseNamed': eraseNamed,
  'team.retention': retention,
} as const;
