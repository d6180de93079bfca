import { evolveCustomer } from '#shared/domain/customer/evolve.ts';
import { unmet } from '#shared/domain/customer/state.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import type { WritableDb } from '../driver.ts';
import { customerEventsSince } from '../read/customer-state.ts';

/** Takes a customer whom only this device has back to how they were met: what people wrote and merged is done again. */
export const rewindCustomer = (db: WritableDb, id: CustomerId): void => {
  const log = customerEventsSince(db, id, 0);
  const own = log.findIndex(({ event, author }) => event.kind !== 'identity.added' || author !== null);
  const kept = own < 0 ? log : log.slice(0, own);
  if (kept.length === log.length) return;
  const state = kept.reduce((before, { event }) => evolveCustomer(before, event), unmet);
  db.run('DELETE FROM customer_event WHERE customer_id = ? AND rev > ?', [id, state.rev]);
  db.run(
    "UPDATE customer SET rev = ?, given_name = NULL, company = '', note = '', merged_into = NULL WHERE id = ?",
    [...[state.rev, id]],
  );
  db.run('DELETE FROM customer_dismissal WHERE customer_id = ?', [id]);
  // Made by a command that makes them again.
  if (state.rev === 0) db.run('DELETE FROM customer WHERE id = ?', [id]);
  for (const { channel, address } of state.identities) {
    db.run('UPDATE identity SET customer_id = ? WHERE channel = ? AND address = ?', [id, channel, address]);
    db.run('UPDATE conversation SET customer_id = ? WHERE channel = ? AND customer_address = ?', [
      ...[id, channel, address],
    ]);
  }
};
