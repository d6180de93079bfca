import type { Suggestion } from '#shared/contract/customers.ts';
import { sameReasons } from '#shared/domain/contact/same-person.ts';
import type { SameReason } from '#shared/domain/contact/same-person.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';
import { customerLine } from './customers.ts';

/** Of one customer: who shares an address on another channel, a name and company, or a name and a firm's domain. */
export const suggestedSql: Readonly<Record<SameReason, string>> = {
  named: `SELECT i.customer_id AS other, n.address AS shared FROM named_address n
    JOIN identity i ON i.channel = n.channel AND i.address = n.address
    WHERE n.customer_id = $id AND i.customer_id <> $id
    UNION SELECT n.customer_id AS other, n.address AS shared FROM identity i
    JOIN named_address n ON n.address = i.address AND n.channel = i.channel
    WHERE i.customer_id = $id AND n.customer_id <> $id LIMIT 20`,
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

/** What is compared and whose it is, in the order of an index, after a key. */
export const comparedSql: Readonly<Record<SameReason, string>> = {
  named: `SELECT address AS key, customer_id AS id FROM named_address WHERE address > ?
    ORDER BY address, channel, customer_id LIMIT ?`,
  address: `SELECT address AS key, customer_id AS id FROM identity WHERE address > ?
    ORDER BY address, channel, customer_id LIMIT ?`,
  company: `SELECT same_key AS key, id FROM customer WHERE same_key <> '' AND same_key > ?
    ORDER BY same_key, id LIMIT ?`,
  domain: `SELECT same_key AS key, customer_id AS id FROM identity WHERE same_key <> '' AND same_key > ?
    ORDER BY same_key, customer_id LIMIT ?`,
};

/** Says whether there is more than one channel, by the ends of an index. */
const channelsSql =
  'SELECT 1 AS several WHERE (SELECT min(channel) FROM identity) <> (SELECT max(channel) FROM identity)';

const membersSql: Readonly<Record<SameReason, string>> = {
  named: `SELECT customer_id AS id, address AS shared FROM named_address WHERE address = $key
    GROUP BY customer_id ORDER BY customer_id LIMIT 20`,
  address: `SELECT customer_id AS id, address AS shared FROM identity WHERE address = $key
    GROUP BY customer_id ORDER BY customer_id LIMIT 20`,
  company: `SELECT id, company AS shared FROM customer WHERE same_key = $key AND same_key <> '' ORDER BY id LIMIT 20`,
  domain: `SELECT customer_id AS id, substr(address, instr(address, '@') + 1) AS shared FROM identity
    WHERE same_key = $key AND same_key <> '' GROUP BY customer_id ORDER BY customer_id LIMIT 20`,
};

/** A pair that shares several things is told once, with the strongest. */
const strongestReason = (db: ReadableDb, one: CustomerId, other: CustomerId): SameReason | undefined =>
  sameReasons.find((reason) =>
    db.all<{ other: CustomerId }>(suggestedSql[reason], { id: one }).some((found) => found.other === other),
  );

/** Everybody but the first of a group, each with the earliest one of whom nobody said that it is somebody else. */
const pairsIn = (db: ReadableDb, reason: SameReason, key: string): readonly Suggestion[] => {
  const members = db.all<{ id: CustomerId; shared: string }>(membersSql[reason], { key });
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
  return reason === undefined ? { reason: 'named', key: '' } : { reason, key: rest.join(':') };
};

/** How much of an index one call walks: some milliseconds, so that nobody else waits for it. */
const stretch = 4_000;

/** A key longer than this is no address or name that anybody has, and would not fit into a cursor. */
const longestKey = 300;

type Compared = { readonly key: string; readonly id: CustomerId };

/** What several customers share in the next stretch of an index, and after which key the one behind it begins. */
const sharedIn = (
  db: ReadableDb,
  { reason, key }: Place,
): { readonly keys: readonly string[]; readonly next: string | null } => {
  const rows = db.all<Compared>(comparedSql[reason], [key, stretch]);
  const last = rows.at(-1)?.key;
  const atEnd = rows.length < stretch;
  // The last key may go on beyond the stretch: it is left to the next one, unless there is nothing else in this.
  const whole = atEnd || rows[0]?.key === last ? rows : rows.filter((row) => row.key !== last);
  const shared = whole.filter((row, place) => {
    const before = whole[place - 1];
    return before?.key === row.key && before.id !== row.id && row.key.length <= longestKey;
  });
  return {
    keys: [...new Set(shared.map((row) => row.key))],
    next: atEnd ? null : (whole.at(-1)?.key ?? null),
  };
};

/** Where a walk begins. Where all addresses are of one channel none is there twice, and the longest walk is spared. */
const startOf = (db: ReadableDb, after: string | null): Place => {
  const place = readPlace(after);
  return place.reason === 'address' && db.get(channelsSql) === undefined
    ? { reason: 'company', key: '' }
    : place;
};

/**
 * All suggestions of the workspace, the strongest evidence first: those of one stretch of an index, and where the next
 * begins. A page may be empty and not the last one.
 */
export const listSuggestions = (
  db: ReadableDb,
  after: string | null,
  limit: number,
): { readonly rows: readonly Suggestion[]; readonly next: string | null } => {
  const place = startOf(db, after);
  const { reason } = place;
  const { keys, next } = sharedIn(db, place);
  const taken = keys.slice(0, limit);
  const following = sameReasons[sameReasons.indexOf(reason) + 1];
  const last = taken.at(-1);
  return {
    rows: taken.flatMap((key) => pairsIn(db, reason, key)),
    next:
      taken.length < keys.length && last !== undefined
        ? `${reason}:${last}`
        : next !== null
          ? `${reason}:${next.slice(0, longestKey)}`
          : following === undefined
            ? null
            : `${following}:`,
  };
};
