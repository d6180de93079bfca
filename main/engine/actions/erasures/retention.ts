import type { Input, Refused } from '#shared/contract/contract.ts';
import { closedBefore } from '#shared/domain/erasure/retention.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import { forgetNames } from '../../store/erase/erase-conversation.ts';
import { insertErasure, openErasure, saveLedger } from '../../store/erase/erasure-rows.ts';
import { outOfTime, retentionKey } from '../../store/read/retention.ts';
import { teamLink } from '../../store/team/link.ts';
import type { Action } from '../action.ts';

/** Sets the rule, or takes it away; setting it anew begins its day of grace anew. */
const set: Action<Input<'retention.set'>, Result<null, Refused<'retention.set'>>> = (context, { days }) => {
  const { db, clock, changed } = context;
  // The team's database keeps the team's.
  if (teamLink(db) !== null) return fail({ kind: 'admins-only' });
  if (days === null) db.run('DELETE FROM setting WHERE name = ?', [retentionKey]);
  else {
    db.run('INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)', [
      ...[retentionKey, JSON.stringify({ days, since: clock.now() })],
    ]);
  }
  changed({ topic: 'erasure' });
  return ok(null);
};

/** So many conversations go in one run at most; the rest has its turn with the next. */
const mostAtOnce = 5_000;

/** Begins to erase the conversations whose time is over; answers how many. Nothing while something else is being erased. */
const begin: Action<{ readonly days: number }, number> = (context, { days }) => {
  const { db, ids, clock, changed, erasures } = context;
  if (teamLink(db) !== null || openErasure(db) !== undefined) return 0;
  const nums = outOfTime(db, closedBefore(days, clock.now()), mostAtOnce);
  if (nums.length === 0) return 0;
  const list = JSON.stringify(nums);
  const customers = db.all<{ id: string }>(
    'SELECT DISTINCT customer_id AS id FROM conversation WHERE num IN (SELECT value FROM json_each(?))',
    [list],
  );
  const erasure = ids.next();
  insertErasure(
    db,
    { id: erasure, reason: 'retention', author: null, asked_at: clock.now(), again: false },
    customers.map(({ id }) => id),
  );
  // With all that became part of them.
  db.run(
    `INSERT OR IGNORE INTO erasure_conversation (erasure, num)
     WITH RECURSIVE whole (num, id) AS (
       SELECT num, id FROM conversation WHERE num IN (SELECT value FROM json_each(?))
       UNION SELECT c.num, c.id FROM conversation c JOIN whole w ON c.merged_into = w.id
     ) SELECT ?, num FROM whole`,
    [list, erasure],
  );
  // From here on an answer opens a new conversation.
  for (const num of nums) forgetNames({ db }, num);
  saveLedger(db, erasures);
  changed({ topic: 'erasure' });
  return nums.length;
};

/** The rule by which closed conversations go. */
export const retentionActions = {
  'retention.set': set,
  'retention.begin': begin,
} as const;
