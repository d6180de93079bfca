import type { Correspondent } from '#shared/domain/message.ts';
import { foldApostrophes } from '#shared/domain/search/fold.ts';
import { readPeople } from '../read/people.ts';
import type { WritableDb } from '../driver.ts';

type Indexable = {
  readonly seq: number;
  readonly from_name: string;
  readonly from_address: string;
  readonly people: string;
  readonly subject: string;
  readonly attachments: number;
  readonly text: string;
};

/** Words beyond this are not what a person looks for; a log file as a mail must not cost a second (512 Ki characters). */
const longestText = 512 * 1024;

/** An address as the words a person may type for it: whole, and each of its parts. */
const addressWords = (address: string): string => `${address} ${address.replace(/[@.]/gu, ' ')}`;

const personWords = ({ name, address }: Correspondent): string => `${name} ${addressWords(address)}`;

/**
 * Puts messages into the full-text index. Within one call they go in by growing `seq`: FTS5 writes its pending
 * terms out whenever a row id is smaller than the one before.
 */
export const indexMessages = (db: WritableDb, seqs: readonly number[]): void => {
  for (const seq of [...seqs].sort((a, b) => a - b)) indexOne(db, seq);
};

const indexOne = (db: WritableDb, seq: number): void => {
  const row = db.get<Indexable>(
    `SELECT m.seq, m.from_name, m.from_address, m.people, m.subject, m.attachments, t.text
     FROM message m JOIN message_text t ON t.seq = m.seq WHERE m.seq = ? AND m.indexed = 0`,
    [seq],
  );
  if (row === undefined) return;
  const { to, cc, bcc } = readPeople(row.people);
  const people = [{ name: row.from_name, address: row.from_address }, ...to, ...cc, ...bcc];
  db.run('INSERT INTO message_search (rowid, subject, people, text, files) VALUES (?, ?, ?, ?, ?)', [
    seq,
    foldApostrophes(row.subject),
    foldApostrophes(people.map(personWords).join(' ')),
    foldApostrophes(row.text.slice(0, longestText)),
    row.attachments === 0 ? '' : fileNames(db, seq),
  ]);
  db.run('UPDATE message SET indexed = 1 WHERE seq = ?', [seq]);
};

const fileNames = (db: WritableDb, seq: number): string =>
  db
    .all<{ name: string }>('SELECT name FROM attachment WHERE seq = ?', [seq])
    .map(({ name }) => foldApostrophes(`${name} ${name.replace(/[._-]/gu, ' ')}`))
    .join(' ');

/** Takes a message out of the index, if it is there. */
export const removeFromIndex = (db: WritableDb, seq: number): void => {
  db.run('DELETE FROM message_search WHERE rowid = ?', [seq]);
};
