import type { CustomerDetail } from '#shared/contract/app.ts';
import type { Correspondent } from '#shared/domain/message.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import { foldApostrophes } from '#shared/domain/search/fold.ts';
import type { ReadableDb } from '../driver.ts';

type IdentityColumns = {
  readonly channel: string;
  readonly address: string;
  readonly name: string;
  readonly heard: number;
  readonly written: number;
  readonly first_at: number;
  readonly last_at: number;
};

/** The customer panel; undefined when there is no such customer. */
export const customerDetail = (db: ReadableDb, id: CustomerId): CustomerDetail | undefined => {
  const customer = db.get<{ id: CustomerId; name: string; company: string; note: string }>(
    'SELECT id, name, company, note FROM customer WHERE id = ?',
    [id],
  );
  if (customer === undefined) return undefined;
  const identities = db.all<IdentityColumns>(
    `SELECT channel, address, name, heard, written, first_at, last_at FROM identity WHERE customer_id = ?
     ORDER BY last_at DESC`,
    [id],
  );
  return {
    ...customer,
    identities: identities.map(({ channel, address, name }) => ({ channel, address, name })),
    firstSeenAt: identities.length === 0 ? null : Math.min(...identities.map((one) => one.first_at)),
    lastSeenAt: identities.length === 0 ? null : Math.max(...identities.map((one) => one.last_at)),
    received: identities.reduce((sum, one) => sum + one.heard, 0),
    sent: identities.reduce((sum, one) => sum + one.written, 0),
  };
};

/** How many candidates are weighed, and how many are offered. */
const weighed = 200;
const offered = 8;

/** People whose name or address begins like this, those we write to first. */
export const suggestPeople = (db: ReadableDb, text: string): readonly Correspondent[] => {
  const words = db.tokens(foldApostrophes(text)).slice(0, 8);
  if (words.length === 0) return [];
  const match = words.map((word) => `"${word.replaceAll('"', '""')}"*`).join(' ');
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
