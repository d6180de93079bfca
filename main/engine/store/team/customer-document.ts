import * as v from 'valibot';
import { domainKey } from '#shared/domain/contact/same-person.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import type { JsonObject, TeamDocument } from '../../team/wire.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';
import { recountCustomerClock } from '../project/save-state.ts';
import { indexIdentities, showCustomer } from '../write/customer-shown.ts';

const text = v.nullable(v.string());

const shape = v.object({
  rev: v.number(),
  name: v.string(),
  givenName: text,
  company: v.string(),
  note: v.string(),
  createdAt: v.number(),
  mergedInto: text,
  identities: v.array(
    v.object({
      channel: v.string(),
      address: v.string(),
      name: v.string(),
      visit: text,
      namedAt: v.nullable(v.number()),
    }),
  ),
  dismissed: v.array(v.string()),
  named: v.array(v.object({ address: v.string(), channel: v.string(), at: v.number() })),
  log: v.array(
    v.object({
      schema: v.number(),
      kind: v.string(),
      payload: v.string(),
      author: text,
      at: v.number(),
      undo: text,
    }),
  ),
});

/** A customer as its document says it. */
export type CustomerContent = v.InferOutput<typeof shape>;
type Body = CustomerContent;

type Row = {
  readonly rev: number;
  readonly name: string;
  readonly given_name: string | null;
  readonly company: string;
  readonly note: string;
  readonly created_at: number;
  readonly merged_into: string | null;
};

/** Reads a customer's document out of its rows; a body of null where there are none. */
export const readCustomer = (db: ReadableDb, id: string): TeamDocument => {
  const row = db.get<Row>(
    'SELECT rev, name, given_name, company, note, created_at, merged_into FROM customer WHERE id = ?',
    [id],
  );
  if (row === undefined) return { kind: 'customer', id, account: null, activeAt: 0, body: null };
  const body: Body = {
    rev: row.rev,
    name: row.merged_into === null ? '' : row.name,
    givenName: row.given_name,
    company: row.company,
    note: row.note,
    createdAt: row.created_at,
    mergedInto: row.merged_into,
    identities: db
      .all<{ channel: string; address: string; name: string; visit: string | null; named_at: number | null }>(
        'SELECT channel, address, name, visit, named_at FROM identity WHERE customer_id = ? ORDER BY num',
        [id],
      )
      .map(({ named_at, ...one }) => ({ ...one, namedAt: named_at })),
    dismissed: db
      .all<{ id: string }>(
        'SELECT other_id AS id FROM customer_dismissal WHERE customer_id = ? ORDER BY other_id',
        [id],
      )
      .map((one) => one.id),
    named: [
      ...db.all<Body['named'][number]>(
        'SELECT address, channel, at FROM named_address WHERE customer_id = ? ORDER BY address, channel',
        [id],
      ),
    ],
    log: [
      ...db.all<Body['log'][number]>(
        'SELECT schema, kind, payload, author, at, undo FROM customer_event WHERE customer_id = ? ORDER BY rev',
        [id],
      ),
    ],
  };
  return { kind: 'customer', id, account: null, activeAt: row.created_at, body };
};

/** Reads a body that came from the team; throws on one that is none. */
export const customerBody = (body: JsonObject): Body => v.parse(shape, body);

type Identity = Body['identities'][number];

/** The customers, messages apart, that rows of this one refer to. */
export const customersNamed = (body: Body): readonly string[] =>
  body.mergedInto === null ? [] : [body.mergedInto];

/** Writes a customer's body into their rows. What this device alone counts and chose stays. */
export const writeCustomer = (db: WritableDb, id: CustomerId, body: Body): void => {
  db.run(
    `INSERT INTO customer (id, rev, name, given_name, company, note, created_at, merged_into, same_key)
     VALUES ($id, $rev, $name, $given, $company, $note, $created, $into, '')
     ON CONFLICT (id) DO UPDATE SET rev = excluded.rev, given_name = excluded.given_name, company = excluded.company,
       note = excluded.note, created_at = excluded.created_at, merged_into = excluded.merged_into,
       name = iif(excluded.merged_into IS NULL, customer.name, excluded.name)`,
    {
      ...{
        id,
        rev: body.rev,
        name: body.name,
        given: body.givenName,
        company: body.company,
        note: body.note,
      },
      ...{ created: body.createdAt, into: body.mergedInto },
    },
  );
  writeLog(db, id, body);
  writeIdentities(db, id, body);
  db.run('DELETE FROM customer_dismissal WHERE customer_id = ?', [id]);
  for (const other of body.dismissed) {
    db.run('INSERT OR IGNORE INTO customer_dismissal (customer_id, other_id) VALUES (?, ?)', [id, other]);
  }
  db.run('DELETE FROM named_address WHERE customer_id = ?', [id]);
  for (const { address, channel, at } of body.named) {
    db.run('INSERT OR IGNORE INTO named_address (address, channel, customer_id, at) VALUES (?, ?, ?, ?)', [
      ...[address, channel, id, at],
    ]);
  }
};

const writeLog = (db: WritableDb, id: CustomerId, { log }: Body): void => {
  db.run('DELETE FROM customer_event WHERE customer_id = ?', [id]);
  for (const [place, one] of log.entries()) {
    db.run(
      `INSERT INTO customer_event (customer_id, rev, schema, kind, payload, author, at, undo)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      [id, place + 1, one.schema, one.kind, one.payload, one.author, one.at, one.undo],
    );
  }
};

type IdentityRow = { readonly num: number; readonly customer_id: string };

const rowOf = (db: ReadableDb, { channel, address }: Identity): IdentityRow | undefined =>
  db.get<IdentityRow>('SELECT num, customer_id FROM identity WHERE channel = ? AND address = ?', [
    channel,
    address,
  ]);

const writeIdentities = (db: WritableDb, id: CustomerId, body: Body): void => {
  for (const one of body.identities) {
    const key = domainKey(one.name, one.address);
    const known = rowOf(db, one);
    if (known === undefined) {
      db.insert(
        `INSERT INTO identity (channel, address, customer_id, name, heard, written, first_at, last_at, same_key, visit, named_at)
         VALUES (?, ?, ?, ?, 0, 0, ?, ?, ?, ?, ?)`,
        [
          ...[one.channel, one.address, id, one.name, body.createdAt, body.createdAt],
          ...[one.namedAt === null ? key : '', one.visit, one.namedAt],
        ],
      );
      continue;
    }
    db.run(
      'UPDATE identity SET customer_id = ?, name = ?, same_key = ?, visit = ?, named_at = ? WHERE num = ?',
      [...[id, one.name, one.namedAt === null ? key : '', one.visit, one.namedAt, known.num]],
    );
  }
  inOrder(db, body);
  for (const { channel, address } of body.identities) {
    db.run(
      'UPDATE conversation SET customer_id = ? WHERE channel = ? AND customer_address = ? AND customer_id <> ?',
      [id, channel, address, id],
    );
  }
};

/** Whose name is shown follows from the order of addresses, so that is the same on all devices. */
const inOrder = (db: WritableDb, { identities }: Body): void => {
  const nums = identities.map((one) => rowOf(db, one)?.num ?? 0);
  if (nums.every((num, place) => place === 0 || num > (nums[place - 1] ?? 0))) return;
  const last = db.get<{ num: number }>('SELECT ifnull(max(num), 0) AS num FROM identity')?.num ?? 0;
  for (const [place, num] of nums.entries()) {
    db.run('DELETE FROM identity_search WHERE rowid = ?', [num]);
    db.run('UPDATE identity SET num = ? WHERE num = ?', [last + 1 + place, num]);
  }
};

/** What follows from a customer's rows once those of others are there too: the name that is shown, search, the clock. */
export const finishCustomer = (db: WritableDb, id: CustomerId): void => {
  showCustomer(db, id);
  indexIdentities(db, id);
  recountCustomerClock(db, id);
};
