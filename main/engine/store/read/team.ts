import type { MemberLoad } from '#shared/contract/ownership.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';
import { listMembers } from './members.ts';

type Load = Omit<MemberLoad, 'member'>;

/** How each member stands at `now` (ms UTC); reads the tally, and of each member only what waits or is late. */
export const teamOverview = (db: ReadableDb, now: number): readonly MemberLoad[] =>
  listMembers(db)
    .filter(({ gone }) => !gone)
    .map((member) => ({ member, ...loadOf(db, member.id, now) }));

/** What is asked of each member; also what the test of query plans explains. */
export const teamSql = {
  tally: `SELECT sum(n) AS open, sum(CASE WHEN turn = 'ours' AND outbox <> 'waiting' AND snoozed = 0 THEN n ELSE 0 END) AS ours
    FROM conversation_tally WHERE owner_id = ? AND status = 'open'`,
  longest: `SELECT customer_waiting_since AS since FROM conversation WHERE owner_id = ? AND status = 'open'
    ORDER BY ifnull(customer_waiting_since, 9007199254740991), num LIMIT 1`,
  late: `SELECT count(*) AS n FROM conversation WHERE owner_id = ? AND status = 'open' AND target_at <= ?`,
  promised: `SELECT sum(purpose = 'check') AS checks, count(*) AS n FROM follow_up
    WHERE owner_id = ? AND purpose <> 'return'`,
} as const;

const loadOf = (db: ReadableDb, member: MemberId, now: number): Load => {
  const tally = db.get<{ open: number | null; ours: number | null }>(teamSql.tally, [member]);
  const longest = db.get<{ since: number | null }>(teamSql.longest, [member]);
  const late = db.get<{ n: number }>(teamSql.late, [member, now]);
  const promised = db.get<{ checks: number | null; n: number }>(teamSql.promised, [member]);
  return {
    open: tally?.open ?? 0,
    ourTurn: tally?.ours ?? 0,
    waitingSince: longest?.since ?? null,
    overdue: late?.n ?? 0,
    checks: promised?.checks ?? 0,
    followUps: promised?.n ?? 0,
  };
};

/** Every tag with how many conversations carry it, the most used first. */
export const listTags = (db: ReadableDb): readonly { readonly tag: string; readonly n: number }[] =>
  db.all<{ tag: string; n: number }>(
    'SELECT tag, count(*) AS n FROM conversation_tag GROUP BY tag ORDER BY n DESC, tag LIMIT 500',
  );
