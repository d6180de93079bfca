import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allRefusals, refusalsOf } from '#main/engine/store/team/refusals.ts';
import { isPending } from '#main/engine/store/team/pending.ts';
import { verify } from '#main/engine/store/verify.ts';
import type { ConversationId, CustomerId, MemberId, OutboxId } from '#shared/kit/brand.ts';
import { item } from '#test/support/store/letters.ts';
import { told } from '#test/support/store/look.ts';
import { queueDraft, startDraft } from '#test/support/store/team.ts';
import { enrol, makeDevice } from '#test/support/team/device.ts';
import type { Device } from '#test/support/team/device.ts';
import { differences } from '#test/support/team/differences.ts';
import { Exchange } from '#test/support/team/exchange.ts';

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
});

afterEach(() => {
  ana.close();
  bo.close();
});

const joinBoth = (): void => {
  ana.join();
  bo.join();
  ana.sync();
  bo.sync();
  ana.sync();
};

const only = ({ workspace }: Device): ConversationId => {
  const rows = workspace.db.all<{ id: ConversationId }>(
    "SELECT id FROM conversation WHERE status <> 'merged'",
  );
  const [row] = rows;
  if (row === undefined || rows.length > 1) throw new Error(`${String(rows.length)} conversations`);
  return row.id;
};

const ownerOn = ({ workspace }: Device, id: ConversationId): string | null | undefined =>
  workspace.db.get<{ owner: string | null }>('SELECT owner_id AS owner FROM conversation WHERE id = ?', [id])
    ?.owner;

/** Every document that the team has is the same on this device, word for word. */
const expectSame = (device: Device): void => {
  expect(differences(exchange, device)).toEqual([]);
};

const expectSound = (device: Device): void => {
  const { reader, vault } = device.workspace;
  device.run('search.index', { limit: 500 });
  expect(verify(reader, vault, { everyNthBlob: 1 }).problems).toEqual([]);
};

describe('two devices of a team', () => {
  it('show a mail that one of them took in on the other', () => {
    joinBoth();
    ana.ingest([item({ id: 'm1' }), item({ id: 'm2', parents: ['m1'] })]);
    ana.sync();
    bo.sync();
    expect(told(bo.workspace, only(bo))).toEqual(told(ana.workspace, only(ana)));
    expectSame(ana);
    expectSame(bo);
    expectSound(bo);
  });

  it('open one conversation when both take in the same mail', () => {
    joinBoth();
    ana.ingest([item({ id: 'm1' })]);
    bo.ingest([item({ id: 'm1' }), item({ id: 'm2', parents: ['m1'] })]);
    ana.sync();
    bo.sync();
    ana.sync();
    expect(only(ana)).toBe(only(bo));
    expect(told(ana.workspace, only(ana))).toEqual(told(bo.workspace, only(bo)));
    expectSame(ana);
    expectSame(bo);
    expectSound(ana);
    expectSound(bo);
  });

  it('have one winner where both claim, and the other is told who was first and when', () => {
    joinBoth();
    ana.ingest([item({ id: 'm1' })]);
    ana.sync();
    bo.sync();
    const id = only(ana);
    ana.run('conversation.claim', { ids: [id] });
    bo.run('conversation.claim', { ids: [id] });
    expect(isPending(bo.workspace.db, id)).toBe(true);
    ana.sync();
    bo.sync();
    expect([ownerOn(ana, id), ownerOn(bo, id)]).toEqual(['member-ana', 'member-ana']);
    expect(refusalsOf(bo.workspace.db, id)).toMatchObject([
      { tried: 'conversation.claim', why: 'owned', owner: { name: 'Ana' }, by: { name: 'Ana' } },
    ]);
    const [refusal] = allRefusals(bo.workspace.db);
    bo.run('team.closeRefusal', { id: refusal?.id ?? '' });
    expect(allRefusals(bo.workspace.db)).toEqual([]);
    expectSame(bo);
    expectSound(bo);
  });

  it('keep a note that was written while somebody else claimed', () => {
    joinBoth();
    ana.ingest([item({ id: 'm1' })]);
    ana.sync();
    bo.sync();
    const id = only(ana);
    bo.run('note.add', { conversation: id, text: 'Look at the invoice', mentions: [] });
    ana.run('conversation.claim', { ids: [id] });
    ana.sync();
    bo.sync();
    ana.sync();
    const kinds = exchange.events.filter(({ stream }) => stream === id).map(({ kind }) => kind);
    expect(kinds.slice(-2)).toEqual(['conversation.claimed', 'note.added']);
    expect(allRefusals(bo.workspace.db)).toEqual([]);
    expectSame(ana);
    expectSame(bo);
  });

  it('take a note along to the conversation in which a message turns out to be', () => {
    joinBoth();
    ana.ingest([item({ id: 'm1' }), item({ id: 'm2', parents: ['m1'] })]);
    bo.ingest([item({ id: 'm2', parents: ['m1'] })]);
    bo.run('note.add', { conversation: only(bo), text: 'Hold on', mentions: [] });
    startDraft(bo.run, bo.account, only(bo), { id: 'draft-1', html: '<p>Half</p>' });
    ana.sync();
    bo.sync();
    ana.sync();
    expect(only(ana)).toBe(only(bo));
    expect(told(ana.workspace, only(ana))).toContain('note.added');
    expect(
      bo.workspace.db.get('SELECT c.id FROM draft d JOIN conversation c ON c.num = d.conversation_num'),
    ).toEqual({ id: only(ana) });
    expectSame(ana);
    expectSame(bo);
    expectSound(bo);
  });

  it('give a reply back as a draft where the customer wrote before the team had it', () => {
    joinBoth();
    ana.ingest([item({ id: 'm1' })]);
    ana.sync();
    bo.sync();
    const id = only(bo);
    const draft = startDraft(bo.run, bo.account, id, { id: 'draft-1', html: '<p>Tomorrow</p>' });
    const outbox = 'outbox-1' as OutboxId;
    const queued = queueDraft(bo.run, bo.account, draft, { outbox, at: bo.workspace.clock.now, seenRev: 99 });
    expect(queued.ok).toBe(true);
    // It does not leave before the team has it.
    expect(bo.run('outbox.begin', { id: outbox }).output).toBeNull();
    ana.ingest([item({ id: 'm2', parents: ['m1'] })]);
    ana.sync();
    bo.sync();
    ana.sync();
    expect(refusalsOf(bo.workspace.db, id)).toMatchObject([{ tried: 'reply', why: 'stale' }]);
    expect(bo.workspace.db.get('SELECT count(*) AS n FROM outbox')).toEqual({ n: 0 });
    expect(bo.workspace.db.get('SELECT html FROM draft')).toEqual({ html: '<p>Tomorrow</p>' });
    expect(exchange.events.some(({ kind }) => kind === 'reply.queued')).toBe(false);
    expectSame(ana);
    expectSame(bo);
    expectSound(bo);
  });

  it('let a reply leave once the team has it, also after somebody else did something beside', () => {
    joinBoth();
    ana.ingest([item({ id: 'm1' })]);
    ana.sync();
    bo.sync();
    const id = only(bo);
    const draft = startDraft(bo.run, bo.account, id, { id: 'draft-1', html: '<p>Tomorrow</p>' });
    const outbox = 'outbox-1' as OutboxId;
    queueDraft(bo.run, bo.account, draft, { outbox, at: bo.workspace.clock.now, seenRev: 99 });
    ana.run('conversation.tag', { ids: [id], add: ['late'], remove: [] });
    ana.sync();
    bo.sync();
    expect(bo.run('outbox.begin', { id: outbox }).output).toMatchObject({ id: outbox });
    bo.run('outbox.step', { id: outbox, step: { kind: 'sent', externalId: null } });
    bo.sync();
    ana.sync();
    expect(told(ana.workspace, id)).toEqual(told(bo.workspace, id));
    expectSame(ana);
    expectSame(bo);
    expectSound(ana);
    expectSound(bo);
  });

  it('do nothing twice when the answer to a push was lost', () => {
    joinBoth();
    ana.ingest([item({ id: 'm1' })]);
    ana.sync();
    bo.sync();
    ana.run('conversation.claim', { ids: [only(ana)] });
    expect(ana.push({ lost: true })).toBe('lost');
    bo.pull();
    ana.pull();
    ana.run('note.add', { conversation: only(ana), text: 'Mine', mentions: [] });
    ana.sync();
    bo.sync();
    expect(allRefusals(ana.workspace.db)).toEqual([]);
    expectSame(ana);
    expectSame(bo);
  });

  it('share customers, snippets and targets', () => {
    joinBoth();
    ana.ingest([item({ id: 'm1' }), item({ id: 'm2', from: { name: 'Pat', address: 'pat@x.example' } })]);
    ana.sync();
    bo.sync();
    const [one, other] = bo.workspace.db.all<{ id: CustomerId; rev: number }>(
      'SELECT id, rev FROM customer ORDER BY name',
    );
    if (one === undefined || other === undefined) throw new Error('two customers expected');
    bo.run('customer.update', { id: one.id, seenRev: one.rev, name: 'Ana P.' });
    bo.run('customer.merge', {
      into: { id: one.id, rev: one.rev + 1 },
      from: { id: other.id, rev: other.rev },
      choice: { name: 'into', company: 'into', note: 'both' },
    });
    bo.run('snippet.save', { id: null, snippet: { name: 'Hi', shortcut: 'hi', html: '<p>Hi</p>' } });
    ana.run('customer.update', { id: one.id, seenRev: one.rev, name: 'Ana Pe' });
    ana.sync();
    bo.sync();
    ana.sync();
    expect(allRefusals(bo.workspace.db)).toMatchObject([
      { tried: 'customer.update', why: 'customer-changed' },
    ]);
    expect(ana.workspace.db.get('SELECT name FROM customer WHERE merged_into IS NULL')).toEqual({
      name: 'Ana Pe',
    });
    expectSame(ana);
    expectSame(bo);
    expectSound(ana);
    expectSound(bo);
  });
});

describe('joining with a full workspace', () => {
  it('gives the team everything, the person under their new name', () => {
    ana.ingest([item({ id: 'm1' }), item({ id: 'm2', parents: ['m1'] }), item({ id: 'm3' })]);
    const [first] = ana.workspace.db.all<{ id: ConversationId }>('SELECT id FROM conversation ORDER BY num');
    ana.run('conversation.claim', { ids: first === undefined ? [] : [first.id] });
    ana.join();
    ana.sync();
    bo.join();
    bo.sync();
    expect(ownerOn(bo, first?.id ?? ('' as ConversationId))).toBe('member-ana');
    expectSame(ana);
    expectSame(bo);
    expectSound(ana);
    expectSound(bo);
  });

  it('makes one of what both had before', () => {
    ana.ingest([item({ id: 'm1' }), item({ id: 'm2', parents: ['m1'] })]);
    bo.ingest([item({ id: 'm1' })]);
    joinBoth();
    bo.sync();
    ana.sync();
    expectSame(ana);
    expectSame(bo);
    expect(ana.workspace.db.get('SELECT count(*) AS n FROM customer')).toEqual({ n: 1 });
  });

  it('leaves with everything, alone again, and notes nothing any more', () => {
    joinBoth();
    ana.ingest([item({ id: 'm1' })]);
    ana.sync();
    bo.sync();
    bo.run('team.leave', {});
    bo.run('conversation.claim', { ids: [only(bo)] });
    expect(bo.workspace.db.get('SELECT count(*) AS n FROM team_change')).toEqual({ n: 0 });
    expect(bo.workspace.db.all("SELECT name FROM sqlite_master WHERE name LIKE 'team_notes%'")).toEqual([]);
    expectSound(bo);
  });
});

describe('people alone', () => {
  it('note nothing and have no triggers that would', () => {
    ana.ingest([item({ id: 'm1' })]);
    for (const table of ['team_change', 'team_op', 'team_document']) {
      expect(ana.workspace.db.get(`SELECT count(*) AS n FROM ${table}`)).toEqual({ n: 0 });
    }
    expect(ana.workspace.db.all("SELECT name FROM sqlite_master WHERE name LIKE 'team_notes%'")).toEqual([]);
  });
});

describe('a push that the database will not have', () => {
  it('becomes a refusal, and what is harmless beside it is pushed again', () => {
    joinBoth();
    ana.ingest([item({ id: 'm1' })]);
    ana.sync();
    bo.sync();
    const id = only(bo);
    bo.run('conversation.claim', { ids: [id] });
    bo.run('note.add', { conversation: id, text: 'Please look', mentions: [] });
    const push = bo.run('team.beginPush', {}).output;
    if (push === null) throw new Error('nothing to push');
    const keys = push.documents.map(({ kind, id: of }) => ({ kind, id: of }));
    const { documents, events } = exchange.fetch(keys);
    const refused = { reason: 'leads-only' as const, key: { kind: 'conversation' as const, id } };
    expect(bo.run('team.rebase', { documents, events, keys, answered: push.id, refused }).output).toEqual({
      kind: 'done',
      refused: 1,
      banned: 1,
    });
    bo.sync();
    expect(refusalsOf(bo.workspace.db, id)).toMatchObject([
      { tried: 'conversation.claim', why: 'leads-only' },
    ]);
    expect(exchange.events.map(({ kind }) => kind)).toContain('note.added');
    expect(exchange.events.map(({ kind }) => kind)).not.toContain('conversation.claimed');
    expectSame(bo);
    expectSound(bo);
  });

  it('is asked for first where its end is not known', () => {
    joinBoth();
    ana.ingest([item({ id: 'm1' })]);
    ana.push({ lost: true });
    const { keys } = { keys: [{ kind: 'conversation' as const, id: only(ana) }] };
    expect(
      ana.run('team.rebase', { documents: [], events: [], keys, answered: null, refused: null }).output,
    ).toEqual({ kind: 'push-first' });
    expect(ana.run('team.beginPush', {}).output).toEqual(ana.run('team.beginPush', {}).output);
  });
});
