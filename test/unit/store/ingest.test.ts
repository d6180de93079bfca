import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countConversations } from '#main/engine/store/read/conversation-counts.ts';
import { viewerOf } from '#main/engine/store/read/members.ts';
import { listQuarantine } from '#main/engine/store/read/quarantine.ts';
import { insertMessage } from '#main/engine/store/write/message.ts';
import { verify } from '#main/engine/store/verify.ts';
import type { AccountId, BlobId, MessageId } from '#shared/kit/brand.ts';
import { customer, item, support } from '#test/support/store/letters.ts';
import { onlyRow, rowsOf, timelineOf, told } from '#test/support/store/look.ts';
import { makeWorkspace, present } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

let workspace: TestWorkspace;
let account: AccountId;

beforeEach(() => {
  workspace = makeWorkspace();
  account = workspace.addAccount('support@shop.example');
  // The first import of both folders is over.
  workspace.ingest({ account, items: [] });
  workspace.ingest({ account, items: [], stream: 'Sent', role: 'sent' });
});

afterEach(() => {
  expect(verify(workspace.reader, workspace.vault, { everyNthBlob: 1 }).problems).toEqual([]);
  workspace.close();
});

const messageRows = () => workspace.reader.get<{ n: number }>('SELECT count(*) AS n FROM message')?.n;

describe('a customer’s mail', () => {
  it('opens a conversation that waits for us and is told as an arrival', () => {
    const { output, topics } = workspace.ingest({ account, items: [item({ id: 'a' })] });
    const row = onlyRow(workspace);
    expect(row).toMatchObject({
      subject: 'An order',
      turn: 'ours',
      waitingSince: present,
      unread: 1,
      customer: { name: customer.name, address: customer.address },
    });
    expect(output.arrived).toMatchObject([{ conversation: row.id, from: customer.name }]);
    expect(topics).toContainEqual({ topic: 'conversation', id: row.id });
  });

  it('is written once however often it is pulled', () => {
    workspace.ingest({ account, items: [item({ id: 'a' })] });
    for (let again = 0; again < 1_000; again += 1) {
      const { output, topics } = workspace.ingest({ account, items: [item({ id: 'a' })] });
      expect(output).toEqual({ added: 0, quarantined: 0, arrived: [], echoes: [] });
      expect(topics).toEqual([]);
    }
    expect(messageRows()).toBe(1);
  });

  it('in two folders and two accounts is one message in several places', () => {
    const second = workspace.addAccount('sales@shop.example');
    workspace.ingest({ account, items: [item({ id: 'a' })] });
    workspace.ingest({ account, items: [item({ id: 'a', key: 'archive-1' })], stream: 'Sent' });
    workspace.ingest({ account: second, items: [item({ id: 'a', key: '77' })] });
    expect(messageRows()).toBe(1);
    expect(workspace.reader.all('SELECT item FROM location')).toHaveLength(3);
  });

  it('is unread until it was read in any place', () => {
    workspace.ingest({ account, items: [item({ id: 'a' })] });
    workspace.ingest({
      account,
      items: [],
      changes: [{ kind: 'flags', key: 'a', seen: true, answered: false }],
    });
    expect(onlyRow(workspace).unread).toBe(0);
    workspace.ingest({
      account,
      items: [],
      changes: [{ kind: 'flags', key: 'a', seen: false, answered: false }],
    });
    expect(onlyRow(workspace).unread).toBe(1);
  });

  it('stays here when it is deleted on the server, and is known when it comes back', () => {
    workspace.ingest({ account, items: [item({ id: 'a' })] });
    workspace.ingest({ account, items: [], changes: [{ kind: 'gone', key: 'a' }] });
    const { output } = workspace.ingest({ account, items: [item({ id: 'a', key: 'moved' })] });
    expect(output.added).toBe(0);
    expect(messageRows()).toBe(1);
  });

  it('is not new after the server has renumbered its folder', () => {
    workspace.ingest({ account, items: [item({ id: 'a', key: '1:7' })] });
    const { output } = workspace.ingest({
      account,
      items: [item({ id: 'a', key: '2:1' })],
      changes: [{ kind: 'renumbered', prefix: '2:' }],
    });
    expect(output).toMatchObject({ added: 0, arrived: [] });
    expect(workspace.reader.all('SELECT item FROM location')).toEqual([{ item: '2:1' }]);
  });

  it('that is missing from the complete list of a folder has no place any more', () => {
    workspace.ingest({ account, items: [item({ id: 'a', key: '1:1' }), item({ id: 'b', key: '1:2' })] });
    workspace.ingest({ account, items: [], changes: [{ kind: 'present', prefix: '1:', keys: ['1:2'] }] });
    expect(workspace.reader.all('SELECT item FROM location')).toEqual([{ item: '1:2' }]);
  });

  it('brings a done conversation back', () => {
    workspace.ingest({ account, items: [item({ id: 'a' })] });
    workspace.run('conversation.resolve', { ids: [onlyRow(workspace).id] });
    workspace.ingest({ account, items: [item({ id: 'b', parents: ['a'], at: present + minute })] });
    expect(onlyRow(workspace)).toMatchObject({ status: 'open', turn: 'ours' });
  });

  it('from a machine neither waits nor brings anything back', () => {
    workspace.ingest({ account, items: [item({ id: 'a' })] });
    workspace.run('conversation.resolve', { ids: [onlyRow(workspace).id] });
    const { output } = workspace.ingest({
      account,
      items: [item({ id: 'b', parents: ['a'], automatic: 'auto-reply', at: present + minute })],
    });
    expect(onlyRow(workspace)).toMatchObject({ status: 'done', waitingSince: present });
    expect(output.arrived).toEqual([]);
  });

  it('with the Message-ID of another but other words is shown beside it', () => {
    workspace.ingest({ account, items: [item({ id: 'a' })] });
    workspace.ingest({
      account,
      items: [
        item({
          id: 'a2',
          text: 'Pay to this account instead',
          thread: { self: 'a@mail.example', parents: [], room: null },
        } as Parameters<typeof item>[0]),
      ],
    });
    expect(messageRows()).toBe(2);
  });
});

describe('a thread', () => {
  it('joins an answer by its headers, also one that a colleague wrote elsewhere', () => {
    workspace.ingest({ account, items: [item({ id: 'a' })] });
    workspace.ingest({
      account,
      stream: 'Sent',
      role: 'sent',
      items: [item({ id: 'b', parents: ['a'], direction: 'out', at: present + minute })],
    });
    expect(onlyRow(workspace)).toMatchObject({ turn: 'theirs', waitingSince: null, messages: 2 });
  });

  it('joins through an ancestor that nobody here has seen', () => {
    workspace.ingest({ account, items: [item({ id: 'b', parents: ['never-seen'] })] });
    workspace.ingest({ account, items: [item({ id: 'c', parents: ['never-seen'], at: present + minute })] });
    expect(onlyRow(workspace).messages).toBe(2);
  });

  it('does not join strangers by subject, nor anybody by an empty one', () => {
    const from = (name: string) => ({ name, address: `${name}@elsewhere.example` });
    workspace.ingest({
      account,
      items: [
        item({ id: 'a', subject: 'Invoice', from: from('one') }),
        item({ id: 'b', subject: 'Re: Invoice', from: from('two') }),
        item({ id: 'c', subject: 'Re:', from: from('one') }),
        item({ id: 'd', subject: 'Re:', from: from('one') }),
        item({ id: 'e', subject: 'Re: (no subject)', from: from('one') }),
      ],
    });
    expect(rowsOf(workspace)).toHaveLength(5);
  });

  it('joins an answer without headers by subject and people within two weeks, in either order', () => {
    const answer = (id: string, at: number) => item({ id, subject: 'AW: Broken lamp', at });
    const question = (id: string, at: number) => item({ id, subject: 'Broken lamp', at });
    workspace.ingest({ account, items: [question('a', present - 2 * day), answer('b', present)] });
    expect(rowsOf(workspace)).toHaveLength(1);
    workspace.ingest({ account, items: [answer('c', present + 30 * day)] });
    workspace.ingest({ account, items: [question('d', present + 29 * day)] });
    expect(rowsOf(workspace)).toHaveLength(2);
    workspace.ingest({ account, items: [answer('e', present + 60 * day)] });
    expect(rowsOf(workspace)).toHaveLength(3);
  });

  it('shows a stranger in it as one, and keeps its customer', () => {
    workspace.ingest({ account, items: [item({ id: 'a' })] });
    const mallory = { name: 'Ana Pereira', address: 'mallory@evil.example' };
    workspace.ingest({
      account,
      items: [item({ id: 'b', parents: ['a'], from: mallory, at: present + minute })],
    });
    const row = onlyRow(workspace);
    expect(row.customer.address).toBe(customer.address);
    const [first, second] = timelineOf(workspace, row.id);
    expect(first).toMatchObject({ oddities: [] });
    expect(second).toMatchObject({ oddities: ['stranger'] });
  });

  it('made one by a late root keeps both histories, the owner, the draft and the older conversation', () => {
    const reply = (id: string, at: number) => item({ id, parents: [`root-of-${id}`], at });
    workspace.ingest({ account, items: [reply('b', present - 2 * minute), reply('c', present - minute)] });
    const [newer, older] = rowsOf(workspace);
    if (newer === undefined || older === undefined) throw new Error('two conversations expected');
    workspace.run('conversation.resolve', { ids: [newer.id] });
    workspace.ingest({
      account,
      items: [item({ id: 'late', parents: ['root-of-b', 'root-of-c'], at: present })],
    });
    const row = onlyRow(workspace);
    expect(row.id).toBe(older.id);
    expect(row).toMatchObject({ messages: 3, status: 'open' });
    expect(told(workspace, row.id)).toEqual([
      'Words of b',
      'Words of c',
      'Words of late',
      'conversation.resolved',
      'conversation.absorbed',
      'conversation.merged',
    ]);
  });
});

describe('the first import', () => {
  const importing = (items: readonly Parameters<typeof item>[0][], stream = 'Old') =>
    workspace.ingest({ account, stream, items: items.map(item), more: true, remaining: 10 });

  beforeEach(() => {
    workspace.run('ingest.streams', {
      account,
      streams: ['Old', 'Older'].map((name) => ({
        name,
        label: name,
        role: 'archive' as const,
        chosen: true,
      })),
    });
  });

  it('does not put years of history into my turn, and tells of no arrivals', () => {
    const { output } = importing([
      { id: 'old', at: present - 15 * day },
      { id: 'recent', at: present - 13 * day },
    ]);
    expect(output.arrived).toEqual([]);
    expect(rowsOf(workspace, 'my-turn').map((row) => row.lastAt)).toEqual([present - 13 * day]);
    expect(rowsOf(workspace, 'done')).toHaveLength(1);
  });

  it('comes to the same whichever folder is read first', () => {
    const question = { id: 'q', at: present - 20 * day };
    const answer = { id: 'w', parents: ['q'], at: present - 2 * day, direction: 'out' as const };
    importing([question], 'Old');
    importing([answer], 'Older');
    const first = onlyRow(workspace);
    const other = makeWorkspace();
    const id = other.addAccount('support@shop.example', ['Old', 'Older']);
    other.ingest({ account: id, stream: 'Older', items: [item(answer)], more: true });
    other.ingest({ account: id, stream: 'Old', items: [item(question)], more: true });
    expect(onlyRow(other)).toMatchObject({ status: first.status, turn: first.turn, lastAt: first.lastAt });
    expect(first.status).toBe('open');
    other.close();
  });

  it('leaves the index to the background and says when it has caught up', () => {
    importing([{ id: 'a' }, { id: 'b' }]);
    expect(workspace.reader.all('SELECT 1 AS n FROM message WHERE indexed = 0')).toHaveLength(2);
    expect(workspace.run('search.index', { limit: 10 }).output).toEqual({ indexed: 2, more: false });
    expect(workspace.run('search.index', { limit: 10 }).output).toEqual({ indexed: 0, more: false });
  });
});

describe('what we sent', () => {
  const send = (clientId: string) => {
    workspace.ingest({ account, items: [item({ id: 'q' })] });
    const num = workspace.reader.get<{ num: number }>('SELECT num FROM conversation')?.num ?? 0;
    insertMessage(workspace.db, {
      ...item({ id: clientId, direction: 'out' }).result,
      ...{
        id: 'ours' as MessageId,
        conversation: num,
        direction: 'out',
        channel: 'email',
        account,
        clientId,
      },
      ...{ externalId: `${clientId}@mail.example`, at: present, from: support, to: [customer] },
      ...{ replyTo: [], cc: [], bcc: [], subject: 'Re: An order', snippet: 'On its way', text: 'On its way' },
      ...{ html: null, hasHtml: false, seen: true, answered: false, automatic: null, oddities: [] },
      ...{ authenticatedFrom: null, invitation: null, source: null as BlobId | null, sourcePartial: false },
      attachments: [],
      ...{ name: null, room: null, visibility: null, warning: '', permalink: null, editedAt: null },
    });
    workspace.db.run('UPDATE conversation SET messages = 2, last_at = ? WHERE num = ?', [present, num]);
  };
  const copy = (facts: Partial<Parameters<typeof item>[0]> = {}) =>
    item({ id: 'mine', direction: 'out', subject: 'Re: An order', text: 'On its way', ...facts });

  it('is recognised in Sent by our own id, also where the provider has renamed it', () => {
    send('mine');
    const { output } = workspace.ingest({
      account,
      stream: 'Sent',
      role: 'sent',
      items: [copy({ id: 'renamed', clientId: 'mine' })],
    });
    expect(output).toMatchObject({ added: 0, echoes: [{ clientId: 'mine', role: 'sent' }] });
    workspace.ingest({
      account,
      items: [item({ id: 'answer', parents: ['renamed'], at: present + minute })],
    });
    expect(onlyRow(workspace).messages).toBe(3);
  });

  it('is recognised by its Message-ID', () => {
    send('mine');
    const { output } = workspace.ingest({ account, stream: 'Sent', role: 'sent', items: [copy()] });
    expect(output.echoes).toHaveLength(1);
    expect(messageRows()).toBe(2);
  });

  it('does not hide a forged copy in the inbox', () => {
    send('mine');
    const { output } = workspace.ingest({
      account,
      items: [copy({ text: 'Pay elsewhere', clientId: 'mine' })],
    });
    expect(output).toMatchObject({ added: 1, echoes: [] });
  });

  it('is marked when it bounces, and its conversation comes back without a new one', () => {
    send('mine');
    workspace.run('conversation.resolve', { ids: [onlyRow(workspace).id] });
    const machine = { name: 'Mail Delivery', address: 'mailer-daemon@relay.example' };
    workspace.ingest({
      account,
      items: [
        item({
          id: 'bounce',
          from: machine,
          automatic: 'bounce',
          at: present + minute,
          bounce: {
            originalExternalId: 'mine@mail.example',
            clientId: null,
            failures: [
              { recipient: customer.address, action: 'failed', status: '5.1.1', diagnostic: 'no such user' },
            ],
          },
        }),
      ],
    });
    const row = onlyRow(workspace);
    expect(row).toMatchObject({ status: 'open', turn: 'ours', customer: { address: customer.address } });
    const ours = timelineOf(workspace, row.id).find(
      (entry) => entry.kind === 'message' && entry.id === 'ours',
    );
    expect(ours).toMatchObject({
      delivery: { kind: 'failed', reason: { kind: 'bounced', recipient: customer.address } },
    });
  });
});

describe('what cannot be read', () => {
  const broken = {
    ...item({ id: 'x' }),
    result: { kind: 'unreadable', key: 'x', reason: 'fault' } as const,
  };

  it('is kept raw and listed once, and nothing else is held up', () => {
    const { output } = workspace.ingest({ account, items: [broken, item({ id: 'a' })] });
    workspace.ingest({ account, items: [broken] });
    expect(output).toMatchObject({ added: 1, quarantined: 1 });
    expect(listQuarantine(workspace.reader, null, 10).rows).toMatchObject([
      { reason: 'fault', where: 'INBOX' },
    ]);
  });

  it('leaves the list when it can be read after all', () => {
    workspace.ingest({ account, items: [broken] });
    workspace.ingest({ account, items: [item({ id: 'x' })] });
    expect(listQuarantine(workspace.reader, null, 10).rows).toEqual([]);
    expect(rowsOf(workspace)).toHaveLength(1);
  });
});

describe('an agent', () => {
  it('marks a conversation read here and wants the server to know', () => {
    workspace.ingest({ account, items: [item({ id: 'a' })] });
    workspace.run('conversation.seen', { id: onlyRow(workspace).id, seen: true });
    expect(onlyRow(workspace).unread).toBe(0);
    expect(workspace.reader.all('SELECT item, flag, value FROM remote_change')).toEqual([
      { item: 'a', flag: 'seen', value: 1 },
    ]);
    workspace.ingest({
      account,
      items: [],
      changes: [{ kind: 'flags', key: 'a', seen: false, answered: false }],
    });
    expect(onlyRow(workspace).unread).toBe(0);
  });

  it('undoes resolving, unless something has happened since', () => {
    workspace.ingest({ account, items: [item({ id: 'a' })] });
    const ids = [onlyRow(workspace).id];
    const first = workspace.run('conversation.resolve', { ids }).output;
    expect(first.done).toBe(1);
    expect(workspace.run('conversation.undo', { undo: first.undo }).output).toEqual({
      ok: true,
      value: { done: 1 },
    });
    const second = workspace.run('conversation.resolve', { ids }).output;
    workspace.ingest({ account, items: [item({ id: 'b', parents: ['a'], at: present + minute })] });
    expect(workspace.run('conversation.undo', { undo: second.undo }).output).toMatchObject({ ok: false });
  });

  it('sees counts that equal the lists', () => {
    workspace.ingest({
      account,
      items: [item({ id: 'a' }), item({ id: 'b' }), item({ id: 'c', automatic: 'list' })],
    });
    const [first] = rowsOf(workspace);
    if (first !== undefined) workspace.run('conversation.resolve', { ids: [first.id] });
    const { views } = countConversations(workspace.reader, viewerOf(workspace.reader));
    for (const view of [
      'my-turn',
      'waiting',
      'inbox',
      'unread',
      'drafts',
      'problems',
      'done',
      'all',
    ] as const) {
      expect([view, views[view]]).toEqual([view, rowsOf(workspace, view).length]);
    }
  });
});
