import type { Burden } from '#shared/domain/balance/spread.ts';
import type { Purpose } from '#shared/domain/conversation/follow-up.ts';
import type { ConversationId, FollowUpId, MemberId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';

/** As many of a customer's newest conversations are looked at to see who knows them. */
const lookedAt = 200;

/** What is asked of conversations that may change hands; also what the test of query plans explains. */
export const balanceSql = {
  /** A member's open conversations, the longest wait first. */
  held: `SELECT num, id, customer_id AS customer, turn = 'ours' AND outbox <> 'waiting' AND snoozed_until IS NULL AS waits
    FROM conversation WHERE owner_id = ? AND status = 'open'
    ORDER BY ifnull(customer_waiting_since, 9007199254740991), num LIMIT ?`,
  one: `SELECT num, id, customer_id AS customer, owner_id AS owner,
      turn = 'ours' AND outbox <> 'waiting' AND snoozed_until IS NULL AS waits
    FROM conversation WHERE id = ? AND merged_into IS NULL`,
  owners: `SELECT owner_id AS owner FROM conversation WHERE customer_id = ? AND status <> 'merged' AND num <> ?
    ORDER BY last_at DESC, num DESC LIMIT ${String(lookedAt)}`,
  begun: `SELECT 1 AS yes FROM event WHERE conversation_num = ? AND kind = 'reply.queued' AND author = ? LIMIT 1`,
  promises: `SELECT f.id, f.purpose, c.id AS conversation, c.owner_id AS owner
    FROM follow_up f JOIN conversation c ON c.num = f.conversation_num WHERE f.owner_id = ? ORDER BY f.due_at, f.id`,
  covered: `SELECT count(*) AS n FROM conversation WHERE covered_for = ? AND merged_into IS NULL`,
} as const;

type CaseRow = {
  readonly num: number;
  readonly id: ConversationId;
  readonly customer: string;
  readonly waits: number;
};

/** A conversation that may change hands, and its number. */
export type HeldCase = Burden & { readonly num: number };

const knowing = (db: ReadableDb, customer: string, num: number): ReadonlyMap<MemberId, number> => {
  const knows = new Map<MemberId, number>();
  for (const { owner } of db.all<{ owner: MemberId | null }>(balanceSql.owners, [customer, num])) {
    if (owner !== null) knows.set(owner, (knows.get(owner) ?? 0) + 1);
  }
  return knows;
};

const caseOf = (
  db: ReadableDb,
  { num, id, customer, waits }: CaseRow,
  member: MemberId | null,
): HeldCase => ({
  num,
  conversation: id,
  waits: waits === 1,
  knows: knowing(db, customer, num),
  begun: member !== null && db.get(balanceSql.begun, [num, member]) !== undefined,
});

/** The open conversations of a member, the longest wait first, `limit` at most; all of them without one. */
export const casesOf = (db: ReadableDb, member: MemberId, limit = -1): readonly HeldCase[] =>
  db.all<CaseRow>(balanceSql.held, [member, limit]).map((row) => caseOf(db, row, member));

/** These conversations with whoever has each, as far as they are there. */
export const casesAmong = (
  db: ReadableDb,
  ids: readonly ConversationId[],
): readonly (HeldCase & { readonly owner: MemberId | null })[] =>
  ids.flatMap((id) => {
    const row = db.get<CaseRow & { owner: MemberId | null }>(balanceSql.one, [id]);
    return row === undefined ? [] : [{ ...caseOf(db, row, row.owner), owner: row.owner }];
  });

/** Who has a conversation now; null for nobody, and for one that is not there. */
export const ownerOf = (db: ReadableDb, id: ConversationId): MemberId | null =>
  db.get<{ owner: MemberId | null }>('SELECT owner_id AS owner FROM conversation WHERE id = ?', [id])
    ?.owner ?? null;

/** A promise, a check or a return timer of somebody, with who has the conversation that it is about. */
export type HeldPromise = {
  readonly id: FollowUpId;
  readonly purpose: Purpose;
  readonly conversation: ConversationId;
  readonly owner: MemberId | null;
};

/** Everything somebody is to be reminded of, the first due first. */
export const promisesOf = (db: ReadableDb, member: MemberId): readonly HeldPromise[] =>
  db.all<HeldPromise>(balanceSql.promises, [member]);

/** How many conversations somebody else answers for a member who is away. */
export const countCovered = (db: ReadableDb, member: MemberId): number =>
  db.get<{ n: number }>(balanceSql.covered, [member])?.n ?? 0;
