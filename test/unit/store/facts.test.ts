import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InboundFact } from '#main/channels/kit/inbound.ts';
import type { ParsedItem } from '#main/engine/ingest/parsed-item.ts';
import { customerDetail } from '#main/engine/store/read/customers.ts';
import { suggestedFor } from '#main/engine/store/read/customer-suggestions.ts';
import { versionsOf } from '#main/engine/store/read/message-lookup.ts';
import { verify } from '#main/engine/store/verify.ts';
import type { TimelineItem } from '#shared/contract/conversations.ts';
import type { AccountId, CustomerId, OutboxId } from '#shared/kit/brand.ts';
import { item, support } from '#test/support/store/letters.ts';
import { onlyRow, rowsOf, timelineOf } from '#test/support/store/look.ts';
import { queueDraft, startDraft } from '#test/support/store/team.ts';
import { makeWorkspace, present } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';

const minute = 60_000;
const ana = { name: 'Ana', address: 'ana@chat.example' };
const us = { name: '', address: 'shop@chat.example' };

let workspace: TestWorkspace;
let account: AccountId;

const open = (): void => {
  workspace = makeWorkspace();
  account = workspace.addAccount('shop@chat.example', ['archive']);
  workspace.db.run("UPDATE account SET kind = 'chat' WHERE id = ?", [account]);
  take();
};

const close = (): void => {
  expect(verify(workspace.reader, workspace.vault, { everyNthBlob: 1 }).problems).toEqual([]);
  workspace.close();
};

const take = (...items: readonly ParsedItem[]) =>
  workspace.ingest({
    account,
    channel: 'chat',
    stream: 'archive',
    role: 'all',
    own: [us.address],
    items,
  }).output;

/** A message of Ana's in her chat, or of ours. */
const said = (id: string, facts: Parameters<typeof item>[0] = { id }): ParsedItem => {
  const out = facts.direction === 'out';
  const made = item({ name: `name of ${id}`, from: out ? us : ana, to: [out ? ana : us], ...facts, id });
  if (made.result.kind !== 'message') throw new Error('not a message');
  return { ...made, result: { ...made.result, thread: { self: null, parents: [], room: ana.address } } };
};

const fact = (told: InboundFact): ParsedItem => ({
  key: told.key,
  seen: false,
  answered: false,
  partial: false,
  size: 1,
  bytes: new Uint8Array([1]),
  result: told,
});

const edit = (id: string, version: string, text: string, at = present + minute): ParsedItem =>
  fact({
    kind: 'edit',
    key: `edit ${id} ${version}`,
    about: { name: `name of ${id}` },
    version,
    at,
    text,
    snippet: text,
    html: null,
  });

const messages = (): readonly Extract<TimelineItem, { kind: 'message' }>[] =>
  timelineOf(workspace, onlyRow(workspace).id).flatMap((entry) => (entry.kind === 'message' ? [entry] : []));

const seqOf = (id: string): number =>
  workspace.reader.get<{ seq: number }>('SELECT seq FROM message WHERE name = ?', [`name of ${id}`])?.seq ??
  0;

describe('what a channel says of a message', () => {
  beforeEach(open);
  afterEach(close);

  it('changes its words and keeps those before', () => {
    take(said('a', { id: 'a', text: 'I need ten' }));
    take(edit('a', '1', 'I need twelve'));
    expect(messages()).toMatchObject([{ text: 'I need twelve', editedAt: present + minute }]);
    expect(versionsOf(workspace.reader, seqOf('a'))).toEqual([{ at: present, text: 'I need ten' }]);
    expect(onlyRow(workspace).snippet).toBe('I need twelve');
  });

  it('waits for a message that is not here yet, and is found by its new words', () => {
    take(edit('a', '1', 'I need twelve'));
    expect(rowsOf(workspace)).toEqual([]);
    take(said('a', { id: 'a', text: 'I need ten' }));
    expect(messages()).toMatchObject([{ text: 'I need twelve' }]);
    const found = workspace.reader.all<{ rowid: number }>(
      "SELECT rowid FROM message_search_1 WHERE message_search_1 MATCH 'twelve'",
    );
    expect(found.map(({ rowid }) => rowid)).toEqual([seqOf('a')]);
  });

  it('takes it back without losing what it said, and not from the customer’s wait', () => {
    take(said('a', { id: 'a', text: 'Please call 0123' }));
    take(fact({ kind: 'remove', key: 'r', about: { name: 'name of a' }, at: present + minute }));
    expect(messages()).toMatchObject([{ text: 'Please call 0123', removedAt: present + minute }]);
    expect(onlyRow(workspace)).toMatchObject({ turn: 'ours', snippet: '' });
  });

  it('never speaks of another account’s message by the same name', () => {
    take(said('a', { id: 'a', text: 'Mine' }));
    const other = workspace.addAccount('other@chat.example', ['archive']);
    workspace.ingest({
      account: other,
      channel: 'chat',
      stream: 'archive',
      items: [edit('a', '1', 'Forged')],
    });
    expect(messages()).toMatchObject([{ text: 'Mine', editedAt: null }]);
  });

  it('shows the same whatever the order in which everything is told, and however often', () => {
    const told = [
      said('a', { id: 'a', text: 'first words', at: present }),
      edit('a', '2026-01-15T12:01', 'second words'),
      edit('a', '2026-01-15T12:02', 'third words', present + 2 * minute),
      fact({ kind: 'remove', key: 'x', about: { name: 'name of b' }, at: present + minute }),
      said('b', { id: 'b', text: 'gone soon', at: present + 1 }),
      fact({
        kind: 'reaction',
        key: 'y',
        about: { name: 'name of a' },
        by: ana,
        emoji: '👍',
        on: true,
        at: present,
      }),
      fact({
        kind: 'reaction',
        key: 'z',
        about: { name: 'name of a' },
        by: ana,
        emoji: '👍',
        on: false,
        at: present + 1,
      }),
      fact({
        kind: 'reaction',
        key: 'q',
        about: { name: 'name of b' },
        by: ana,
        emoji: '🎉',
        on: true,
        at: present,
      }),
    ];
    const shown = (order: readonly ParsedItem[]): unknown => {
      open();
      for (const one of order) take(one);
      const made = messages().map(({ text, editedAt, removedAt, reactions }) => ({
        text,
        editedAt,
        removedAt,
        reactions,
      }));
      const versions = versionsOf(workspace.reader, seqOf('a')).map(({ text }) => text);
      close();
      return { made, versions };
    };
    workspace.close();
    const expected = shown(told);
    expect(expected).toMatchObject({
      made: [
        { text: 'third words', reactions: [] },
        { text: 'gone soon', removedAt: present + minute, reactions: [{ emoji: '🎉', by: ['Ana'] }] },
      ],
      versions: ['first words', 'second words'],
    });
    fc.assert(
      fc.property(fc.shuffledSubarray([...told, ...told], { minLength: 2 * told.length }), (order) => {
        expect(shown(order)).toEqual(expected);
      }),
      { numRuns: 25 },
    );
    open();
  });
});

describe('what is told of an answer of ours', () => {
  beforeEach(open);
  afterEach(close);

  const outbox = '01900000-0000-7000-8000-0000000000aa' as OutboxId;
  const answer = (): void => {
    take(said('a'));
    const conversation = onlyRow(workspace).id;
    const draft = startDraft(workspace.run, account, conversation, { id: 'draft', html: '<p>Tomorrow</p>' });
    workspace.clock.now = present + minute;
    const facts = { outbox, at: present + minute, channel: 'chat', from: us, to: [ana], room: ana.address };
    const queued = queueDraft(workspace.run, account, draft, {
      ...facts,
      externalId: null,
      text: 'Tomorrow',
    });
    expect(queued.ok).toBe(true);
    workspace.run('outbox.begin', { id: outbox });
    workspace.run('outbox.handOver', { id: outbox });
  };
  const sent = (externalId: string | null): void => {
    workspace.run('outbox.step', { id: outbox, step: { kind: 'sent', externalId } });
  };
  const receipt = (level: 'server' | 'delivered' | 'read', at: number): ParsedItem =>
    fact({
      kind: 'receipt',
      key: `${level} ${String(at)}`,
      about: { clientId: outbox },
      level,
      upTo: false,
      at,
    });
  const ours = () => messages().filter(({ direction }) => direction === 'out');

  it('rises and never falls', () => {
    answer();
    sent('name of o');
    take(receipt('read', present + 3 * minute), receipt('delivered', present + 2 * minute));
    expect(ours()).toMatchObject([{ receipt: { level: 'read', at: present + 3 * minute } }]);
  });

  it('covers what was said before in the same room, where it says so', () => {
    answer();
    sent('name of o');
    take(said('later', { id: 'later', direction: 'out', at: present + 2 * minute }));
    const about = { name: 'name of later' };
    take(fact({ kind: 'receipt', key: 'm', about, level: 'read', upTo: true, at: present + 5 * minute }));
    expect(ours().map((one) => one.receipt?.level)).toEqual(['read', 'read']);
  });

  it('is one message when its copy came back before anybody knew its name', () => {
    answer();
    take(said('o', { id: 'o', direction: 'out', text: 'Tomorrow', at: present + minute + 700 }));
    expect(ours()).toHaveLength(2);
    take(
      fact({
        kind: 'reaction',
        key: 'r',
        about: { name: 'name of o' },
        by: ana,
        emoji: '👍',
        on: true,
        at: present,
      }),
    );
    sent('name of o');
    expect(ours()).toMatchObject([{ text: 'Tomorrow', delivery: { kind: 'sent' } }]);
    expect(onlyRow(workspace)).toMatchObject({ messages: 2, turn: 'theirs' });
  });

  it('is not told twice when its copy comes back with its name', () => {
    answer();
    sent('name of o');
    expect(take(said('o', { id: 'o', direction: 'out', text: 'in other words' })).echoes).toHaveLength(1);
    expect(ours()).toHaveLength(1);
  });

  it('does not answer what nobody here had yet, though the clock of its server is behind', () => {
    answer();
    sent('name of o');
    take(said('b', { id: 'b', text: 'And the blue one?', at: present + minute - 500 }));
    expect(onlyRow(workspace).turn).toBe('ours');
    expect(messages().map(({ text }) => text)).toEqual(['Words of a', 'Tomorrow', 'And the blue one?']);
  });

  it('answers what an import finds from before it', () => {
    answer();
    sent('name of o');
    workspace.db.run('UPDATE stream SET imported_at = NULL');
    take(said('b', { id: 'b', at: present + 1 }));
    expect(onlyRow(workspace).turn).toBe('theirs');
  });

  it('brings the conversation back when it did not arrive in the end', () => {
    answer();
    sent('name of o');
    expect(onlyRow(workspace).turn).toBe('theirs');
    const about = { name: 'name of o' };
    const told = {
      kind: 'undelivered',
      about,
      recipient: ana.address,
      said: 'Unreachable',
      at: present + minute,
    } as const;
    take(fact({ ...told, key: 'u' }), fact({ ...told, key: 'u again' }));
    expect(onlyRow(workspace).turn).toBe('ours');
    expect(ours()).toMatchObject([{ delivery: { kind: 'failed', reason: { said: 'Unreachable' } } }]);
  });
});

describe('what customers say of themselves', () => {
  beforeEach(open);
  afterEach(close);

  const contact = (address: string): ParsedItem =>
    fact({
      kind: 'contact',
      key: `contact ${address}`,
      room: ana.address,
      person: ana,
      channel: 'email',
      address,
      at: present + minute,
    });
  const customerId = (): CustomerId => onlyRow(workspace).customer.id;
  const detail = () => {
    const found = customerDetail(workspace.reader, customerId());
    if (found.kind !== 'here') throw new Error('no customer');
    return found.detail;
  };

  it('adds the address they name, marked as named, and says so in the conversation', () => {
    take(said('a'), contact('Ana@Mail.example'), contact('Ana@Mail.example'));
    expect(detail().identities).toMatchObject([
      { channel: 'email', address: 'ana@mail.example', named: true },
      { channel: 'chat', named: false },
    ]);
    const named = timelineOf(workspace, onlyRow(workspace).id).filter(
      (entry) => entry.kind === 'event' && entry.event === 'contact.named',
    );
    expect(named).toMatchObject([{ values: { address: 'Ana@Mail.example' } }]);
  });

  it('are called by their name also where a message of theirs came without it', () => {
    take(
      said('a', { id: 'a', from: { name: '', address: ana.address } }),
      said('b', { id: 'b', at: present + 1 }),
    );
    expect(messages().map(({ from }) => from.name)).toEqual(['Ana', 'Ana']);
  });

  it('may be said before the first word', () => {
    take(contact('ana@mail.example'));
    take(said('a'));
    expect(
      detail()
        .identities.map(({ channel }) => channel)
        .sort(),
    ).toEqual(['chat', 'email']);
  });

  it('takes nobody’s address away: it is evidence for a suggestion', () => {
    workspace.ingest({ account: workspace.addAccount(support.address), items: [item({ id: 'mail' })] });
    take(said('a'), contact('ana@customer.example'));
    const chat = rowsOf(workspace).find(({ channel }) => channel === 'chat')?.customer.id;
    const mail = rowsOf(workspace).find(({ channel }) => channel === 'email')?.customer.id;
    if (chat === undefined || mail === undefined) throw new Error('two conversations');
    expect(chat).not.toBe(mail);
    expect(suggestedFor(workspace.reader, chat)).toMatchObject([{ reason: 'named', other: { id: mail } }]);
    expect(suggestedFor(workspace.reader, mail)).toMatchObject([{ reason: 'named', other: { id: chat } }]);
  });

  it('keeps the newest of where they were', () => {
    const visit = (page: string, at: number) =>
      fact({ kind: 'visit', key: page, room: ana.address, person: ana, facts: { page }, at });
    take(visit('/early', present));
    take(said('a'), visit('/late', present + 2 * minute), visit('/middle', present + minute));
    expect(detail().identities).toMatchObject([
      { visit: { at: present + 2 * minute, facts: { page: '/late' } } },
    ]);
  });
});
