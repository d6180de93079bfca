import type { Suggestion } from '#shared/contract/customers.ts';
import { sameReasons } from '#shared/domain/contact/same-person.ts';
import type { SameReason } from '#shared/domain/contact/same-person.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';
import { customerLine } from './customers.ts';

/** Of one customer: who shares an address on another channel, a name and company, or a name and a firm's domain. */
export const suggestedSql: Readonly<Record<SameReason, string>> = {
  address: `SELECT DISTINCT o.customer_id AS other, o.address AS shared FROM identity i
    JOIN identity o ON o.address = i.address AND o.channel <> i.channel
    WHERE i.customer_id = $id AND o.customer_id <> $id AND instr(i.address, '@') > 1 LIMIT 20`,
  company: `SELECT o.id AS other, o.company AS shared FROM customer c
    JOIN customer o ON o.same_key = c.same_key AND o.same_key <> ''
    WHERE c.id = $id AND o.id <> $id LIMIT 20`,
  domain: `SELECT DISTINCT o.customer_id AS other, substr(o.address, instr(o.address, '@') + 1) AS shared FROM identity i
    JOIN identity o ON o.same_key = i.same_key AND o.same_key <> ''
    WHERE i.customer_id = $id AND o.customer_id <> $id LIMIT 20`,
};

const dismissedSql = `SELECT 1 AS there FROM customer_dismissal
  WHERE (customer_id = $one AND other_id = $other) OR (customer_id = $other AND other_id = $one)`;

const isDismissed = (db: ReadableDb, one: CustomerId, other: CustomerId): boolean =>
  db.get(dismissedSql, { one, other }) !== undefined;

/** What was found, with both in a line; null where somebody said no, or one of them is gone. */
const suggestion = (
  db: ReadableDb,
  reason: SameReason,
  shared: string,
  pair: readonly [CustomerId, CustomerId],
): Suggestion | null => {
  const one = customerLine(db, pair[0]);
  const other = customerLine(db, pair[1]);
  return one === undefined || other === undefined || isDismissed(db, ...pair)
    ? null
    : { reason, shared, one, other };
};

/** Who may be the same person as this customer, the strongest evidence first, each once. */
export const suggestedFor = (db: ReadableDb, id: CustomerId): readonly Suggestion[] => {
  const seen = new Set<CustomerId>();
  return sameReasons.flatMap((reason) =>
    db
      .all<{ other: CustomerId; shared: string }>(suggestedSql[reason], { id })
      .flatMap(({ other, shared }) => {
        if (seen.has(other)) return [];
        seen.add(other);
        const found = suggestion(db, reason, shared, [id, other]);
        return found === null ? [] : [found];
      }),
  );
};

/** What several customers share, in the order of an index, after a key. Keys too long for a cursor are left out. */
export const sharedSql: Readonly<Record<SameReason, string>> = {
  address: `SELECT address AS key FROM identity WHERE address > ? GROUP BY address
    HAVING count(DISTINCT customer_id) > 1 AND instr(address, '@') > 1 AND length(address) < 300
    ORDER BY address LIMIT ?`,
  company: `SELECT same_key AS key FROM customer WHERE same_key <> '' AND same_key > ? GROUP BY same_key
    HAVING count(*) > 1 ORDER BY same_key LIMIT ?`,
  domain: `SELECT same_key AS key FROM identity WHERE same_key <> '' AND same_key > ? GROUP BY same_key
    HAVING count(DISTINCT customer_id) > 1 ORDER BY same_key LIMIT ?`,
};

const membersSql: Readonly<Record<SameReason, string>> = {
  address: `SELECT customer_id AS id, address AS shared FROM identity WHERE address = ?
    GROUP BY customer_id ORDER BY customer_id LIMIT 20`,
  company: `SELECT id, company AS shared FROM customer WHERE same_key = ? AND same_key <> '' ORDER BY id LIMIT 20`,
  domain: `SELECT customer_id AS id, substr(address, instr(address, '@') + 1) AS shared FROM identity
    WHERE same_key = ? AND same_key <> '' GROUP BY customer_id ORDER BY customer_id LIMIT 20`,
};

/** A pair that shares several things is told once, with the strongest. */
const strongestReason = (db: ReadableDb, one: CustomerId, other: CustomerId): SameReason | undefined =>
  sameReasons.find((reason) =>
    db.all<{ other: CustomerId }>(suggestedSql[reason], { id: one }).some((found) => found.other === other),
  );

/** Everybody but the first of a group, each with the earliest one of whom nobody said that it is somebody else. */
const pairsIn = (db: ReadableDb, reason: SameReason, key: string): readonly Suggestion[] => {
  const members = db.all<{ id: CustomerId; shared: string }>(membersSql[reason], [key]);
  return members.flatMap(({ id, shared }, place) => {
    for (const earlier of members.slice(0, place)) {
      const found = suggestion(db, reason, shared, [earlier.id, id]);
      if (found !== null) return strongestReason(db, earlier.id, id) === reason ? [found] : [];
    }
    return [];
  });
};

type Place = { readonly reason: SameReason; readonly key: string };

const readPlace = (cursor: string | null): Place => {
  const [name = '', ...rest] = (cursor ?? '').split(':');
  const reason = sameReasons.find((one) => one === name);
  return reason === undefined ? { reason: 'address', key: '' } : { reason, key: rest.join(':') };
};

/** All suggestions of the workspace: a page of what is shared, the strongest evidence first. */
export const listSuggestions = (
  db: ReadableDb,
  after: string | null,
  limit: number,
): { readonly rows: readonly Suggestion[]; readonly next: string | null } => {
  const start = readPlace(after);
  const rows: Suggestion[] = [];
  let { key } = start;
  let read = 0;
  for (const reason of sameReasons.slice(sameReasons.indexOf(start.reason))) {
    const found = db.all<{ key: string }>(sharedSql[reason], [key, limit - read + 1]);
    for (const shared of found) {
      if (read === limit) return { rows, next: `${reason}:${key}` };
      rows.push(...pairsIn(db, reason, shared.key));
      key = shared.key;
      read += 1;
    }
    key = '';
  }
  return { rows, next: null };
};
