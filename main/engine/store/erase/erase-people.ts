import { comparable } from '#shared/domain/contact/address.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import type { SqlValue } from '../driver.ts';
import { recountCustomerClock } from '../project/save-state.ts';
import { eraseDraft } from './erase-conversation.ts';
import type { Erasing } from './erase-message.ts';
import { addressesOfErasure } from './elsewhere.ts';
import { customersOf } from './erasure-rows.ts';
import type { ErasureReason } from './erasure-rows.ts';
import { addressesOf, wholeCustomer } from './scope.ts';
import type { Address } from './scope.ts';

/** Erases what is known of the customers themselves, once nothing of theirs is left; what stays of others loses their addresses. */
export const erasePeople = (erasing: Erasing, reason: ErasureReason): void => {
  const { db, erasure } = erasing;
  if (reason === 'retention') nothingLeft(erasing);
  const customers = customersOf(db, erasure);
  const addresses = addressesOfErasure(erasing);
  for (const address of addresses) eraseAddress(erasing, address);
  eraseNewDrafts(erasing, addresses);
  for (const customer of customers) giveAway(erasing, customer, customers);
  for (const customer of customers) eraseCustomer(erasing, customer);
  db.run('DELETE FROM erasure_address WHERE erasure = ?', [erasure]);
};

/** Of the customers whose conversations had their time: those go who have none any more. */
const nothingLeft = ({ db, erasure }: Erasing): void => {
  for (const customer of customersOf(db, erasure)) {
    const whole = wholeCustomer(db, customer as CustomerId);
    const has = db.get(
      `SELECT 1 AS yes FROM conversation WHERE customer_id IN (SELECT value FROM json_each(?)) LIMIT 1`,
      [JSON.stringify(whole)],
    );
    if (has !== undefined) {
      db.run('DELETE FROM erasure_customer WHERE erasure = ? AND customer = ?', [erasure, customer]);
      continue;
    }
    for (const one of whole)
      db.run('INSERT OR IGNORE INTO erasure_customer (erasure, customer) VALUES (?, ?)', [erasure, one]);
    for (const { channel, address } of addressesOf(db, whole)) {
      db.run('INSERT OR IGNORE INTO erasure_address (erasure, channel, address) VALUES (?, ?, ?)', [
        ...[erasure, channel, address],
      ]);
    }
  }
};

/** Lets an address mean nobody any more, so that who writes from it is met anew; done first of all. */
export const forgetIdentity = ({ db }: Pick<Erasing, 'db'>, { channel, address }: Address): void => {
  const row = db.get<{ num: number }>('SELECT num FROM identity WHERE channel = ? AND address = ?', [
    channel,
    address,
  ]);
  if (row === undefined) return;
  db.run('DELETE FROM identity_search WHERE rowid = ?', [row.num]);
  db.run('DELETE FROM identity WHERE num = ?', [row.num]);
};

const eraseAddress = (erasing: Erasing, { channel, address }: Address): void => {
  const { db } = erasing;
  const quoted = JSON.stringify(address).toLowerCase();
  db.run('DELETE FROM named_address WHERE address = ? AND channel = ?', [address, channel]);
  db.run(
    `DELETE FROM reaction WHERE lower(trim(address)) = ?
       AND EXISTS (SELECT 1 FROM message m WHERE m.seq = reaction.seq AND m.channel = ?)`,
    [address, channel],
  );
  // As a whole: an address may be a short number.
  db.run('DELETE FROM parked_fact WHERE instr(lower(fact), ?) > 0', [quoted]);
  for (const [kind, field] of [
    ['contact.named', 'address'],
    ['reply.bounced', 'recipient'],
  ] as const) {
    db.run(
      `UPDATE event SET payload = json_set(payload, '$.${field}', '') WHERE kind = '${kind}'
         AND lower(trim(json_extract(payload, '$.${field}'))) = ?`,
      [address],
    );
  }
  db.run('UPDATE message SET bounced = NULL WHERE bounced IS NOT NULL AND instr(lower(bounced), ?) > 0', [
    quoted,
  ]);
  renameInLogs(erasing, { channel, address });
};

/**
 * An address that was another customer's for a while is in their log too: there it gets a name that says nothing. Whoever
 * has it by now, because they wrote since, keeps it.
 */
const renameInLogs = ({ db, erasure }: Erasing, { channel, address }: Address): void => {
  const pair = (word: string): string => JSON.stringify({ channel, address: word }).slice(1, -1);
  db.run(
    `UPDATE customer_event SET payload = replace(payload, $pair, $instead) WHERE instr(payload, $pair) > 0
       AND customer_id NOT IN (SELECT customer FROM erasure_customer WHERE erasure = $erasure)
       AND customer_id NOT IN (SELECT customer_id FROM identity WHERE channel = $channel AND address = $address)`,
    { pair: pair(address), instead: pair(`erased ${erasure}`), erasure, channel, address },
  );
};

/** Drafts of new messages that go to nobody else. */
const eraseNewDrafts = (erasing: Erasing, addresses: readonly Address[]): void => {
  const theirs = new Set(addresses.map(({ address }) => address));
  const rows = erasing.db.all<{ id: string; address: string }>(
    `SELECT d.id, json_extract(p.value, '$.address') AS address
     FROM draft d, json_each(d.recipients) l, json_each(l.value) p WHERE d.conversation_num IS NULL`,
  );
  const drafts = new Map<string, string[]>();
  for (const { id, address } of rows) drafts.set(id, [...(drafts.get(id) ?? []), comparable(address)]);
  for (const [id, all] of drafts) if (all.every((one) => theirs.has(one))) eraseDraft(erasing, id);
};

type Place = { readonly num: number; readonly channel: string; readonly merged_into: string | null };

/** Conversations that stay are with whoever else wrote in them first, and those without a word with whom they became part of. */
const giveAway = ({ db }: Erasing, customer: string, erased: readonly string[]): void => {
  const rows = db.all<Place>(
    'SELECT num, channel, merged_into FROM conversation WHERE customer_id = ? ORDER BY merged_into IS NOT NULL, num',
    [customer],
  );
  for (const { num, merged_into } of rows) {
    const other = db.get<{ id: string; address: string }>(
      `SELECT i.customer_id AS id, i.address FROM message m
         JOIN identity i ON i.channel = m.channel AND i.address = lower(trim(m.from_address))
         WHERE m.conversation_num = ? AND m.direction = 'in' ORDER BY m.at, m.id LIMIT 1`,
      [num],
    ) ?? { id: survivorsCustomer(db, merged_into, erased), address: '' };
    if (other.id === undefined) continue;
    db.run('UPDATE conversation SET customer_id = ?, customer_address = ? WHERE num = ?', [
      ...[other.id, other.address, num],
    ]);
    recountCustomerClock(db, other.id);
  }
};

const survivorsCustomer = (
  db: Erasing['db'],
  into: string | null,
  erased: readonly string[],
): string | undefined => {
  const found = db.get<{ id: string }>(
    `WITH RECURSIVE survivor (id, customer, into_id) AS (
       SELECT id, customer_id, merged_into FROM conversation WHERE id = ?
       UNION SELECT c.id, c.customer_id, c.merged_into FROM conversation c JOIN survivor s ON c.id = s.into_id
     ) SELECT customer AS id FROM survivor
     WHERE customer NOT IN (SELECT value FROM json_each(?)) LIMIT 1`,
    [into, JSON.stringify(erased)],
  );
  return found?.id;
};

const eraseCustomer = ({ db }: Erasing, customer: string): void => {
  const one: readonly SqlValue[] = [customer];
  for (const row of db.all<Address>('SELECT channel, address FROM identity WHERE customer_id = ?', one))
    forgetIdentity({ db }, row);
  for (const table of ['named_address', 'customer_event', 'customer_dismissal'])
    db.run(`DELETE FROM ${table} WHERE customer_id = ?`, one);
  const stays = db.get('SELECT 1 AS yes FROM conversation WHERE customer_id = ? LIMIT 1', one) !== undefined;
  db.run('UPDATE customer SET merged_into = NULL WHERE merged_into = ?', one);
  if (stays) {
    // A log that somebody else's is told from needs a customer; nothing is known of this one.
    db.run(
      `UPDATE customer SET name = '', given_name = NULL, company = '', note = '', same_key = '', rev = 0,
         merged_into = NULL WHERE id = ?`,
      one,
    );
  } else db.run('DELETE FROM customer WHERE id = ?', one);
};
