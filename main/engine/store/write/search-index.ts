import type { Correspondent } from '#shared/domain/message.ts';
import { foldApostrophes } from '#shared/domain/search/fold.ts';
import { textColumns, textSize, unpackTexts } from '../packed-text.ts';
import type { StoredText } from '../packed-text.ts';
import { readPeople } from '../read/people.ts';
import { partTable, tableOf } from '../read/search-parts.ts';
import type { WritableDb } from '../driver.ts';
import {
  dropPart,
  makePart,
  mergeIndex,
  newestLayout,
  partRows,
  partSize,
  renewPart,
} from './search-parts.ts';
import type { PartRow } from './search-parts.ts';

type Indexable = StoredText & {
  readonly seq: number;
  readonly indexed: number;
  readonly from_name: string;
  readonly from_address: string;
  readonly people: string;
  readonly subject: string;
  readonly attachments: number;
};

/** Words beyond this are not what a person looks for; a log file as a mail must not cost a second (512 Ki characters). */
const longestText = 512 * 1024;

/** An address as the words a person may type for it: whole, and each of its parts. */
const addressWords = (address: string): string => `${address} ${address.replace(/[@.]/gu, ' ')}`;

const personWords = ({ name, address }: Correspondent): string => `${name} ${addressWords(address)}`;

/** A part while messages go into it. */
type OpenPart = { readonly num: number; lowest: number; messages: number; added: number };

/** What is full grows only inwards: a message older than all of a full part begins a new one below it. */
const partBelow = (db: WritableDb, part: OpenPart, seq: number): OpenPart | null => {
  const oldest = db.get<{ id: number | null }>(
    `SELECT min(id) AS id FROM ${partTable(part.num)}_docsize`,
  )?.id;
  if (oldest === undefined || oldest === null || seq >= oldest) return null;
  const { lowest } = part;
  part.lowest = oldest;
  db.run('UPDATE search_part SET lowest = ? WHERE num = ?', [oldest, part.num]);
  return { ...makePart(db, lowest), added: 0 };
};

/** The part that a message goes into, of those that are open. */
const partFor = (db: WritableDb, parts: OpenPart[], seq: number, size: number): OpenPart => {
  const place = parts.findIndex(({ lowest }) => lowest <= seq);
  const part = parts[place];
  if (part === undefined) throw new Error(`no part of the index is for ${String(seq)}`);
  const below = part.messages < size ? null : partBelow(db, part, seq);
  if (below === null) return part;
  parts.splice(place + 1, 0, below);
  return below;
};

/**
 * Puts messages into the full-text index. Within one call they go in by growing `seq`: FTS5 writes its pending
 * terms out whenever a row id is smaller than the one before. `size` is how many messages a part holds.
 */
export const indexMessages = (db: WritableDb, seqs: readonly number[], size = partSize): void => {
  if (seqs.length === 0) return;
  const [newest, ...older] = partRows(db);
  if (newest !== undefined) renewPart(db, newest);
  const parts: OpenPart[] = [newest, ...older].flatMap((row) =>
    row === undefined ? [] : [{ ...row, added: 0 }],
  );
  for (const words of wordsOf(
    db,
    [...new Set(seqs)].sort((a, b) => a - b),
  )) {
    const { seq } = words;
    if (words.indexed === 1) continue;
    const part = partFor(db, parts, seq, size);
    insertWords(db, partTable(part.num), words);
    db.run('UPDATE message SET indexed = 1 WHERE seq = ?', [seq]);
    part.messages += 1;
    part.added += 1;
  }
  for (const { num, added } of parts)
    if (added > 0) db.run('UPDATE search_part SET messages = messages + ? WHERE num = ?', [added, num]);
};

/** What is to be indexed of messages, in the order of their numbers; without those that have no text. */
const wordsOf = (
  db: WritableDb,
  seqs: readonly number[],
): readonly (Indexable & { readonly whole: string })[] => {
  const rows = db.all<Indexable>(
    `SELECT m.seq, m.indexed, m.from_name, m.from_address, m.people, m.subject, m.attachments, ${textColumns}
     FROM json_each(?) s CROSS JOIN message m ON m.seq = s.value JOIN message_text t ON t.seq = m.seq`,
    [JSON.stringify(seqs)],
  );
  const texts = unpackTexts(rows);
  return rows.map((row, place) => ({ ...row, whole: texts[place] ?? '' }));
};

/** Puts the words of one message into a table of the index. */
const insertWords = (db: WritableDb, table: string, row: Indexable & { readonly whole: string }): void => {
  const { to, cc, bcc } = readPeople(row.people);
  const people = [{ name: row.from_name, address: row.from_address }, ...to, ...cc, ...bcc];
  db.run(`INSERT INTO ${table} (rowid, subject, people, text, files) VALUES (?, ?, ?, ?, ?)`, [
    row.seq,
    foldApostrophes(row.subject),
    foldApostrophes(people.map(personWords).join(' ')),
    foldApostrophes(row.whole.slice(0, longestText)),
    row.attachments === 0 ? '' : fileNames(db, row.seq),
  ]);
};

const fileNames = (db: WritableDb, seq: number): string =>
  db
    .all<{ name: string }>('SELECT name FROM attachment WHERE seq = ?', [seq])
    .map(({ name }) => foldApostrophes(`${name} ${name.replace(/[._-]/gu, ' ')}`))
    .join(' ');

/** Takes a message out of the index, if it is there. */
export const removeFromIndex = (db: WritableDb, seq: number): void => {
  const { num, table } = tableOf(db, seq);
  if (db.run(`DELETE FROM ${table} WHERE rowid = ?`, [seq]) === 0) return;
  db.run('UPDATE search_part SET messages = messages - 1 WHERE num = ?', [num]);
};

/** Puts the words of messages into a part, by growing `seq`; answers how many there were. */
const insertAll = (db: WritableDb, num: number, seqs: readonly number[]): number => {
  const all = wordsOf(db, seqs);
  for (const words of all) insertWords(db, partTable(num), words);
  return all.length;
};

/** Messages that one step moves, and the characters of their text: as much work as the indexer does at once. */
const movedAtOnce = 64;
const movedText = 150_000;

/** The newest messages of a part with less text than a step moves, at least one. */
const newestOf = (db: WritableDb, part: PartRow, most: number): readonly number[] => {
  let volume = 0;
  return db
    .all<{ seq: number; size: number }>(
      `SELECT d.id AS seq, ifnull(${textSize}, 0) AS size FROM ${partTable(part.num)}_docsize d
       LEFT JOIN message_text t ON t.seq = d.id ORDER BY d.id DESC LIMIT ?`,
      [Math.min(most, movedAtOnce)],
    )
    .filter((row, place) => {
      volume += row.size;
      return place === 0 || volume <= movedText;
    })
    .map(({ seq }) => seq);
};

/** Moves at most so many of the newest messages of a part to the one above it, which is made where it is not there; their range goes with them. */
const moveUp = (db: WritableDb, from: PartRow, to: PartRow | null, most: number): void => {
  const seqs = newestOf(db, from, most).toReversed();
  const [lowest] = seqs;
  if (lowest === undefined) {
    // The count is wrong; what is there is counted anew, so that this comes to an end.
    db.run(
      `UPDATE search_part SET messages = (SELECT count(*) FROM ${partTable(from.num)}_docsize) WHERE num = ?`,
      [from.num],
    );
    return;
  }
  const { num } = to ?? makePart(db, lowest);
  db.run('UPDATE search_part SET lowest = ? WHERE num = ?', [lowest, num]);
  for (const seq of seqs) db.run(`DELETE FROM ${partTable(from.num)} WHERE rowid = ?`, [seq]);
  const added = insertAll(db, num, seqs);
  db.run('UPDATE search_part SET messages = messages - ?, gone = max(gone, 0) + ? WHERE num = ?', [
    seqs.length,
    seqs.length,
    from.num,
  ]);
  db.run('UPDATE search_part SET messages = messages + ? WHERE num = ?', [added, num]);
};

/** Pages of the index that one step writes anew: some 10 ms. */
const mergedAtOnce = 64;

/** A part that so large a share of its messages has left is written anew without them. */
const isHollow = ({ messages, gone }: PartRow): boolean => gone < 0 || (gone > 0 && gone * 4 > messages);

/**
 * A part lies in some twenty segments when it has been filled, and each is looked into for every word. Written into one, it is a
 * fifth smaller and a word is looked up in a sixth of the time; it is due again when a quarter of a part has come since.
 */
const isScattered = ({ messages, merged }: PartRow, size: number): boolean => (messages - merged) * 4 > size;

/** One step of writing a part into one segment, without what was taken out of it. */
const mergePart = (db: WritableDb, { num, gone }: PartRow): void => {
  const worked = mergeIndex(db, partTable(num), gone < 0 ? mergedAtOnce : -mergedAtOnce);
  if (gone < 0 && !worked) db.run('UPDATE search_part SET gone = 0, merged = messages WHERE num = ?', [num]);
  else db.run('UPDATE search_part SET gone = -1 WHERE num = ?', [num]);
};

/** Puts the last messages of a part into the one above it, or into a new one, which has its range from then on; the part goes. */
const replacePart = (db: WritableDb, from: PartRow, to: PartRow | null, seqs: readonly number[]): void => {
  dropPart(db, from);
  const { num } = to ?? makePart(db, from.lowest);
  const added = insertAll(db, num, seqs.toReversed());
  db.run('UPDATE search_part SET lowest = ?, messages = messages + ? WHERE num = ?', [
    ...[from.lowest, added, num],
  ]);
};

/** Lays what lies in the newest part of an older layout out anew, in the one above it or in new ones. Answers whether there was one. */
const layOutAnew = (db: WritableDb, parts: readonly PartRow[], size: number): boolean => {
  const place = parts.findIndex(({ layout }) => layout !== newestLayout);
  const part = parts[place];
  if (part === undefined) return false;
  if (renewPart(db, part)) return true;
  const above = parts[place - 1] ?? null;
  const to = above !== null && above.messages < size ? above : null;
  const most = size - (to?.messages ?? 0);
  const seqs = newestOf(db, part, most);
  const left = db.all(`SELECT id FROM ${partTable(part.num)}_docsize LIMIT ?`, [seqs.length + 1]).length;
  if (left === seqs.length) replacePart(db, part, to, seqs);
  else moveUp(db, part, to, most);
  return true;
};

/**
 * Keeps the parts of the index at their size, one step in a call: what lies in one that has grown too large goes to the one
 * above it, what lies in one of an older layout does too, and what is left, or was written bit by bit, is written into one segment. Answers
 * whether there was anything to do. It rests while something is being erased, which goes through the parts itself.
 */
export const tendIndex = (db: WritableDb, size = partSize): boolean => {
  if (db.get('SELECT 1 AS yes FROM erasure WHERE done_at IS NULL LIMIT 1') !== undefined) return false;
  const parts = partRows(db);
  for (const [place, part] of parts.entries()) {
    const above = parts[place - 1] ?? null;
    const hasRoom = above !== null && above.messages < size;
    if (part.messages > size * (hasRoom ? 1 : 1.5)) {
      const to = hasRoom ? above : null;
      moveUp(db, part, to, Math.min(part.messages - size, size - (to?.messages ?? 0)));
      return true;
    }
  }
  if (layOutAnew(db, parts, size)) return true;
  const due = parts.find(isHollow) ?? parts.find((part) => isScattered(part, size));
  if (due !== undefined) mergePart(db, due);
  return due !== undefined;
};
