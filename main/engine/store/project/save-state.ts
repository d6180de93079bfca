import type { ConversationState } from '#shared/domain/conversation/state.ts';
import { turnOf, waitingSince } from '#shared/domain/waiting/waiting.ts';
import type { ReadableDb, SqlValue, WritableDb } from '../driver.ts';
import { saveTarget } from './save-target.ts';

/** Columns of a conversation's row that follow from its state. */
const columnsOf = (state: ConversationState): Readonly<Record<string, SqlValue>> => ({
  status: state.status,
  owner_id: state.owner,
  covered_for: state.coveredFor,
  had_by: state.hadBy,
  snoozed_until: state.snoozedUntil,
  follow_ups: JSON.stringify(state.followUps),
  tags: JSON.stringify(state.tags),
  reviews: JSON.stringify(state.reviews),
  turn: turnOf(state.waiting),
  waiting_since: waitingSince(state.waiting),
  merged_into: state.mergedInto,
});

/** Brings a conversation's row, its promises and its tags from one state to the next. */
export const saveState = (
  db: WritableDb,
  conversation: number,
  before: ConversationState,
  state: ConversationState,
): void => {
  const { waiting } = state;
  const always = { rev: state.rev, answered_at: waiting.answeredAt, spoken_rev: state.spokenRev } as const;
  // Columns of indexes are named only when they change: SQLite rewrites every index that has a named column.
  const was = columnsOf(before);
  const changed = Object.entries(columnsOf(state)).filter(([column, value]) => was[column] !== value);
  const names = new Set(changed.map(([column]) => column));
  const clock = ['status', 'turn', 'waiting_since'].some((name) => names.has(name))
    ? customerClock(db, conversation, state)
    : null;
  const columns: readonly (readonly [string, SqlValue])[] = [
    ...Object.entries(always),
    ['unanswered', JSON.stringify(waiting.unanswered)],
    ...changed,
    ...(clock === null ? [] : [['customer_waiting_since', clock.since] as const]),
  ];
  db.run(`UPDATE conversation SET ${columns.map(([column]) => `${column} = ?`).join(', ')} WHERE num = ?`, [
    ...columns.map(([, value]) => value),
    conversation,
  ]);
  if (names.has('follow_ups')) saveFollowUps(db, conversation, state);
  if (names.has('tags')) saveTags(db, conversation, state);
  if (clock?.movesOthers === true) recountCustomerClock(db, clock.customer);
  saveTarget(db, conversation, state);
};

const saveFollowUps = (db: WritableDb, conversation: number, { followUps }: ConversationState): void => {
  db.run('DELETE FROM follow_up WHERE conversation_num = ?', [conversation]);
  for (const one of followUps) {
    // Taken over in a merge, the same promise belongs to the conversation that has it now.
    db.run(
      `INSERT OR REPLACE INTO follow_up (id, conversation_num, owner_id, due_at, purpose, if_no_reply, every_ms, why, fell_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        ...[one.id, conversation, one.owner, one.dueAt, one.purpose],
        ...[Number(one.ifNoReply), one.every, one.why, one.fellAt],
      ],
    );
  }
};

const saveTags = (db: WritableDb, conversation: number, { tags }: ConversationState): void => {
  db.run('DELETE FROM conversation_tag WHERE conversation_num = ?', [conversation]);
  for (const tag of tags) {
    db.run('INSERT INTO conversation_tag (tag, conversation_num) VALUES (?, ?)', [tag, conversation]);
  }
};

/**
 * A customer waits since their first unanswered message, wherever they wrote it: all their open conversations show
 * that time. Since all of them show the same, one look at the first of the others says whether they must be written:
 * a shop's form that opens ten thousand conversations must not read them all with each message.
 */
const customerClock = (
  db: ReadableDb,
  conversation: number,
  state: ConversationState,
): { readonly customer: string; readonly since: number | null; readonly movesOthers: boolean } | null => {
  const row = db.get<{ customer: string; first: number | null; shown: number | null }>(
    `SELECT c.customer_id AS customer, o.waiting_since AS first, o.customer_waiting_since AS shown
     FROM conversation c LEFT JOIN conversation o ON o.num =
       (SELECT num FROM conversation WHERE customer_id = c.customer_id AND status = 'open' AND turn = 'ours'
         AND num <> c.num ORDER BY waiting_since LIMIT 1)
     WHERE c.num = ?`,
    [conversation],
  );
  if (row === undefined) return null;
  const { customer, first, shown } = row;
  const waits = state.status === 'open' && turnOf(state.waiting) === 'ours';
  const here = waits ? waitingSince(state.waiting) : null;
  const since = here === null || first === null ? (here ?? first) : Math.min(here, first);
  return { customer, since: waits ? since : null, movesOthers: first !== null && shown !== since };
};

/** Sets the clock of a customer's waiting conversations anew; also after identities or conversations moved to them. */
export const recountCustomerClock = (db: WritableDb, customer: string): void => {
  db.run(
    `UPDATE conversation SET customer_waiting_since = first FROM
       (SELECT min(waiting_since) AS first FROM conversation WHERE customer_id = $customer AND status = 'open' AND turn = 'ours')
     WHERE customer_id = $customer AND status = 'open' AND turn = 'ours' AND customer_waiting_since IS NOT first`,
    { customer },
  );
};
