import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { views } from '#shared/contract/conversations.ts';
import type { AccountId, CustomerId, MemberId } from '#shared/kit/brand.ts';
import type { SqlParams } from '#main/engine/store/driver.ts';
import { balanceSql } from '#main/engine/store/read/balance.ts';
import {
  customerListStatement,
  keysStatement,
  listStatement,
} from '#main/engine/store/read/conversation-list.ts';
import { resolvedSql } from '#main/engine/store/read/day.ts';
import type { PageFrom } from '#main/engine/store/read/conversation-list.ts';
import { countSql, followUpStatement } from '#main/engine/store/read/follow-ups.ts';
import { handedSql } from '#main/engine/store/read/handed.ts';
import { knownPeopleSql } from '#main/engine/store/read/known-people.ts';
import { quarantineSql } from '#main/engine/store/read/quarantine.ts';
import { candidateStatement } from '#main/engine/store/read/search-candidates.ts';
import { walkSql } from '#main/engine/store/read/search-sources.ts';
import { outOfTimeSql } from '#main/engine/store/read/retention.ts';
import { reviewSql } from '#main/engine/store/read/reviews.ts';
import { snippetsSql } from '#main/engine/store/read/snippets.ts';
import { teamPendingSql } from '#main/engine/store/read/team-pending.ts';
import { teamSql } from '#main/engine/store/read/team.ts';
import { oldSql } from '#main/engine/store/team/old.ts';
import { pendingSql } from '#main/engine/store/team/pending.ts';
import { timelineSql } from '#main/engine/store/read/timeline.ts';
import { waySql } from '#main/engine/store/read/ways.ts';
import { factSql } from '#main/engine/store/write/facts.ts';
import { holdPlannedSql } from '#main/engine/store/write/outbox.ts';
import { makeWorkspace } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';

let workspace: TestWorkspace;

beforeAll(() => {
  workspace = makeWorkspace();
});

afterAll(() => {
  workspace.close();
});

/** The lines of a plan that read a whole table or sort; walking an index in its order is `SCAN ... USING INDEX`. */
const faults = (sql: string, params: SqlParams): readonly string[] =>
  workspace.reader
    .all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, params)
    .map((row) => row.detail)
    .filter(
      (line) =>
        line.includes('TEMP B-TREE') ||
        (line.startsWith('SCAN ') && !/USING .*INDEX|VIRTUAL TABLE|^SCAN s$/u.test(line)),
    );

const account = 'account' as AccountId;
const member = 'me' as MemberId;
const viewer = { me: member, alone: true };

const countStatements: readonly (readonly [string, ...(string | number)[]])[] = [
  [teamSql.longest, 'me'],
  [teamSql.late, 'me', 9],
  [teamSql.promised, 'me', 'check'],
  [teamSql.dueBefore, 'me', 'check', 9],
  [handedSql, 1],
  [reviewSql.open, 9],
  [reviewSql.told, 'id'],
  [balanceSql.held, 'me', 9],
  [balanceSql.one, 'id'],
  [balanceSql.owners, 'customer', 1],
  [balanceSql.begun, 1, 'me'],
  [balanceSql.covered, 'me'],
  [teamPendingSql.conversations],
  [teamPendingSql.others],
  [teamPendingSql.shown, 'id'],
  [teamPendingSql.counted],
  [countSql.mine, 'me'],
  [countSql.missed, 'me'],
];

/** On from the top and from a place, back from the end and from a place. */
const pagesFrom: readonly PageFrom[] = [null, '9.9', { until: null }, { until: '9.9' }];

describe('every list', () => {
  it('of conversations whose time is over is a walk over those that are done', () => {
    expect(faults(outOfTimeSql, { before: 9, limit: 10 })).toEqual([]);
  });

  it('is judged by a test that notices a full scan and a sort', () => {
    expect(faults('SELECT num FROM conversation WHERE snippet = ? ORDER BY subject', ['x'])).toHaveLength(2);
  });

  it.each(
    views.flatMap((view) =>
      [null, account].flatMap((of) => pagesFrom.map((from) => [view, of, from] as const)),
    ),
  )('of %s (account %s, from %j) walks an index in its order', (view, of, from) => {
    const { sql, params } = listStatement({ view, account: of }, viewer, from, 50);
    expect(faults(sql, params)).toEqual([]);
  });

  it.each([
    ['unread', 'conversation_unread'],
    ['drafts', 'conversation_draft'],
    ['problems', 'conversation_problem'],
  ] as const)('of %s walks those alone, not all conversations', (view, index) => {
    const { sql, params } = listStatement({ view, account: null }, viewer, '9.9', 50);
    const plan = workspace.reader.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, params);
    expect(plan.map(({ detail }) => detail).join('\n')).toContain(`INDEX ${index} `);
  });

  it.each(views.flatMap((view) => pagesFrom.map((from) => [view, from] as const)))(
    'of %s in a team (from %j) walks an index in its order',
    (view, from) => {
      const inTeam = { ...viewer, alone: false };
      const { sql, params } = listStatement({ view, account: null, owner: member }, inTeam, from, 50);
      expect(faults(sql, params)).toEqual([]);
    },
  );

  it.each(views.flatMap((view) => [null, account].map((of) => [view, of] as const)))(
    'of %s (account %s) guesses a place by looking conversations up by their numbers',
    (view, of) => {
      const { sql, params } = keysStatement({ view, account: of }, viewer, [1, 2]);
      const plan = workspace.reader.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, params);
      expect(plan.map(({ detail }) => detail).slice(0, 2)).toEqual([
        'SCAN asked VIRTUAL TABLE INDEX 1:',
        'SEARCH c USING INTEGER PRIMARY KEY (rowid=?)',
      ]);
    },
  );

  it.each(views)('of %s with a tag looks the tag up and walks an index in its order', (view) => {
    const { sql, params } = listStatement({ view, account: null, tag: 'a' }, viewer, '9.9', 50);
    expect(faults(sql, params)).toEqual([]);
  });

  it.each([{ kind: 'member', member }, { kind: 'missed', member }, { kind: 'everybody' }] as const)(
    'of follow-ups ($kind) walks an index in its order',
    (of) => {
      for (const after of [null, '9.1']) {
        const { sql, params } = followUpStatement(of, after, 50);
        expect(faults(sql, params)).toEqual([]);
      }
    },
  );

  it('of what somebody resolved today looks at the events of today', () => {
    const plan = workspace.reader.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${resolvedSql}`, ['0', 'me']);
    expect(plan.map(({ detail }) => detail).filter((line) => line.startsWith('SCAN '))).toEqual([]);
  });

  it('of the team and of follow-ups counts by their indexes', () => {
    for (const [sql, ...params] of countStatements) expect(faults(sql, params)).toEqual([]);
  });

  it('of what a team is late with and has promised is counted by its indexes alone', () => {
    for (const [sql, ...params] of [
      [teamSql.late, 'me', 9],
      [teamSql.promised, 'me', 'check'],
      [teamSql.dueBefore, 'me', 'check', 9],
    ] as const) {
      const plan = workspace.reader.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, params);
      expect(plan.map(({ detail }) => detail)).toEqual([expect.stringContaining('COVERING INDEX')]);
    }
  });

  it('of one customer walks an index in its order', () => {
    const { sql, params } = customerListStatement('customer' as CustomerId, '9.9', 50);
    expect(faults(sql, params)).toEqual([]);
  });

  it('of a timeline walks an index in its order', () => {
    expect(faults(timelineSql.messages, [1, 9, 9, 50])).toEqual([]);
    expect(faults(timelineSql.events, [1, 9, 9, 50])).toEqual([]);
    expect(faults(timelineSql.merged, [1])).toEqual([]);
  });

  it('of quarantine walks an index in its order', () => {
    expect(faults(quarantineSql, [-9, 'x', 50])).toEqual([]);
  });

  it('of texts to insert walks an index in its order', () => {
    expect(faults(snippetsSql, [])).toEqual([]);
  });

  it('of people an address may be mistaken for looks up the addresses', () => {
    expect(faults(knownPeopleSql.known, ['email', 'a@b.test'])).toEqual([]);
    expect(faults(knownPeopleSql.sameName, ['email', 'a@', 'aA'])).toEqual([]);
    expect(faults(knownPeopleSql.amongst(2), ['email', 'a@b.test', 'b@b.test'])).toEqual([]);
  });

  it('of what to hold when somebody writes looks up the conversation', () => {
    expect(faults(holdPlannedSql, [1])).toEqual([]);
  });

  it('of what waits for the team walks its transactions, and what was here at joining its conversations', () => {
    expect(faults(pendingSql.oldest, [0])).toEqual([]);
    expect(faults(pendingSql.events, ['conversation', 0])).toEqual([]);
    expect(faults(oldSql, { lastAt: 9, num: 9, limit: 50 })).toEqual([]);
  });

  it('of search results walks the index or looks messages up', () => {
    const lists = [
      [],
      [
        [
          { account, stream: null },
          { account, stream: 'INBOX' },
        ],
      ],
    ] as const;
    for (const [stands, places] of [false, true].flatMap((one) => lists.map((of) => [one, of] as const))) {
      const named = { account0_0: account, account0_1: account, stream0_1: 'INBOX' };
      const given = places.length === 0 ? {} : named;
      const words = candidateStatement({ kind: 'words', table: 'message_search_1' }, { stands, places });
      expect(faults(words, { ...given, match: '"a"', lowest: 0, highest: 9, limit: 50 })).toEqual([]);
      const list = faults(candidateStatement({ kind: 'list' }, { stands, places }), {
        ...given,
        seqs: '[1]',
      });
      expect(list.filter((fault) => !fault.startsWith('SCAN json_each'))).toEqual([]);
    }
  });

  it('of what a filter of a search lets through walks an index in its order', () => {
    const range = { lowest: 0, highest: 9, most: 50 };
    expect(faults(walkSql.all, range)).toEqual([]);
    expect(faults(walkSql.files, range)).toEqual([]);
    expect(faults(walkSql.account, { ...range, account })).toEqual([]);
    for (const sql of [walkSql.unread, walkSql.open])
      expect(faults(sql, { at: 9, num: 9, most: 50 })).toEqual([]);
  });
});

describe('what channels say of messages', () => {
  it.each([
    ['a message by the name its server gave it', factSql.byName, ['a', 'b']],
    ['a message by our own id', factSql.byClientId, ['a', 'b']],
    ['what waits for a message', factSql.parkedAbout, ['a', 'b']],
    ['when somebody last wrote in a room', waySql.heardInRoom, ['a', 'b']],
    ['the newest message through an account', waySql.lastFrom, [1, 'a']],
    [
      'all that was read up to a message',
      factSql.receiptsUpTo,
      { level: 'read', at: 1, account: 'a', room: 'r', until: 1, lower: '[]' },
    ],
  ] as const)('finds %s by an index', (_what, sql, params) => {
    expect(faults(sql, params).filter((fault) => !/json_each|TEMP B-TREE/u.test(fault))).toEqual([]);
  });
});
