import { evolveCustomer } from '#shared/domain/customer/evolve.ts';
import type { IdentityKey } from '#shared/domain/customer/events.ts';
import { unmet } from '#shared/domain/customer/state.ts';
import type { CustomerState } from '#shared/domain/customer/state.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import type { ReadableDb } from './driver.ts';
import { customerEventsSince, customerState } from './read/customer-state.ts';

/** A customer who is not what their history says. */
export type CustomerProblem = {
  readonly kind: 'customer-differs';
  readonly customer: CustomerId;
  readonly what: string;
};

const replayed = (db: ReadableDb, id: CustomerId): CustomerState =>
  customerEventsSince(db, id, 0).reduce((state, { event }) => evolveCustomer(state, event), unmet);

const asSet = (keys: readonly IdentityKey[]): string =>
  JSON.stringify(keys.map(({ channel, address }) => `${channel} ${address}`).sort());

/** What of the row is not as the log tells it. */
const differences = (db: ReadableDb, id: CustomerId): readonly string[] => {
  const shown = customerState(db, id);
  if (shown === undefined) return [];
  const told = replayed(db, id);
  const row = db.get<{ name: string; own: string | null }>(
    `SELECT name, (SELECT name FROM identity WHERE customer_id = customer.id AND name <> '' ORDER BY num LIMIT 1) AS own
     FROM customer WHERE id = ?`,
    [id],
  );
  const name = told.words.name ?? (told.mergedInto === null ? (row?.own ?? '') : row?.name);
  return [
    told.rev === shown.rev ? '' : 'rev',
    JSON.stringify(told.words) === JSON.stringify(shown.words) ? '' : 'words',
    told.mergedInto === shown.mergedInto ? '' : 'merged into',
    asSet(told.identities) === asSet(shown.identities) ? '' : 'addresses',
    JSON.stringify([...told.dismissed].sort()) === JSON.stringify([...shown.dismissed].sort())
      ? ''
      : 'dismissed',
    row?.name === name ? '' : 'name',
  ].filter((what) => what !== '');
};

const damaged = (db: ReadableDb, id: CustomerId): readonly string[] => {
  try {
    return differences(db, id);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
};

/** Replays every customer's log and compares, and looks whether each conversation is with whoever has its address. */
export const verifyCustomers = (db: ReadableDb): readonly CustomerProblem[] => {
  const ids = db.all<{ id: CustomerId }>('SELECT id FROM customer ORDER BY id');
  const strayed = db.all<{ customer: CustomerId }>(
    `SELECT DISTINCT c.customer_id AS customer FROM conversation c
     JOIN identity i ON i.channel = c.channel AND i.address = c.customer_address WHERE i.customer_id <> c.customer_id`,
  );
  return [
    ...ids.flatMap(({ id }) =>
      damaged(db, id).map((what): CustomerProblem => ({ kind: 'customer-differs', customer: id, what })),
    ),
    ...strayed.map(({ customer }): CustomerProblem => ({
      kind: 'customer-differs',
      customer,
      what: 'conversations',
    })),
  ];
};
