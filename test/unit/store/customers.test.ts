import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWriter } from '#main/engine/store/driver.ts';
import type { SqlParams } from '#main/engine/store/driver.ts';
import { migrate, migrations } from '#main/engine/store/migrate.ts';
import { conversationCountSql } from '#main/engine/store/read/customer-merge.ts';
import { customerPromises, promisesSql } from '#main/engine/store/read/customer-promises.ts';
import { customerLogSql } from '#main/engine/store/read/customer-state.ts';
import {
  listSuggestions,
  comparedSql,
  suggestedFor,
  suggestedSql,
} from '#main/engine/store/read/customer-suggestions.ts';
import { customerWaitingSince, waitingHistory, waitsSql } from '#main/engine/store/read/customer-waits.ts';
import { customerDetail, findCustomers } from '#main/engine/store/read/customers.ts';
import { verifyCustomers } from '#main/engine/store/verify-customers.ts';
import { meet } from '#main/engine/store/write/customer.ts';
import type { CustomerDetail, Suggestion } from '#shared/contract/customers.ts';
import type { AccountId, CustomerId } from '#shared/kit/brand.ts';
import { item } from '#test/support/store/letters.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import { makeWorkspace, present } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';

const minute = 60_000;

let workspace: TestWorkspace;
let account: AccountId;

beforeEach(() => {
  workspace = makeWorkspace();
  account = workspace.addAccount('support@shop.example');
});

afterEach(() => {
  workspace.close();
});

let letters = 0;
const hears = (name: string, address: string, at = present): CustomerId => {
  letters += 1;
  const id = `l${String(letters)}`;
  workspace.ingest({
    account,
    items: [item({ id, from: { name, address }, at, subject: `Matter ${id}` })],
  });
  return idOf(address);
};

const idOf = (address: string, channel = 'email'): CustomerId => {
  const row = workspace.reader.get<{ customer_id: CustomerId }>(
    'SELECT customer_id FROM identity WHERE address = ? AND channel = ?',
    [address, channel],
  );
  if (row === undefined) throw new Error(`nobody has ${address}`);
  return row.customer_id;
};

const detailOf = (id: CustomerId): CustomerDetail => {
  const found = customerDetail(workspace.reader, id);
  if (found.kind === 'gone') throw new Error('they are part of somebody');
  return found.detail;
};

const mergeInto = (into: CustomerId, from: CustomerId): string => {
  const merged = workspace.run('customer.merge', {
    into: { id: into, rev: detailOf(into).rev },
    from: { id: from, rev: detailOf(from).rev },
    choice: { name: 'into', company: 'into', note: 'both' },
  }).output;
  if (!merged.ok) throw new Error(merged.failure.kind);
  return merged.value.undo;
};

/** Goes through all pages of a size. */
const allSuggestions = (limit: number): readonly Suggestion[] => {
  const rows: Suggestion[] = [];
  let after: string | null = null;
  do {
    const page: ReturnType<typeof listSuggestions> = listSuggestions(workspace.reader, after, limit);
    expect(page.rows.length).toBeLessThanOrEqual(limit);
    rows.push(...page.rows);
    after = page.next;
  } while (after !== null);
  return rows;
};

const customersOfConversations = (): readonly CustomerId[] =>
  workspace.reader
    .all<{ customer_id: CustomerId }>('SELECT customer_id FROM conversation ORDER BY num')
    .map((row) => row.customer_id);

describe('a merged customer', () => {
  it('has the conversations of both, and gives back exactly what came, with what arrived there since', () => {
    const ana = hears('Ana', 'ana@home.example');
    const work = hears('Ana P.', 'a.pereira@firm.example');
    const undo = mergeInto(ana, work);
    expect(customersOfConversations()).toEqual([ana, ana]);
    hears('Ana P.', 'a.pereira@firm.example');
    hears('Ana', 'ana@home.example');
    expect(customersOfConversations()).toEqual([ana, ana, ana, ana]);
    expect(detailOf(ana).merges).toMatchObject([
      { undo, name: 'Ana P.', addresses: ['a.pereira@firm.example'] },
    ]);

    expect(workspace.run('customer.undo', { undo }).output.ok).toBe(true);
    expect(customersOfConversations()).toEqual([ana, work, work, ana]);
    expect(detailOf(ana)).toMatchObject({ name: 'Ana', merges: [] });
    expect(detailOf(work).name).toBe('Ana P.');
    expect(verifyCustomers(workspace.reader)).toEqual([]);
  });

  it('keeps the chosen name, whatever they call themselves later', () => {
    const ana = hears('Ana', 'ana@home.example');
    mergeInto(ana, hears('A. Pereira', 'a.pereira@firm.example'));
    hears('Anna', 'ana@home.example', present + minute);
    expect(detailOf(ana).name).toBe('Ana');
  });

  it('is refused where one of the two changed since the preview', () => {
    const ana = hears('Ana', 'ana@home.example');
    const work = hears('Ana P.', 'a.pereira@firm.example');
    const revs = { into: { id: ana, rev: detailOf(ana).rev }, from: { id: work, rev: detailOf(work).rev } };
    workspace.run('customer.update', { id: work, seenRev: null, note: 'New' });
    expect(
      workspace.run('customer.merge', { ...revs, choice: { name: 'into', company: 'into', note: 'into' } })
        .output,
    ).toEqual({ ok: false, failure: { kind: 'merge-preview-old' } });
  });

  it('waits since the first unanswered message of either', () => {
    const ana = hears('Ana', 'ana@home.example', present - 50 * minute);
    const work = hears('Ana P.', 'a.pereira@firm.example', present - 90 * minute);
    expect(customerWaitingSince(workspace.reader, ana)).toBe(present - 50 * minute);
    const undo = mergeInto(ana, work);
    expect(customerWaitingSince(workspace.reader, ana)).toBe(present - 90 * minute);
    const clocks = (): readonly (number | null)[] =>
      workspace.reader
        .all<{ since: number | null }>(
          'SELECT customer_waiting_since AS since FROM conversation ORDER BY num',
        )
        .map(({ since }) => since);
    expect(clocks()).toEqual([present - 90 * minute, present - 90 * minute]);
    workspace.run('customer.undo', { undo });
    expect(clocks()).toEqual([present - 50 * minute, present - 90 * minute]);
  });
});

describe('an address that is somebody else’s', () => {
  it('goes with all that was said there to a new customer, and back', () => {
    const ana = hears('Ana', 'ana@home.example');
    mergeInto(ana, hears('Rui', 'rui@home.example'));
    const moved = workspace.run('customer.moveIdentity', {
      channel: 'email',
      address: 'rui@home.example',
      from: ana,
      to: null,
    }).output;
    if (!moved.ok) throw new Error(moved.failure.kind);
    expect(customersOfConversations()).toEqual([ana, moved.value.to]);
    expect(detailOf(moved.value.to)).toMatchObject({ name: 'Rui', rev: 1 });
    expect(workspace.run('customer.undo', { undo: moved.value.undo }).output.ok).toBe(true);
    expect(customersOfConversations()).toEqual([ana, ana]);
    expect(customerDetail(workspace.reader, moved.value.to)).toEqual({ kind: 'gone', mergedInto: ana });
  });
});

describe('a name', () => {
  it('that an agent gave stays when they write under another, and is found by', () => {
    const ana = hears('ana', 'ana@home.example');
    workspace.run('customer.update', { id: ana, seenRev: 1, name: 'Ana Pereira', company: 'Corvo' });
    hears('Anna', 'ana@home.example', present + minute);
    expect(detailOf(ana).name).toBe('Ana Pereira');
    for (const text of ['pereira', 'corvo', 'anna', 'home'])
      expect([text, findCustomers(workspace.reader, text, 5).map(({ id }) => id)]).toEqual([text, [ana]]);
    workspace.run('customer.update', { id: ana, seenRev: null, name: '' });
    expect(detailOf(ana).name).toBe('Anna');
  });

  it('that several mails of one batch bring is found by, in the last of its forms alone', () => {
    const from = (name: string, address: string) => ({ from: { name, address } });
    workspace.ingest({
      account,
      items: [
        item({ id: 'b1', at: present, ...from('Bo Lind', 'bo@home.example') }),
        item({ id: 'b2', at: present + minute, ...from('Cy Ohm', 'cy@home.example') }),
        item({ id: 'b3', at: present + 2 * minute, ...from('Bodil Lind', 'bo@home.example') }),
      ],
    });
    const found = (text: string) => findCustomers(workspace.reader, text, 5).map(({ id }) => id);
    expect(found('bodil')).toEqual([idOf('bo@home.example')]);
    expect(found('ohm')).toEqual([idOf('cy@home.example')]);
    workspace.ingest({
      account,
      items: [item({ id: 'b4', at: present + 3 * minute, ...from('Agda Lind', 'bo@home.example') })],
    });
    expect(found('agda')).toEqual([idOf('bo@home.example')]);
    expect(found('bodil')).toEqual([]);
  });
});

describe('two who may be one', () => {
  it('share a name at a firm’s own domain, and not at a public one', () => {
    const one = hears('Ana Pereira', 'ana@firm.example');
    const other = hears('Pereira, Ana', 'a.pereira@firm.example');
    hears('Rui Costa', 'rui@gmail.com');
    hears('Rui Costa', 'costa@gmail.com');
    expect(suggestedFor(workspace.reader, one)).toMatchObject([
      { reason: 'domain', shared: 'firm.example', other: { id: other } },
    ]);
    expect(suggestedFor(workspace.reader, idOf('rui@gmail.com'))).toEqual([]);
    expect(allSuggestions(50)).toHaveLength(1);
  });

  it('share a name and a company, and are told once where they share more', () => {
    const one = hears('Ana Pereira', 'ana@firm.example');
    const other = hears('Ana Pereira', 'a.pereira@firm.example');
    const third = hears('Ana Pereira', 'anap@gmail.com');
    for (const id of [one, other, third])
      workspace.run('customer.update', { id, seenRev: null, company: id === one ? 'Firm Ltd' : 'Firm' });
    expect(suggestedFor(workspace.reader, third).map(({ reason }) => reason)).toEqual(['company', 'company']);
    const rows = allSuggestions(50);
    expect(rows.map((row) => [row.reason, row.one.id, row.other.id])).toEqual([
      ['company', one, other],
      ['company', one, third],
    ]);
  });

  it('share an address on two channels', () => {
    const one = hears('Ana', 'ana@firm.example');
    const { db, environment } = workspace;
    db.transaction(() =>
      meet(
        { db, ids: environment.ids },
        { name: '', address: 'ana@firm.example' },
        {
          channel: 'xmpp',
          at: present,
          how: 'heard',
        },
      ),
    );
    expect(suggestedFor(workspace.reader, one)).toMatchObject([
      { reason: 'address', other: { id: idOf('ana@firm.example', 'xmpp') } },
    ]);
  });

  it('are not suggested again once somebody said that they are two, also not to who takes one of them in', () => {
    const one = hears('Ana Pereira', 'ana@firm.example');
    const other = hears('Ana Pereira', 'a.pereira@firm.example');
    const dismissed = workspace.run('customer.dismissSuggestion', { one, other }).output;
    expect(suggestedFor(workspace.reader, one)).toEqual([]);
    expect(suggestedFor(workspace.reader, other)).toEqual([]);
    const rui = hears('Rui', 'rui@home.example');
    const merge = mergeInto(rui, one);
    expect(suggestedFor(workspace.reader, rui)).toEqual([]);
    workspace.run('customer.undo', { undo: merge });
    if (dismissed.ok) workspace.run('customer.undo', { undo: dismissed.value.undo });
    expect(suggestedFor(workspace.reader, one)).toHaveLength(1);
  });

  it('are listed page by page, each once', () => {
    for (let n = 0; n < 7; n += 1) {
      hears(`Person ${String(n)}`, `a${String(n)}@firm.example`);
      hears(`Person ${String(n)}`, `b${String(n)}@firm.example`);
    }
    const seen = allSuggestions(3).map(({ one }) => one.name);
    expect(seen.toSorted()).toEqual([...new Set(seen)].toSorted());
    expect(seen).toHaveLength(7);
  });
});

describe('what a customer panel tells beside', () => {
  it('is how long they waited, in all their conversations', () => {
    const ana = hears('Ana', 'ana@home.example', present - 90 * minute);
    workspace.ingest({
      account,
      items: [
        item({
          id: 'answer',
          parents: [`l${String(letters)}`],
          direction: 'out',
          to: [{ name: 'Ana', address: 'ana@home.example' }],
          at: present - 60 * minute,
          subject: 'Re: Matter',
        }),
      ],
    });
    hears('Ana', 'ana@home.example', present - minute);
    const history = waitingHistory(workspace.reader, ana);
    expect(history.waits.map(({ since, answeredAt, first }) => [since, answeredAt, first])).toEqual([
      [present - minute, null, true],
      [present - 90 * minute, present - 60 * minute, true],
    ]);
    expect(history).toMatchObject({ medianFirst: 30 * minute, answeredFirst: 1 });
    expect(customerPromises(workspace.reader, ana)).toEqual([]);
  });
});

describe('verify', () => {
  it.each([
    ['a note that the history does not tell', "UPDATE customer SET note = 'x'"],
    ['an address with somebody else', 'UPDATE identity SET customer_id = (SELECT max(id) FROM customer)'],
    [
      'a conversation with somebody who has not its address',
      'UPDATE conversation SET customer_id = (SELECT max(id) FROM customer)',
    ],
    ['a name that nobody gave', "UPDATE customer SET name = 'x'"],
    ['a lost event', 'DELETE FROM customer_event WHERE rev = 1'],
  ])('finds %s', (_what, sql) => {
    hears('Ana', 'ana@home.example');
    hears('Rui', 'rui@home.example');
    expect(verifyCustomers(workspace.reader)).toEqual([]);
    workspace.db.exec(sql);
    expect(verifyCustomers(workspace.reader).map(({ kind }) => kind)).toContain('customer-differs');
  });
});

describe('the reads of the customer panel', () => {
  const faults = (sql: string, params: SqlParams): readonly string[] =>
    workspace.reader
      .all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, params)
      .map((row) => row.detail)
      .filter((line) => line.startsWith('SCAN ') || line.includes('ORDER BY'));

  it.each<[name: string, sql: string, params: SqlParams]>([
    ['who shares an address', suggestedSql.address, { id: 'x' }],
    ['who shares a company', suggestedSql.company, { id: 'x' }],
    ['who shares a domain', suggestedSql.domain, { id: 'x' }],
    ['since when they wait', waitsSql.since, ['x']],
    ['their newest conversations', waitsSql.conversations, ['x', 30]],
    ['what was said in one', waitsSql.messages, [1, 200]],
    ['what was promised', promisesSql, ['x']],
    ['how many conversations there are', conversationCountSql, ['x']],
    ['their history', customerLogSql.since, ['x', 0]],
    ['their merges', customerLogSql.merges, ['x']],
    ['what was done under a key', customerLogSql.byUndo, ['x']],
  ])('find %s by an index', (_name, sql, params) => {
    expect(faults(sql, params)).toEqual([]);
  });

  it('walk an index in its order for the list of all suggestions', () => {
    for (const sql of Object.values(comparedSql)) {
      const plan = workspace.reader.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ['', 50]);
      const lines = plan.map((row) => row.detail);
      expect(lines.every((line) => /^(?:SEARCH|SCAN) .*(?:COVERING INDEX|PRIMARY KEY)/u.test(line))).toBe(
        true,
      );
    }
  });
});

describe('the step to a history of customers', () => {
  it('tells of everybody who was there what is known, so that a replay gives their rows', () => {
    const temp = makeTempDirectory('migrate');
    const path = join(temp.path, 'workspace.db');
    const db = openWriter({ path, key: new Uint8Array(32).fill(3) });
    migrate(
      db,
      path,
      migrations.filter(({ number }) => number < 40),
    );
    db.exec(`
      INSERT INTO customer (id, name, company, note, created_at) VALUES
        ('one', 'Ana', '', '', 5), ('two', 'The boss', 'Firm', 'VIP', 6), ('three', '', '', '', 7);
      INSERT INTO identity (channel, address, customer_id, name, first_at, last_at) VALUES
        ('email', 'ana@firm.example', 'one', 'Ana', 5, 5), ('email', 'rui@firm.example', 'two', 'Rui', 6, 6),
        ('email', 'x@firm.example', 'three', '', 7, 7);
      INSERT INTO conversation (id, rev, channel, customer_id, customer_address, subject, status, turn, first_at, first_id, last_at)
        VALUES ('c', 0, 'email', 'one', 'Ana@Firm.Example', '', 'open', 'none', 5, 'm', 5);
    `);
    migrate(db, path);
    expect(verifyCustomers(db)).toEqual([]);
    expect(db.all('SELECT id, rev, given_name FROM customer ORDER BY id')).toEqual([
      { id: 'one', rev: 1, given_name: null },
      { id: 'three', rev: 1, given_name: null },
      { id: 'two', rev: 4, given_name: 'The boss' },
    ]);
    expect(db.get('SELECT customer_address FROM conversation')).toEqual({
      customer_address: 'ana@firm.example',
    });
    db.close();
    temp.remove();
  });
});
