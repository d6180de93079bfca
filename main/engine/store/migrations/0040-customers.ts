import type { Migration } from './migration.ts';

/**
 * Customers get a log of their own, so that what agents wrote, merged and moved can be read and taken back. `given_name`
 * is what an agent called them; without one the name is that of their first address that has one. `same_key` is what
 * suggestions of the same person compare (null: not worked out yet). Times are ms UTC.
 */
export const customers: Migration = {
  number: 40,
  sql: `
ALTER TABLE customer ADD COLUMN rev INTEGER NOT NULL DEFAULT 0;
ALTER TABLE customer ADD COLUMN given_name TEXT;
ALTER TABLE customer ADD COLUMN merged_into TEXT REFERENCES customer (id);
ALTER TABLE customer ADD COLUMN same_key TEXT;
CREATE INDEX customer_same ON customer (same_key, id) WHERE same_key <> '';

ALTER TABLE identity ADD COLUMN same_key TEXT;
CREATE INDEX identity_same ON identity (same_key, customer_id) WHERE same_key <> '';
CREATE INDEX identity_address ON identity (address, channel, customer_id);

CREATE TABLE customer_event (
  customer_id TEXT NOT NULL REFERENCES customer (id),
  rev INTEGER NOT NULL,
  schema INTEGER NOT NULL,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  author TEXT,
  at INTEGER NOT NULL,
  undo TEXT,
  PRIMARY KEY (customer_id, rev)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_event_undo ON customer_event (undo) WHERE undo IS NOT NULL;
CREATE INDEX customer_event_merge ON customer_event (customer_id, rev) WHERE kind = 'customers.merged';

-- Of whom somebody said that it is not the same person. Both are asked: one may have taken over the other's.
CREATE TABLE customer_dismissal (
  customer_id TEXT NOT NULL REFERENCES customer (id),
  other_id TEXT NOT NULL,
  PRIMARY KEY (customer_id, other_id)
) STRICT, WITHOUT ROWID;

-- A conversation belongs to whoever has the address it is held with, also while it is part of another one.
UPDATE conversation SET customer_address = lower(trim(customer_address));
CREATE INDEX conversation_of_address ON conversation (channel, customer_address);
CREATE INDEX conversation_promised ON conversation (customer_id) WHERE follow_ups <> '[]';

UPDATE customer SET given_name = name
  WHERE name <> '' AND name NOT IN (SELECT name FROM identity WHERE customer_id = customer.id);
INSERT INTO customer_event (customer_id, rev, schema, kind, payload, author, at, undo)
  SELECT customer_id, row_number() OVER (PARTITION BY customer_id ORDER BY num), 1, 'identity.added',
    json_object('identity', json_object('channel', channel, 'address', address)), NULL, first_at, NULL
  FROM identity;
INSERT INTO customer_event (customer_id, rev, schema, kind, payload, author, at, undo)
  SELECT c.id, ifnull((SELECT max(rev) FROM customer_event WHERE customer_id = c.id), 0) + 1, 1, 'customer.renamed',
    json_object('name', c.given_name, 'before', NULL), NULL, c.created_at, NULL
  FROM customer c WHERE c.given_name IS NOT NULL;
INSERT INTO customer_event (customer_id, rev, schema, kind, payload, author, at, undo)
  SELECT c.id, ifnull((SELECT max(rev) FROM customer_event WHERE customer_id = c.id), 0) + 1, 1, 'company.changed',
    json_object('company', c.company, 'before', ''), NULL, c.created_at, NULL
  FROM customer c WHERE c.company <> '';
INSERT INTO customer_event (customer_id, rev, schema, kind, payload, author, at, undo)
  SELECT c.id, ifnull((SELECT max(rev) FROM customer_event WHERE customer_id = c.id), 0) + 1, 1, 'note.changed',
    json_object('note', c.note, 'before', ''), NULL, c.created_at, NULL
  FROM customer c WHERE c.note <> '';
UPDATE customer SET rev = ifnull((SELECT max(rev) FROM customer_event WHERE customer_id = customer.id), 0);
`,
};
