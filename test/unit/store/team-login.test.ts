import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate, migrations } from '#main/engine/store/migrate.ts';
import { openWriter } from '#main/engine/store/driver.ts';
import type { WritableDb } from '#main/engine/store/driver.ts';
import { begunLogin, teamLogin } from '#main/engine/store/read/team-login.ts';
import { forgetLogin, keepLogin } from '#main/engine/store/write/team-login.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import type { TempDirectory } from '#test/support/temp.ts';

let folder: TempDirectory;
let db: WritableDb & { close(): void };

const login = {
  device: 'device-1',
  credentials: {
    ...{ host: 'db.shop.test', port: 5432, database: 'shop', schema: 'steward_shop', pin: null },
    others: [{ host: 'standby.shop.test', port: 5433 }],
    ...{ authority: null, role: 'st_shop_1', password: 'secret' },
  },
};

beforeEach(() => {
  folder = makeTempDirectory('team-login');
  const path = `${folder.path}/workspace.db`;
  db = openWriter({ path, key: new Uint8Array(32).fill(7) });
  // One version earlier there was nothing of it.
  migrate(
    db,
    path,
    migrations.filter(({ number }) => number < 90),
  );
  db.run("INSERT INTO member (id, name, is_me, created_at) VALUES ('me', 'Ana', 1, 1)");
  migrate(db, path);
});
afterEach(() => {
  db.close();
  folder.remove();
});

describe('how a device comes into its team’s database', () => {
  it('is kept from before the invitation is redeemed, and counts once the workspace has joined', () => {
    expect(begunLogin(db)).toBeNull();
    keepLogin(db, login);
    expect(begunLogin(db)).toEqual(login);
    expect(teamLogin(db)).toBeNull();
    db.run(
      `INSERT INTO team_link (one, team, name, slug, device, member, last_seq, joined_at, txn, applying)
       VALUES (1, 't', 'Shop', 'shop', 'device-1', 'me', 0, 1, 1, 0)`,
    );
    expect(teamLogin(db)).toEqual(login);
    const other = { ...login, device: 'device-2' };
    keepLogin(db, other);
    expect(teamLogin(db)).toEqual(other);
    forgetLogin(db);
    expect(teamLogin(db)).toBeNull();
  });
});
