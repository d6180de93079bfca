import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusalsOf } from '#main/engine/store/team/refusals.ts';
import { customersErased } from '#main/engine/store/erase/team-tombstones.ts';
import { verify } from '#main/engine/store/verify.ts';
import type { ConversationId, MemberId } from '#shared/kit/brand.ts';
import { item } from '#test/support/store/letters.ts';
import { present } from '#test/support/store/workspace.ts';
import { enrol, makeDevice } from '#test/support/team/device.ts';
import type { Device } from '#test/support/team/device.ts';
import { Exchange } from '#test/support/team/exchange.ts';

const erika = { name: 'Erika', address: 'erika@gone.example' };
const bob = { name: 'Bob', address: 'bob@stays.example' };
const salt = 'a salt of the team';
const erasedAt = present + 60_000;

let exchange: Exchange;
let device: Device;

const db = () => device.workspace.db;
const hashOf = (word: string): string =>
  createHash('sha256').update(`${salt}:${word}`).digest('hex').slice(0, 32);

const ids = (sql: string): readonly string[] =>
  db()
    .all<{ id: string }>(sql)
    .map(({ id }) => id);
const subjects = (): readonly string[] =>
  db()
    .all<{ subject: string }>('SELECT subject FROM message ORDER BY subject')
    .map(({ subject }) => subject);

const placeOf = (subject: string): ConversationId =>
  db().get<{ id: ConversationId }>(
    'SELECT c.id FROM message m JOIN conversation c ON c.num = m.conversation_num WHERE m.subject = ?',
    [subject],
  )?.id ?? expect.unreachable(`no message ${subject}`);

const customerOf = (address: string): string =>
  db().get<{ id: string }>('SELECT customer_id AS id FROM identity WHERE address = ?', [address])?.id ?? '';

/** What the team's database would tell of Erika: her conversation, what she wrote in Bob's, and herself. */
const hear = (seq = 10): void => {
  const gone = ids(`SELECT id FROM message WHERE subject IN ('Of Erika', 'More', 'In Bob''s')`);
  const rows = [
    ...gone.map((id) => ({ hash: hashOf(`id:${id}`), kind: 'message' as const })),
    { hash: hashOf(`conversation:${placeOf('Of Erika')}`), kind: 'conversation' as const },
    { hash: hashOf(`customer:${customerOf(erika.address)}`), kind: 'customer' as const },
  ];
  device.run('team.tombstones', { salt, erasure: 'erasure', rows });
  device.run('team.erase', {
    erasure: {
      ...{ id: 'erasure', seq, reason: 'request', member: 'member-lea' as MemberId, at: erasedAt },
      ...{ conversations: 1, messages: 3, files: 0 },
    },
    quarantine: [],
  });
};

const step = (): boolean => {
  const { output } = device.run('erasure.step', {});
  if (output === 'pages') device.run('erasure.finish', {});
  return output !== 'nothing';
};

beforeEach(() => {
  exchange = new Exchange();
  enrol(exchange, [
    { id: 'member-one' as MemberId, name: 'One', role: 'agent' },
    { id: 'member-lea' as MemberId, name: 'Lea', role: 'lead' },
  ]);
  device = makeDevice(exchange, 'one');
  device.join();
  device.sync();
  device.ingest([
    item({ id: 'e1', from: erika, subject: 'Of Erika' }),
    item({ id: 'e2', from: erika, subject: 'More', parents: ['e1'] }),
    item({ id: 'b1', from: bob, subject: 'Of Bob', cc: [erika] }),
    item({ id: 'e3', from: erika, subject: "In Bob's", parents: ['b1'] }),
  ]);
  device.sync();
});
afterEach(() => {
  expect(verify(device.workspace.reader, device.workspace.vault, { everyNthBlob: 1 }).problems).toEqual([]);
  device.close();
});

describe('what the team erased, on a device', () => {
  it('goes whole, is told to nobody as a change of ours, and is not written again', () => {
    const page = exchange.fetch(exchange.documents);
    hear();
    while (step());
    expect(subjects()).toEqual(['Of Bob']);
    expect(customerOf(erika.address)).toBe('');
    expect(ids('SELECT id FROM customer')).toEqual([customerOf(bob.address)]);
    expect(db().all('SELECT * FROM team_change')).toEqual([]);
    expect(JSON.stringify(db().all('SELECT * FROM team_sent'))).not.toContain(erika.address);
    device.run('team.apply', { ...page, upTo: null });
    expect(subjects()).toEqual(['Of Bob']);
    device.ingest([item({ id: 'e1', from: erika, subject: 'Of Erika' })]);
    expect(subjects()).toEqual(['Of Bob']);
  });

  it('is the same wherever the work is broken off, and however often it is heard of', () => {
    hear();
    const names = new Set<string>();
    do {
      names.add(
        db().get<{ step: string }>("SELECT step FROM erasure WHERE id = 'erasure' AND done_at IS NULL")
          ?.step ?? 'done',
      );
      expect(device.run('team.beginErasing', {}).output).toBe(names.size === 1);
      device.run('team.erase', {
        erasure: {
          ...{ id: 'erasure', seq: 10, reason: 'request', member: null, at: erasedAt },
          ...{ conversations: 1, messages: 3, files: 0 },
        },
        quarantine: [],
      });
    } while (step());
    expect([...names]).toContain('conversations');
    expect(subjects()).toEqual(['Of Bob']);
  });

  it('leaves whoever writes anew while it goes on: they are met anew, under the id that follows from the address', () => {
    const id = customerOf(erika.address);
    const was = placeOf('Of Erika');
    hear();
    device.ingest([item({ id: 'e4', from: erika, subject: 'Anew', parents: ['e2'], at: erasedAt + 60_000 })]);
    expect(placeOf('Anew')).toBe(was);
    device.run('team.beginErasing', {});
    expect(customerOf(erika.address)).toBe(id);
    expect(placeOf('Anew')).not.toBe(was);
    device.ingest([item({ id: 'e5', from: erika, subject: 'Once more', at: erasedAt + 120_000 })]);
    while (step());
    expect(subjects()).toEqual(['Anew', 'Of Bob', 'Once more']);
    expect(customerOf(erika.address)).toBe(id);
    expect(customersErased(db(), 'erasure')).toEqual([id]);
    expect(
      db()
        .all<{ id: string }>("SELECT DISTINCT id FROM team_change WHERE kind = 'message'")
        .map((one) => one.id)
        .sort(),
    ).toEqual([...ids("SELECT id FROM message WHERE subject IN ('Anew', 'Once more')")].sort());
  });

  it('says what was typed and not told, without its words', () => {
    const conversation = placeOf('Of Erika');
    device.run('note.add', { conversation, text: 'a secret of Erika', mentions: [] });
    hear();
    while (step());
    expect(refusalsOf(db(), null)).toMatchObject([
      { tried: 'draft.typed', why: 'erased', by: { name: 'Lea' }, words: '', conversation: null },
    ]);
    for (const table of ['team_op', 'team_sent', 'team_refusal', 'event', 'team_push'])
      expect(JSON.stringify(db().all(`SELECT * FROM ${table}`)), table).not.toContain('secret');
  });
});
