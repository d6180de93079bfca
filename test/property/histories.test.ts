import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verify } from '#main/engine/store/verify.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { item } from '#test/support/store/letters.ts';
import type { Letter } from '#test/support/store/letters.ts';
import { grouping, rowsOf } from '#test/support/store/look.ts';
import { makeWorkspace, present } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';

const hour = 3_600_000;

type Step =
  | { readonly do: 'mail'; readonly letter: Letter }
  | { readonly do: 'resolve' | 'reopen' | 'read' | 'unread' | 'undo'; readonly which: number }
  | { readonly do: 'flags'; readonly id: string; readonly seen: boolean }
  | { readonly do: 'gone'; readonly id: string };

const id = fc.integer({ min: 0, max: 11 }).map((n) => `m${String(n)}`);

const letter: fc.Arbitrary<Letter> = fc
  .record({
    id,
    parents: fc.array(id, { maxLength: 3 }),
    hours: fc.integer({ min: -24 * 40, max: 0 }),
    direction: fc.constantFrom('in' as const, 'in' as const, 'out' as const),
    automatic: fc.constantFrom(null, null, null, 'auto-reply' as const),
    seen: fc.boolean(),
    subject: fc.constantFrom('An order', 'Re: An order', 'Broken lamp'),
    person: fc.integer({ min: 0, max: 2 }),
  })
  .map(({ hours, person, parents, ...rest }) => ({
    ...rest,
    parents: parents.filter((parent) => parent !== rest.id),
    at: present + hours * hour,
    ...(rest.direction === 'in'
      ? { from: { name: '', address: `p${String(person)}@customer.example` } }
      : {}),
  }));

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: letter.map((one): Step => ({ do: 'mail', letter: one })) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'resolve' as const,
        'reopen' as const,
        'read' as const,
        'unread' as const,
        'undo' as const,
      ),
      which: fc.integer({ min: 0, max: 5 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('flags' as const), id, seen: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('gone' as const), id }) },
);

const play = (workspace: TestWorkspace, account: AccountId, steps: readonly Step[]): void => {
  let undo = '';
  for (const one of steps) {
    switch (one.do) {
      case 'mail':
        workspace.ingest({ account, items: [item(one.letter)] });
        break;
      case 'flags':
        workspace.ingest({
          account,
          items: [],
          changes: [{ kind: 'flags', key: one.id, seen: one.seen, answered: false }],
        });
        break;
      case 'gone':
        workspace.ingest({ account, items: [], changes: [{ kind: 'gone', key: one.id }] });
        break;
      case 'undo':
        workspace.run('conversation.undo', { undo });
        break;
      default: {
        const row = rowsOf(workspace)[one.which];
        if (row === undefined) break;
        if (one.do === 'resolve') undo = workspace.run('conversation.resolve', { ids: [row.id] }).output.undo;
        else if (one.do === 'reopen')
          undo = workspace.run('conversation.reopen', { ids: [row.id] }).output.undo;
        else workspace.run('conversation.seen', { id: row.id, seen: one.do === 'read' });
      }
    }
  }
};

const withWorkspace = (work: (workspace: TestWorkspace, account: AccountId) => void): void => {
  const workspace = makeWorkspace();
  try {
    work(workspace, workspace.addAccount('support@shop.example'));
  } finally {
    workspace.close();
  }
};

describe('any history', () => {
  it('leaves rows that equal a replay of the events, counts, index, places and vault', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
        withWorkspace((workspace, account) => {
          play(workspace, account, steps);
          workspace.run('search.index', { limit: 200 });
          expect(verify(workspace.reader, workspace.vault, { everyNthBlob: 1 }).problems).toEqual([]);
        });
      }),
      { numRuns: 40 },
    );
  }, 600_000);

  it('told a second time changes nothing', () => {
    fc.assert(
      fc.property(fc.array(letter, { minLength: 3, maxLength: 15 }), (letters) => {
        withWorkspace((workspace, account) => {
          const once = letters.map(item);
          workspace.ingest({ account, items: once });
          const before = [grouping(workspace), rowsOf(workspace)];
          const { output, topics } = workspace.ingest({ account, items: once });
          expect({ output, topics }).toEqual({
            output: { added: 0, quarantined: 0, arrived: [], echoes: [] },
            topics: [],
          });
          expect([grouping(workspace), rowsOf(workspace)]).toEqual(before);
        });
      }),
      { numRuns: 40 },
    );
  }, 600_000);

  it('ends in the same conversations, turns and counts whatever the order in which an import finds it', () => {
    const different = fc.uniqueArray(letter, { selector: (one) => one.id, minLength: 3, maxLength: 12 });
    const shown = (workspace: TestWorkspace) => [
      grouping(workspace),
      rowsOf(workspace)
        .map(({ subject, status, turn, waitingSince, lastAt, messages, unread, customer }) =>
          JSON.stringify([subject, status, turn, waitingSince, lastAt, messages, unread, customer.address]),
        )
        .sort(),
    ];
    fc.assert(
      fc.property(different, fc.func(fc.integer()), (letters, key) => {
        const results = [letters, [...letters].sort((a, b) => key(a.id) - key(b.id))].map((order) => {
          let result: unknown = null;
          withWorkspace((workspace, account) => {
            for (const one of order)
              workspace.ingest({ account, items: [item(one)], more: true, remaining: 5 });
            result = shown(workspace);
          });
          return result;
        });
        expect(results[0]).toEqual(results[1]);
      }),
      { numRuns: 40 },
    );
  }, 600_000);
});
