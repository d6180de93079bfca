import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verify } from '#main/engine/store/verify.ts';
import type { ConversationId, MemberId } from '#shared/kit/brand.ts';
import { item } from '#test/support/store/letters.ts';
import { enrol, makeDevice } from '#test/support/team/device.ts';
import type { Device } from '#test/support/team/device.ts';
import { differences } from '#test/support/team/differences.ts';
import { Exchange } from '#test/support/team/exchange.ts';

const limits = { documents: 20, events: 15, characters: 40_000 };

let exchange: Exchange;
let ana: Device;
let bo: Device;

beforeEach(() => {
  exchange = new Exchange();
  enrol(exchange, [
    { id: 'member-ana' as MemberId, name: 'Ana', role: 'admin' },
    { id: 'member-bo' as MemberId, name: 'Bo', role: 'agent' },
  ]);
  ana = makeDevice(exchange, 'ana');
  bo = makeDevice(exchange, 'bo');
});

afterEach(() => {
  ana.close();
  bo.close();
});

/** Pushes everything in pushes no larger than asked, and has the other device follow each of them. */
const pushAll = (): { readonly documents: number; readonly events: number }[] => {
  const sizes: { documents: number; events: number }[] = [];
  for (let round = 0; round < 200; round += 1) {
    const push = ana.run('team.beginPush', { limits }).output;
    if (push === null) return sizes;
    sizes.push({ documents: push.documents.length, events: push.events.length });
    const answer = exchange.push(push);
    if (answer.kind !== 'accepted') throw new Error(answer.kind);
    ana.run('team.pushed', { push: push.id, answer });
    bo.pull();
  }
  throw new Error('pushes without end');
};

const expectWhole = (): void => {
  bo.sync();
  expect(differences(exchange, ana)).toEqual([]);
  expect(differences(exchange, bo)).toEqual([]);
  expect(ana.workspace.db.get('SELECT count(*) AS n FROM team_change')).toEqual({ n: 0 });
  expect(ana.workspace.db.get('SELECT count(*) AS n FROM team_op')).toEqual({ n: 0 });
  bo.run('search.index', { limit: 500 });
  const { reader, vault } = bo.workspace;
  expect(verify(reader, vault, { everyNthBlob: 1 }).problems).toEqual([]);
};

const long = (count: number) =>
  Array.from({ length: count }, (_, place) =>
    item({ id: `m${String(place)}`, parents: place === 0 ? [] : ['m0'] }),
  );

describe('what is too much for one push', () => {
  it('is told in parts: a conversation with hundreds of messages that was here before the team', () => {
    ana.ingest(long(120));
    ana.join();
    bo.join();
    ana.pull();
    bo.pull();
    const sizes = pushAll();
    expect(sizes.length).toBeGreaterThan(6);
    for (const { documents, events } of sizes) {
      expect(documents).toBeLessThanOrEqual(limits.documents);
      expect(events).toBeLessThanOrEqual(limits.events);
    }
    expectWhole();
  });

  it('is told in parts: mails taken in one after the other, and work on all of them at once', () => {
    ana.join();
    bo.join();
    ana.sync();
    bo.sync();
    const people = Array.from({ length: 40 }, (_, place) =>
      item({ id: `p${String(place)}`, from: { name: '', address: `p${String(place)}@customer.example` } }),
    );
    ana.ingest([...long(60), ...people]);
    const ids = ana.workspace.db
      .all<{ id: ConversationId }>('SELECT id FROM conversation')
      .map(({ id }) => id);
    ana.run('conversation.claim', { ids });
    const sizes = pushAll();
    for (const { documents } of sizes) expect(documents).toBeLessThanOrEqual(limits.documents + 2);
    expectWhole();
  });

  it('stays whole where a colleague changes it between two parts', () => {
    ana.join();
    bo.join();
    ana.sync();
    bo.sync();
    ana.ingest(long(60));
    const push = ana.run('team.beginPush', { limits }).output;
    if (push === null) throw new Error('nothing to push');
    const answer = exchange.push(push);
    if (answer.kind !== 'accepted') throw new Error(answer.kind);
    ana.run('team.pushed', { push: push.id, answer });
    bo.sync();
    const { id } = bo.workspace.db.get<{ id: ConversationId }>('SELECT id FROM conversation') ?? {
      id: '' as ConversationId,
    };
    bo.run('note.add', { conversation: id, text: 'In between', mentions: [] });
    bo.sync();
    ana.sync();
    bo.sync();
    expectWhole();
    expect(ana.workspace.db.get('SELECT count(*) AS n FROM message')).toEqual({ n: 60 });
    const received = exchange.events.filter(({ kind }) => kind === 'message.received');
    expect(new Set(received.map(({ payload }) => payload['message'])).size).toBe(received.length);
  });
});
