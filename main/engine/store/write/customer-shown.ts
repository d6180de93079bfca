import { companyKey } from '#shared/domain/contact/same-person.ts';
import { foldApostrophes } from '#shared/domain/search/fold.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import type { WritableDb } from '../driver.ts';

type ShownRow = {
  readonly name: string;
  readonly given_name: string | null;
  readonly company: string;
  readonly merged_into: string | null;
  readonly same_key: string | null;
};

/**
 * Brings the name that lists show, and what suggestions compare, up to date: the name an agent gave, else that of the
 * first address that has one. Whoever is part of another keeps the name they had, so that one can say who came.
 */
export const showCustomer = (db: WritableDb, customer: CustomerId): void => {
  const row = db.get<ShownRow>(
    'SELECT name, given_name, company, merged_into, same_key FROM customer WHERE id = ?',
    [customer],
  );
  if (row === undefined) return;
  const own = db.get<{ name: string }>(
    "SELECT name FROM identity WHERE customer_id = ? AND name <> '' ORDER BY num LIMIT 1",
    [customer],
  );
  const name = row.given_name ?? (row.merged_into === null ? (own?.name ?? '') : row.name);
  const key = row.merged_into === null ? companyKey(name, row.company) : '';
  if (name === row.name && key === row.same_key) return;
  db.run('UPDATE customer SET name = ?, same_key = ? WHERE id = ?', [name, key, customer]);
};

type IndexedRow = {
  readonly num: number;
  readonly name: string;
  readonly address: string;
  readonly given: string;
  readonly company: string;
};

const indexed = `SELECT i.num, i.name, i.address, ifnull(u.given_name, '') AS given, u.company FROM identity i
  JOIN customer u ON u.id = i.customer_id`;

const indexRow = (db: WritableDb, { num, name, address, given, company }: IndexedRow): void => {
  const words = `${name} ${given} ${company} ${address} ${address.replace(/[@._-]/gu, ' ')}`;
  db.run('DELETE FROM identity_search WHERE rowid = ?', [num]);
  db.run('INSERT INTO identity_search (rowid, words) VALUES (?, ?)', [num, foldApostrophes(words)]);
};

/** Lets all addresses of a customer be found by what they and we call them. */
export const indexIdentities = (db: WritableDb, customer: CustomerId): void => {
  for (const row of db.all<IndexedRow>(`${indexed} WHERE i.customer_id = ?`, [customer])) indexRow(db, row);
};

/** The same for one address. */
export const indexIdentity = (db: WritableDb, num: number): void => {
  const row = db.get<IndexedRow>(`${indexed} WHERE i.num = ?`, [num]);
  if (row !== undefined) indexRow(db, row);
};
