import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InboundFact } from '#main/channels/kit/inbound.ts';
import type { ParsedItem } from '#main/engine/ingest/parsed-item.ts';
import { verify } from '#main/engine/store/verify.ts';
import type { ConversationId, MemberId } from '#shared/kit/brand.ts';
import { item } from '#test/support/store/letters.ts';
import { startDraft } from '#test/support/store/team.ts';
import { present } from '#test/support/store/workspace.ts';
import { differences } from '#test/support/team/differences.ts';
import { enrol, makeDevice } from '#test/support/team/device.ts';
import type { Device } from '#test/support/team/device.ts';
import { Exchange } from '#test/support/team/exchange.ts';

const minute = 60_000;
const pat = { name: 'Pat', address: 'pat@chat.example' };
const us = { name: '', address: 'shop@chat.example' };

let exchange: Exchange;
let ana: Device;
let bo: Device;

beforeEach(() => {
  exchange = new Exchange();
  enrol(exchange, [
    { id: 'member-ana' as MemberId, name: 'Ana', role: 'lead' },
    { id: 'member-bo' as MemberId, name: 'Bo', role: 'agent' },
  ]);
  ana = makeDevice(exchange, 'ana');
  bo = makeDevice(exchange, 'bo');
  for (const device of [ana, bo]) {
    device.join();
    device.sync();
  }
});

afterEach(() => {
  ana.close();
  bo.close();
});

/** Everything is told and written on both sides, and reads the same there. */
const expectSame = (): void => {
  for (const device of [ana, bo, ana]) device.sync();
  for (const device of [ana, bo]) {
    device.run('search.index', { limit: 500 });
    expect(differences(exchange, device)).toEqual([]);
    const { reader, vault } = device.workspace;
    expect(verify(reader, vault, { everyNthBlob: 1 }).problems).toEqual([]);
  }
};

const said = (id: string, facts: Partial<Parameters<typeof item>[0]> = {}): ParsedItem => {
  const out = facts.direction === 'out';
  const made = item({ name: `name of ${id}`, from: out ? us : pat, to: [out ? pat : us], ...facts, id });
  if (made.result.kind !== 'message') throw new Error('not a message');
  return { ...made, result: { ...made.result, thread: { self: null, parents: [], room: pat.address } } };
};

const fact = (told: InboundFact): ParsedItem => ({
  ...{ key: told.key, seen: false, answered: false, partial: false, size: 1 },
  bytes: new Uint8Array([1]),
  result: told,
});

const chat = (device: Device, ...items: readonly ParsedItem[]): void => {
  device.ingest(items, { channel: 'chat', own: [us.address] });
};

const about = { name: 'name of a' };
const at = present + minute;

describe('a message in another workspace', () => {
  it('has every version, reaction, receipt and removal', () => {
    chat(ana, said('a', { text: 'I need ten' }), said('b', { direction: 'out' }));
    chat(
      ana,
      fact({
        kind: 'edit',
        key: 'e',
        about,
        version: '2',
        at,
        text: 'Twelve',
        snippet: 'Twelve',
        html: '<b>Twelve</b>',
      }),
      fact({ kind: 'reaction', key: 'r', about, by: pat, emoji: '👍', on: true, at }),
      fact({ kind: 'receipt', key: 'd', about: { name: 'name of b' }, level: 'read', at, upTo: false }),
      fact({ kind: 'remove', key: 'x', about, at: at + minute }),
    );
    expectSame();
    expect(bo.workspace.db.all('SELECT version, text FROM message_version')).toEqual([
      { version: '', text: 'I need ten' },
    ]);
  });

  it('keeps what both devices were told of it at the same time', () => {
    chat(ana, said('a', { text: 'I need ten' }));
    ana.sync();
    bo.sync();
    chat(ana, fact({ kind: 'reaction', key: 'r', about, by: pat, emoji: '👍', on: true, at }));
    chat(
      bo,
      fact({
        kind: 'edit',
        key: 'e',
        about,
        version: '2',
        at,
        text: 'Twelve',
        snippet: 'Twelve',
        html: null,
      }),
    );
    expectSame();
    expect(ana.workspace.db.get('SELECT text FROM message_text')).toEqual({ text: 'Twelve' });
    expect(bo.workspace.db.get('SELECT emoji FROM reaction')).toEqual({ emoji: '👍' });
  });

  it('has its files by name and content, and where a colleague has the bytes says so', () => {
    const part = {
      ...{ part: '2', name: 'invoice.pdf', mimeType: 'application/pdf', size: 12, contentId: null },
      ...{ inline: false, kind: 'file' as const },
    };
    ana.ingest([item({ id: 'm1', parts: [part] })]);
    expectSame();
    expect(bo.workspace.db.get('SELECT name, blob FROM attachment')).toEqual({
      name: 'invoice.pdf',
      blob: null,
    });
    expect(bo.workspace.db.get('SELECT source FROM message')).toEqual({ source: null });
    expect(bo.workspace.db.all("SELECT hash FROM team_blob WHERE part = ''")).toHaveLength(1);
    expect(ana.workspace.db.all('SELECT hash FROM team_blob')).toEqual([]);
  });

  it('is unread there when it is news, and was read when it was old before that device came', () => {
    const day = 24 * 60 * minute;
    ana.ingest([item({ id: 'm1', at: present - 5 * day }), item({ id: 'm2', at: present + minute })]);
    expectSame();
    expect(bo.workspace.db.all('SELECT seen FROM message ORDER BY at')).toEqual([{ seen: 1 }, { seen: 0 }]);
  });

  it('is found by its words', () => {
    ana.ingest([item({ id: 'm1', text: 'The lamp is broken' })]);
    expectSame();
    expect(
      bo.workspace.db.all("SELECT rowid FROM message_search_1 WHERE message_search_1 MATCH 'lamp'"),
    ).toHaveLength(1);
  });
});

describe('a customer in another workspace', () => {
  it('has the address that they named, also where somebody else met it as a stranger', () => {
    chat(ana, said('a'));
    ana.sync();
    bo.sync();
    const named = { channel: 'email', address: 'pat@home.example', at };
    chat(ana, fact({ kind: 'contact', key: 'c', room: pat.address, person: pat, ...named }));
    bo.ingest([item({ id: 'm1', from: { name: 'Pat', address: 'pat@home.example' } })]);
    expectSame();
    expect(bo.workspace.db.all('SELECT DISTINCT c.customer_id AS id FROM conversation c')).toHaveLength(1);
  });
});

describe('a merge in another workspace', () => {
  it('takes a draft that was typed there along, and back again', () => {
    ana.ingest([item({ id: 'm1' }), item({ id: 'm2', subject: 'Another matter' })]);
    expectSame();
    const ids = ana.workspace.db
      .all<{ id: ConversationId }>('SELECT id FROM conversation ORDER BY num')
      .map(({ id }) => id);
    const typed = bo.workspace.db.get<{ id: ConversationId }>(
      'SELECT id FROM conversation WHERE subject LIKE ?',
      ['Another%'],
    );
    if (typed === undefined) throw new Error('two conversations expected');
    startDraft(bo.run, bo.account, typed.id, { id: 'draft-1', html: '<p>Half</p>' });
    const draftIn = (): unknown =>
      bo.workspace.db.get(
        'SELECT c.subject, c.status FROM draft d JOIN conversation c ON c.num = d.conversation_num',
      );
    const merged = ana.run('conversation.merge', { ids }).output;
    expectSame();
    expect(bo.workspace.db.all("SELECT id FROM conversation WHERE status = 'merged'")).toHaveLength(1);
    expect(draftIn()).toMatchObject({ status: 'open' });
    if (!merged.ok) throw new Error('not merged');
    bo.run('conversation.undo', { undo: merged.value.undo });
    expectSame();
    expect(ana.workspace.db.all("SELECT id FROM conversation WHERE status = 'merged'")).toEqual([]);
    expect(draftIn()).toEqual({ subject: 'Another matter', status: 'open' });
  });
});
