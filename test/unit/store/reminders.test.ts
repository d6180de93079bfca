import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWriter } from '#main/engine/store/driver.ts';
import { migrate, migrations } from '#main/engine/store/migrate.ts';
import { dueSql } from '#main/engine/store/read/due.ts';
import { followUpStatement } from '#main/engine/store/read/follow-ups.ts';
import { openSql } from '#main/engine/store/write/targets.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import { makeWorkspace } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';
import { makeTempDirectory } from '#test/support/temp.ts';

let workspace: TestWorkspace;

beforeAll(() => {
  workspace = makeWorkspace();
});

afterAll(() => {
  workspace.close();
});

/** The lines of a plan that read a whole table or sort. */
const faults = (sql: string, params: readonly (string | number)[]): readonly string[] =>
  workspace.reader
    .all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, params)
    .map((row) => row.detail)
    .filter(
      (line) => line.includes('TEMP B-TREE') || (line.startsWith('SCAN ') && !/USING .*INDEX/u.test(line)),
    );

describe('what the clock looks at every few seconds', () => {
  it.each(Object.entries(dueSql))('%s walks an index in its order', (_name, sql) => {
    const values = [...sql.matchAll(/\?/gu)].map((_, place) => 9 + place);
    expect(faults(sql, values)).toEqual([]);
  });

  it('the list of what was missed and the walk over open conversations do, too', () => {
    const missed = followUpStatement({ kind: 'missed', member: 'me' as MemberId }, null, 50);
    expect(faults(missed.sql, ['me', 51])).toEqual([]);
    expect(faults(openSql, [9, 9, 50])).toEqual([]);
  });
});

describe('a database from before reminders', () => {
  it('keeps its accounts, which remind nobody by themselves', () => {
    const temp = makeTempDirectory('reminders');
    const path = join(temp.path, 'workspace.db');
    const db = openWriter({ path, key: new Uint8Array(32).fill(1) });
    migrate(
      db,
      path,
      migrations.filter(({ number }) => number < 50),
    );
    db.run(
      "INSERT INTO account (id, kind, label, address, settings, secrets, created_at) VALUES ('a', 'email', 'A', 'a@shop.example', '{}', '{}', 0)",
    );
    migrate(db, path);
    expect(db.get('SELECT label, no_reply_days FROM account')).toEqual({ label: 'A', no_reply_days: null });
    expect(db.get('SELECT count(*) AS n FROM missed_follow_up')).toEqual({ n: 0 });
    expect(() => db.run('UPDATE account SET no_reply_days = 0')).toThrow('CHECK');
    db.close();
    temp.remove();
  });
});
