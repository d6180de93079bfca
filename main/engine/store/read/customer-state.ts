import type { CustomerEvent, IdentityKey } from '#shared/domain/customer/events.ts';
import type { CustomerState } from '#shared/domain/customer/state.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';

type CustomerRow = {
  readonly rev: number;
  readonly given_name: string | null;
  readonly company: string;
  readonly note: string;
  readonly merged_into: CustomerId | null;
};

/** The state of a customer as the rows have it; undefined when there is no such customer. */
export const customerState = (db: ReadableDb, id: CustomerId): CustomerState | undefined => {
  const row = db.get<CustomerRow>(
    'SELECT rev, given_name, company, note, merged_into FROM customer WHERE id = ?',
    [id],
  );
  if (row === undefined) return undefined;
  return {
    rev: row.rev,
    words: { name: row.given_name, company: row.company, note: row.note },
    identities: db.all<IdentityKey>(
      'SELECT channel, address FROM identity WHERE customer_id = ? ORDER BY num',
      [id],
    ),
    mergedInto: row.merged_into,
    dismissed: db
      .all<{ other_id: CustomerId }>(
        'SELECT other_id FROM customer_dismissal WHERE customer_id = ? ORDER BY other_id',
        [id],
      )
      .map((one) => one.other_id),
  };
};

/** Who has an address; null where nobody does. */
export const customerAt = (db: ReadableDb, channel: string, address: string): CustomerId | null =>
  db.get<{ id: CustomerId }>('SELECT customer_id AS id FROM identity WHERE channel = ? AND address = ?', [
    ...[channel, address],
  ])?.id ?? null;

/** A chain of merges ends; a loop in it would be damage and ends the walk. */
const longestChain = 1_000;

/** The customer whom somebody is part of by now: themselves, where they are part of nobody. */
export const holderOf = (db: ReadableDb, id: CustomerId): CustomerId => {
  let holder = id;
  for (let step = 0; step < longestChain; step += 1) {
    const row = db.get<{ merged_into: CustomerId | null }>('SELECT merged_into FROM customer WHERE id = ?', [
      holder,
    ]);
    if (row === undefined || row.merged_into === null) break;
    holder = row.merged_into;
  }
  return holder;
};

/** An event of a customer's log with where it stands. `at` is ms UTC. */
export type LoggedCustomerEvent = {
  readonly customer: CustomerId;
  readonly rev: number;
  readonly event: CustomerEvent;
  readonly author: string | null;
  readonly at: number;
  readonly undo: string | null;
};

type EventRow = {
  readonly customer_id: CustomerId;
  readonly rev: number;
  readonly kind: string;
  readonly payload: string;
  readonly author: string | null;
  readonly at: number;
  readonly undo: string | null;
};

/** Events are written by this program alone; a kind it does not know comes from a newer one and fails the replay. */
const logged = ({ customer_id: customer, kind, payload, ...rest }: EventRow): LoggedCustomerEvent => {
  const value: unknown = JSON.parse(payload);
  if (typeof value !== 'object' || value === null) throw new Error('an event without a payload');
  return { customer, ...rest, event: { kind, ...value } as CustomerEvent };
};

/** The SQL of the reads of the log; also what the test of query plans explains. */
export const customerLogSql = {
  since: `SELECT customer_id, rev, kind, payload, author, at, undo FROM customer_event
    WHERE customer_id = ? AND rev > ? ORDER BY rev`,
  byUndo: `SELECT customer_id, rev, kind, payload, author, at, undo FROM customer_event WHERE undo = ?
    ORDER BY undo, customer_id, rev`,
  merges: `SELECT customer_id, rev, kind, payload, author, at, undo FROM customer_event
    WHERE customer_id = ? AND kind = 'customers.merged' ORDER BY rev DESC LIMIT 100`,
};

/** What happened to a customer after a revision, oldest first; after 0, everything. */
export const customerEventsSince = (
  db: ReadableDb,
  id: CustomerId,
  rev: number,
): readonly LoggedCustomerEvent[] => db.all<EventRow>(customerLogSql.since, [id, rev]).map(logged);

/** Every customer's log, one after the other, each oldest first. */
export const allCustomerEvents = (db: ReadableDb): readonly LoggedCustomerEvent[] =>
  db
    .all<EventRow>(
      'SELECT customer_id, rev, kind, payload, author, at, undo FROM customer_event ORDER BY customer_id, rev',
    )
    .map(logged);

/** What was done under an undo key, in the order of each log. */
export const customerEventsUnder = (db: ReadableDb, undo: string): readonly LoggedCustomerEvent[] =>
  db.all<EventRow>(customerLogSql.byUndo, [undo]).map(logged);

/** The merges that a customer's own log tells, newest first, taken back or not. */
export const mergesOf = (db: ReadableDb, id: CustomerId): readonly LoggedCustomerEvent[] =>
  db.all<EventRow>(customerLogSql.merges, [id]).map(logged);
