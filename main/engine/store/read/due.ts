import type { Purpose } from '#shared/domain/conversation/follow-up.ts';
import type { AccountId, ConversationId, FollowUpId, MemberId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';
import { teamLink } from '../team/link.ts';

/** A follow-up whose time has come and that was not told yet. Times are ms UTC. */
export type DueFollowUp = {
  readonly id: FollowUpId;
  readonly dueAt: number;
  /** It ends when the customer answers, so it is not told before the mail was looked at. */
  readonly endsByAnswer: boolean;
  readonly account: AccountId | null;
};

/** The statements that the scheduler walks; what it does every few seconds must not read a table. */
export const dueSql = {
  followUps: `SELECT f.id, f.due_at, f.if_no_reply OR f.every_ms IS NOT NULL AS ends, c.account_id, f.owner_id
    FROM follow_up f JOIN conversation c ON c.num = f.conversation_num
    WHERE f.due_at <= ? AND (f.fell_at IS NULL OR f.every_ms IS NOT NULL) ORDER BY f.due_at, f.id`,
  nextFollowUp: `SELECT min(due_at) AS at FROM follow_up
    WHERE due_at > ? AND (fell_at IS NULL OR every_ms IS NOT NULL)`,
  snoozed: `SELECT id FROM conversation WHERE status = 'open' AND snoozed_until IS NOT NULL AND snoozed_until <= ?
    ORDER BY snoozed_until, num LIMIT ?`,
  nextSnoozed: `SELECT min(snoozed_until) AS at FROM conversation WHERE status = 'open' AND snoozed_until IS NOT NULL`,
  nextReturn: 'SELECT min(away_until) AS at FROM member WHERE away_until IS NOT NULL',
  breached: `SELECT num, id, owner_id, target_at FROM conversation
    WHERE target_at IS NOT NULL AND target_told = 0 AND target_at <= ? ORDER BY target_at, num LIMIT ?`,
  nextBreach: 'SELECT min(target_at) AS at FROM conversation WHERE target_at IS NOT NULL AND target_told = 0',
} as const;

/** In a team each device brings up what its own person promised; a colleague's only when theirs is off for this long. */
const othersAfterMs = 3 * 60_000;

type DueRow = {
  readonly id: FollowUpId;
  readonly due_at: number;
  readonly ends: number;
  readonly account_id: AccountId | null;
  readonly owner_id: MemberId;
};

/** Every follow-up that has come due by `now` and is this device's to bring up, the one due first first. */
export const dueFollowUps = (db: ReadableDb, now: number): readonly DueFollowUp[] => {
  const me = teamLink(db)?.member ?? null;
  return db
    .all<DueRow>(dueSql.followUps, [now])
    .filter((row) => me === null || row.owner_id === me || row.due_at <= now - othersAfterMs)
    .map((row) => ({
      id: row.id,
      dueAt: row.due_at,
      endsByAnswer: row.ends === 1,
      account: row.account_id,
    }));
};

/** Conversations that are to wake by `now`. */
export const dueAwake = (db: ReadableDb, now: number, limit: number): readonly ConversationId[] =>
  db.all<{ id: ConversationId }>(dueSql.snoozed, [now, limit]).map(({ id }) => id);

/** A conversation whose target has passed and whose owner was not told. */
type Breached = {
  readonly num: number;
  readonly id: ConversationId;
  readonly owner: MemberId | null;
  readonly at: number;
};

/** Targets that have passed by `now`, the one that passed first first. */
export const breached = (db: ReadableDb, now: number, limit: number): readonly Breached[] =>
  db
    .all<{ num: number; id: ConversationId; owner_id: MemberId | null; target_at: number }>(dueSql.breached, [
      now,
      limit,
    ])
    .map((row) => ({ num: row.num, id: row.id, owner: row.owner_id, at: row.target_at }));

/** When the clock has something to do next, by kind (ms UTC); null where there is nothing. */
export type NextTimes = {
  readonly followUp: number | null;
  readonly awake: number | null;
  readonly back: number | null;
  readonly breach: number | null;
};

/** Looks ahead. Follow-ups that are due already are left out, as some of them may have to wait for the mail. */
export const nextTimes = (db: ReadableDb, now: number): NextTimes => {
  const first = (sql: string, params: readonly number[] = []): number | null =>
    db.get<{ at: number | null }>(sql, params)?.at ?? null;
  return {
    followUp: first(dueSql.nextFollowUp, [now]),
    awake: first(dueSql.nextSnoozed),
    back: first(dueSql.nextReturn),
    breach: first(dueSql.nextBreach),
  };
};

/** What a notice says of a conversation: whom it is with, and what it is about. */
type Names = { readonly customer: string; readonly subject: string };

const names = "iif(u.name = '', c.customer_address, u.name) AS customer, c.subject";

/** The names of a conversation, by its number. */
export const namesOf = (db: ReadableDb, conversation: number): Names =>
  db.get<Names>(
    `SELECT ${names} FROM conversation c JOIN customer u ON u.id = c.customer_id WHERE c.num = ?`,
    [conversation],
  ) ?? { customer: '', subject: '' };

/** The same of an open follow-up, with what it is for; undefined when it has ended. */
export const reminderOf = (
  db: ReadableDb,
  id: FollowUpId,
): (Names & { readonly owner: MemberId; readonly purpose: Purpose; readonly why: string }) | undefined =>
  db.get<{ customer: string; subject: string; owner: MemberId; purpose: Purpose; why: string }>(
    `SELECT ${names}, f.owner_id AS owner, f.purpose, f.why FROM follow_up f
     JOIN conversation c ON c.num = f.conversation_num JOIN customer u ON u.id = c.customer_id WHERE f.id = ?`,
    [id],
  );
