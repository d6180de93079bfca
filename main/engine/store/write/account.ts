import type { Settings } from '#shared/contract/accounts.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import type { Secrets } from '#main/channels/kit/channel.ts';
import type { WritableDb } from '../driver.ts';
import type { WantedChange } from '../read/account.ts';

/** An account about to be connected. */
export type NewAccount = {
  readonly kind: string;
  readonly label: string;
  readonly address: string;
  readonly senderName: string;
  readonly settings: Settings;
  readonly secrets: Secrets;
};

/** Writes an account. One that was removed earlier comes back under its old id, so that its messages are its own again. */
export const insertAccount = (
  db: WritableDb,
  account: NewAccount,
  newId: AccountId,
  now: number,
): AccountId => {
  const before = db.get<{ id: AccountId }>(
    'SELECT id FROM account WHERE kind = ? AND address = ? AND removed_at IS NOT NULL ORDER BY id DESC',
    [account.kind, account.address],
  );
  const values = [
    account.label,
    account.senderName,
    JSON.stringify(account.settings),
    JSON.stringify(account.secrets),
  ] as const;
  if (before !== undefined) {
    db.run(
      'UPDATE account SET label = ?, sender_name = ?, settings = ?, secrets = ?, paused = 0, removed_at = NULL WHERE id = ?',
      [...values, before.id],
    );
    return before.id;
  }
  db.run(
    'INSERT INTO account (label, sender_name, settings, secrets, id, kind, address, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    [...values, newId, account.kind, account.address, now],
  );
  return newId;
};

/** Saves how an account signs in. */
export const saveSecrets = (db: WritableDb, id: AccountId, secrets: Secrets): void => {
  db.run('UPDATE account SET secrets = ? WHERE id = ?', [JSON.stringify(secrets), id]);
};

/** Saves how an account connects. */
export const saveSettings = (db: WritableDb, id: AccountId, settings: Settings): void => {
  db.run('UPDATE account SET settings = ? WHERE id = ?', [JSON.stringify(settings), id]);
};

/** What a person may change of an account; what is left out stays. */
export type AccountChange = {
  readonly label?: string | undefined;
  readonly senderName?: string | undefined;
  readonly signature?: string | undefined;
  /** Names of the streams that are pulled from now on. */
  readonly streams?: readonly string[] | undefined;
  /** Null turns the promise that comes with each reply off. */
  readonly noReplyDays?: number | null | undefined;
};

/** Writes a person's changes. */
export const changeAccount = (db: WritableDb, id: AccountId, change: AccountChange): void => {
  db.run(
    `UPDATE account SET label = ifnull(?, label), sender_name = ifnull(?, sender_name), signature = ifnull(?, signature)
     WHERE id = ?`,
    [change.label ?? null, change.senderName ?? null, change.signature ?? null, id],
  );
  if (change.noReplyDays !== undefined) {
    db.run('UPDATE account SET no_reply_days = ? WHERE id = ?', [change.noReplyDays, id]);
  }
  if (change.streams === undefined) return;
  db.run('UPDATE stream SET chosen = (name IN (SELECT value FROM json_each(?))) WHERE account_id = ?', [
    JSON.stringify(change.streams),
    id,
  ]);
};

/** Stops or starts pulling. */
export const pauseAccount = (db: WritableDb, id: AccountId, paused: boolean): void => {
  db.run('UPDATE account SET paused = ? WHERE id = ?', [Number(paused), id]);
};

/** Forgets the login and where things lie on the server; messages and conversations stay. */
export const removeAccount = (db: WritableDb, id: AccountId, now: number): void => {
  db.run(`UPDATE account SET removed_at = ?, secrets = '{"kind":"none"}' WHERE id = ?`, [now, id]);
  db.run('DELETE FROM stream WHERE account_id = ?', [id]);
};

/** Forgets wishes that the server has been told of, unless they were wished anew meanwhile. */
export const forgetWanted = (db: WritableDb, id: AccountId, told: readonly WantedChange[]): void => {
  for (const { change, at } of told) {
    db.run(
      'DELETE FROM remote_change WHERE account_id = ? AND stream = ? AND item = ? AND flag = ? AND at = ?',
      [id, change.stream, change.key, change.kind, at],
    );
  }
};

/** Whether an account's next drafts start in plain text. */
export const preferPlain = (db: WritableDb, id: AccountId, plain: boolean): void => {
  db.run('UPDATE account SET plain = ? WHERE id = ? AND plain <> ?', [Number(plain), id, Number(plain)]);
};
