import * as v from 'valibot';
import type { AccountId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';

const shape = v.object({ version: v.string(), hash: v.string() });

/** Which of the team's versions of an account's login this device has, and the hash of that login. */
export type NotedLogin = v.InferOutput<typeof shape>;

/** The setting under which it is kept. */
export const loginSetting = (account: AccountId): string => `login.${account}`;

/** What was noted last; null for a login that the team's database was never told of. */
export const notedLogin = (db: ReadableDb, account: AccountId): NotedLogin | null => {
  const row = db.get<{ value: string }>('SELECT value FROM setting WHERE name = ?', [loginSetting(account)]);
  const read = v.safeParse(shape, row === undefined ? null : JSON.parse(row.value));
  return read.success ? read.output : null;
};
