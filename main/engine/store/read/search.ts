import type { SearchAnswer, SearchHit } from '#shared/contract/search.ts';
import { shownName } from '#shared/domain/contact/address.ts';
import type { Correspondent } from '#shared/domain/message.ts';
import { excerpt, highlight, occurs } from '#shared/domain/search/highlight.ts';
import type { Needle } from '#shared/domain/search/highlight.ts';
import { parseSearch } from '#shared/domain/search/query.ts';
import type { SearchContext, SearchFilter } from '#shared/domain/search/query.ts';
import type { MessageId } from '#shared/kit/brand.ts';
import type { ReadableDb, SqlValue } from '../driver.ts';
import { conversationRow } from './conversation-detail.ts';
import { readCursor, writeCursor } from './page-cursor.ts';
import { readPeople } from './people.ts';
import { matchOf, needlesOf, termsOf } from './search-match.ts';
import type { Match, Term } from './search-match.ts';

/** A message that may be shown, with what filters are decided from; its words are read for those that are. */
type Candidate = {
  readonly seq: number;
  readonly conversation_num: number;
  readonly at: number;
  readonly attachments: number;
  /** 1 where it lies in every place that was asked for. */
  readonly placed: number;
  /** These two are null where nothing asks for them: a conversation is another page to read. */
  readonly status: string | null;
  readonly unread: number | null;
};

/** Somewhat more messages than conversations wanted are fetched first; after the most looked at the page is answered as it is, with a cursor. */
const firstLook = (limit: number): number => Math.ceil(limit * 1.3);
const nextLook = 500;
const mostLookedAt = 5_000;

/** The row id of the first message of a second; see `freeSequence`. */
const seqAt = (at: number): number => Math.floor(at / 1_000) * 64;
/** How far a crowded second may have run over. */
const overrun = 1_000_000;

type Search = {
  readonly match: Match;
  readonly terms: readonly Term[];
  readonly filters: readonly SearchFilter[];
  readonly lowest: number;
  readonly highest: number;
  readonly places: readonly (readonly Place[])[];
};

/** An account, or one stream of it. */
export type Place = { readonly account: string; readonly stream: string | null };

const rangeOf = (filters: readonly SearchFilter[]): readonly [lowest: number, highest: number] => {
  let lowest = 0;
  let highest = Number.MAX_SAFE_INTEGER;
  for (const filter of filters) {
    if (filter.kind === 'after') lowest = Math.max(lowest, seqAt(filter.at));
    if (filter.kind === 'before') highest = Math.min(highest, seqAt(filter.at) + overrun);
  }
  return [lowest, highest];
};

/** What a statement of candidates has to take into account beside the words. */
export type Narrowed = {
  /** Only messages with files. */
  readonly withFiles: boolean;
  /** Only one conversation's messages. */
  readonly conversation: boolean;
  /** Whether a filter asks how the conversation stands. */
  readonly stands: boolean;
  /** Folders and accounts it must lie in: one of each list. */
  readonly places: readonly (readonly Place[])[];
};

const placed = (places: readonly Place[], list: number): string =>
  places
    .map(({ stream }, place) => {
      const name = `${String(list)}_${String(place)}`;
      return stream === null
        ? `m.account_id = $account${name}`
        : `EXISTS (SELECT 1 FROM location l WHERE l.seq = m.seq AND l.account_id = $account${name} AND l.stream = $stream${name})`;
    })
    .join(' OR ');

const placesSql = (lists: readonly (readonly Place[])[]): string =>
  lists.map((places, list) => (places.length === 0 ? '0' : `(${placed(places, list)})`)).join(' AND ') || '1';

const placeParams = (lists: readonly (readonly Place[])[]): Record<string, SqlValue> =>
  Object.fromEntries(
    lists.flatMap((places, list) =>
      places.flatMap(({ account, stream }, place) => {
        const name = `${String(list)}_${String(place)}`;
        const of = [`account${name}`, account] as const;
        return stream === null ? [of] : [of, [`stream${name}`, stream] as const];
      }),
    ),
  );

/** The statement that fetches candidates newer first; the test of query plans explains it. */
export const candidateStatement = (
  match: Match,
  { withFiles, conversation, stands, places }: Narrowed,
): string => {
  const columns = `m.seq, m.conversation_num, m.at, m.attachments, ${placesSql(places)} AS placed,
    ${stands ? 'c.status, c.unread' : 'NULL AS status, NULL AS unread'}`;
  const join = stands ? ' CROSS JOIN conversation c ON c.num = m.conversation_num' : '';
  const within = conversation ? ' AND m.conversation_num = $conversation' : '';
  if (match.kind === 'find') {
    // Asking for one conversation starts from its few messages, everything else from the index.
    return conversation
      ? `SELECT ${columns} FROM message m${join}
         WHERE m.seq BETWEEN $lowest AND $highest${within}
         AND EXISTS (SELECT 1 FROM message_search s WHERE s.rowid = m.seq AND s.message_search MATCH $match)
         ORDER BY m.at DESC LIMIT $limit`
      : `SELECT ${columns}
         FROM (SELECT rowid AS seq FROM message_search WHERE message_search MATCH $match
               AND rowid BETWEEN $lowest AND $highest ORDER BY rowid DESC LIMIT $limit) s
         CROSS JOIN message m ON m.seq = s.seq${join}`;
  }
  const files = withFiles ? ' AND m.attachments > 0' : '';
  const exclude =
    match.exclude === null
      ? ''
      : ' AND NOT EXISTS (SELECT 1 FROM message_search s WHERE s.rowid = m.seq AND s.message_search MATCH $match)';
  const order = conversation ? 'm.at' : 'm.seq';
  return `SELECT ${columns} FROM message m${join}
    WHERE m.seq BETWEEN $lowest AND $highest${within}${files}${exclude} ORDER BY ${order} DESC LIMIT $limit`;
};

const candidates = (
  db: ReadableDb,
  search: Search,
  range: { readonly lowest: number; readonly highest: number; readonly limit: number },
  conversation: number | null,
): readonly Candidate[] => {
  const { match } = search;
  const withFiles = search.filters.some((filter) => filter.kind === 'has-attachment' && !filter.negated);
  const params: Record<string, SqlValue> = { ...range, ...placeParams(search.places) };
  const text = match.kind === 'find' ? match.match : match.exclude;
  if (text !== null) params['match'] = text;
  if (conversation !== null) params['conversation'] = conversation;
  const stands = search.filters.some(({ kind }) => kind === 'status' || kind === 'unread');
  const narrowed = { withFiles, conversation: conversation !== null, stands, places: search.places };
  const sql = candidateStatement(match, narrowed);
  return db.all<Candidate>(sql, params);
};

/** The columns that name the people of a message. */
type Names = { readonly from_name: string; readonly from_address: string; readonly people: string };

/** Who wrote a message, and who got it. */
const namedBy = (
  row: Names,
): { readonly writer: Correspondent; readonly readers: readonly Correspondent[] } => {
  const { to, cc, bcc } = readPeople(row.people);
  return { writer: { name: row.from_name, address: row.from_address }, readers: [...to, ...cc, ...bcc] };
};

const matchesPeople = (db: ReadableDb, term: Term, people: readonly Correspondent[]): boolean => {
  const words = people.flatMap(({ name, address }) =>
    db.tokens(`${name} ${address} ${address.replace(/[@.]/gu, ' ')}`),
  );
  return term.tokens.every((token, place) =>
    words.some((word) =>
      term.prefix && place === term.tokens.length - 1 ? word.startsWith(token) : word === token,
    ),
  );
};

const isOfPeople = ({ field, negated }: Term): boolean => !negated && (field === 'from' || field === 'to');

/** The index has everybody of a message in one column; who wrote it and who got it is settled here. */
const peopleFit = (db: ReadableDb, { terms }: Search, { seq }: Candidate): boolean => {
  const asked = terms.filter(isOfPeople);
  if (asked.length === 0) return true;
  const row = db.get<Names>('SELECT from_name, from_address, people FROM message WHERE seq = ?', [seq]);
  if (row === undefined) return false;
  const { writer, readers } = namedBy(row);
  return asked.every((term) => matchesPeople(db, term, term.field === 'from' ? [writer] : readers));
};

const fits = (db: ReadableDb, search: Search, row: Candidate): boolean =>
  search.filters.every((filter) => {
    switch (filter.kind) {
      case 'has-attachment':
        return row.attachments > 0 !== filter.negated;
      case 'after':
        return row.at >= filter.at;
      case 'before':
        return row.at < filter.at;
      case 'status':
        return row.status === filter.status;
      case 'unread':
        return row.unread !== null && row.unread > 0;
      case 'in':
        return true;
    }
  }) &&
  row.placed === 1 &&
  peopleFit(db, search, row);

const placesNamed = (db: ReadableDb, name: string): readonly Place[] => [
  ...db
    .all<{ id: string }>(
      'SELECT id FROM account WHERE instr(lower(label), $name) > 0 OR instr(lower(address), $name) > 0',
      { name },
    )
    .map(({ id }) => ({ account: id, stream: null })),
  ...db
    .all<{ account_id: string; name: string }>(
      'SELECT account_id, name FROM stream WHERE lower(label) = $name OR lower(name) = $name OR role = $name',
      { name },
    )
    .map((row) => ({ account: row.account_id, stream: row.name })),
];

/** A conversation is shown by its newest match; what an earlier page had does not come again. */
const shownBefore = (db: ReadableDb, search: Search, row: Candidate, start: number): boolean =>
  candidates(
    db,
    search,
    { lowest: Math.max(search.lowest, start), highest: search.highest, limit: nextLook },
    row.conversation_num,
  ).some((newer) => fits(db, search, newer));

type Found = { readonly rows: readonly Candidate[]; readonly next: number | null };

const find = (db: ReadableDb, search: Search, start: number | null, limit: number): Found => {
  const rows: Candidate[] = [];
  const seen = new Set<number>();
  let highest = start === null ? search.highest : Math.min(search.highest, start - 1);
  let look = firstLook(limit);
  for (let lookedAt = 0; lookedAt < mostLookedAt; look = nextLook) {
    const batch = candidates(db, search, { lowest: search.lowest, highest, limit: look }, null);
    for (const row of batch) {
      highest = row.seq - 1;
      if (seen.has(row.conversation_num) || !fits(db, search, row)) continue;
      seen.add(row.conversation_num);
      if (start !== null && shownBefore(db, search, row, start)) continue;
      rows.push(row);
      if (rows.length === limit) return { rows, next: row.seq };
    }
    lookedAt += batch.length;
    if (batch.length < look) return { rows, next: null };
  }
  return { rows, next: highest + 1 };
};

/** What a hit shows of its message. */
type Words = Names & {
  readonly id: MessageId;
  readonly subject: string;
  readonly snippet: string;
  readonly text: string;
};

/** What is marked in which texts; made once for a whole page. */
type Marks = {
  readonly asked: boolean;
  readonly text: readonly Needle[];
  readonly subject: readonly Needle[];
  readonly people: readonly Needle[];
};

const marksOf = (terms: readonly Term[]): Marks => ({
  asked: needlesOf(terms, ['any', 'from', 'to', 'subject']).length > 0,
  text: needlesOf(terms, ['any']),
  subject: needlesOf(terms, ['any', 'subject']),
  people: needlesOf(terms, ['any', 'from', 'to']),
});

const hitOf = (db: ReadableDb, marks: Marks, found: Candidate): SearchHit | null => {
  const row = conversationRow(db, found.conversation_num);
  const words = db.get<Words>(
    `SELECT m.id, m.from_name, m.from_address, m.people, m.subject, m.snippet, substr(t.text, 1, 20000) AS text
     FROM message m JOIN message_text t ON t.seq = m.seq WHERE m.seq = ?`,
    [found.seq],
  );
  if (row === undefined || words === undefined) return null;
  const cut = excerpt(words.text, marks.text);
  return {
    row,
    message: words.id,
    at: found.at,
    from: shownName({ name: words.from_name, address: words.from_address }),
    where: cut !== null && marks.asked ? 'text' : whereFound(db, marks, found, words),
    subject: highlight(words.subject, marks.subject),
    excerpt: cut ?? highlight(words.snippet, marks.text),
  };
};

const whereFound = (
  db: ReadableDb,
  marks: Marks,
  { seq, attachments }: Candidate,
  words: Words,
): SearchHit['where'] => {
  if (!marks.asked) return 'filter';
  if (occurs(words.subject, marks.subject)) return 'subject';
  if (attachments > 0 && occurs(fileNames(db, seq), marks.text)) return 'attachment';
  const { writer, readers } = namedBy(words);
  const named = [writer, ...readers].map((person) => `${person.name} ${person.address}`).join(' ');
  return occurs(named, marks.people) ? 'people' : 'text';
};

const fileNames = (db: ReadableDb, seq: number): string =>
  db
    .all<{ name: string }>('SELECT name FROM attachment WHERE seq = ?', [seq])
    .map((row) => row.name)
    .join(' ');

/** Messages that are here but not yet in the index; counting stops at a number that says "many". */
const notYetIndexed = (db: ReadableDb): number =>
  db.get<{ n: number }>('SELECT count(*) AS n FROM (SELECT 1 FROM message WHERE indexed = 0 LIMIT 10000)')
    ?.n ?? 0;

/** Finds conversations by their messages, newest match first; an empty query finds nothing. */
export const runSearch = (
  db: ReadableDb,
  text: string,
  after: string | null,
  limit: number,
  context: SearchContext,
): SearchAnswer => {
  const query = parseSearch(text, context);
  const terms = termsOf(db, query);
  const ignored = [...query.ignored];
  const places = query.filters
    .filter((filter) => filter.kind === 'in')
    .map((filter) => placesNamed(db, filter.name));
  if (terms.length === 0 && query.filters.length === 0) {
    return { hits: [], next: null, notYetIndexed: notYetIndexed(db), ignored };
  }
  const [lowest, highest] = rangeOf(query.filters);
  const search: Search = { match: matchOf(terms), terms, filters: query.filters, lowest, highest, places };
  const [start] = readCursor(after, 1) ?? [];
  const found = find(db, search, start ?? null, limit);
  const marks = marksOf(terms);
  return {
    hits: found.rows.map((row) => hitOf(db, marks, row)).filter((hit) => hit !== null),
    next: found.next === null ? null : writeCursor(found.next),
    notYetIndexed: notYetIndexed(db),
    ignored,
  };
};
