import { comparable } from '#shared/domain/contact/address.ts';
import { domainKey } from '#shared/domain/contact/same-person.ts';
import type { Correspondent } from '#shared/domain/message.ts';
import { decideMerge } from '#shared/domain/customer/decide.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import type { Ids } from '#shared/kit/ports.ts';
import { customerIdOf } from '../../ingest/team-ids.ts';
import type { WritableDb } from '../driver.ts';
import { customerState } from '../read/customer-state.ts';
import { logCustomerEvent, tellCustomers } from './customer-log.ts';
import { indexIdentity, showCustomer } from './customer-shown.ts';

/** Where and when somebody was met: a channel, and ms UTC. */
export type Meeting = {
  readonly channel: string;
  readonly at: number;
  /** Whether they wrote to us, we wrote to them, or their name just came up. */
  readonly how: 'heard' | 'written' | 'named';
};

type IdentityRow = {
  readonly num: number;
  readonly customer_id: CustomerId;
  readonly name: string;
  readonly last_at: number;
  readonly same_key: string | null;
};

/**
 * What noting a meeting needs; `team` where the workspace belongs to one. With `identitiesToIndex` whoever gave it puts
 * those into the index of names later; without it they are put there at once.
 */
type MeetingContext = {
  readonly db: WritableDb;
  readonly ids: Ids;
  readonly team?: unknown;
  readonly identitiesToIndex?: Set<number>;
};

/** Lets an identity be found by its name and address, at once or with others. */
const indexNowOrLater = ({ db, identitiesToIndex }: MeetingContext, num: number): void => {
  if (identitiesToIndex === undefined) indexIdentity(db, num);
  else identitiesToIndex.add(num);
};

/** Notes a meeting with an address, making a customer of whoever is new; answers whose address it is. */
export const meet = (
  context: MeetingContext,
  person: Correspondent,
  { channel, at, how }: Meeting,
): CustomerId => {
  const { db } = context;
  const address = comparable(person.address);
  const known = db.get<IdentityRow>(
    'SELECT num, customer_id, name, last_at, same_key FROM identity WHERE channel = ? AND address = ?',
    [channel, address],
  );
  const counts = [Number(how === 'heard'), Number(how === 'written')] as const;
  if (known === undefined) return newcomer(context, person, address, { channel, at }, counts);
  const name = betterName(known, person.name, at);
  db.run(
    `UPDATE identity SET heard = heard + ?, written = written + ?, first_at = min(first_at, ?),
       last_at = max(last_at, ?) WHERE num = ?`,
    [...counts, at, at, known.num],
  );
  if (name !== known.name || known.same_key === null) rename(context, known, name, address);
  return known.customer_id;
};

/** The newest name wins; an empty one never does. */
const betterName = (known: IdentityRow, offered: string, at: number): string => {
  const name = offered.trim();
  if (name === '' || name === known.name) return known.name;
  return known.name === '' || at >= known.last_at ? name : known.name;
};

/** In a team two devices may meet the same person: both make the same customer of them. */
const newId = ({ db, ids, team }: MeetingContext, channel: string, address: string): CustomerId => {
  const derived = customerIdOf(channel, address);
  const isTaken = db.get('SELECT 1 AS yes FROM customer WHERE id = ?', [derived]) !== undefined;
  return team === undefined || isTaken ? (ids.next() as CustomerId) : derived;
};

const newcomer = (
  context: MeetingContext,
  person: Correspondent,
  address: string,
  { channel, at }: { readonly channel: string; readonly at: number },
  [heard, written]: readonly [number, number],
): CustomerId => {
  const { db } = context;
  const id = newId(context, channel, address);
  const name = person.name.trim();
  insertCustomer(db, id, { name, at, rev: 1 });
  logCustomerEvent(
    db,
    id,
    1,
    { kind: 'identity.added', identity: { channel, address } },
    { author: null, at, undo: null },
  );
  const num = db.insert(
    `INSERT INTO identity (channel, address, customer_id, name, heard, written, first_at, last_at, same_key)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [channel, address, id, name, heard, written, at, at, domainKey(name, address)],
  );
  indexNowOrLater(context, num);
  return id;
};

/**
 * Notes an address that a customer says is theirs. A new one becomes theirs, unverified; what belongs to somebody else stays there and is
 * evidence that the two may be one. Answers whether anything was new.
 */
export const nameAddress = (
  context: MeetingContext,
  customer: CustomerId,
  named: { readonly channel: string; readonly address: string; readonly at: number },
): boolean => {
  const { db } = context;
  const { channel, at } = named;
  const address = comparable(named.address);
  if (address === '') return false;
  const known = db.get<{ customer_id: CustomerId }>(
    'SELECT customer_id FROM identity WHERE channel = ? AND address = ?',
    [channel, address],
  );
  if (known?.customer_id === customer) return false;
  if (known !== undefined) {
    // Both are noted, so that a walk over what was named meets them side by side.
    const noted = [customer, known.customer_id].map((one) =>
      db.run('INSERT OR IGNORE INTO named_address (address, channel, customer_id, at) VALUES (?, ?, ?, ?)', [
        address,
        channel,
        one,
        at,
      ]),
    );
    return noted.some((changes) => changes > 0);
  }
  if (nameInTeam(context, customer, { channel, address, at })) return true;
  const num = insertNamed(db, customer, { channel, address, at });
  tellCustomers(db, [{ customer, events: [{ kind: 'identity.added', identity: { channel, address } }] }], {
    author: null,
    at,
    undo: null,
  });
  indexIdentity(db, num);
  return true;
};

type NamedAddress = { readonly channel: string; readonly address: string; readonly at: number };

const insertNamed = (db: WritableDb, customer: CustomerId, { channel, address, at }: NamedAddress): number =>
  db.insert(
    `INSERT INTO identity (channel, address, customer_id, name, heard, written, first_at, last_at, same_key, named_at)
     VALUES (?, ?, ?, '', 0, 0, ?, ?, '', ?)`,
    [channel, address, customer, at, at, at],
  );

/**
 * In a team somebody else may meet that address at the same time, as a customer of its own. So it is met as one here
 * too, who at once becomes part of the one who named it: the two devices then speak of the same customer, and one of
 * them is told that the other was first. Answers false where that cannot be.
 */
const nameInTeam = (context: MeetingContext, customer: CustomerId, named: NamedAddress): boolean => {
  const { db, team } = context;
  const { channel, address, at } = named;
  const id = customerIdOf(channel, address);
  const state = customerState(db, customer);
  if (team === undefined || state?.mergedInto !== null || state.identities.length === 0) return false;
  if (customerState(db, id) !== undefined) return false;
  const facts = { author: null, at, undo: null };
  insertCustomer(db, id, { name: '', at, rev: 0 });
  const num = insertNamed(db, id, named);
  tellCustomers(
    db,
    [{ customer: id, events: [{ kind: 'identity.added', identity: { channel, address } }] }],
    facts,
  );
  const met = customerState(db, id);
  if (met === undefined) throw new Error('a customer who was just met is not there');
  const merged = decideMerge({ id: customer, state }, { id, state: met }, state.words);
  if (merged.ok) tellCustomers(db, merged.value, facts);
  indexIdentity(db, num);
  return true;
};

/** Writes the row of a customer; with revision 0 nothing has happened to them yet, and events follow. */
export const insertCustomer = (
  db: WritableDb,
  id: CustomerId,
  { name, at, rev }: { readonly name: string; readonly at: number; readonly rev: number },
): void => {
  db.run("INSERT INTO customer (id, name, created_at, rev, same_key) VALUES (?, ?, ?, ?, '')", [
    id,
    name,
    at,
    rev,
  ]);
};

const rename = (context: MeetingContext, known: IdentityRow, name: string, address: string): void => {
  const { db } = context;
  db.run('UPDATE identity SET name = ?, same_key = ? WHERE num = ?', [
    name,
    domainKey(name, address),
    known.num,
  ]);
  showCustomer(db, known.customer_id);
  indexNowOrLater(context, known.num);
};
