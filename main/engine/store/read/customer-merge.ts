import type { MergeSide } from '#shared/contract/customers.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';
import { customerLine } from './customers.ts';

/** The count of a customer's conversations; also what the test of query plans explains. */
export const conversationCountSql =
  "SELECT count(*) AS n FROM conversation WHERE customer_id = ? AND status <> 'merged'";

/** One side of a merge's preview; undefined where there is no such customer, or they are part of another. */
export const mergeSide = (db: ReadableDb, id: CustomerId): MergeSide | undefined => {
  const line = customerLine(db, id);
  if (line === undefined) return undefined;
  const note = db.get<{ note: string }>('SELECT note FROM customer WHERE id = ?', [id])?.note ?? '';
  const identities = db.all<{ channel: string; address: string; last_at: number }>(
    'SELECT channel, address, last_at FROM identity WHERE customer_id = ? ORDER BY last_at DESC, num',
    [id],
  );
  return {
    ...line,
    note,
    identities: identities.map(({ channel, address }) => ({ channel, address })),
    conversations: db.get<{ n: number }>(conversationCountSql, [id])?.n ?? 0,
    lastSeenAt: identities[0]?.last_at ?? null,
  };
};
