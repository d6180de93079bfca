import { evolveCustomer } from '#shared/domain/customer/evolve.ts';
import type { IdentityKey } from '#shared/domain/customer/events.ts';
import { unmet } from '#shared/domain/customer/state.ts';
import type { CustomerState } from '#shared/domain/customer/state.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import type { ReadableDb } from './driver.ts';
import { allCustomerEvents } from './read/customer-state.ts';

/** A customer who is not what their history says. */
export type CustomerProblem = {
  readonly kind: 'customer-differs';
  readonly customer: CustomerId;
  readonly what: string;
};

type CustomerRow = {
  readonly id: CustomerId;
  readonly rev: number;
  readonly name: string;
  readonly given_name: string | null;
  readonly company: string;
  readonly note: string;
  readonly merged_into: CustomerId | null;
};
type IdentityRow = IdentityKey & { readonly customer_id: CustomerId; readonly name: string };
type DismissalRow = { readonly customer_id: CustomerId; readonly other_id: CustomerId };

const byCustomer = <Row extends { readonly customer_id: CustomerId }>(
  rows: readonly Row[],
): ReadonlyMap<CustomerId, readonly Row[]> => {
  const groups = new Map<CustomerId, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.customer_id);
    if (group === undefined) groups.set(row.customer_id, [row]);
    else group.push(row);
  }
  return groups;
};

const keysOf = (identities: readonly IdentityKey[]): string =>
  JSON.stringify(identities.map(({ channel, address }) => `${channel} ${address}`).sort());

/** What of a customer's rows is not as the log tells it. */
const differences = (
  row: CustomerRow,
  told: CustomerState,
  identities: readonly IdentityRow[],
  dismissals: readonly DismissalRow[],
): readonly string[] => {
  const words = { name: row.given_name, company: row.company, note: row.note };
  const own = identities.find((one) => one.name !== '')?.name ?? '';
  const name = told.words.name ?? (told.mergedInto === null ? own : row.name);
  return [
    told.rev === row.rev ? '' : 'rev',
    JSON.stringify(told.words) === JSON.stringify(words) ? '' : 'words',
    told.mergedInto === row.merged_into ? '' : 'merged into',
    keysOf(told.identities) === keysOf(identities) ? '' : 'addresses',
    JSON.stringify([...told.dismissed].sort()) ===
    JSON.stringify(dismissals.map(({ other_id }) => other_id).sort())
      ? ''
      : 'dismissed',
    row.name === name ? '' : 'name',
  ].filter((what) => what !== '');
};

/** Replays every customer's log in one pass over all of them. */
const replayAll = (db: ReadableDb): ReadonlyMap<CustomerId, CustomerState> => {
  const states = new Map<CustomerId, CustomerState>();
  for (const { customer, event } of allCustomerEvents(db)) {
    states.set(customer, evolveCustomer(states.get(customer) ?? unmet, event));
  }
  return states;
};

/** Compares every customer with a replay of their log, and looks whether each conversation is with whoever has its address. */
export const verifyCustomers = (db: ReadableDb): readonly CustomerProblem[] => {
  const rows = db.all<CustomerRow>(
    'SELECT id, rev, name, given_name, company, note, merged_into FROM customer ORDER BY id',
  );
  const identities = byCustomer(
    db.all<IdentityRow>('SELECT customer_id, channel, address, name FROM identity ORDER BY num'),
  );
  const dismissals = byCustomer(
    db.all<DismissalRow>(
      'SELECT customer_id, other_id FROM customer_dismissal ORDER BY customer_id, other_id',
    ),
  );
  const told = replayAll(db);
  const strayed = db.all<{ customer: CustomerId }>(
    `SELECT DISTINCT c.customer_id AS customer FROM conversation c
     JOIN identity i ON i.channel = c.channel AND i.address = c.customer_address WHERE i.customer_id <> c.customer_id`,
  );
  const problem = (customer: CustomerId, what: string): CustomerProblem => ({
    kind: 'customer-differs',
    customer,
    what,
  });
  return [
    ...rows.flatMap((row) =>
      differences(
        row,
        told.get(row.id) ?? unmet,
        identities.get(row.id) ?? [],
        dismissals.get(row.id) ?? [],
      ).map((what) => problem(row.id, what)),
    ),
    ...strayed.map(({ customer }) => problem(customer, 'conversations')),
  ];
};
