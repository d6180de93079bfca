import type { Member, MemberLoad } from '#shared/contract/ownership.ts';
import { fairShare, isOverloaded, isThere } from '#shared/domain/balance/standing.ts';
import type { Standing } from '#shared/domain/balance/standing.ts';
import { endOfDay } from '#shared/domain/business-hours/business-time.ts';
import type { Schedule } from '#shared/domain/business-hours/schedule.ts';
import type { Presence } from '#shared/domain/member.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';
import { listMembers } from './members.ts';

type Tally = { readonly open: number; readonly ours: number };
type Load = Omit<MemberLoad, 'overloaded'>;

/** When it is, in ms UTC, and the working hours by which a day ends. */
export type Present = { readonly now: number; readonly schedule: Schedule };

/** How each member stands; reads the tally once, and of each member only what waits, is late or was promised. */
export const teamOverview = (db: ReadableDb, present: Present): readonly MemberLoad[] => {
  const loads = loadsOf(db, present);
  const standings = loads.map((load) => standingOf(load, present));
  const fair = fairShare(standings);
  return loads.map((load, index) => {
    const standing = standings[index];
    return { ...load, overloaded: standing !== undefined && isOverloaded(standing, standings, fair) };
  });
};

/** How each member stands, as the balance of a team reckons it; those who have left are not there. */
export const standingsOf = (db: ReadableDb, present: Present): readonly Standing[] =>
  loadsOf(db, present).map((load) => standingOf(load, present));

/** What is asked of each member, and of all at once; also what the test of query plans explains. */
export const teamSql = {
  tally: `SELECT owner_id AS owner, sum(n) AS open,
      sum(CASE WHEN turn = 'ours' AND outbox <> 'waiting' AND snoozed = 0 THEN n ELSE 0 END) AS ours
    FROM conversation_tally WHERE status = 'open' GROUP BY owner_id`,
  longest: `SELECT customer_waiting_since AS since FROM conversation WHERE owner_id = ? AND status = 'open'
    ORDER BY ifnull(customer_waiting_since, 9007199254740991), num LIMIT 1`,
  late: `SELECT count(*) AS n FROM conversation WHERE owner_id = ? AND status = 'open' AND target_at <= ?`,
  promised: `SELECT count(*) AS n FROM follow_up WHERE owner_id = ? AND purpose = ?`,
  dueBefore: `SELECT count(*) AS n FROM follow_up WHERE owner_id = ? AND purpose = ? AND due_at < ?`,
} as const;

const talliesOf = (db: ReadableDb): ReadonlyMap<string, Tally> =>
  new Map(
    db
      .all<Tally & { owner: string }>(teamSql.tally)
      .map(({ owner, open, ours }) => [owner, { open, ours }] as const),
  );

/** Everybody who is here, and who has left something behind: that must not wait unseen. */
const loadsOf = (db: ReadableDb, { now, schedule }: Present): readonly Load[] => {
  const tallies = talliesOf(db);
  const midnight = endOfDay(schedule, now);
  const has = ({ open, checks, followUps }: Load): boolean => open + checks + followUps > 0;
  return listMembers(db)
    .map((member) => loadOf(db, member, tallies.get(member.id), { now, midnight }))
    .filter((load) => !load.member.gone || has(load));
};

const loadOf = (
  db: ReadableDb,
  member: Member,
  tally: Tally | undefined,
  { now, midnight }: { readonly now: number; readonly midnight: number },
): Load => {
  const { id } = member;
  const count = (sql: string, ...rest: readonly (string | number)[]): number =>
    db.get<{ n: number }>(sql, [id, ...rest])?.n ?? 0;
  const checks = count(teamSql.promised, 'check');
  return {
    member,
    open: tally?.open ?? 0,
    ourTurn: tally?.ours ?? 0,
    waitingSince: db.get<{ since: number | null }>(teamSql.longest, [id])?.since ?? null,
    overdue: count(teamSql.late, now),
    checks,
    followUps: checks + count(teamSql.promised, 'promise'),
    dueToday: count(teamSql.dueBefore, 'check', midnight) + count(teamSql.dueBefore, 'promise', midnight),
  };
};

const presenceOf = ({ gone, away }: Member, now: number): Presence =>
  gone
    ? { kind: 'gone' }
    : away === null || away.until <= now
      ? { kind: 'here' }
      : { kind: 'away', until: away.until, substitute: away.substitute?.id ?? null };

const standingOf = ({ member, open, ourTurn, overdue, dueToday }: Load, present: Present): Standing => ({
  member: member.id,
  open,
  waiting: ourTurn,
  overdue,
  dueToday,
  there: isThere(presenceOf(member, present.now), present),
});

/** The names of everybody who is or was part of the team. */
export const namesOf = (db: ReadableDb): ReadonlyMap<MemberId, string> =>
  new Map(listMembers(db).map(({ id, name }) => [id, name]));

/** Every tag with how many conversations carry it, the most used first. */
export const listTags = (db: ReadableDb): readonly { readonly tag: string; readonly n: number }[] =>
  db.all<{ tag: string; n: number }>(
    'SELECT tag, count(*) AS n FROM conversation_tag GROUP BY tag ORDER BY n DESC, tag LIMIT 500',
  );
