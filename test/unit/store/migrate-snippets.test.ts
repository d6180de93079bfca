import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWriter } from '#main/engine/store/driver.ts';
import type { WritableDb } from '#main/engine/store/driver.ts';
import { migrate, migrations } from '#main/engine/store/migrate.ts';
import { allSnippets } from '#main/engine/store/read/snippets.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import type { TempDirectory } from '#test/support/temp.ts';

let temp: TempDirectory;
let db: WritableDb;

beforeEach(() => {
  temp = makeTempDirectory('migrate-snippets');
  const path = join(temp.path, 'workspace.db');
  db = openWriter({ path, key: new Uint8Array(32).fill(1) });
  migrate(db, path, migrations.slice(0, 2));
  db.run(
    `INSERT INTO account (id, kind, label, address, settings, secrets, created_at)
     VALUES ('a', 'email', 'Help', 'help@shop.test', '{}', '{}', 1)`,
  );
  db.run(
    `INSERT INTO draft (id, account_id, mode, recipients, subject, html, quote, created_at, updated_at)
     VALUES ('d', 'a', 'new', '{}', 'Begun', '<p>Dear</p>', 0, 1, 1)`,
  );
  db.exec('PRAGMA foreign_keys = OFF');
  db.run(
    `INSERT INTO outbox (id, conversation_num, seq, account_id, state, draft, envelope_from, recipients, pending, source,
       sends_at, next_try_at, created_at)
     VALUES ('o', 1, 1, 'a', 'queued', '{}', 'help@shop.test', '[]', '[]', 's', 5, 5, 1)`,
  );
  migrate(db, path, migrations.slice(0, 3));
});

afterEach(() => {
  db.close();
  temp.remove();
});

describe('a workspace from before there were texts to insert', () => {
  it('has none, and its drafts and accounts stay as rich as they were', () => {
    expect(allSnippets(db)).toEqual([]);
    expect(db.get('SELECT html, plain FROM draft')).toEqual({ html: '<p>Dear</p>', plain: 0 });
    expect(db.get('SELECT plain FROM account')).toEqual({ plain: 0 });
  });

  it('sends what was on its way as soon as it would have', () => {
    expect(db.get('SELECT state, sends_at, planned_at, held FROM outbox')).toEqual({
      state: 'queued',
      sends_at: 5,
      planned_at: null,
      held: null,
    });
  });
});
