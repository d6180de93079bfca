import * as v from 'valibot';
import type { CustomerDetail, CustomerIdentity, CustomerLine } from '#shared/contract/customers.ts';
import type { Correspondent } from '#shared/domain/message.ts';
import type { CustomerId, MemberId } from '#shared/kit/brand.ts';
import { foldApostrophes } from '#shared/domain/search/fold.ts';
import type { ReadableDb } from '../driver.ts';
import { mergesOf } from './customer-state.ts';
import { customerWaitingSince } from './customer-waits.ts';

type IdentityColumns = {
  readonly channel: string;
  readonly address: string;
  readonly name: string;
  readonly heard: number;
  readonly written: number;
  readonly first_at: number;
  readonly last_at: number;
  readonly visit: string | null;
  readonly named_at: number | null;
};

const visitShape = v.object({ at: v.number(), facts: v.record(v.string(), v.string()) });

const asIdentity = ({
  channel,
  address,
  name,
  heard,
  first_at,
  last_at,
  visit,
  named_at,
}: IdentityColumns): CustomerIdentity => ({
  channel,
  address,
  name,
  firstAt: first_at,
  lastAt: last_at,
  visit: visit === null ? null : v.parse(visitShape, JSON.parse(visit)),
  named: named_at !== null && heard === 0,
});

type CustomerColumns = {
  readonly id: CustomerId;
  readonly rev: number;
  readonly name: string;
  readonly company: string;
  readonly note: string;
  readonly merged_into: CustomerId | null;
};

const customerRow = (db: ReadableDb, id: CustomerId): CustomerColumns | undefined =>
  db.get<CustomerColumns>('SELECT id, rev, name, company, note, merged_into FROM customer WHERE id = ?', [
    id,
  ]);

/** A customer's addresses with what is known of each, newest contact first. */
const identitiesOf = (db: ReadableDb, id: CustomerId): readonly IdentityColumns[] =>
  db.all<IdentityColumns>(
    `SELECT channel, address, name, heard, written, first_at, last_at, visit, named_at FROM identity WHERE customer_id = ?
     ORDER BY last_at DESC, num`,
    [id],
  );

/** Whether there is such a customer, or of whom they are part by now. */
export type FoundCustomer =
  | { readonly kind: 'here'; readonly detail: CustomerDetail }
  | { readonly kind: 'gone'; readonly mergedInto: CustomerId | null };

/** The customer panel. */
export const customerDetail = (db: ReadableDb, id: CustomerId): FoundCustomer => {
  const customer = customerRow(db, id);
  if (customer === undefined) return { kind: 'gone', mergedInto: null };
  if (customer.merged_into !== null) return { kind: 'gone', mergedInto: customer.merged_into };
  const identities = identitiesOf(db, id);
  const { rev, name, company, note } = customer;
  return {
    kind: 'here',
    detail: {
      id,
      rev,
      name,
      company,
      note,
      identities: identities.map(asIdentity),
      firstSeenAt: identities.length === 0 ? null : Math.min(...identities.map((one) => one.first_at)),
      lastSeenAt: identities[0]?.last_at ?? null,
      received: identities.reduce((sum, one) => sum + one.heard, 0),
      sent: identities.reduce((sum, one) => sum + one.written, 0),
      waitingSince: customerWaitingSince(db, id),
      merges: undoableMerges(db, id, new Set(identities.map((one) => `${one.channel} ${one.address}`)), 0),
    },
  };
};

/** Merges inside merges: deeper than this nobody looks for one to take back. */
const deepest = 8;

/** The merges that made this customer what they are and were not taken back, with those of whoever came, newest first. */
const undoableMerges = (
  db: ReadableDb,
  id: CustomerId,
  held: ReadonlySet<string>,
  depth: number,
): CustomerDetail['merges'] => {
  const seen = new Set<CustomerId>();
  return mergesOf(db, id).flatMap(({ event, author, at, undo }): CustomerDetail['merges'] => {
    if (event.kind !== 'customers.merged' || undo === null || seen.has(event.from)) return [];
    seen.add(event.from);
    const other = customerRow(db, event.from);
    if (other?.merged_into !== id) return [];
    const addresses = event.identities
      .filter((one) => held.has(`${one.channel} ${one.address}`))
      .map((one) => one.address);
    const by = author === null ? undefined : memberName(db, author);
    const merge = { undo, name: other.name, addresses, at, by: by ?? null };
    const nested = depth < deepest ? undoableMerges(db, event.from, held, depth + 1) : [];
    return addresses.length === 0 ? nested : [merge, ...nested];
  });
};

const memberName = (db: ReadableDb, id: string) =>
  db.get<{ id: MemberId; name: string }>('SELECT id, name FROM member WHERE id = ?', [id]);

/** A customer in one line; undefined where there is none, or they are part of another. */
export const customerLine = (db: ReadableDb, id: CustomerId): CustomerLine | undefined => {
  const customer = customerRow(db, id);
  if (customer?.merged_into !== null) return undefined;
  const newest = db.get<{ address: string; addresses: number }>(
    // SQLite takes the other columns from the row that has the maximum (sqlite.org/lang_select.html#bareagg).
    'SELECT address, count(*) AS addresses, max(last_at) AS last_at FROM identity WHERE customer_id = ?',
    [id],
  );
  const { rev, name, company } = customer;
  return { id, rev, name, company, address: newest?.address ?? '', addresses: newest?.addresses ?? 0 };
};

/** How many candidates are weighed, and how many are offered. */
const weighed = 200;
const offered = 8;

const matchOf = (db: ReadableDb, text: string): string | null => {
  const words = db.tokens(foldApostrophes(text)).slice(0, 8);
  return words.length === 0 ? null : words.map((word) => `"${word.replaceAll('"', '""')}"*`).join(' ');
};

/** People whose name or address begins like this, those we write to first. */
export const suggestPeople = (db: ReadableDb, text: string): readonly Correspondent[] => {
  const match = matchOf(db, text);
  if (match === null) return [];
  return db
    .all<{ name: string; address: string; weight: number }>(
      `SELECT name, address, written * 3 + heard AS weight FROM
         (SELECT i.name, i.address, i.written, i.heard, i.last_at FROM identity_search s
          JOIN identity i ON i.num = s.rowid WHERE s.words MATCH ? ORDER BY s.rowid DESC LIMIT ?)
       ORDER BY weight DESC, last_at DESC LIMIT ?`,
      [match, weighed, offered],
    )
    .map(({ name, address }) => ({ name, address }));
};

/** Customers by the beginning of names, companies and addresses, those last in contact first. */
export const findCustomers = (db: ReadableDb, text: string, limit: number): readonly CustomerLine[] => {
  const match = matchOf(db, text);
  if (match === null) return [];
  return db
    .all<{ id: CustomerId }>(
      `SELECT customer_id AS id, max(last_at) AS last_at FROM
         (SELECT i.customer_id, i.last_at FROM identity_search s JOIN identity i ON i.num = s.rowid
          WHERE s.words MATCH ? ORDER BY s.rowid DESC LIMIT ?)
       GROUP BY customer_id ORDER BY last_at DESC LIMIT ?`,
      [match, weighed, limit],
    )
    .map(({ id }) => customerLine(db, id))
    .filter((line) => line !== undefined);
};
