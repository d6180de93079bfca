import type { ReadableDb, SqlValue } from '../driver.ts';
import { overrun, seqAt } from './search-candidates.ts';
import type { Place, Range, Search } from './search-candidates.ts';

/** Row ids newest first: all there are from the last one asked for down to `reached`; null where there are no more. */
export type Stretch = { readonly seqs: readonly number[]; readonly reached: number | null };

/** Messages that a filter lets through, newest first. It may give some that the filter does not. */
export type FilterSource = {
  /** About how many there are. */
  readonly size: number;
  /** The next ones from `highest` down, about `most` of them. */
  readonly next: (highest: number, most: number) => Stretch;
};

const seqsOf = (rows: readonly { readonly seq: number }[]): readonly number[] => rows.map(({ seq }) => seq);

const newestFirst = (seqs: Iterable<number>): readonly number[] =>
  [...new Set(seqs)].sort((one, other) => other - one);

/** A statement that gives row ids of a range newest first, up to a limit. */
const walked = (
  db: ReadableDb,
  sql: string,
  params: Readonly<Record<string, SqlValue>>,
  lowest: number,
): FilterSource['next'] => {
  return (highest, most) => {
    const seqs = seqsOf(db.all<{ seq: number }>(sql, { ...params, lowest, highest, most }));
    return { seqs, reached: seqs.length < most ? null : (seqs.at(-1) ?? null) };
  };
};

/** The statements that walk row ids; the test of query plans explains them. */
export const walkSql = {
  all: 'SELECT seq FROM message WHERE seq BETWEEN $lowest AND $highest ORDER BY seq DESC LIMIT $most',
  files: `SELECT seq FROM message WHERE attachments > 0 AND seq BETWEEN $lowest AND $highest
    ORDER BY seq DESC LIMIT $most`,
  account: `SELECT seq FROM message WHERE account_id = $account AND seq BETWEEN $lowest AND $highest
    ORDER BY seq DESC LIMIT $most`,
  // Without being told, SQLite takes the index of all conversations, which has the same order.
  unread: `SELECT num, last_at FROM conversation INDEXED BY conversation_unread
    WHERE unread > 0 AND status <> 'merged' AND (last_at, num) < ($at, $num) ORDER BY last_at DESC, num DESC LIMIT $most`,
  open: `SELECT num, last_at FROM conversation INDEXED BY conversation_open
    WHERE status = 'open' AND (last_at, num) < ($at, $num) ORDER BY last_at DESC, num DESC LIMIT $most`,
} as const;

/** More messages of one folder than this are not sorted: the words lead then. */
const largestFolder = 10_000;

/** A folder's messages by date, which its own order is not; null for one too large to be sorted. */
const folder = (db: ReadableDb, { lowest }: Range, account: string, stream: string): FilterSource | null => {
  const from = 'FROM location WHERE account_id = $account AND stream = $stream';
  const size =
    db.get<{ n: number }>('SELECT n FROM location_tally WHERE account_id = $account AND stream = $stream', {
      ...{ account, stream },
    })?.n ?? 0;
  if (size > largestFolder) return null;
  let sorted: readonly number[] | null = null;
  return {
    size,
    next: (highest, most) => {
      sorted ??= newestFirst(
        seqsOf(db.all<{ seq: number }>(`SELECT seq ${from} AND seq >= $lowest`, { account, stream, lowest })),
      );
      const first = sorted.findIndex((seq) => seq <= highest);
      const seqs = first < 0 ? [] : sorted.slice(first, first + most);
      return { seqs, reached: seqs.length < most ? null : (seqs.at(-1) ?? null) };
    },
  };
};

const inAccount = (db: ReadableDb, { lowest }: Range, account: string): FilterSource => ({
  size:
    db.get<{ n: number | null }>('SELECT sum(n) AS n FROM conversation_tally WHERE account_id = ?', [account])
      ?.n ?? 0,
  next: walked(db, walkSql.account, { account }, lowest),
});

/** Those of several places as one: as far down as all of them have come. */
const joined = (sources: readonly FilterSource[]): FilterSource => ({
  size: sources.reduce((sum, { size }) => sum + size, 0),
  next: (highest, most) => {
    const stretches = sources.map((source) => source.next(highest, most));
    const reached = stretches.reduce<number | null>(
      (furthest, one) => (one.reached === null ? furthest : Math.max(furthest ?? 0, one.reached)),
      null,
    );
    const seqs = newestFirst(stretches.flatMap((one) => one.seqs));
    return { seqs: reached === null ? seqs : seqs.filter((seq) => seq >= reached), reached };
  },
});

const inPlaces = (db: ReadableDb, range: Range, places: readonly Place[]): readonly FilterSource[] => {
  const sources = places
    .map(({ account, stream }) =>
      stream === null ? inAccount(db, range, account) : folder(db, range, account, stream),
    )
    .filter((source) => source !== null);
  return sources.length === places.length ? [joined(sources)] : [];
};

/** Messages of conversations that stand in some way, by conversations with the newest message first. */
const standing = (db: ReadableDb, range: Range, sql: string, size: number): FilterSource => {
  let waiting: readonly number[] = [];
  let last = { at: Number.MAX_SAFE_INTEGER, num: Number.MAX_SAFE_INTEGER };
  /** No message of a conversation that was not looked at yet has a higher row id. */
  let complete: number | null = Number.MAX_SAFE_INTEGER;
  let conversations = 0;
  const lookFurther = (most: number): void => {
    const rows = db.all<{ num: number; last_at: number }>(sql, { ...last, most });
    const oldest = rows.at(-1);
    const messages = db.all<{ seq: number }>(
      `SELECT m.seq FROM json_each($nums) n CROSS JOIN message m ON m.conversation_num = n.value
       WHERE m.seq BETWEEN $lowest AND $highest`,
      { ...range, nums: JSON.stringify(rows.map(({ num }) => num)) },
    );
    waiting = newestFirst([...waiting, ...seqsOf(messages)]);
    if (oldest === undefined || rows.length < most) complete = null;
    else {
      last = { at: oldest.last_at, num: oldest.num };
      complete = seqAt(oldest.last_at) + overrun;
    }
  };
  return {
    size,
    next: (highest, most) => {
      // What is above was given before.
      waiting = waiting.filter((seq) => seq <= highest);
      const due = (): readonly number[] =>
        complete === null ? waiting : waiting.filter((seq) => seq > Number(complete));
      while (complete !== null && complete >= range.lowest && due().length < most) {
        // Twice as many each time: sorting them again and again must not cost more than they do.
        conversations = Math.max(most, conversations * 2);
        lookFurther(conversations);
      }
      const seqs = due().slice(0, most);
      return { seqs, reached: seqs.length < most ? null : (seqs.at(-1) ?? null) };
    },
  };
};

const counted = (db: ReadableDb, where: string): number =>
  db.get<{ n: number | null }>(`SELECT sum(n) AS n FROM conversation_tally WHERE ${where}`)?.n ?? 0;

/** What each filter of a search lets through, where it can be walked. */
const sourcesOf = (db: ReadableDb, search: Search): readonly FilterSource[] => {
  const { filters, places, lowest } = search;
  const has = (kind: string): boolean => filters.some((filter) => filter.kind === kind);
  const isOpen = filters.some((filter) => filter.kind === 'status' && filter.status === 'open');
  const withFiles = filters.some((filter) => filter.kind === 'has-attachment' && !filter.negated);
  return [
    ...places.flatMap((list) => inPlaces(db, search, list)),
    ...(has('unread')
      ? [standing(db, search, walkSql.unread, counted(db, "unread = 1 AND status <> 'merged'"))]
      : []),
    ...(isOpen ? [standing(db, search, walkSql.open, counted(db, "status = 'open'"))] : []),
    // About one message in ten has a file; counting them would cost more than it could save.
    ...(withFiles ? [{ size: Infinity, next: walked(db, walkSql.files, {}, lowest) }] : []),
  ];
};

/** The filter that lets the fewest through; every message where none can be walked. */
export const rarestSource = (db: ReadableDb, search: Search): FilterSource => {
  const all = { size: Infinity, next: walked(db, walkSql.all, {}, search.lowest) };
  return (
    sourcesOf(db, search).reduce(
      (rarest: FilterSource | null, one) => (rarest === null || one.size < rarest.size ? one : rarest),
      null,
    ) ?? all
  );
};
