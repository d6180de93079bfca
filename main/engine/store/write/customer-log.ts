import type { Told } from '#shared/domain/customer/decide.ts';
import type { CustomerEvent, IdentityKey } from '#shared/domain/customer/events.ts';
import { evolveCustomer } from '#shared/domain/customer/evolve.ts';
import { holdsIdentity } from '#shared/domain/customer/state.ts';
import type { CustomerState } from '#shared/domain/customer/state.ts';
import type { CustomerId, MemberId } from '#shared/kit/brand.ts';
import type { WritableDb } from '../driver.ts';
import { recountCustomerClock } from '../project/save-state.ts';
import { customerState } from '../read/customer-state.ts';
import { indexIdentities, showCustomer } from './customer-shown.ts';

/** The schema number that new events carry. */
const eventSchema = 1;

/** Who did it (null: nobody here), when (ms UTC), and the key under which it can be taken back. */
export type CustomerEventFacts = {
  readonly author: MemberId | null;
  readonly at: number;
  readonly undo: string | null;
};

/** Writes one event into a customer's log. The rows are the caller's. */
export const logCustomerEvent = (
  db: WritableDb,
  customer: CustomerId,
  rev: number,
  event: CustomerEvent,
  { author, at, undo }: CustomerEventFacts,
): void => {
  const { kind, ...payload } = event;
  db.run(
    `INSERT INTO customer_event (customer_id, rev, schema, kind, payload, author, at, undo)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [customer, rev, eventSchema, kind, JSON.stringify(payload), author, at, undo],
  );
};

/**
 * Lets things happen to customers: appends to each one's log and brings the rows up to it, in the caller's
 * transaction. Conversations go where their address goes. Answers the revision of the first.
 */
export const tellCustomers = (
  db: WritableDb,
  told: readonly Told[],
  facts: CustomerEventFacts,
): number | undefined => {
  const steps = told.map(({ customer, events }) => {
    const before = customerState(db, customer);
    if (before === undefined) throw new Error('something happened to a customer who is not there');
    return { customer, events, before };
  });
  const revs = steps.map(({ customer, events, before }) => {
    let state = before;
    for (const event of events) {
      state = evolveCustomer(state, event);
      logCustomerEvent(db, customer, state.rev, event, facts);
    }
    saveCustomer(db, customer, before, state);
    return state.rev;
  });
  for (const { customer } of steps) {
    showCustomer(db, customer);
    indexIdentities(db, customer);
    recountCustomerClock(db, customer);
  }
  return revs[0];
};

const saveCustomer = (
  db: WritableDb,
  customer: CustomerId,
  before: CustomerState,
  state: CustomerState,
): void => {
  const { words } = state;
  db.run('UPDATE customer SET rev = ?, given_name = ?, company = ?, note = ?, merged_into = ? WHERE id = ?', [
    state.rev,
    words.name,
    words.company,
    words.note,
    state.mergedInto,
    customer,
  ]);
  for (const identity of state.identities) {
    if (!holdsIdentity(before.identities, identity)) giveIdentity(db, identity, customer);
  }
  for (const other of state.dismissed) {
    if (before.dismissed.includes(other)) continue;
    db.run('INSERT INTO customer_dismissal (customer_id, other_id) VALUES (?, ?)', [customer, other]);
  }
  for (const other of before.dismissed) {
    if (state.dismissed.includes(other)) continue;
    db.run('DELETE FROM customer_dismissal WHERE customer_id = ? AND other_id = ?', [customer, other]);
  }
};

const giveIdentity = (db: WritableDb, { channel, address }: IdentityKey, customer: CustomerId): void => {
  db.run('UPDATE identity SET customer_id = ? WHERE channel = ? AND address = ?', [
    customer,
    channel,
    address,
  ]);
  // Those that are part of another conversation too: they may become one of their own again.
  db.run('UPDATE conversation SET customer_id = ? WHERE channel = ? AND customer_address = ?', [
    customer,
    channel,
    address,
  ]);
};
