import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWriter } from '#main/engine/store/driver.ts';
import type { WritableDb } from '#main/engine/store/driver.ts';
import { migrate, migrations } from '#main/engine/store/migrate.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import type { TempDirectory } from '#test/support/temp.ts';

let temp: TempDirectory;
let db: WritableDb;

/** A conversation as version 10 kept it. */
const conversation = (
  id: string,
  facts: { customer: string; status: string; turn: string; waiting: number | null; owner?: string },
): void => {
  db.run(
    `INSERT INTO conversation (id, rev, channel, account_id, customer_id, customer_address, subject, status, owner_id, turn,
       waiting_since, first_at, first_id, last_at, messages, unread)
     VALUES (?, 2, 'email', 'account', ?, 'a@b.example', 'An order', ?, ?, ?, ?, 1, ?, 1, 1, 1)`,
    [id, facts.customer, facts.status, facts.owner ?? null, facts.turn, facts.waiting, `message ${id}`],
  );
};

beforeEach(() => {
  temp = makeTempDirectory('migrate-ownership');
  const path = join(temp.path, 'workspace.db');
  db = openWriter({ path, key: new Uint8Array(32).fill(1) });
  migrate(db, path, migrations.slice(0, 1));
  db.run("INSERT INTO member (id, name, is_me, created_at) VALUES ('dana', 'Dana', 1, 1)");
  for (const id of ['ana', 'bo']) {
    db.run('INSERT INTO customer (id, name, created_at) VALUES (?, ?, 1)', [id, id]);
  }
  conversation('ana waits', { customer: 'ana', status: 'open', turn: 'ours', waiting: 700 });
  conversation('ana waits longer', {
    ...{ customer: 'ana', status: 'open', turn: 'ours', waiting: 300, owner: 'dana' },
  });
  conversation('ana is done', { customer: 'ana', status: 'done', turn: 'ours', waiting: 100 });
  conversation('bo was answered', { customer: 'bo', status: 'open', turn: 'theirs', waiting: null });
  migrate(db, path, migrations.slice(0, 2));
});

afterEach(() => {
  db.close();
  temp.remove();
});

describe('a workspace from before there were owners to hand over to', () => {
  it('keeps its conversations, each as it was, with nothing promised, asleep or tagged', () => {
    expect(
      db.all(
        'SELECT id, status, owner_id, covered_for, had_by, snoozed_until, follow_ups, tags FROM conversation ORDER BY num',
      ),
    ).toEqual(
      [
        ['ana waits', 'open', null],
        ['ana waits longer', 'open', 'dana'],
        ['ana is done', 'done', null],
        ['bo was answered', 'open', null],
      ].map(([id, status, owner]) => ({
        ...{ id, status, owner_id: owner, covered_for: null, had_by: null },
        ...{ snoozed_until: null, follow_ups: '[]', tags: '[]' },
      })),
    );
  });

  it('shows the customer’s clock: where they wait for us, the time since they wait anywhere', () => {
    expect(db.all('SELECT id, customer_waiting_since AS since FROM conversation ORDER BY num')).toEqual([
      { id: 'ana waits', since: 300 },
      { id: 'ana waits longer', since: 300 },
      { id: 'ana is done', since: null },
      { id: 'bo was answered', since: null },
    ]);
  });

  it('counts what it held, by owner, and what changes from then on', () => {
    const open = (owner: string) =>
      db.get<{ n: number }>(
        "SELECT total(n) AS n FROM conversation_tally WHERE owner_id = ? AND status = 'open' AND turn = 'ours'",
        [owner],
      )?.n;
    expect([open(''), open('dana')]).toEqual([1, 1]);
    db.run("UPDATE conversation SET owner_id = 'dana' WHERE id = 'ana waits'");
    expect([open(''), open('dana')]).toEqual([0, 2]);
  });

  it('lets whoever was alone do everything', () => {
    expect(db.get('SELECT role, away_until, substitute_id, gone_at FROM member')).toEqual({
      ...{ role: 'admin', away_until: null, substitute_id: null, gone_at: null },
    });
  });

  it('holds no reference to nothing', () => {
    expect(db.all('PRAGMA foreign_key_check')).toEqual([]);
  });
});
