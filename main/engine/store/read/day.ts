import type { DaySummary, Some } from '#shared/contract/day.ts';
import type { Purpose } from '#shared/domain/conversation/follow-up.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';
import { countConversations } from './conversation-counts.ts';
import { listConversations } from './conversation-list.ts';
import type { Viewer } from './conversation-list.ts';
import { asConversationRow, selectConversations } from './conversation-row.ts';
import type { ConversationColumns } from './conversation-row.ts';
import { listFollowUps } from './follow-ups.ts';

/** Shown one by one; the others are counted. */
const shown = 5;

/** More follow-ups than anybody has until tomorrow night; beyond them the count is a lower bound. */
const mostLooked = 500;

/** What somebody resolved since a time; events are found by their ids, which grow with time. Also explained by the test of query plans. */
export const resolvedSql = `${selectConversations} WHERE c.status IN ('resolved', 'done') AND c.num IN
  (SELECT conversation_num FROM event INDEXED BY sqlite_autoindex_event_1
   WHERE id >= ? AND kind = 'conversation.resolved' AND author = ?) ORDER BY c.num`;

/** The smallest id that something made at `at` (ms UTC) can have (UUID version 7, RFC 9562, 5.7). */
const firstIdAt = (at: number): string => {
  const hex = Math.max(0, Math.floor(at)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
};

const some = <Row>(rows: readonly Row[], n = rows.length): Some<Row> => ({ rows: rows.slice(0, shown), n });

const resolvedSince = (db: ReadableDb, me: MemberId, at: number) =>
  db.all<ConversationColumns>(resolvedSql, [firstIdAt(at), me]).map(asConversationRow);

/** How the day stands for whoever sits here. `today`, `tomorrow` and `end` are the starts of three local days that follow each other, in ms UTC. */
export const daySummary = (
  db: ReadableDb,
  viewer: Viewer,
  { today, tomorrow, end }: { readonly today: number; readonly tomorrow: number; readonly end: number },
): DaySummary => {
  const { rows } = listFollowUps(db, { kind: 'member', member: viewer.me }, null, mostLooked);
  const soon = (purpose: Purpose) => rows.filter((row) => row.purpose === purpose && row.dueAt < end);
  const query = { view: 'my-turn', account: null } as const;
  return {
    promises: some(soon('promise').filter(({ dueAt }) => dueAt >= tomorrow)),
    checks: some(soon('check')),
    waiting: some(
      listConversations(db, query, viewer, null, shown).rows,
      countConversations(db, viewer).views['my-turn'],
    ),
    resolved: some(resolvedSince(db, viewer.me, today)),
  };
};
