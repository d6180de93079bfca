import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openWriter } from '#main/engine/store/driver.ts';
import { migrate, migrations } from '#main/engine/store/migrate.ts';
import { runSearch } from '#main/engine/store/read/search.ts';
import { searchParts } from '#main/engine/store/read/search-parts.ts';
import { indexMessages, removeFromIndex, tendIndex } from '#main/engine/store/write/search-index.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import { insertOldLetter, oldCustomer } from '#test/support/old-letter.ts';

const key = new Uint8Array(32).fill(5);
const messages = 40;
/** A word of the newest message alone, which begins like no other: an index keeps a common beginning once. */
const canary = 'vkqxcanary';
const context = { now: 1_000_000, timeZoneOffset: () => 0 };

/** A workspace as it was before the index had parts: everything in one. */
const fillOld = (db: ReturnType<typeof openWriter>, path: string): void => {
  migrate(
    db,
    path,
    migrations.filter(({ number }) => number < 180),
  );
  db.exec(oldCustomer);
  for (let n = 1; n <= messages; n += 1) {
    insertOldLetter(db, n, 'Hi');
    const text = `lamp number${String(n)}${n === messages ? ` ${canary}` : ''}`;
    db.run('INSERT INTO message_text (seq, text) VALUES (?, ?)', [n * 64, text]);
    db.run(
      "INSERT INTO message_search (rowid, subject, people, text, files) VALUES (?, 'Hello', 'Ana', ?, '')",
      [n * 64, text],
    );
  }
};

/** The tables that have the canary in their pages. */
const withCanary = (db: ReturnType<typeof openWriter>): readonly string[] =>
  db
    .all<{ name: string }>("SELECT name FROM sqlite_master WHERE name LIKE 'message_search%_data'")
    .map(({ name }) => name)
    .filter((name) =>
      db
        .all<{ block: Uint8Array<ArrayBuffer> }>(`SELECT block FROM ${name}`)
        .some(({ block }) => Buffer.from(block).includes(canary.slice(1))),
    );

it('an index from before there were parts is found in at every step while it is laid out anew, and keeps nothing twice', () => {
  const temp = makeTempDirectory('migrate-search-parts');
  const path = join(temp.path, 'workspace.db');
  const db = openWriter({ path, key });
  fillOld(db, path);
  migrate(db, path);
  expect(searchParts(db).map(({ num, messages: n }) => [num, n])).toEqual([
    [1, 0],
    [0, messages],
  ]);
  expect(withCanary(db)).toEqual(['message_search_data']);
  const found = (text: string): number =>
    runSearch(db, text, { after: null, limit: 100 }, context).hits.length;
  for (let more = true; more;) {
    expect([found('lamp'), found('num'), found('number7 ')]).toEqual([messages, messages, 1]);
    more = db.transaction(() => tendIndex(db, 10));
  }
  expect(searchParts(db).map(({ messages: n }) => n)).toEqual([10, 10, 10, 10]);
  // The old part is gone, and what it had stands once.
  expect(withCanary(db)).toEqual([`${searchParts(db)[0]?.table ?? ''}_data`]);
  db.transaction(() => {
    removeFromIndex(db, 64);
    db.run('UPDATE message SET indexed = 0 WHERE seq = 64');
    indexMessages(db, [64], 10);
  });
  expect(found('number1 ')).toBe(1);
  db.close();
  temp.remove();
});
