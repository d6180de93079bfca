import { isOneSlip, oneSlipFrom } from '#shared/domain/contact/alike.ts';
import type { ReadableDb } from '../driver.ts';

/** The statements of this file; their plans are tested. */
export const knownPeopleSql = {
  known: `SELECT 1 AS known FROM identity WHERE channel = ? AND address = ?
    AND (heard > 0 OR written > 0 OR named_at IS NOT NULL)`,
  /** Everybody called the same at whatever host. */
  sameName: `SELECT address FROM identity WHERE channel = ? AND address >= ? AND address < ?
    AND (heard > 0 OR written > 0) ORDER BY address LIMIT 200`,
  amongst: (count: number) =>
    `SELECT address FROM identity WHERE channel = ? AND address IN (${Array<string>(count).fill('?').join(', ')})
    AND (heard > 0 OR written > 0) LIMIT 1`,
};

/** The longest part before the `@` that is tried with every slip: 80 look-ups for each letter. */
const longestTried = 40;

/** Whether mail ever came from an address or went to it, or somebody here was told it by its owner. `address` is in its comparable form. */
export const isKnownAddress = (db: ReadableDb, channel: string, address: string): boolean =>
  db.get(knownPeopleSql.known, [channel, address]) !== undefined;

/** A known address that differs from this one by one slip of the finger; null when there is none. */
export const alikeAddress = (db: ReadableDb, channel: string, address: string): string | null => {
  const at = address.lastIndexOf('@');
  if (at < 1) return null;
  const name = address.slice(0, at);
  const host = address.slice(at);
  const elsewhere = db
    .all<{ address: string }>(knownPeopleSql.sameName, [channel, `${name}@`, `${name}A`])
    .find((row) => isOneSlip(row.address.slice(at), host));
  if (elsewhere !== undefined) return elsewhere.address;
  if (name.length > longestTried) return null;
  const tried = [...oneSlipFrom(name)].filter((one) => one !== '').map((one) => one + host);
  const found = db.get<{ address: string }>(knownPeopleSql.amongst(tried.length), [channel, ...tried]);
  return found?.address ?? null;
};

/** Who is behind an address (in its comparable form), by the name and company an agent may have typed; null for nobody known. */
export const personOf = (
  db: ReadableDb,
  channel: string,
  address: string,
): { readonly name: string; readonly company: string } | null =>
  db.get<{ name: string; company: string }>(
    'SELECT c.name, c.company FROM identity i JOIN customer c ON c.id = i.customer_id WHERE i.channel = ? AND i.address = ?',
    [channel, address],
  ) ?? null;
