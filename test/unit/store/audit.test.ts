import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { csvCell, writeAudit } from '#main/engine/export/audit-file.ts';
import { seenOf } from '#main/engine/export/export-audit.ts';
import { auditStatements, listAudit } from '#main/engine/store/read/audit.ts';
import type { AuditFilter, AuditRow } from '#shared/contract/audit.ts';
import { auditTopics } from '#shared/domain/audit/topics.ts';
import type { AccountId, ConversationId, CustomerId, MemberId } from '#shared/kit/brand.ts';
import { auditWords } from '#shared/messages/audit-words.ts';
import { en } from '#shared/messages/en.ts';
import { createWords } from '#shared/messages/format.ts';
import { item } from '#test/support/store/letters.ts';
import { addTeam, runAs, team } from '#test/support/store/team.ts';
import { makeWorkspace, present } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';

let workspace: TestWorkspace;
let lamp: ConversationId;

const everything: AuditFilter = { person: null, topic: null, from: null, to: null };
const words = createWords('en', en);
const hearer = { me: null, time: (at: number) => new Date(at).toISOString() };

const list = (filter: Partial<AuditFilter> = {}): readonly AuditRow[] =>
  listAudit(workspace.reader, { ...everything, ...filter }, null, 200).rows;
const said = (filter: Partial<AuditFilter> = {}): readonly string[] =>
  list(filter).map((row) => auditWords(words, row, hearer));
const later = (): void => {
  workspace.clock.now += 1_000;
};

const edit = (words: { readonly company?: string; readonly note?: string }): void => {
  const customer = workspace.reader.get<{ id: CustomerId }>('SELECT id FROM customer');
  if (customer === undefined) throw new Error('nobody is there');
  workspace.run('customer.update', { id: customer.id, seenRev: null, ...words });
};

const connect = (): AccountId => {
  const added = workspace.run('account.add', {
    account: {
      ...{ kind: 'email', label: 'Shop', address: 'shop@shop.example', senderName: '' },
      ...{ settings: {}, secrets: { kind: 'password', user: 'shop', password: 'hunter2-canary' } },
    },
    streams: [],
  }).output;
  if (!added.ok) throw new Error('not added');
  return added.value.id;
};

beforeEach(() => {
  workspace = makeWorkspace();
  const account = workspace.addAccount('support@shop.example');
  addTeam(workspace);
  workspace.ingest({ account, items: [item({ id: 'lamp', at: present - 5_000 })] });
  const [first] = workspace.reader.all<{ id: ConversationId }>('SELECT id FROM conversation');
  if (first === undefined) throw new Error('nothing came in');
  lamp = first.id;
});

afterEach(() => {
  workspace.close();
});

describe('the audit', () => {
  it('tells what people did, newest first, from all three logs, and nothing that only came in', () => {
    connect();
    later();
    workspace.run('conversation.claim', { ids: [lamp] });
    later();
    edit({ company: 'Lamps Ltd', note: 'secret-note' });
    expect(said()).toEqual([
      'Dana changed the note about the customer',
      'Dana wrote down the customer’s company: Lamps Ltd',
      'Dana took this',
      'Dana connected the account Shop',
    ]);
    expect(list()[2]?.conversation).toEqual({ id: lamp, subject: expect.any(String) as string });
  });

  it('holds no secret and no text of a note', () => {
    const id = connect();
    workspace.run('account.reconnect', {
      ...{ id, settings: {}, secrets: { kind: 'password', user: 'x', password: 'hunter3-canary' } },
    });
    workspace.run('note.add', { conversation: lamp, text: 'note-canary', mentions: [] });
    expect(JSON.stringify(list())).not.toMatch(/canary/u);
    expect(list()).toHaveLength(3);
  });

  it('is narrowed to a person, a topic and a time, and each of them together', () => {
    connect();
    later();
    runAs(workspace, team.lena)('conversation.claim', { ids: [lamp] });
    later();
    runAs(workspace, team.lena)('note.add', { conversation: lamp, text: 'a note', mentions: [] });
    expect(said({ person: team.lena })).toEqual(['Lena wrote a note', 'Lena took this']);
    expect(said({ topic: 'ownership' })).toEqual(['Lena took this']);
    expect(said({ topic: 'accounts', person: team.lena })).toEqual([]);
    expect(said({ from: present + 1_000, to: present + 2_000 })).toEqual(['Lena took this']);
    expect(said({ topic: 'answers', person: team.lena, from: present })).toEqual(['Lena wrote a note']);
  });

  it('comes in pages that lose nothing and repeat nothing, also where much happened at one time', () => {
    for (let round = 0; round < 7; round += 1) {
      workspace.run('conversation.tag', { ids: [lamp], add: [`tag-${String(round)}`], remove: [] });
      workspace.run('preferences.set', { change: { notificationPreview: round % 2 === 1 } });
      edit({ company: `Company ${String(round)}` });
      if (round % 3 === 2) later();
    }
    const whole = list().map(({ id }) => id);
    expect(new Set(whole).size).toBe(21);
    const paged: string[] = [];
    let after: string | null = null;
    do {
      const page: ReturnType<typeof listAudit> = listAudit(workspace.reader, everything, after, 2);
      paged.push(...page.rows.map(({ id }) => id));
      after = page.next;
    } while (after !== null);
    expect(paged).toEqual(whole);
  });

  it('can be added to and not changed, by nobody who has the database open', () => {
    connect();
    expect(() => workspace.db.run("UPDATE act SET kind = 'x'")).toThrow(/only added/u);
    expect(() => workspace.db.run('DELETE FROM act')).toThrow(/only added/u);
    expect(said()).toEqual(['Dana connected the account Shop']);
  });

  it('says once which policies changed since the last start', () => {
    workspace.run('audit.policies', { digests: { remoteImages: 'a', language: 'b' } });
    workspace.run('audit.policies', { digests: { remoteImages: 'a', language: 'b' } });
    workspace.run('audit.policies', { digests: { remoteImages: 'c' } });
    expect(said()).toEqual([
      'The policies of this computer changed since the last start: language, remoteImages',
      'The policies of this computer changed since the last start: language, remoteImages',
    ]);
  });

  it('has words for everything that anybody can do', () => {
    const unknown = words('event.unknown');
    for (const topic of auditTopics) {
      for (const source of ['act', 'customer', 'conversation'] as const) {
        for (const kind of kindsIn(source, topic)) {
          const row: AuditRow = {
            ...{ id: '1', at: present, by: { id: team.dana, name: 'Dana' }, source, kind },
            ...{ values: {}, conversation: null, customer: null },
          };
          expect([kind, auditWords(words, row, hearer)]).not.toEqual([kind, unknown]);
        }
      }
    }
  });
});

const kindsIn = (source: 'act' | 'customer' | 'conversation', topic: (typeof auditTopics)[number]) =>
  auditStatements(source, { ...everything, topic }, { at: 1, source: 9, key: [] }, 1).map(({ params }) =>
    String(params[0]),
  );

describe('an agent of a team', () => {
  it('sees what they did themselves; leads and people alone see everything', () => {
    expect(seenOf(workspace.reader, everything)).toEqual({
      scope: 'own',
      filter: { ...everything, person: team.dana },
    });
    expect(seenOf(workspace.reader, { ...everything, person: team.lena }).filter.person).toBe(team.dana);
    workspace.db.run("UPDATE member SET role = 'lead' WHERE id = ?", [team.dana]);
    expect(seenOf(workspace.reader, everything)).toEqual({ scope: 'all', filter: everything });
    workspace.db.run("UPDATE member SET role = 'agent' WHERE id = ?", [team.dana]);
    workspace.db.run('UPDATE member SET gone_at = 1 WHERE id <> ?', [team.dana]);
    expect(seenOf(workspace.reader, everything).scope).toBe('all');
  });
});

describe('every way to read the audit', () => {
  const persons = [null, 'me' as MemberId];
  const topics = [null, ...auditTopics];
  const places = [0, 1, 2, 3].map((source) => ({
    ...{ at: 9, source, key: [['a'], ['a', 1], [1], []][source] ?? [] },
  }));

  it('walks an index in its order', () => {
    for (const person of persons) {
      for (const topic of topics) {
        for (const place of places) {
          for (const source of ['act', 'customer', 'conversation'] as const) {
            const filter = { person, topic, from: 1, to: null };
            for (const { sql, params } of auditStatements(source, filter, place, 50)) {
              const plan = workspace.reader
                .all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, params)
                .map(({ detail }) => detail);
              expect(plan.filter((line) => line.includes('TEMP B-TREE'))).toEqual([]);
              expect(plan[0]).toMatch(/^SEARCH \w+ USING INDEX/u);
            }
          }
        }
      }
    }
  });

  it('reads one page of a hundred thousand things by looking at little more than a page', () => {
    workspace.db.run(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
       INSERT INTO event (id, conversation_num, rev, schema, kind, payload, author, at)
       SELECT 'e' || i, 1, 1000 + i, 1, CASE WHEN i % 2 THEN 'tag.added' ELSE 'conversation.claimed' END, '{}',
         'member-me', ? + i FROM n`,
      [present],
    );
    const { rows, next } = listAudit(workspace.reader, { ...everything, topic: 'ownership' }, null, 50);
    expect(rows).toHaveLength(50);
    expect(rows[0]?.at).toBe(present + 100_000);
    expect(next).not.toBeNull();
    const older = listAudit(workspace.reader, { ...everything, to: present + 10 }, null, 50);
    expect(older.rows).toHaveLength(9);
  });
});

describe('the audit as a file', () => {
  const written = async (format: 'csv' | 'json'): Promise<string> => {
    const out = new PassThrough();
    const all = text(out);
    await writeAudit(workspace.reader, words, everything, format, out);
    out.end();
    return all;
  };

  it.each(['=HYPERLINK("x")', '+1', '-1', '@SUM(A1)', '\t=1', '  =1', '\r=1', '＝1'])(
    'lets no spreadsheet run %j',
    (cell) => {
      expect(csvCell(cell).replace(/^"/u, '')).toMatch(/^'/u);
    },
  );

  it('follows RFC 4180: quotes doubled, lines ended by CR LF', async () => {
    expect(csvCell('a "b", c')).toBe('"a ""b"", c"');
    expect(csvCell('plain')).toBe('plain');
    workspace.run('conversation.tag', { ids: [lamp], add: ['a,b'], remove: [] });
    const lines = (await written('csv')).split('\r\n');
    expect(lines[0]).toBe(
      'time (UTC),person,what,kind,conversation,customer,person id,conversation id,customer id',
    );
    expect(lines[1]).toContain('"Dana added the tag a,b",tag.added');
    expect(lines).toHaveLength(3);
  });

  it('is JSON that programs read', async () => {
    expect(JSON.parse(await written('json'))).toEqual([]);
    connect();
    workspace.run('conversation.claim', { ids: [lamp] });
    const labelled: unknown = expect.objectContaining({ label: 'Shop' });
    expect(JSON.parse(await written('json'))).toEqual([
      expect.objectContaining({ kind: 'conversation.claimed', person: 'Dana', source: 'conversation' }),
      expect.objectContaining({ kind: 'account.added', values: labelled }),
    ]);
  });
});
