import type { AccountId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';

/** How much there is, and which schema and library hold it. */
export const countsOf = (db: ReadableDb) => ({
  schema: db.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0,
  sqlite: db.get<{ version: string }>('SELECT sqlite_version() AS version')?.version ?? '',
  ...(db.get<{
    messages: number;
    conversations: number;
    customers: number;
    members: number;
    followUps: number;
    outbox: number;
    quarantined: number;
    notIndexed: number;
  }>(
    `SELECT (SELECT count(*) FROM message) AS messages, (SELECT count(*) FROM conversation) AS conversations,
       (SELECT count(*) FROM customer) AS customers, (SELECT count(*) FROM member) AS members,
       (SELECT count(*) FROM follow_up) AS followUps,
       (SELECT count(*) FROM outbox WHERE state NOT IN ('sent', 'withdrawn')) AS outbox,
       (SELECT count(*) FROM quarantine) AS quarantined,
       (SELECT count(*) FROM message WHERE indexed = 0) AS notIndexed`,
  ) ?? {}),
});

/** When an account's server was last heard, in ms UTC; null for never. */
export const lastContact = (db: ReadableDb, account: AccountId): number | null =>
  db.get<{ at: number | null }>('SELECT max(checked_at) AS at FROM stream WHERE account_id = ?', [account])
    ?.at ?? null;
