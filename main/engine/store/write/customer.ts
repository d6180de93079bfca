import { comparable } from '#shared/domain/contact/address.ts';
import type { Correspondent } from '#shared/domain/message.ts';
import { foldApostrophes } from '#shared/domain/search/fold.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import type { Ids } from '#shared/kit/ports.ts';
import type { WritableDb } from '../driver.ts';

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
};

/** Notes a meeting with an address, making a customer of whoever is new; answers whose address it is. */
export const meet = (
  { db, ids }: { readonly db: WritableDb; readonly ids: Ids },
  person: Correspondent,
  { channel, at, how }: Meeting,
): CustomerId => {
  const address = comparable(person.address);
  const known = db.get<IdentityRow>(
    'SELECT num, customer_id, name, last_at FROM identity WHERE channel = ? AND address = ?',
    [channel, address],
  );
  const counts = [Number(how === 'heard'), Number(how === 'written')] as const;
  if (known === undefined) return newcomer({ db, ids }, person, address, { channel, at }, counts);
  const name = betterName(known, person.name, at);
  db.run(
    `UPDATE identity SET heard = heard + ?, written = written + ?, name = ?, first_at = min(first_at, ?),
       last_at = max(last_at, ?) WHERE num = ?`,
    [...counts, name, at, at, known.num],
  );
  if (name !== known.name) rename(db, known, name, address);
  return known.customer_id;
};

/** The newest name wins; an empty one never does. */
const betterName = (known: IdentityRow, offered: string, at: number): string => {
  const name = offered.trim();
  if (name === '' || name === known.name) return known.name;
  return known.name === '' || at >= known.last_at ? name : known.name;
};

const newcomer = (
  { db, ids }: { readonly db: WritableDb; readonly ids: Ids },
  person: Correspondent,
  address: string,
  { channel, at }: { readonly channel: string; readonly at: number },
  [heard, written]: readonly [number, number],
): CustomerId => {
  const id = ids.next() as CustomerId;
  const name = person.name.trim();
  db.run('INSERT INTO customer (id, name, created_at) VALUES (?, ?, ?)', [id, name, at]);
  const num = db.insert(
    `INSERT INTO identity (channel, address, customer_id, name, heard, written, first_at, last_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [channel, address, id, name, heard, written, at, at],
  );
  indexPerson(db, num, name, address);
  return id;
};

const rename = (db: WritableDb, known: IdentityRow, name: string, address: string): void => {
  // A name that an agent typed for the customer stays.
  db.run('UPDATE customer SET name = ? WHERE id = ? AND name = ?', [name, known.customer_id, known.name]);
  db.run('DELETE FROM identity_search WHERE rowid = ?', [known.num]);
  indexPerson(db, known.num, name, address);
};

const indexPerson = (db: WritableDb, num: number, name: string, address: string): void => {
  const words = `${name} ${address} ${address.replace(/[@._-]/gu, ' ')}`;
  db.run('INSERT INTO identity_search (rowid, words) VALUES (?, ?)', [num, foldApostrophes(words)]);
};
