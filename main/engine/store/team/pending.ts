import type { ConversationId } from '#shared/kit/brand.ts';
import type { DocumentKey, JsonObject, Push, TeamEvent } from '../../team/wire.ts';
import type { ReadableDb } from '../driver.ts';
import { wordOf } from './known.ts';

/** A push with the transactions it is made of. `cut`: it is a part of what hangs together, and the rest is still to be told. */
export type Prepared = { readonly push: Push; readonly txns: readonly number[]; readonly cut: boolean };

/** What a transaction changed. */
export const documentsIn = (db: ReadableDb, txn: number): readonly DocumentKey[] =>
  db.all<DocumentKey>('SELECT kind, id FROM team_change WHERE txn = ?', [txn]);

const txnsOf = (db: ReadableDb, { kind, id }: DocumentKey): readonly number[] =>
  db
    .all<{ txn: number }>('SELECT txn FROM team_change WHERE kind = ? AND id = ?', [kind, id])
    .map(({ txn }) => txn);

/** What hangs together with some documents through transactions of ours that the team does not have. */
export type Closure = { readonly keys: readonly DocumentKey[]; readonly txns: readonly number[] };

/** Grows a closure by documents and everything that hangs together with them. */
export const grow = (
  db: ReadableDb,
  keys: Map<string, DocumentKey>,
  txns: Set<number>,
  from: readonly DocumentKey[],
): void => {
  const waiting = [...from];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    if (keys.has(wordOf(key))) continue;
    keys.set(wordOf(key), key);
    for (const txn of txnsOf(db, key)) {
      if (txns.has(txn)) continue;
      txns.add(txn);
      waiting.push(...documentsIn(db, txn));
    }
  }
};

/**
 * Everything that has to be fetched to run again what was changed here in these documents: they, and what hangs together
 * with them; `alone` leaves out what stayed behind of others.
 */
export const closureOf = (db: ReadableDb, from: readonly DocumentKey[], alone = false): Closure => {
  const keys = new Map<string, DocumentKey>();
  const txns = new Set<number>();
  const behind = alone ? [] : db.all<DocumentKey>('SELECT kind, id FROM team_behind');
  grow(db, keys, txns, [...from, ...behind]);
  return { keys: [...keys.values()], txns: [...txns].sort((a, b) => a - b) };
};

/** The same, each part that hangs together apart, with what stayed behind. */
export const partsOf = (db: ReadableDb, from: readonly DocumentKey[]): readonly Closure[] => {
  const seen = new Set<string>();
  return closureOf(db, from).keys.flatMap((key) => {
    if (seen.has(wordOf(key))) return [];
    const part = closureOf(db, [key], true);
    for (const one of part.keys) seen.add(wordOf(one));
    return [part];
  });
};

/** The statements that walk what waits; the test of query plans explains them. */
export const pendingSql = {
  oldest: 'SELECT txn FROM team_change WHERE txn > ? ORDER BY txn LIMIT 1',
  events: `SELECT e.id, e.rev, e.schema, e.kind, e.payload, e.author, e.at, e.undo, e.seq FROM event e
    WHERE e.conversation_num = (SELECT num FROM conversation WHERE id = ?) AND e.rev > ? ORDER BY e.rev`,
  waiting: 'SELECT count(DISTINCT txn) AS n FROM team_change',
} as const;

/** The next transaction with changes after a number. */
export const oldestAfter = (db: ReadableDb, txn: number): number | undefined =>
  db.get<{ txn: number }>(pendingSql.oldest, [txn])?.txn;

type EventRow = {
  readonly id: string;
  readonly rev: number;
  readonly schema: number;
  readonly kind: string;
  readonly payload: string;
  readonly author: TeamEvent['author'];
  readonly at: number;
  readonly undo: string | null;
};

/** Payloads are objects that this program wrote. */
const asObject = (json: string): JsonObject => JSON.parse(json) as JsonObject;

/** What happened in a conversation here after a revision. */
export const eventsAfter = (db: ReadableDb, stream: ConversationId, rev: number): readonly TeamEvent[] =>
  db.all<EventRow>(pendingSql.events, [stream, rev]).map(({ payload, ...row }) => ({
    id: row.id,
    stream,
    rev: row.rev,
    schema: row.schema,
    kind: row.kind,
    payload: asObject(payload),
    author: row.author,
    at: row.at,
    undo: row.undo,
  }));

/** What the team does not have yet: how many transactions, and which conversations show it. */
export const pendingOf = (
  db: ReadableDb,
): { readonly transactions: number; readonly conversations: readonly ConversationId[] } => ({
  transactions: db.get<{ n: number }>(pendingSql.waiting)?.n ?? 0,
  conversations: db
    .all<{ id: ConversationId }>(
      "SELECT DISTINCT id FROM team_change WHERE kind = 'conversation' AND txn > 0 ORDER BY id LIMIT 1000",
    )
    .map(({ id }) => id),
});

/** Whether what was done in a conversation is still to reach the team. */
export const isPending = (db: ReadableDb, conversation: ConversationId): boolean =>
  db.get("SELECT 1 AS yes FROM team_change WHERE kind = 'conversation' AND id = ? AND txn > 0 LIMIT 1", [
    conversation,
  ]) !== undefined;

/** The push that was begun and has no answer yet; null for none. */
export const pushUnderWay = (db: ReadableDb): Prepared | null => {
  const row = db.get<{ push: string; txns: string; cut: number }>(
    'SELECT push, txns, cut FROM team_push WHERE one = 1',
  );
  return row === undefined
    ? null
    : {
        push: JSON.parse(row.push) as Push,
        txns: JSON.parse(row.txns) as readonly number[],
        cut: row.cut === 1,
      };
};
