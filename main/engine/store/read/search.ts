import type { SearchAnswer, SearchHit } from '#shared/contract/search.ts';
import { shownName } from '#shared/domain/contact/address.ts';
import type { Correspondent } from '#shared/domain/message.ts';
import { excerpt, highlight, occurs } from '#shared/domain/search/highlight.ts';
import { parseSearch } from '#shared/domain/search/query.ts';
import type { SearchContext, SearchFilter } from '#shared/domain/search/query.ts';
import type { AccountId, MessageId } from '#shared/kit/brand.ts';
import type { ReadableDb, SqlValue } from '../driver.ts';
import { conversationRow } from './conversation-detail.ts';
import { readCursor, writeCursor } from './page-cursor.ts';
import { readPeople } from './people.ts';
import { matchOf, needlesOf, termsOf } from './search-match.ts';
import type { Match, Term } from './search-match.ts';

/** A message that may be shown; what the index cannot decide is decided from these columns. */
type Candidate = {
  readonly seq: number;
  readonly id: MessageId;
  readonly conversation_num: number;
  readonly at: number;
  readonly account_id: AccountId | null;
  readonly from_name: string;
  readonly from_address: string;
  readonly people: string;
  readonly subject: string;
  readonly snippet: string;
  readonly attachments: number;
  readonly status: string;
  readonly unread: number;
};

const candidateColumns = `m.seq, m.id, m.conversation_num, m.at, m.account_id, m.from_name, m.from_address, m.people,
  m.subject, m.snippet, m.attachments, c.status, c.unread`;

/** Messages are fetched by the hundred, and after this many looked at the page is answered as it is, with a cursor. */
const firstLook = 100;
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

type Place = { readonly account: string; readonly stream: string | null };

const rangeOf = (filters: readonly SearchFilter[]): readonly [lowest: number, highest: number] => {
  let lowest = 0;
  let highest = Number.MAX_SAFE_INTEGER;
  for (const filter of filters) {
    if (filter.kind === 'after') lowest = Math.max(lowest, seqAt(filter.at));
    if (filter.kind === 'before') highest = Math.min(highest, seqAt(filter.at) + overrun);
  }
  return [lowest, highest];
};

/** The statement that fetches candidates newer first; the test of query plans explains it. */
export const candidateStatement = (
  match: Match,
  options: { readonly withFiles: boolean; readonly conversation: boolean },
): string => {
  const within = options.conversation ? ' AND m.conversation_num = $conversation' : '';
  if (match.kind === 'find') {
    // Asking for one conversation starts from its few messages, everything else from the index.
    return options.conversation
      ? `SELECT ${candidateColumns} FROM message m JOIN conversation c ON c.num = m.conversation_num
         WHERE m.seq BETWEEN $lowest AND $highest${within}
         AND EXISTS (SELECT 1 FROM message_search s WHERE s.rowid = m.seq AND s.message_search MATCH $match)
         ORDER BY m.at DESC LIMIT $limit`
      : `SELECT ${candidateColumns}
         FROM (SELECT rowid AS seq FROM message_search WHERE message_search MATCH $match
               AND rowid BETWEEN $lowest AND $highest ORDER BY rowid DESC LIMIT $limit) s
         CROSS JOIN message m ON m.seq = s.seq CROSS JOIN conversation c ON c.num = m.conversation_num`;
  }
  const files = options.withFiles ? ' AND m.attachments > 0' : '';
  const exclude =
    match.exclude === null
      ? ''
      : ' AND NOT EXISTS (SELECT 1 FROM message_search s WHERE s.rowid = m.seq AND s.message_search MATCH $match)';
  const order = options.conversation ? 'm.at' : 'm.seq';
  return `SELECT ${candidateColumns} FROM message m CROSS JOIN conversation c ON c.num = m.conversation_num
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
  const params: Record<string, SqlValue> = { ...range };
  const text = match.kind === 'find' ? match.match : match.exclude;
  if (text !== null) params['match'] = text;
  if (conversation !== null) params['conversation'] = conversation;
  const sql = candidateStatement(match, { withFiles, conversation: conversation !== null });
  return db.all<Candidate>(sql, params);
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

/** The index has everybody of a message in one column; who wrote it and who got it is settled here. */
const fieldsFit = (db: ReadableDb, { terms }: Search, row: Candidate): boolean =>
  terms.every((term) => {
    if (term.field !== 'from' && term.field !== 'to') return true;
    const { to, cc, bcc } = readPeople(row.people);
    const people =
      term.field === 'from' ? [{ name: row.from_name, address: row.from_address }] : [...to, ...cc, ...bcc];
    return term.negated || matchesPeople(db, term, people);
  });

const fits = (db: ReadableDb, search: Search, row: Candidate): boolean =>
  fieldsFit(db, search, row) &&
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
        return row.unread > 0;
      case 'in':
        return true;
    }
  }) &&
  search.places.every((places) => places.some((place) => liesIn(db, row, place)));

const liesIn = (db: ReadableDb, row: Candidate, { account, stream }: Place): boolean =>
  stream === null
    ? row.account_id === account
    : db.get('SELECT 1 AS there FROM location WHERE seq = ? AND account_id = ? AND stream = ?', [
        row.seq,
        account,
        stream,
      ]) !== undefined;

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
  let look = firstLook;
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

const hitOf = (db: ReadableDb, { terms }: Search, found: Candidate): SearchHit | null => {
  const row = conversationRow(db, found.conversation_num);
  if (row === undefined) return null;
  const inText = needlesOf(terms, ['any']);
  const inSubject = needlesOf(terms, ['any', 'subject']);
  const text = db.get<{ text: string }>(
    'SELECT substr(text, 1, 20000) AS text FROM message_text WHERE seq = ?',
    [found.seq],
  );
  const cut = excerpt(text?.text ?? '', inText);
  return {
    row,
    message: found.id,
    at: found.at,
    from: shownName({ name: found.from_name, address: found.from_address }),
    where: whereFound(db, terms, found, cut !== null),
    subject: highlight(found.subject, inSubject),
    excerpt: cut ?? highlight(found.snippet, inText),
  };
};

const whereFound = (
  db: ReadableDb,
  terms: readonly Term[],
  found: Candidate,
  inText: boolean,
): SearchHit['where'] => {
  if (needlesOf(terms, ['any', 'from', 'to', 'subject']).length === 0) return 'filter';
  if (inText) return 'text';
  if (occurs(found.subject, needlesOf(terms, ['any', 'subject']))) return 'subject';
  if (found.attachments > 0 && occurs(fileNames(db, found.seq), needlesOf(terms, ['any'])))
    return 'attachment';
  const { to, cc, bcc } = readPeople(found.people);
  const people = [{ name: found.from_name, address: found.from_address }, ...to, ...cc, ...bcc];
  const named = people.map((person) => `${person.name} ${person.address}`).join(' ');
  return occurs(named, needlesOf(terms, ['any', 'from', 'to'])) ? 'people' : 'text';
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
  return {
    hits: found.rows.map((row) => hitOf(db, search, row)).filter((hit) => hit !== null),
    next: found.next === null ? null : writeCursor(found.next),
    notYetIndexed: notYetIndexed(db),
    ignored,
  };
};
