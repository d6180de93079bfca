import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionsByName } from '#main/engine/actions/actions.ts';
import { isCommand } from '#main/engine/actions/team/notes.ts';
import type { ConversationId, MemberId, OutboxId } from '#shared/kit/brand.ts';
import { item } from '#test/support/store/letters.ts';
import { queueDraft, startDraft } from '#test/support/store/team.ts';
import { present } from '#test/support/store/workspace.ts';
import { enrol, makeDevice } from '#test/support/team/device.ts';
import type { Device } from '#test/support/team/device.ts';
import { differences } from '#test/support/team/differences.ts';
import { Exchange } from '#test/support/team/exchange.ts';

let exchange: Exchange;
let ana: Device;
let bo: Device;
let conversation: ConversationId;

const outbox = 'outbox-1' as OutboxId;
const hour = 3_600_000;

/** A reply that waits to be sent, from a conversation that both have. */
const queue = (plannedAt: number | null = null, seenRev: number | null = null): void => {
  const draft = startDraft(ana.run, ana.account, conversation, { id: 'draft-1', html: '<p>Hello</p>' });
  queueDraft(ana.run, ana.account, draft, { outbox, at: present, plannedAt, seenRev });
};

/** A customer's mail whose one file is still elsewhere. */
const withFile = (): number => {
  const part = {
    ...{ part: '2', name: 'a.pdf', mimeType: 'application/pdf', size: 3, contentId: null },
    ...{ inline: false, kind: 'file' as const },
  };
  ana.ingest([item({ id: 'with-file', parents: ['m1'], parts: [part] })]);
  const { db } = ana.workspace;
  const seq =
    db.get<{ seq: number }>("SELECT seq FROM message WHERE external_id LIKE 'with-file%'")?.seq ?? 0;
  ana.sync();
  db.run('UPDATE attachment SET remote = 1, blob = NULL WHERE seq = ?', [seq]);
  ana.sync();
  return seq;
};

/** How each action that is not itself saved as a command changes something shared, or why it never does. */
const elsewhere: Readonly<Record<string, (() => void) | string>> = {
  'ingest.batch': () =>
    ana.ingest([
      item({ id: 'm2', parents: ['m1'] }),
      item({ id: 'm3', from: { name: 'Cy', address: 'cy@customer.example' } }),
    ]),
  'ingest.streams': 'streams are each device’s own',
  'search.index': 'the index is each device’s own',
  'ingest.mend': 'what is mended is this device’s own copy',
  'attachment.keep': () => {
    ana.run('attachment.keep', { seq: withFile(), part: '2', bytes: new Uint8Array([1, 2, 3]) });
  },
  'outbox.queue': () => queue(),
  'outbox.queuePieces': 'queues each piece as outbox.queue does',
  'outbox.release': () => {
    queue(present + hour);
    ana.sync();
    ana.workspace.clock.now = present + 2 * hour;
    expect(
      ana.run('outbox.release', { id: outbox, at: present + 2 * hour, bytes: new Uint8Array([4]) }).output,
    ).toBe(true);
  },
  'outbox.plan': 'when it leaves is its device’s own until it does',
  'outbox.begin': 'tries are its device’s own',
  'outbox.handOver': 'states under way are its device’s own',
  'outbox.step': () => {
    queue();
    ana.sync();
    ana.run('outbox.begin', { id: outbox });
    ana.run('outbox.step', { id: outbox, step: { kind: 'sent', externalId: 'given@mail.example' } });
  },
  'outbox.recover': 'states under way are its device’s own',
  'outbox.filed': 'the copy in Sent is its device’s own',
  'outbox.echoed': 'steps as outbox.step does',
  'outbox.undo': () => {
    queue();
    ana.run('outbox.undo', { id: outbox });
  },
  'outbox.withdrawn': 'gives back as outbox.undo does',
  'outbox.retry': 'tries are its device’s own',
  'outbox.settle': 'steps or gives back as others do',
  'draft.start': 'drafts are each device’s own',
  'draft.save': 'drafts are each device’s own',
  'draft.mode': 'drafts are each device’s own',
  'draft.plain': 'drafts are each device’s own',
  'draft.discard': 'drafts are each device’s own',
  'draft.attach': 'drafts are each device’s own',
  'draft.detach': 'drafts are each device’s own',
  'account.add': 'its id is new, so that nobody else can have changed it',
  'account.reconnect': 'logins are each device’s own',
  'account.secrets': 'logins are each device’s own',
  'account.update': () => {
    ana.run('account.update', { id: ana.account, label: 'Help', signature: 'not shared' });
  },
  'account.pause': 'whether it is pulled here is each device’s own',
  'account.remove': 'the login goes here; the account is the team’s',
  'account.told': 'flags on the server are the account’s',
  'preferences.set': () => {
    ana.run('preferences.set', { change: { name: 'Ana Maria' } });
  },
  'audit.policies': 'policies are those of this computer',
  'audit.record': 'who did what on this device is kept on it',
  'erasure.ask': 'is refused: the team’s database erases first',
  'erasure.step': 'follows what the team’s database has erased',
  'erasure.finish': 'follows what the team’s database has erased',
  'retention.set': 'is refused: the rule is kept in the team’s database',
  'retention.begin': 'the team’s database keeps the team’s rule',
  'sample.team': 'a sample belongs to no team',
  'sample.care': 'a sample belongs to no team',
  'login.receive': 'logins are sealed apart',
  'login.note': 'logins are sealed apart',
};

const uncommanded = ({ workspace }: Device) =>
  workspace.db.all(
    `SELECT kind, id FROM team_change c WHERE c.txn > 0 AND NOT EXISTS (SELECT 1 FROM team_op o WHERE o.txn = c.txn)`,
  );

beforeEach(() => {
  exchange = new Exchange();
  enrol(exchange, [
    { id: 'member-ana' as MemberId, name: 'Ana', role: 'admin' },
    { id: 'member-bo' as MemberId, name: 'Bo', role: 'agent' },
  ]);
  ana = makeDevice(exchange, 'ana');
  bo = makeDevice(exchange, 'bo');
  ana.join();
  bo.join();
  ana.ingest([item({ id: 'm1' })]);
  ana.sync();
  bo.sync();
  ana.sync();
  conversation =
    ana.workspace.db.get<{ id: ConversationId }>('SELECT id FROM conversation')?.id ?? ('' as ConversationId);
});

afterEach(() => {
  ana.close();
  bo.close();
});

describe('every action in a team’s workspace', () => {
  it('is saved as a command, or it is known what it does', () => {
    const others = Object.keys(actionsByName).filter((name) => !isCommand(name) && !name.startsWith('team.'));
    expect(others.toSorted()).toEqual(Object.keys(elsewhere).toSorted());
  });

  const acts = Object.entries(elsewhere).flatMap(([name, act]) =>
    typeof act === 'string' ? [] : [{ name, act }],
  );
  it('is on the disk when it is done, because others may know of it by then', () => {
    ana.ingest([item({ id: 'm9' })], { next: null });
    expect(ana.workspace.db.get('PRAGMA synchronous')).toEqual({ synchronous: 2 });
  });

  it.each(acts)('$name: what it changes of the team’s it can do again', ({ act }) => {
    act();
    expect(ana.workspace.db.get('SELECT 1 AS yes FROM team_change WHERE txn > 0')).toEqual({ yes: 1 });
    expect(uncommanded(ana)).toEqual([]);
  });
});

describe('what was learnt while a colleague changed the same', () => {
  const clash = (): void => {
    bo.run('note.add', { conversation, text: 'Look', mentions: [] });
    bo.sync();
    ana.sync();
    expect(uncommanded(ana)).toEqual([]);
    bo.sync();
    expect(differences(exchange, ana)).toEqual([]);
    expect(differences(exchange, bo)).toEqual([]);
  };
  const sent = (device: Device) =>
    device.workspace.db.get<{ name: string | null; at: number }>(
      "SELECT name, at FROM message WHERE direction = 'out'",
    );

  it('is kept: the name under which the copy of a reply came back', () => {
    queue();
    ana.sync();
    ana.run('outbox.begin', { id: outbox });
    ana.sync();
    const { id } = ana.workspace.db.get<{ id: string }>(
      "SELECT client_id AS id FROM message WHERE direction = 'out'",
    ) ?? { id: '' };
    ana.ingest([item({ id: 'copy', direction: 'out', clientId: id, name: 'given-name' })], { role: 'sent' });
    // Somebody else has written the message's document meanwhile.
    const message = exchange.documents.find(
      ({ kind, body }) => kind === 'message' && body?.['direction'] === 'out',
    );
    if (message === undefined) throw new Error('the reply is not there');
    exchange.push({ id: 'other', documents: [{ ...message, expected: message.version }], events: [] });
    clash();
    expect(sent(bo)?.name).toBe('given-name');
  });

  it('is kept: the date with which a planned reply left', () => {
    queue(present + hour);
    ana.sync();
    ana.workspace.clock.now = present + 2 * hour;
    ana.run('outbox.release', { id: outbox, at: present + 2 * hour, bytes: new Uint8Array([4]) });
    const message = exchange.documents.find(
      ({ kind, body }) => kind === 'message' && body?.['direction'] === 'out',
    );
    if (message === undefined) throw new Error('the reply is not there');
    exchange.push({ id: 'other', documents: [{ ...message, expected: message.version }], events: [] });
    clash();
    expect(sent(bo)?.at).toBe(present + 2 * hour);
  });

  it('is kept: one’s own name', () => {
    ana.run('preferences.set', { change: { name: 'Ana Maria' } });
    const member = exchange.documents.find(({ id }) => id === 'member-ana');
    if (member?.body === undefined || member.body === null) throw new Error('she is not there');
    const body = { ...member.body, away: { until: present + hour, substitute: null } };
    exchange.push({ id: 'other', documents: [{ ...member, body, expected: member.version }], events: [] });
    clash();
    expect(
      bo.workspace.db.get("SELECT name, away_until AS until FROM member WHERE id = 'member-ana'"),
    ).toEqual({
      name: 'Ana Maria',
      until: present + hour,
    });
  });
});

describe('a reply that the team does not accept', () => {
  it('says which draft it became', () => {
    bo.ingest([item({ id: 'm2', parents: ['m1'] })]);
    queue(null, 99);
    bo.sync();
    ana.sync();
    const [kept] = ana.workspace.db.all<{ refusal: string }>('SELECT refusal FROM team_refusal');
    const read: unknown = JSON.parse(kept?.refusal ?? '{}');
    expect(read).toMatchObject({ tried: 'reply', draft: 'draft-1' });
  });
});
