import { turnOf, waitingSince } from '#shared/domain/waiting/waiting.ts';
import type { BlobId } from '#shared/kit/brand.ts';
import type { ReadableDb } from './driver.ts';
import { stateColumns, stateOfRow } from './read/conversation-state.ts';
import type { StateRow } from './read/conversation-state.ts';
import { inView } from './read/conversation-list.ts';
import type { TallyRow, Viewer } from './read/conversation-list.ts';
import { viewerOf } from './read/members.ts';
import { searchParts } from './read/search-parts.ts';
import type { SearchPart } from './read/search-parts.ts';
import { textColumns, unpackText } from './packed-text.ts';
import type { StoredText } from './packed-text.ts';
import { replay } from './replay.ts';
import { verifyCustomers } from './verify-customers.ts';
import type { CustomerProblem } from './verify-customers.ts';
import type { VaultReader } from './vault.ts';
import { VaultError } from './vault.ts';

/** Something that is not as it must be. */
export type Problem =
  | { readonly kind: 'database'; readonly detail: string }
  | { readonly kind: 'foreign-key'; readonly table: string }
  | { readonly kind: 'not-in-index'; readonly seq: number }
  | { readonly kind: 'index-without-message'; readonly seq: number }
  | { readonly kind: 'index-differs'; readonly seq: number }
  | { readonly kind: 'blob'; readonly of: string; readonly problem: 'missing' | 'damaged' }
  | { readonly kind: 'events-differ'; readonly conversation: number; readonly what: string }
  | { readonly kind: 'count-differs'; readonly conversation: number; readonly what: string }
  | { readonly kind: 'location-without-message'; readonly item: string }
  | { readonly kind: 'tally-differs'; readonly view: string }
  | { readonly kind: 'stream-count-differs'; readonly stream: string }
  | CustomerProblem;

/** What was looked at and what is wrong; nothing in `problems` means all is well. */
export type VerifyReport = {
  readonly problems: readonly Problem[];
  readonly checked: {
    readonly messages: number;
    readonly conversations: number;
    readonly events: number;
    readonly indexed: number;
    readonly blobs: number;
  };
};

/** How much of the vault to read: everything, or every nth record. */
export type VerifyOptions = { readonly everyNthBlob: number };

/** More of one kind says nothing new. */
const mostOfAKind = 100;

const limited = <Row>(rows: readonly Row[]): readonly Row[] => rows.slice(0, mostOfAKind);

const database = (db: ReadableDb): readonly Problem[] => [
  ...db
    .all<{ integrity_check: string }>('PRAGMA integrity_check(100)')
    .filter((row) => row.integrity_check !== 'ok')
    .map((row): Problem => ({ kind: 'database', detail: row.integrity_check })),
  ...limited(db.all<{ table: string }>('PRAGMA foreign_key_check')).map((row): Problem => ({
    kind: 'foreign-key',
    table: row.table,
  })),
];

/** Every how manyth message has a word of its own looked up in the index. */
const everyNthWord = 50;
/** Its first word stands within so many units, if it has one. */
const lookedThrough = 500;

const indexPart = (db: ReadableDb, { table, lowest, end }: SearchPart): readonly Problem[] => {
  const range = { lowest, end };
  const missing = db.all<{ seq: number }>(
    `SELECT seq FROM message WHERE indexed = 1 AND seq >= $lowest AND seq < $end AND seq NOT IN (SELECT id FROM ${table}_docsize)`,
    range,
  );
  const orphans = db.all<{ seq: number }>(
    `SELECT id AS seq FROM ${table}_docsize
     WHERE id NOT IN (SELECT seq FROM message WHERE indexed = 1 AND seq >= $lowest AND seq < $end)`,
    range,
  );
  const sampled = db.all<StoredText & { readonly seq: number }>(
    `SELECT m.seq, ${textColumns} FROM message m JOIN message_text t ON t.seq = m.seq
     WHERE m.indexed = 1 AND m.seq >= $lowest AND m.seq < $end AND m.seq % $every = 0`,
    { ...range, every: everyNthWord },
  );
  return [
    ...missing.map(({ seq }): Problem => ({ kind: 'not-in-index', seq })),
    ...orphans.map(({ seq }): Problem => ({ kind: 'index-without-message', seq })),
    ...sampled
      .filter((row) => !isFound(db, table, row))
      .map(({ seq }): Problem => ({ kind: 'index-differs', seq })),
  ];
};

/** Every part of the index against the messages that it is for. */
const index = (db: ReadableDb): readonly Problem[] => {
  const problems = searchParts(db).flatMap((part) => indexPart(db, part));
  return (['not-in-index', 'index-without-message', 'index-differs'] as const).flatMap((kind) =>
    limited(problems.filter((problem) => problem.kind === kind)),
  );
};

const isFound = (db: ReadableDb, table: string, row: StoredText & { readonly seq: number }): boolean => {
  const [word] = db.tokens(unpackText(row).slice(0, lookedThrough));
  if (word === undefined) return true;
  const match = `{text} : "${word.replaceAll('"', '""')}"`;
  return (
    db.get(`SELECT 1 AS found FROM ${table} WHERE ${table} MATCH ? AND rowid = ?`, [match, row.seq]) !==
    undefined
  );
};

const blobIds = (db: ReadableDb): readonly { readonly of: string; readonly id: BlobId }[] =>
  db.all<{ of: string; id: BlobId }>(
    `SELECT 'message ' || seq AS of, source AS id FROM message WHERE source IS NOT NULL
     UNION ALL SELECT 'quarantine ' || id, source FROM quarantine WHERE source IS NOT NULL
     UNION ALL SELECT 'attachment ' || seq || ' ' || part, blob FROM attachment WHERE blob IS NOT NULL
     UNION ALL SELECT 'draft ' || draft_id, blob FROM draft_attachment
     UNION ALL SELECT 'outbox ' || id, source FROM outbox`,
  );

const vaultProblem = (vault: VaultReader, of: string, id: BlobId): Problem | null => {
  try {
    vault.read(id);
    return null;
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    return { kind: 'blob', of, problem: error.kind };
  }
};

/**
 * Reads every page of a copy that nobody writes to, and a part of its attachments; one that cannot be read in the original
 * either, as `isLost` says, is not the copy's fault. Null where all is well.
 */
export const damageOfCopy = (
  db: ReadableDb,
  vault: VaultReader,
  everyNthBlob: number,
  isLost: (blob: BlobId) => boolean,
): string | null => {
  const [page] = db.all<{ cipher_integrity_check: string }>('PRAGMA cipher_integrity_check');
  if (page !== undefined) return page.cipher_integrity_check;
  const structure = damageOf(db);
  if (structure !== null) return structure;
  const lost = blobIds(db)
    .filter((_, place) => place % everyNthBlob === 0)
    .find(({ of, id }) => vaultProblem(vault, of, id) !== null && !isLost(id));
  return lost === undefined ? null : lost.of;
};

/**
 * Reads every page in use once, also while others write; null where all is well. The check of the bare pages is not for a
 * file in use: it reads beside the log, where a page may be half-way written back.
 */
export const damageOf = (db: ReadableDb): string | null => {
  const [row] = db.all<{ quick_check: string }>('PRAGMA quick_check(1)');
  return row === undefined || row.quick_check === 'ok' ? null : row.quick_check;
};

const stateRows = `SELECT num, turn, waiting_since, ${stateColumns} FROM conversation ORDER BY num`;

type ConversationRow = StateRow & {
  readonly num: number;
  readonly turn: string;
  readonly waiting_since: number | null;
};

/** Replays every log and compares with the row that lists show. */
const events = (db: ReadableDb): readonly Problem[] =>
  db.all<ConversationRow>(stateRows).flatMap((row): readonly Problem[] => {
    const told = replayed(db, row.num);
    if (typeof told === 'string') return [{ kind: 'events-differ', conversation: row.num, what: told }];
    const shown = stateOfRow(row);
    const differing = [
      told.rev === shown.rev ? null : 'rev',
      told.status === shown.status ? null : 'status',
      told.owner === shown.owner ? null : 'owner',
      told.coveredFor === shown.coveredFor ? null : 'covered for',
      told.hadBy === shown.hadBy ? null : 'had by',
      told.snoozedUntil === shown.snoozedUntil ? null : 'snoozed until',
      JSON.stringify(told.followUps) === JSON.stringify(shown.followUps) ? null : 'follow-ups',
      JSON.stringify(told.tags) === JSON.stringify(shown.tags) ? null : 'tags',
      JSON.stringify(told.reviews) === JSON.stringify(shown.reviews) ? null : 'reviews',
      told.mergedInto === shown.mergedInto ? null : 'merged into',
      told.spokenRev === shown.spokenRev ? null : 'spoken rev',
      JSON.stringify(told.waiting) === JSON.stringify(shown.waiting) ? null : 'waiting',
      turnOf(told.waiting) === row.turn ? null : 'turn',
      waitingSince(told.waiting) === row.waiting_since ? null : 'waiting since',
    ];
    return differing
      .filter((what) => what !== null)
      .map((what) => ({ kind: 'events-differ', conversation: row.num, what }));
  });

/** What lists and queues read beside the row: promises, tags and the customer's clock. */
const projections = (db: ReadableDb): readonly Problem[] => {
  const differing = (what: string, sql: string): readonly Problem[] =>
    limited(db.all<{ num: number }>(sql)).map(({ num }) => ({
      kind: 'events-differ',
      conversation: num,
      what,
    }));
  return [
    ...differing(
      'follow-up rows',
      `SELECT c.num FROM conversation c LEFT JOIN
         (SELECT conversation_num AS num, count(*) AS n, total(due_at) AS due FROM follow_up GROUP BY 1) f USING (num)
       WHERE json_array_length(c.follow_ups) <> ifnull(f.n, 0)
         OR (SELECT total(json_extract(value, '$.dueAt')) FROM json_each(c.follow_ups)) <> ifnull(f.due, 0)`,
    ),
    ...differing(
      'tag rows',
      `SELECT c.num FROM conversation c LEFT JOIN
         (SELECT conversation_num AS num, count(*) AS n FROM conversation_tag GROUP BY 1) t USING (num)
       WHERE json_array_length(c.tags) <> ifnull(t.n, 0)`,
    ),
    ...differing(
      'customer waiting since',
      `SELECT c.num FROM conversation c LEFT JOIN (SELECT customer_id, min(waiting_since) AS first FROM conversation
         WHERE status = 'open' AND turn = 'ours' GROUP BY 1) w USING (customer_id)
       WHERE c.customer_waiting_since IS NOT iif(c.status = 'open' AND c.turn = 'ours', w.first, NULL)`,
    ),
  ];
};

const replayed = (db: ReadableDb, conversation: number): ReturnType<typeof replay> | string => {
  try {
    return replay(db, conversation);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

const counted = ['messages', 'unread', 'attachments', 'last_at'] as const;

const counts = (db: ReadableDb): readonly Problem[] =>
  counted.flatMap((what) =>
    limited(
      db.all<{ num: number }>(
        `SELECT c.num FROM conversation c LEFT JOIN (
           SELECT conversation_num AS num, count(*) AS messages, sum(seen = 0 AND direction = 'in') AS unread,
             sum(attachments > 0) AS attachments, max(at) AS last_at FROM message GROUP BY conversation_num) m USING (num)
         WHERE ifnull(m.${what}, ${what === 'last_at' ? 'c.last_at' : '0'}) <> c.${what}`,
      ),
    ).map(({ num }): Problem => ({ kind: 'count-differs', conversation: num, what })),
  );

const locations = (db: ReadableDb): readonly Problem[] =>
  limited(
    db.all<{ item: string }>(
      `SELECT l.item FROM location l LEFT JOIN message m ON m.seq = l.seq
       LEFT JOIN quarantine q ON q.id = l.quarantine_id WHERE m.seq IS NULL AND q.id IS NULL`,
    ),
  ).map(({ item }) => ({ kind: 'location-without-message', item }));

/** How much of each stream is said to be here, against the places themselves. */
const streamCounts = (db: ReadableDb): readonly Problem[] =>
  limited(
    db.all<{ stream: string }>(
      `SELECT stream FROM
         (SELECT account_id, stream, n FROM location_tally
          UNION ALL SELECT account_id, stream, -count(*) FROM location GROUP BY account_id, stream)
       GROUP BY account_id, stream HAVING sum(n) <> 0`,
    ),
  ).map(({ stream }) => ({ kind: 'stream-count-differs', stream }));

const tallyOf = (rows: readonly TallyRow[], account: string, viewer: Viewer): string =>
  Object.entries(inView)
    .map(([view, includes]) => {
      const own = rows.filter((row) => row.account_id === account && includes(row, viewer));
      return `${view} ${String(own.reduce((sum, row) => sum + row.n, 0))}`;
    })
    .join(', ');

/** The counts on the rail against the conversations themselves. */
const tally = (db: ReadableDb): readonly Problem[] => {
  const kept = db.all<TallyRow>(
    'SELECT account_id, owner_id, status, turn, outbox, unread, draft, snoozed, n FROM conversation_tally',
  );
  const real = db.all<TallyRow>(
    `SELECT ifnull(account_id, '') AS account_id, ifnull(owner_id, '') AS owner_id, status, turn, outbox,
       unread > 0 AS unread, draft, snoozed_until IS NOT NULL AS snoozed, count(*) AS n
     FROM conversation GROUP BY 1, 2, 3, 4, 5, 6, 7, 8`,
  );
  const viewer = viewerOf(db);
  const accounts = [...new Set([...kept, ...real].map((row) => row.account_id))];
  return accounts
    .filter((account) => tallyOf(kept, account, viewer) !== tallyOf(real, account, viewer))
    .map((account) => ({ kind: 'tally-differs', view: tallyOf(kept, account, viewer) }));
};

const count = (db: ReadableDb, table: string): number =>
  db.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n ?? 0;

/** Checks a workspace: database, index against messages, vault, events against rows, counts, places. Reads only. */
export const verify = (db: ReadableDb, vault: VaultReader, { everyNthBlob }: VerifyOptions): VerifyReport => {
  const blobs = blobIds(db).filter((_, place) => place % everyNthBlob === 0);
  const damaged = database(db);
  const problems = [
    ...damaged,
    ...index(db),
    ...blobs.map(({ of, id }) => vaultProblem(vault, of, id)).filter((problem) => problem !== null),
    ...events(db),
    ...projections(db),
    ...limited(verifyCustomers(db)),
    ...counts(db),
    ...locations(db),
    ...tally(db),
    ...streamCounts(db),
  ];
  return {
    problems,
    checked: {
      messages: count(db, 'message'),
      conversations: count(db, 'conversation'),
      events: count(db, 'event'),
      indexed: searchParts(db).reduce((sum, { table }) => sum + count(db, `${table}_docsize`), 0),
      blobs: blobs.length,
    },
  };
};
