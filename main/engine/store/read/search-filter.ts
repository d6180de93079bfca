import type { Correspondent } from '#shared/domain/message.ts';
import type { ReadableDb } from '../driver.ts';
import { readPeople } from './people.ts';
import type { Candidate, Place, Search } from './search-candidates.ts';
import type { Term } from './search-match.ts';

/** The columns that name the people of a message. */
export type Names = { readonly from_name: string; readonly from_address: string; readonly people: string };

/** Who wrote a message, and who got it. */
export const namedBy = (
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

/** Whether a message that the words found passes all filters. */
export const fits = (db: ReadableDb, search: Search, row: Candidate): boolean =>
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

/** The accounts and folders that a name may mean. */
export const placesNamed = (db: ReadableDb, name: string): readonly Place[] => [
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
