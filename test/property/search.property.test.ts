import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runSearch } from '#main/engine/store/read/search.ts';
import { indexMessages, tendIndex } from '#main/engine/store/write/search-index.ts';
import { verify } from '#main/engine/store/verify.ts';
import type { SearchOrder } from '#shared/contract/search.ts';
import type { AccountId, ConversationId, CustomerId } from '#shared/kit/brand.ts';
import { item } from '#test/support/store/letters.ts';
import type { Letter } from '#test/support/store/letters.ts';
import { rowsOf } from '#test/support/store/look.ts';
import { makeWorkspace, present } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';
import { plainSearch } from './support/plain-search.ts';

const hour = 3_600_000;
const context = { now: present, timeZoneOffset: () => 0 };
/** So few that a handful of messages lies in several parts. */
const partSize = 4;

/** Words with the same beginnings, some of them common. */
const vocabulary = [
  'lamp',
  'lamps',
  'lamplight',
  'land',
  'la',
  'order',
  'ordered',
  'ordinary',
  'blue',
  'bulb',
];
const word = fc.constantFrom(...vocabulary, 'lamp', 'lamp', 'order');

type Step =
  | {
      readonly do: 'mail';
      readonly letters: readonly Letter[];
      readonly account: number;
      readonly live: boolean;
    }
  | { readonly do: 'index'; readonly limit: number }
  | { readonly do: 'tend'; readonly steps: number }
  | { readonly do: 'merge'; readonly which: number; readonly into: number }
  | { readonly do: 'erase' | 'resolve' | 'read'; readonly which: number };

const names = ['ana', 'bob', 'carla'];

const letter: fc.Arbitrary<Letter> = fc
  .record({
    id: fc.integer({ min: 0, max: 200 }).map((n) => `m${String(n)}`),
    parents: fc.array(
      fc.integer({ min: 0, max: 200 }).map((n) => `m${String(n)}`),
      { maxLength: 1 },
    ),
    hours: fc.integer({ min: -24 * 60, max: 0 }),
    subject: fc.array(word, { minLength: 1, maxLength: 3 }),
    text: fc.array(word, { minLength: 1, maxLength: 8 }),
    person: fc.integer({ min: 0, max: 2 }),
    hasFile: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
    seen: fc.boolean(),
  })
  .map(({ hours, person, subject, text, hasFile, ...rest }) => ({
    ...rest,
    at: present + hours * hour,
    subject: subject.join(' '),
    text: text.join(' '),
    from: { name: names[person] ?? '', address: `${names[person] ?? ''}@customer.example` },
    parts: hasFile
      ? [
          {
            ...{ part: '2', name: 'file.pdf', mimeType: 'application/pdf', size: 10, contentId: null },
            ...{ inline: false, kind: 'file' as const },
          },
        ]
      : [],
  }));

const which = fc.integer({ min: 0, max: 20 });

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('mail' as const),
      letters: fc.array(letter, { minLength: 1, maxLength: 10 }),
      account: fc.constantFrom(0, 0, 0, 1),
      live: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('index' as const), limit: fc.integer({ min: 1, max: 12 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('tend' as const), steps: fc.integer({ min: 1, max: 8 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('merge' as const), which, into: which }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('erase' as const, 'resolve' as const, 'read' as const),
      which,
    }),
  },
);

const term = fc.oneof(
  { weight: 5, arbitrary: word.map((one) => `${one} `) },
  {
    weight: 4,
    arbitrary: fc.tuple(word, fc.integer({ min: 1, max: 5 })).map(([one, n]) => `${one.slice(0, n)}* `),
  },
  { weight: 2, arbitrary: fc.tuple(word, word).map(([one, other]) => `"${one} ${other}" `) },
  { weight: 2, arbitrary: word.map((one) => `-${one} `) },
  { weight: 1, arbitrary: fc.constantFrom('from:ana ', 'from:bo* ', 'to:support ', 'subject:lamp ') },
);
const filter = fc.constantFrom(
  ...['', '', 'in:second ', 'in:inbox ', 'in:sent ', 'is:open ', 'is:done ', 'is:unread '],
  ...['has:attachment ', '-has:attachment ', 'after:2025-12-20 ', 'before:2026-01-05 '],
);
const query = fc
  .tuple(fc.array(term, { maxLength: 2 }), filter, filter)
  .map(([terms, one, other]) => `${one}${terms.join('')}${other}`);

const inTransaction = <Value>(workspace: TestWorkspace, work: () => Value): Value =>
  workspace.db.transaction(work);

const indexSome = (workspace: TestWorkspace, limit: number): void => {
  const rows = workspace.db.all<{ seq: number }>(
    'SELECT seq FROM message WHERE indexed = 0 ORDER BY seq DESC LIMIT ?',
    [limit],
  );
  inTransaction(workspace, () => {
    indexMessages(
      workspace.db,
      rows.map(({ seq }) => seq),
      partSize,
    );
  });
};

const tend = (workspace: TestWorkspace, steps: number): void => {
  for (let n = 0; n < steps; n += 1)
    if (!inTransaction(workspace, () => tendIndex(workspace.db, partSize))) return;
};

const erase = (workspace: TestWorkspace, id: CustomerId, name: string): void => {
  const asked = workspace.run('erasure.ask', { id, typed: name, quarantine: [] }).output;
  expect(asked).toMatchObject({ ok: true });
  for (;;) {
    const { output } = workspace.run('erasure.step', {});
    if (output === 'nothing') return;
    if (output === 'pages') workspace.run('erasure.finish', {});
  }
};

const playStep = (workspace: TestWorkspace, accounts: readonly AccountId[], one: Step): void => {
  const row = (place: number) => rowsOf(workspace)[place];
  switch (one.do) {
    case 'mail':
      workspace.ingest({
        account: accounts[one.account] ?? ('' as AccountId),
        items: one.letters.map(item),
        more: !one.live,
      });
      break;
    case 'index':
      indexSome(workspace, one.limit);
      break;
    case 'tend':
      tend(workspace, one.steps);
      break;
    case 'merge': {
      const ids = [row(one.which)?.id, row(one.into)?.id].filter((id) => id !== undefined);
      if (new Set(ids).size === 2) workspace.run('conversation.merge', { ids });
      break;
    }
    default: {
      const found = row(one.which);
      if (found === undefined) break;
      if (one.do === 'resolve') workspace.run('conversation.resolve', { ids: [found.id] });
      else if (one.do === 'read') workspace.run('conversation.seen', { id: found.id, seen: true });
      else erase(workspace, found.customer.id, found.customer.name);
    }
  }
};

/** Every page of a search, one after the other. */
const paged = (
  workspace: TestWorkspace,
  text: string,
  order: SearchOrder,
  limit: number,
): readonly ConversationId[] => {
  const ids: ConversationId[] = [];
  let after: string | null = null;
  do {
    const page = runSearch(workspace.reader, text, { after, limit, order }, context);
    ids.push(...page.hits.map(({ row }) => row.id));
    after = page.next;
  } while (after !== null);
  return ids;
};

const withWorkspace = (work: (workspace: TestWorkspace, accounts: readonly AccountId[]) => void): void => {
  const workspace = makeWorkspace();
  try {
    work(
      workspace,
      ['support@shop.example', 'second@shop.example'].map((name) => workspace.addAccount(name)),
    );
  } finally {
    workspace.close();
  }
};

const history = fc.array(step, { minLength: 4, maxLength: 25 });

describe('a search in whatever state the index is', () => {
  it('finds what reading every message finds, newest first, on whatever pages', () => {
    fc.assert(
      fc.property(
        history,
        fc.array(query, { minLength: 3, maxLength: 6 }),
        fc.integer({ min: 1, max: 5 }),
        (steps, queries, limit) => {
          withWorkspace((workspace, accounts) => {
            for (const one of steps) {
              playStep(workspace, accounts, one);
              for (const text of queries.filter((asked) => asked.trim() !== ''))
                expect([text, ...paged(workspace, text, 'newest', limit)]).toEqual([
                  text,
                  ...plainSearch(workspace, text, context),
                ]);
            }
            expect(verify(workspace.reader, workspace.vault, { everyNthBlob: 1 }).problems).toEqual([]);
          });
        },
      ),
      { numRuns: 60 },
    );
  }, 600_000);

  it('finds the same in the order of the best matches, each conversation once', () => {
    fc.assert(
      fc.property(
        history,
        fc.array(query, { minLength: 3, maxLength: 6 }),
        fc.integer({ min: 1, max: 5 }),
        (steps, queries, limit) => {
          withWorkspace((workspace, accounts) => {
            for (const one of steps) playStep(workspace, accounts, one);
            for (const text of queries.filter((asked) => asked.trim() !== ''))
              expect([text, ...paged(workspace, text, 'best', limit).toSorted()]).toEqual([
                text,
                ...plainSearch(workspace, text, context).toSorted(),
              ]);
          });
        },
      ),
      { numRuns: 60 },
    );
  }, 600_000);
});
