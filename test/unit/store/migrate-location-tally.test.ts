import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openWriter } from '#main/engine/store/driver.ts';
import { migrate, migrations } from '#main/engine/store/migrate.ts';
import { shownStreams } from '#main/engine/store/read/account.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { makeTempDirectory } from '#test/support/temp.ts';

const account = 'a' as AccountId;

it('a workspace from before folders were counted shows how much of each is here, and goes on counting', () => {
  const temp = makeTempDirectory('migrate-location-tally');
  const path = join(temp.path, 'workspace.db');
  const db = openWriter({ path, key: new Uint8Array(32).fill(1) });
  try {
    migrate(
      db,
      path,
      migrations.filter(({ number }) => number < 210),
    );
    db.run(
      `INSERT INTO account (id, kind, label, address, settings, secrets, created_at)
       VALUES (?, 'email', 'Help', 'help@shop.test', '{}', '{}', 1)`,
      [account],
    );
    for (const name of ['Archive', 'Empty', 'INBOX'])
      db.run(`INSERT INTO stream (account_id, name, label, role, chosen) VALUES (?, ?, ?, 'other', 1)`, [
        account,
        name,
        name,
      ]);
    const put = (stream: string, item: string): void => {
      db.run('INSERT INTO location (account_id, stream, item, seen, answered) VALUES (?, ?, ?, 0, 0)', [
        account,
        stream,
        item,
      ]);
    };
    const here = (): readonly number[] => shownStreams(db, account).map((stream) => stream.here);
    put('INBOX', '1:1');
    put('INBOX', '1:2');
    put('Archive', '1:1');
    migrate(db, path);
    expect(here()).toEqual([1, 0, 2]);
    put('Empty', '1:1');
    db.run('UPDATE location SET stream = ? WHERE stream = ? AND item = ?', ['Archive', 'INBOX', '1:2']);
    expect(here()).toEqual([2, 1, 1]);
    db.run('DELETE FROM stream WHERE name = ?', ['Archive']);
    expect(here()).toEqual([1, 1]);
    expect(db.all('SELECT stream FROM location_tally ORDER BY stream')).toEqual([
      { stream: 'Empty' },
      { stream: 'INBOX' },
    ]);
  } finally {
    db.close();
    temp.remove();
  }
});
