import type { Settings } from '#shared/contract/accounts.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import type { Secrets } from '#main/channels/kit/channel.ts';
import type { WritableDb } from '../driver.ts';
import { loginSetting } from '../read/login.ts';
import type { NotedLogin } from '../read/login.ts';

/** Notes which version of an account's login is here. */
export const noteLogin = (db: WritableDb, account: AccountId, noted: NotedLogin): void => {
  db.run('INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)', [
    loginSetting(account),
    JSON.stringify(noted),
  ]);
};

/** How an account of the team is signed in to. */
export type ReceivedLogin = {
  readonly account: AccountId;
  readonly settings: Settings;
  readonly secrets: Secrets;
};

/**
 * Writes a login that a colleague shared: the account can be read and sent from here from now on. False where the team has no such
 * account, or where the same address is connected here under another id.
 */
export const writeLogin = (db: WritableDb, login: ReceivedLogin, now: number): boolean => {
  const { account: id } = login;
  const values = {
    id,
    settings: JSON.stringify(login.settings),
    secrets: JSON.stringify(login.secrets),
    now,
  };
  const before = db.run(
    'UPDATE account SET settings = $settings, secrets = $secrets, removed_at = NULL WHERE id = $id',
    {
      id,
      settings: values.settings,
      secrets: values.secrets,
    },
  );
  if (before > 0) return true;
  const written = db.run(
    `INSERT OR IGNORE INTO account (id, kind, label, address, sender_name, settings, secrets, created_at)
     SELECT id, kind, label, address, sender_name, $settings, $secrets, $now FROM team_account WHERE id = $id`,
    values,
  );
  return written > 0;
};
