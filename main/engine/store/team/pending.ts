import type { ConversationId } from '#shared/kit/brand.ts';
import type { DocumentKey, JsonObject, Push, TeamEvent } from '../../team/wire.ts';
import type { ReadableDb } from '../driver.ts';
import { readDocument, referencesOf } from './documents.ts';
import { isHere, knownOf, uniqueKeys, wordOf } from './known.ts';

/** A push with the transactions it is made of. */
export type Prepared = { readonly push: Push; readonly txns: readonly number[] };

/** Documents that a push is made of, as long as what hangs together is not more. */
const wantedDocuments = 200;

const documentsIn = (db: ReadableDb, txn: number): readonly DocumentKey[] =>
  db.all<DocumentKey>('SELECT kind, id FROM team_change WHERE txn = ?', [txn]);

const txnsOf = (db: ReadableDb, { kind, id }: DocumentKey): readonly number[] =>
  db
    .all<{ txn: number }>('SELECT txn FROM team_change WHERE kind = ? AND id = ?', [kind, id])
    .map(({ txn }) => txn);

/** What hangs together with some documents through transactions of ours that the team does not have. */
export type Closure = { readonly keys: readonly DocumentKey[]; readonly txns: readonly number[] };

/** Grows a closure by documents and everything that hangs together with them. */
const grow = (
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

/** Everything that has to be fetched to run again what was changed here in these documents: they, and what hangs together with them. */
export const closureOf = (db: ReadableDb, from: readonly DocumentKey[]): Closure => {
  const keys = new Map<string, DocumentKey>();
  const txns = new Set<number>();
  const behind = db.all<DocumentKey>('SELECT kind, id FROM team_behind');
  grow(db, keys, txns, [...from, ...behind]);
  return { keys: [...keys.values()], txns: [...txns].sort((a, b) => a - b) };
};

/** The statements that walk what waits; the test of query plans explains them. */
export const pendingSql = {
  oldest: 'SELECT txn FROM team_change WHERE txn > ? ORDER BY txn LIMIT 1',
  events: `SELECT e.id, e.rev, e.schema, e.kind, e.payload, e.author, e.at, e.undo, e.seq FROM event e
    WHERE e.conversation_num = (SELECT num FROM conversation WHERE id = ?) AND e.rev > ? ORDER BY e.rev`,
  waiting: 'SELECT count(DISTINCT txn) AS n FROM team_change',
} as const;

const oldestAfter = (db: ReadableDb, txn: number): number | undefined =>
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
const eventsAfter = (db: ReadableDb, stream: ConversationId, rev: number): readonly TeamEvent[] =>
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

/**
 * The next push: the oldest transaction with everything that hangs together with it and everything that this refers to
 * and the team does not have, and further ones while there is room. What people do here goes before what was here when
 * the workspace joined. Null when nothing waits.
 */
export const nextPush = (db: ReadableDb, id: string): Prepared | null => {
  const keys = new Map<string, DocumentKey>();
  const txns = new Set<number>();
  const take = (from: readonly DocumentKey[]): void => {
    grow(db, keys, txns, from);
    takeReferences();
  };
  const looked = new Set<string>();
  const takeReferences = (): void => {
    for (;;) {
      const next = [...keys.values()].filter((key) => !looked.has(wordOf(key)));
      if (next.length === 0) return;
      for (const key of next) {
        looked.add(wordOf(key));
        const absent = referencesOf(readDocument(db, key)).filter(
          (one) => !keys.has(wordOf(one)) && knownOf(db, one).version === 0 && isHere(db, one),
        );
        grow(db, keys, txns, absent);
      }
    }
  };
  for (const [from, upTo] of [
    [0, Number.MAX_SAFE_INTEGER],
    [Number.MIN_SAFE_INTEGER, 0],
  ] as const) {
    let last: number = from;
    while (keys.size < wantedDocuments) {
      const txn = oldestAfter(db, last);
      if (txn === undefined || txn >= upTo) break;
      last = txn;
      if (!txns.has(txn)) {
        txns.add(txn);
        take(documentsIn(db, txn));
      }
    }
  }
  if (txns.size === 0) return null;
  return prepare(
    db,
    id,
    [...keys.values()],
    [...txns].sort((a, b) => a - b),
  );
};

const prepare = (
  db: ReadableDb,
  id: string,
  keys: readonly DocumentKey[],
  txns: readonly number[],
): Prepared => {
  const documents = uniqueKeys(keys)
    .map((key) => ({ ...readDocument(db, key), expected: knownOf(db, key).version }))
    // What came and went between two pushes was never anybody else's business.
    .filter(({ body, expected }) => body !== null || expected > 0);
  const events = documents
    .filter(({ kind, body }) => kind === 'conversation' && body !== null)
    .flatMap((one) => eventsAfter(db, one.id as ConversationId, knownOf(db, one).rev));
  return { push: { id, documents, events }, txns };
};

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
  const row = db.get<{ push: string; txns: string }>('SELECT push, txns FROM team_push WHERE one = 1');
  return row === undefined
    ? null
    : { push: JSON.parse(row.push) as Push, txns: JSON.parse(row.txns) as readonly number[] };
};
