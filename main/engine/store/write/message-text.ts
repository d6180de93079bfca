import type { Inbound } from '#main/channels/kit/inbound.ts';
import type { WritableDb } from '../driver.ts';
import { packText, snippetIn, textSize } from '../packed-text.ts';
import type { KeptSnippet } from '../packed-text.ts';
import { whileApplying } from '../team/link.ts';

/** What a message says; HTML only where its source cannot give it again. */
type Words = {
  readonly text: string;
  readonly html: string | null;
  /** The text packed, where somebody did that before. */
  readonly packed?: Inbound['packed'] | undefined;
};

/** Writes the words of a new message. */
export const insertText = (db: WritableDb, seq: number, words: Words): void => {
  const { text, packed, size } =
    words.packed === undefined
      ? packText(words.text)
      : { text: '', packed: words.packed.bytes, size: words.packed.size };
  db.run('INSERT INTO message_text (seq, text, html, packed, size) VALUES (?, ?, ?, ?, ?)', [
    ...[seq, text, words.html, packed, size],
  ]);
};

/** Writes other words in their place. */
export const replaceText = (db: WritableDb, seq: number, words: Words): void => {
  const { text, packed, size } = packText(words.text);
  db.run('UPDATE message_text SET text = ?, html = ?, packed = ?, size = ? WHERE seq = ?', [
    ...[text, words.html, packed, size, seq],
  ]);
};

/** Texts that one step packs, and their bytes: some 5 ms of work. */
const packedAtOnce = 128;
const packedBytes = 300_000;

/** Where the walk over texts from before they were packed has come; see the migration 190. */
const placeKey = 'texts-to-pack';

/**
 * Packs the newest texts, and snippets, that still lie here as they were before texts were packed, one step in a call; answers
 * whether there was anything to do.
 */
export const packOldTexts = (db: WritableDb): boolean => {
  const place = db.get<{ value: string }>('SELECT value FROM setting WHERE name = ?', [placeKey]);
  if (place === undefined) return false;
  const rows = db.all<{ seq: number; size: number; packed: number }>(
    `SELECT t.seq, ${textSize} AS size, t.packed IS NOT NULL AS packed FROM message_text t
     WHERE t.seq <= ? ORDER BY t.seq DESC LIMIT ?`,
    [Number(place.value), packedAtOnce],
  );
  let volume = 0;
  const chosen = rows.filter((row, n) => {
    volume += row.size;
    return n === 0 || volume <= packedBytes;
  });
  // It says what it said; a team has nothing to hear of it.
  whileApplying(db, () => {
    for (const { seq } of chosen.filter(({ packed }) => packed === 0)) pack(db, seq);
  });
  const last = chosen.at(-1);
  if (last === undefined) db.run('DELETE FROM setting WHERE name = ?', [placeKey]);
  else db.run('UPDATE setting SET value = ? WHERE name = ?', [String(last.seq - 1), placeKey]);
  return true;
};

const pack = (db: WritableDb, seq: number): void => {
  const row = db.get<Omit<Words, 'packed'> & KeptSnippet>(
    'SELECT t.text, t.html, m.snippet, m.lead FROM message_text t JOIN message m ON m.seq = t.seq WHERE t.seq = ?',
    [seq],
  );
  if (row === undefined) return;
  const kept = snippetIn(row.text, row.snippet);
  if (kept.lead !== null)
    db.run('UPDATE message SET snippet = ?, lead = ? WHERE seq = ?', [kept.snippet, kept.lead, seq]);
  if (packText(row.text).packed !== null) replaceText(db, seq, row);
};
