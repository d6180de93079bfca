import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyCustomers } from '#main/engine/store/verify-customers.ts';
import type { AccountId, CustomerId } from '#shared/kit/brand.ts';
import { item } from '#test/support/store/letters.ts';
import { makeWorkspace, present } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';

const hour = 3_600_000;

type Step =
  | { readonly do: 'mail'; readonly from: number; readonly name: string; readonly hours: number }
  | { readonly do: 'edit'; readonly who: number; readonly name: string; readonly note: string }
  | { readonly do: 'merge'; readonly into: number; readonly from: number; readonly keep: 'into' | 'from' }
  | { readonly do: 'move'; readonly which: number; readonly to: number | null }
  | { readonly do: 'dismiss'; readonly one: number; readonly other: number }
  | { readonly do: 'undo'; readonly which: number };

const small = fc.integer({ min: 0, max: 7 });
const name = fc.constantFrom('', 'Ana Pereira', 'Ana', 'Rui Costa', 'Žofie');

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('mail' as const),
      from: small,
      name,
      hours: fc.integer({ min: -500, max: 0 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('edit' as const),
      who: small,
      name,
      note: fc.constantFrom('', 'Likes tea', 'VIP'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('merge' as const),
      into: small,
      from: small,
      keep: fc.constantFrom('into' as const, 'from' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('move' as const), which: small, to: fc.option(small) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('dismiss' as const), one: small, other: small }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('undo' as const), which: small }) },
);

type CustomerRow = { readonly id: CustomerId; readonly rev: number };

/** Customers of their own, oldest first. */
const standing = (workspace: TestWorkspace): readonly CustomerRow[] =>
  workspace.reader.all<CustomerRow>('SELECT id, rev FROM customer WHERE merged_into IS NULL ORDER BY id');

const play = (workspace: TestWorkspace, account: AccountId, steps: readonly Step[]): void => {
  const done: string[] = [];
  const pick = (place: number): CustomerRow | undefined => {
    const all = standing(workspace);
    return all[place % Math.max(1, all.length)];
  };
  const keep = (answer: {
    readonly ok: boolean;
    readonly value?: { readonly undo: string | null };
  }): void => {
    if (answer.value !== undefined && answer.value.undo !== null) done.push(answer.value.undo);
  };
  steps.forEach((one, place) => {
    switch (one.do) {
      case 'mail': {
        // Their own domain, so that the same name there is a suggestion.
        const from = { name: one.name, address: `p${String(one.from)}@firm.example` };
        workspace.ingest({
          account,
          items: [
            item({
              id: `m${String(place)}`,
              from,
              at: present + one.hours * hour,
              subject: `Matter ${String(place)}`,
            }),
          ],
        });
        break;
      }
      case 'edit': {
        const who = pick(one.who);
        if (who !== undefined)
          keep(
            workspace.run('customer.update', { id: who.id, seenRev: who.rev, name: one.name, note: one.note })
              .output,
          );
        break;
      }
      case 'merge': {
        const [into, from] = [pick(one.into), pick(one.from)];
        if (into !== undefined && from !== undefined)
          keep(
            workspace.run('customer.merge', {
              into,
              from,
              choice: { name: one.keep, company: one.keep, note: 'both' },
            }).output,
          );
        break;
      }
      case 'move': {
        const identities = workspace.reader.all<{
          channel: string;
          address: string;
          customer_id: CustomerId;
        }>('SELECT channel, address, customer_id FROM identity ORDER BY num');
        const identity = identities[one.which % Math.max(1, identities.length)];
        if (identity === undefined) break;
        const { channel, address, customer_id: from } = identity;
        const to = one.to === null ? null : (pick(one.to)?.id ?? null);
        keep(workspace.run('customer.moveIdentity', { channel, address, from, to }).output);
        break;
      }
      case 'dismiss': {
        const [who, other] = [pick(one.one), pick(one.other)];
        if (who !== undefined && other !== undefined)
          keep(workspace.run('customer.dismissSuggestion', { one: who.id, other: other.id }).output);
        break;
      }
      case 'undo': {
        const undo = done[one.which % Math.max(1, done.length)];
        if (undo !== undefined) workspace.run('customer.undo', { undo });
        break;
      }
    }
  });
};

const withWorkspace = (work: (workspace: TestWorkspace, account: AccountId) => void): void => {
  const workspace = makeWorkspace();
  try {
    work(workspace, workspace.addAccount('support@shop.example'));
  } finally {
    workspace.close();
  }
};

/** Everything about customers but revisions: names, words, and who has which address and conversation. */
const pictureOf = (workspace: TestWorkspace): string =>
  JSON.stringify([
    workspace.reader.all(
      'SELECT id, name, given_name, company, note, merged_into, same_key FROM customer ORDER BY id',
    ),
    workspace.reader.all('SELECT channel, address, customer_id, name FROM identity ORDER BY num'),
    workspace.reader.all('SELECT num, customer_id, customer_waiting_since FROM conversation ORDER BY num'),
    workspace.reader.all('SELECT * FROM customer_dismissal ORDER BY customer_id, other_id'),
  ]);

describe('any history of customers', () => {
  it('leaves rows that equal a replay of their logs, and every conversation with whoever has its address', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
        withWorkspace((workspace, account) => {
          play(workspace, account, steps);
          expect(verifyCustomers(workspace.reader)).toEqual([]);
        });
      }),
      { numRuns: 25 },
    );
  }, 600_000);

  it('leaves nobody without an address, and no address with somebody who became part of another', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
        withWorkspace((workspace, account) => {
          play(workspace, account, steps);
          const lost = workspace.reader.all(
            `SELECT c.id FROM customer c LEFT JOIN identity i ON i.customer_id = c.id
             GROUP BY c.id HAVING (c.merged_into IS NULL) <> (count(i.num) > 0)`,
          );
          expect(lost).toEqual([]);
        });
      }),
      { numRuns: 20 },
    );
  }, 600_000);

  it('is the same before a merge and after its undo', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 25 }), small, small, (steps, first, second) => {
        withWorkspace((workspace, account) => {
          play(workspace, account, steps);
          const all = standing(workspace);
          const [into, from] = [all[first % Math.max(1, all.length)], all[second % Math.max(1, all.length)]];
          if (into === undefined || from === undefined || into.id === from.id) return;
          const before = pictureOf(workspace);
          const merged = workspace.run('customer.merge', {
            into,
            from,
            choice: { name: 'from', company: 'from', note: 'both' },
          }).output;
          expect(merged.ok).toBe(true);
          if (!merged.ok) return;
          expect(workspace.run('customer.undo', { undo: merged.value.undo }).output).toEqual({
            ok: true,
            value: null,
          });
          expect(pictureOf(workspace)).toBe(before);
          // Taken back once, it cannot be taken back again.
          expect(workspace.run('customer.undo', { undo: merged.value.undo }).output).toMatchObject({
            ok: false,
          });
        });
      }),
      { numRuns: 25 },
    );
  }, 600_000);
});
