import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shownStreams } from '#main/engine/store/read/account.ts';
import { verify } from '#main/engine/store/verify.ts';
import type { AccountId, CustomerId } from '#shared/kit/brand.ts';
import { item } from '#test/support/store/letters.ts';
import { makeWorkspace } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';

// What is shown beside a folder is a number that is kept, not counted: whatever happens to places has to move it.

const folders = ['INBOX', 'Sent', 'Archive'] as const;
type Place = { readonly account: number; readonly folder: (typeof folders)[number] };

type Step =
  | (Place & {
      readonly do: 'mail' | 'unreadable';
      readonly generation: number;
      readonly ids: readonly number[];
    })
  | (Place & { readonly do: 'gone'; readonly generation: number; readonly id: number })
  | (Place & { readonly do: 'renumbered'; readonly generation: number })
  | (Place & { readonly do: 'present'; readonly generation: number; readonly ids: readonly number[] })
  | { readonly do: 'erase'; readonly person: number }
  | { readonly do: 'remove'; readonly account: number };

const id = fc.nat(9);
const ids = fc.array(id, { minLength: 1, maxLength: 6 });
const place = {
  account: fc.nat(1),
  folder: fc.constantFrom(...folders),
  generation: fc.integer({ min: 1, max: 2 }),
};

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('mail' as const), ids, ...place }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unreadable' as const), ids, ...place }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('gone' as const), id, ...place }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('renumbered' as const), ...place }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('present' as const), ids, ...place }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('erase' as const), person: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), account: fc.nat(1) }) },
);

const addressOf = (person: number): string => `p${String(person)}@customer.example`;
const keyOf = (generation: number, n: number): string => `${String(generation)}:${String(n)}`;

/** The same mail has the same number wherever it lies. */
const mail = (generation: number, n: number) => {
  const key = keyOf(generation, n);
  const made = item({ id: `m${String(n)}`, from: { name: '', address: addressOf(n % 3) } });
  return { ...made, key, result: { ...made.result, key } };
};

const erase = (workspace: TestWorkspace, person: number): void => {
  const customer = workspace.reader.get<{ id: CustomerId }>(
    'SELECT customer_id AS id FROM identity WHERE address = ?',
    [addressOf(person)],
  );
  if (customer === undefined) return;
  // Without a name people are shown, and typed, by their address.
  workspace.run('erasure.ask', { id: customer.id, typed: addressOf(person), quarantine: [] });
  for (let steps = 0; steps < 50; steps += 1) {
    const { output } = workspace.run('erasure.step', {});
    if (output === 'nothing') return;
    if (output === 'pages') workspace.run('erasure.finish', {});
  }
};

const play = (workspace: TestWorkspace, accounts: readonly AccountId[], one: Step): void => {
  if (one.do === 'erase') {
    erase(workspace, one.person);
    return;
  }
  const account = accounts[one.account];
  if (account === undefined) throw new Error('no such account');
  if (one.do === 'remove') {
    workspace.run('account.remove', { id: account });
    return;
  }
  // Nothing is pulled from an account that was removed.
  if (shownStreams(workspace.reader, account).length === 0) return;
  const { folder: stream } = one;
  switch (one.do) {
    case 'mail':
      workspace.ingest({ account, stream, items: one.ids.map((n) => mail(one.generation, n)) });
      break;
    case 'unreadable':
      workspace.ingest({
        account,
        stream,
        items: one.ids.map((n) => {
          const key = keyOf(one.generation, n);
          return { ...mail(one.generation, n), result: { kind: 'unreadable', key, reason: 'crashed' } };
        }),
      });
      break;
    case 'gone':
      workspace.ingest({
        account,
        stream,
        items: [],
        changes: [{ kind: 'gone', key: keyOf(one.generation, one.id) }],
      });
      break;
    case 'renumbered':
      workspace.ingest({
        account,
        stream,
        items: [],
        changes: [{ kind: 'renumbered', prefix: `${String(one.generation)}:` }],
      });
      break;
    case 'present':
      workspace.ingest({
        account,
        stream,
        items: [],
        changes: [
          {
            kind: 'present',
            prefix: `${String(one.generation)}:`,
            keys: one.ids.map((n) => keyOf(one.generation, n)),
          },
        ],
      });
  }
};

/** What nobody could read is understood after the one who wrote it was erased. */
const readAfterErasure: Step[] = [
  { do: 'mail', ids: [0], account: 0, folder: 'INBOX', generation: 2 },
  { do: 'unreadable', ids: [0], account: 0, folder: 'INBOX', generation: 1 },
  { do: 'erase', person: 0 },
  { do: 'mail', ids: [0], account: 0, folder: 'INBOX', generation: 1 },
];

it('says of every folder how many places there are in it, whatever happened to them', () => {
  let erased = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 30 }), (steps) => {
      const workspace = makeWorkspace();
      try {
        const accounts = ['one', 'two'].map((name) => workspace.addAccount(`${name}@shop.example`, folders));
        for (const one of steps) {
          play(workspace, accounts, one);
          for (const account of accounts) {
            for (const { name, here } of shownStreams(workspace.reader, account)) {
              const there = workspace.reader.get<{ n: number }>(
                'SELECT count(*) AS n FROM location WHERE account_id = ? AND stream = ?',
                [account, name],
              );
              expect(here).toBe(there?.n);
            }
          }
        }
        erased += workspace.reader.get<{ n: number }>('SELECT total(messages) AS n FROM erasure')?.n ?? 0;
        expect(verify(workspace.reader, workspace.vault, { everyNthBlob: 1 }).problems).toEqual([]);
      } finally {
        workspace.close();
      }
    }),
    { numRuns: 60, examples: [[readAfterErasure]] },
  );
  // A person's mail was erased on the way, and not refused.
  expect(erased).toBeGreaterThan(0);
}, 600_000);
