import type { FollowUpRow } from '#shared/contract/ownership.ts';
import type { Purpose } from '#shared/domain/conversation/follow-up.ts';
import type { ConversationId, FollowUpId, MemberId, MessageId } from '#shared/kit/brand.ts';
import type { ReadableDb, SqlValue } from '../driver.ts';
import { asConversationRow, selectConversations } from './conversation-row.ts';
import type { ConversationColumns } from './conversation-row.ts';

/** The conversation that an open follow-up belongs to. */
export const conversationOfFollowUp = (db: ReadableDb, id: FollowUpId): ConversationId | undefined =>
  db.get<{ id: ConversationId }>(
    'SELECT c.id FROM follow_up f JOIN conversation c ON c.num = f.conversation_num WHERE f.id = ?',
    [id],
  )?.id;

/** Whether a message is one that came in, by a person, in the conversation of this follow-up. */
export const isCustomersAbout = (db: ReadableDb, id: FollowUpId, message: MessageId): boolean =>
  db.get(
    `SELECT 1 AS yes FROM follow_up f JOIN message m ON m.conversation_num = f.conversation_num
     WHERE f.id = ? AND m.id = ? AND m.direction = 'in' AND m.automatic IS NULL`,
    [id, message],
  ) !== undefined;

type FollowUpColumns = {
  readonly id: FollowUpId;
  readonly conversation_num: number;
  readonly owner_id: MemberId;
  readonly owner_name: string;
  readonly due_at: number;
  readonly purpose: Purpose;
  readonly if_no_reply: number;
  readonly every_ms: number | null;
  readonly why: string;
  readonly fell_at: number | null;
};

/** Whose follow-ups a list shows. */
export type FollowUpsOf =
  | { readonly kind: 'member'; readonly member: MemberId }
  /** Those that came up while nobody was there and were not dealt with or seen since. */
  | { readonly kind: 'missed'; readonly member: MemberId }
  | { readonly kind: 'everybody' }
  | { readonly kind: 'conversation'; readonly num: number };

const select = `SELECT f.id, f.conversation_num, f.owner_id, m.name AS owner_name, f.due_at, f.purpose, f.if_no_reply,
  f.every_ms, f.why, f.fell_at FROM follow_up f JOIN member m ON m.id = f.owner_id`;

/** A mark holds only for the time at which it was made: what was moved or came up again is not missed any more. */
const isMissed = `f.fell_at IS NOT NULL AND EXISTS
  (SELECT 1 FROM missed_follow_up m WHERE m.follow_up_id = f.id AND m.fell_at = f.fell_at)`;

/** The statement of a list; also what the test of query plans explains. */
export const followUpStatement = (
  of: FollowUpsOf,
  after: string | null,
  limit: number,
): { readonly sql: string; readonly params: readonly SqlValue[] } => {
  const where: string[] = [];
  const params: SqlValue[] = [];
  if (of.kind === 'member' || of.kind === 'missed') {
    where.push('f.owner_id = ?');
    params.push(of.member);
  }
  if (of.kind === 'missed') where.push(isMissed);
  if (of.kind === 'conversation') {
    where.push('f.conversation_num = ?');
    params.push(of.num);
  }
  const from = readPlace(after);
  if (from !== null) {
    where.push('(f.due_at, f.id) > (?, ?)');
    params.push(...from);
  }
  params.push(limit + 1);
  const condition = where.length === 0 ? '' : ` WHERE ${where.join(' AND ')}`;
  return { sql: `${select}${condition} ORDER BY f.due_at, f.id LIMIT ?`, params };
};

/** Where a page ended: the due time and the id. Many are due at the same moment, such as tomorrow at nine. */
const readPlace = (after: string | null): readonly [number, string] | null => {
  const [, dueAt, id] = /^(\d{1,16})\.(.+)$/u.exec(after ?? '') ?? [];
  return dueAt === undefined || id === undefined ? null : [Number(dueAt), id];
};

/** A page of open follow-ups, the first due first. */
export const listFollowUps = (
  db: ReadableDb,
  of: FollowUpsOf,
  after: string | null,
  limit: number,
): { readonly rows: readonly FollowUpRow[]; readonly next: string | null } => {
  const { sql, params } = followUpStatement(of, after, limit);
  const found = db.all<FollowUpColumns>(sql, params);
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return {
    rows: shown.map((row) => withConversation(db, row)),
    next: found.length > limit && last !== undefined ? `${String(last.due_at)}.${last.id}` : null,
  };
};

const withConversation = (db: ReadableDb, row: FollowUpColumns): FollowUpRow => {
  const conversation = db.get<ConversationColumns>(`${selectConversations} WHERE c.num = ?`, [
    row.conversation_num,
  ]);
  if (conversation === undefined) throw new Error('a follow-up without its conversation');
  return {
    id: row.id,
    owner: row.owner_id,
    ownerName: row.owner_name,
    dueAt: row.due_at,
    purpose: row.purpose,
    ifNoReply: row.if_no_reply === 1,
    every: row.every_ms,
    why: row.why,
    fellAt: row.fell_at,
    conversation: asConversationRow(conversation),
  };
};

/** What is counted of a member's follow-ups; also what the test of query plans explains. */
export const countSql = {
  mine: `SELECT count(*) AS mine, count(fell_at) AS due FROM follow_up WHERE owner_id = ? AND purpose <> 'return'`,
  missed: `SELECT count(*) AS n FROM follow_up f WHERE f.owner_id = ? AND ${isMissed}`,
} as const;

/** How many follow-ups a member has, and how many have come up. */
export const countFollowUps = (
  db: ReadableDb,
  member: MemberId,
): { readonly mine: number; readonly due: number } => {
  const row = db.get<{ mine: number; due: number }>(countSql.mine, [member]);
  return { mine: row?.mine ?? 0, due: row?.due ?? 0 };
};

/** How many of a member's follow-ups came up while nobody was there. */
export const countMissed = (db: ReadableDb, member: MemberId): number =>
  db.get<{ n: number }>(countSql.missed, [member])?.n ?? 0;
