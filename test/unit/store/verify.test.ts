import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openReader } from '#main/engine/store/driver.ts';
import type { ReadableDb } from '#main/engine/store/driver.ts';
import { storeReason } from '#main/engine/store/failure.ts';
import { deriveKeys } from '#main/engine/store/keys.ts';
import { openVaultReader, segmentPath } from '#main/engine/store/vault.ts';
import { verify } from '#main/engine/store/verify.ts';
import { item } from '#test/support/store/letters.ts';
import { makeWorkspace } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';

let workspace: TestWorkspace;

beforeEach(() => {
  workspace = makeWorkspace();
  const account = workspace.addAccount('support@shop.example');
  workspace.ingest({ account, items: ['a', 'b', 'c'].map((id) => item({ id })) });
  workspace.ingest({ account, items: [item({ id: 'd', parents: ['a'] })] });
  workspace.run('search.index', { limit: 50 });
});

afterEach(() => {
  workspace.close();
});

const kinds = (): readonly string[] => [
  ...new Set(
    verify(workspace.reader, workspace.vault, { everyNthBlob: 1 }).problems.map((problem) => problem.kind),
  ),
];

/** Every page is authenticated (HMAC), so reading all of them finds a changed one. */
const isNoticed = (path: string, key: Uint8Array): boolean => {
  let db: ReadableDb | null = null;
  try {
    db = openReader({ path, key });
    const [first] = db.all<{ integrity_check: string }>('PRAGMA integrity_check');
    return first?.integrity_check !== 'ok';
  } catch (error) {
    return storeReason(error) !== null;
  } finally {
    db?.close();
  }
};

describe('verify', () => {
  it('finds nothing wrong with a sound workspace and says what it looked at', () => {
    const report = verify(workspace.reader, workspace.vault, { everyNthBlob: 1 });
    expect(report).toEqual({
      problems: [],
      checked: { messages: 4, conversations: 3, events: 7, indexed: 4, blobs: 4 },
    });
  });

  it.each<[what: string, sql: string, kind: string]>([
    [
      'a row that its events do not tell',
      "UPDATE conversation SET status = 'done' WHERE num = 1",
      'events-differ',
    ],
    ['a lost event', 'DELETE FROM event WHERE conversation_num = 2 AND rev = 2', 'events-differ'],
    ['a wrong count of unread messages', 'UPDATE conversation SET unread = 9 WHERE num = 1', 'count-differs'],
    ['a wrong number beside a folder', 'UPDATE location_tally SET n = n + 1', 'stream-count-differs'],
    ['a wrong number on the rail', 'UPDATE conversation_tally SET n = n + 1', 'tally-differs'],
    [
      'a message missing from the index',
      'DELETE FROM message_search_1 WHERE rowid = (SELECT min(seq) FROM message)',
      'not-in-index',
    ],
    [
      'an index entry without its message',
      'UPDATE message SET indexed = 0 WHERE seq = (SELECT min(seq) FROM message)',
      'index-without-message',
    ],
    [
      'a place without its message',
      "UPDATE location SET seq = 12345 WHERE item = 'a'",
      'location-without-message',
    ],
    [
      'a source that is not there',
      "UPDATE message SET source = '7' || substr(source, 2) WHERE external_id LIKE 'b%'",
      'blob',
    ],
    [
      'a broken reference',
      "PRAGMA foreign_keys = OFF; UPDATE message SET conversation_num = 99 WHERE external_id LIKE 'b%'",
      'foreign-key',
    ],
  ])('finds %s', (_what, sql, kind) => {
    workspace.db.exec(sql);
    expect(kinds()).toContain(kind);
  });

  it('finds an index that has other words than its message', () => {
    workspace.db.exec(`
      DELETE FROM message_search_1;
      INSERT INTO message_search_1 (rowid, subject, people, text, files) SELECT seq, '', '', 'other', '' FROM message;
    `);
    // One message in fifty is looked at; a whole number of 25 seconds makes the first of these one of them.
    expect(kinds()).toContain('index-differs');
  });

  it('finds a byte flipped in an attachment’s or source’s file', () => {
    const path = segmentPath(join(workspace.folder, 'vault'), 1);
    const bytes = readFileSync(path);
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const vault = openVaultReader({
      folder: join(workspace.folder, 'vault'),
      key: deriveKeys(workspace.root).vault,
    });
    expect(verify(workspace.reader, vault, { everyNthBlob: 1 }).problems).toEqual([
      { kind: 'blob', of: expect.stringContaining('message') as string, problem: 'damaged' },
    ]);
    vault.close();
  });

  it('never gives a wrong answer from a database with a flipped byte', () => {
    workspace.db.all('PRAGMA wal_checkpoint(TRUNCATE)');
    const sound = readFileSync(workspace.path);
    const key = deriveKeys(workspace.root).database;
    let noticed = 0;
    const tries = 60;
    for (let place = 0; place < tries; place += 1) {
      const damaged = Buffer.from(sound);
      const at = Math.floor((place * sound.length) / tries) + 100;
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      const path = join(workspace.folder, `damaged-${String(place)}.db`);
      writeFileSync(path, damaged);
      if (isNoticed(path, key)) noticed += 1;
    }
    expect(noticed).toBe(tries);
  });
});

describe('at rest', () => {
  it('nothing of a message is plain text in any file of the workspace', () => {
    const canaries = ['CANARYTEXT', 'CANARYSUBJECT', 'CANARYNAME', 'canary@customer.example'];
    const account = workspace.addAccount('sales@shop.example');
    workspace.ingest({
      account,
      items: [
        item({
          id: 'canary',
          subject: 'CANARYSUBJECT',
          text: 'CANARYTEXT '.repeat(2_000),
          from: { name: 'CANARYNAME', address: 'canary@customer.example' },
        }),
      ],
    });
    workspace.run('search.index', { limit: 50 });
    const files = [workspace.path, `${workspace.path}-wal`, segmentPath(join(workspace.folder, 'vault'), 1)];
    for (const file of files) {
      const bytes = readFileSync(file);
      expect(bytes.length).toBeGreaterThan(1_000);
      for (const canary of canaries) expect([file, bytes.includes(canary)]).toEqual([file, false]);
    }
    const reader = openReader({ path: workspace.path, key: deriveKeys(workspace.root).database });
    expect(reader.get("SELECT count(*) AS n FROM message WHERE subject = 'CANARYSUBJECT'")).toEqual({ n: 1 });
    reader.close();
  });
});
