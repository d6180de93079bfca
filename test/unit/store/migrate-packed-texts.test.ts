import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openWriter } from '#main/engine/store/driver.ts';
import { migrate, migrations } from '#main/engine/store/migrate.ts';
import { messageFacts, messageText } from '#main/engine/store/read/message-lookup.ts';
import { runSearch } from '#main/engine/store/read/search.ts';
import { searchParts } from '#main/engine/store/read/search-parts.ts';
import { packOldTexts } from '#main/engine/store/write/message-text.ts';
import { indexMessages, removeFromIndex, tendIndex } from '#main/engine/store/write/search-index.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import { insertOldLetter, oldCustomer } from '#test/support/old-letter.ts';

const messages = 300;
const newest = messages * 64;
const context = { now: 1_000_000, timeZoneOffset: () => 0 };

const textOf = (n: number): string =>
  n % 3 === 0 ? `lamp number${String(n)}` : `Größe: lamp\nnumber${String(n)} 😀 `.repeat(1 + (n % 90));

/** A third of them is other words than the text begins with. */
const snippetOf = (n: number): string =>
  n % 4 === 0
    ? `A picture of the lamp, number ${String(n)}`
    : textOf(n).replace(/\s+/gu, ' ').trim().slice(0, 160);

const htmlOf = (n: number): string | null => (n % 7 === 0 ? `<p>${String(n)}</p>` : null);

/** A workspace as it was before texts were packed. */
const fillOld = (db: ReturnType<typeof openWriter>, path: string): void => {
  migrate(
    db,
    path,
    migrations.filter(({ number }) => number < 190),
  );
  db.exec(`${oldCustomer};
    UPDATE search_part SET messages = ${String(messages)};`);
  for (let n = 1; n <= messages; n += 1) {
    insertOldLetter(db, n, snippetOf(n));
    db.run('INSERT INTO message_text (seq, text, html) VALUES (?, ?, ?)', [n * 64, textOf(n), htmlOf(n)]);
    db.run(
      `INSERT INTO message_search_1 (rowid, subject, people, text, files) VALUES (?, 'Hello', 'Ana', ?, '')`,
      [n * 64, textOf(n)],
    );
  }
};

it('a workspace from before texts were packed reads the same, and is found in, at every step while they are', () => {
  const temp = makeTempDirectory('migrate-packed-texts');
  const path = join(temp.path, 'workspace.db');
  const db = openWriter({ path, key: new Uint8Array(32).fill(5) });
  fillOld(db, path);
  migrate(db, path);

  const asBefore = (): void => {
    for (let n = 1; n <= messages; n += 1) {
      expect(messageText(db, n * 64)).toEqual({ text: textOf(n), html: htmlOf(n) });
      expect(messageFacts(db, n * 64)?.snippet).toBe(snippetOf(n));
    }
  };
  const found = (text: string, order: 'newest' | 'best' = 'newest'): number =>
    runSearch(db, text, { after: null, limit: 1_000, order }, context).hits.length;

  let steps = 0;
  for (let more = true; more; steps += 1) {
    expect([found('lamp'), found('lamp', 'best'), found('number7 '), found('subject:hello')]).toEqual([
      ...[messages, messages, 1, messages],
    ]);
    if (steps % 3 === 0) asBefore();
    // A message that comes meanwhile is found as well, wherever it belongs.
    if (steps === 2) {
      removeFromIndex(db, newest);
      db.run('UPDATE message SET indexed = 0 WHERE seq = ?', [newest]);
      indexMessages(db, [newest], 70);
    }
    more = db.transaction(() => tendIndex(db, 70) || packOldTexts(db));
  }
  asBefore();
  expect(steps).toBeGreaterThan(5);
  expect(searchParts(db).map(({ layout }) => layout)).not.toContain(0);
  const rows = searchParts(db).map(({ table }) => db.all(`SELECT id FROM ${table}_docsize`).length);
  expect(rows.reduce((sum, n) => sum + n, 0)).toBe(messages);
  expect(searchParts(db).map((part) => part.messages)).toEqual(rows);
  const left = (where: string): number =>
    db.get<{ n: number }>(
      `SELECT count(*) AS n FROM message_text t JOIN message m ON m.seq = t.seq WHERE ${where}`,
    )?.n ?? 0;
  expect(left('octet_length(t.text) > 300')).toBe(0);
  expect(left('t.packed IS NOT NULL')).toBeGreaterThan(100);
  expect(left("m.lead IS NOT NULL AND m.snippet = ''")).toBeGreaterThan(100);
  expect(db.transaction(() => packOldTexts(db))).toBe(false);
  expect(db.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  db.close();
  temp.remove();
});
