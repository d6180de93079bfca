import type { ConversationRow } from '#shared/contract/conversations.ts';
import type { SearchHit } from '#shared/contract/search.ts';
import { shownName } from '#shared/domain/contact/address.ts';
import { excerpt, highlight, occurs } from '#shared/domain/search/highlight.ts';
import type { Needle } from '#shared/domain/search/highlight.ts';
import type { MessageId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';
import { snippetFrom, textColumns, unpackTexts } from '../packed-text.ts';
import type { KeptSnippet, StoredText } from '../packed-text.ts';
import { conversationRows } from './conversation-detail.ts';
import type { Candidate } from './search-candidates.ts';
import { namedBy } from './search-filter.ts';
import type { Names } from './search-filter.ts';
import { needlesOf } from './search-match.ts';
import type { Term } from './search-match.ts';

/** What a hit shows of its message. */
type Words = Names &
  StoredText &
  KeptSnippet & {
    readonly seq: number;
    readonly id: MessageId;
    readonly subject: string;
  };

/** What is marked in which texts; made once for a whole page. */
type Marks = {
  readonly asked: boolean;
  readonly text: readonly Needle[];
  readonly subject: readonly Needle[];
  readonly people: readonly Needle[];
};

/** What to mark of these terms. */
export const marksOf = (terms: readonly Term[]): Marks => ({
  asked: needlesOf(terms, ['any', 'from', 'to', 'subject']).length > 0,
  text: needlesOf(terms, ['any']),
  subject: needlesOf(terms, ['any', 'subject']),
  people: needlesOf(terms, ['any', 'from', 'to']),
});

/** What is read of all hits at once: a statement for each takes twice as long. */
const wordsSql = `SELECT m.seq, m.id, m.from_name, m.from_address, m.people, m.subject, m.snippet, m.lead, ${textColumns}
  FROM json_each(?) s CROSS JOIN message m ON m.seq = s.value JOIN message_text t ON t.seq = m.seq`;

/** Messages that were found as the page shows them, without those that have gone meanwhile. */
export const hitsOf = (db: ReadableDb, marks: Marks, found: readonly Candidate[]): SearchHit[] => {
  const rows = conversationRows(
    db,
    found.map((one) => one.conversation_num),
  );
  const said = db.all<Words>(wordsSql, [JSON.stringify(found.map(({ seq }) => seq))]);
  const texts = unpackTexts(said);
  const places = new Map(said.map(({ seq }, place) => [seq, place]));
  return found.flatMap((one) => {
    const place = places.get(one.seq) ?? -1;
    const [row, words, text] = [rows.get(one.conversation_num), said[place], texts[place]];
    return row === undefined || words === undefined || text === undefined
      ? []
      : [hitOf(db, { marks, found: one, row, words, text })];
  });
};

type Hit = {
  readonly marks: Marks;
  readonly found: Candidate;
  readonly row: ConversationRow;
  readonly words: Words;
  readonly text: string;
};

const hitOf = (db: ReadableDb, { marks, found, row, words, text }: Hit): SearchHit => {
  const cut = excerpt(text, marks.text);
  return {
    row,
    message: words.id,
    at: found.at,
    from: shownName({ name: words.from_name, address: words.from_address }),
    where: cut !== null && marks.asked ? 'text' : whereFound(db, marks, found, words),
    subject: highlight(words.subject, marks.subject),
    excerpt:
      cut ??
      highlight(
        snippetFrom(words, () => text),
        marks.text,
      ),
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
