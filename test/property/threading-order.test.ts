import { describe, expect, it } from 'vitest';
import type { AccountId } from '#shared/kit/brand.ts';
import { item } from '#test/support/store/letters.ts';
import type { Letter } from '#test/support/store/letters.ts';
import { grouping } from '#test/support/store/look.ts';
import { makeWorkspace, present } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';

/** A mail of a thread by short names: who it is and what it refers to. */
type Mail = { readonly id: string; readonly parents: readonly string[] };

const minute = 60_000;

/** Every run of a thread has names of its own, so that thousands of them fit one workspace. */
const letterOf = (mail: Mail, place: number, run: string): Letter => ({
  id: `${run}-${mail.id}`,
  parents: mail.parents.map((parent) => `${run}-${parent}`),
  at: present + place * minute,
  subject: `Thread ${run}`,
  text: `${run}:${mail.id}`,
});

/** Threads take no notice of where batches end, so a hundred runs go into each: a commit costs more than a mail. */
const atOnce = 600;

const ingestAll = (workspace: TestWorkspace, account: AccountId, letters: readonly Letter[]): void => {
  for (let from = 0; from < letters.length; from += atOnce) {
    workspace.ingest({ account, items: letters.slice(from, from + atOnce).map(item), more: true });
  }
};

const inOrder = (letters: readonly Letter[], order: readonly number[]): readonly Letter[] =>
  order.map((place) => letters[place]).filter((letter) => letter !== undefined);

const permutations = (count: number): readonly (readonly number[])[] => {
  if (count === 0) return [[]];
  return permutations(count - 1).flatMap((order) =>
    Array.from({ length: count }, (_, at) => [...order.slice(0, at), count - 1, ...order.slice(at)]),
  );
};

/** mulberry32: small, seeded, good enough to shuffle with. */
const randomFrom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const shuffled = (count: number, random: () => number): readonly number[] => {
  const order = Array.from({ length: count }, (_, place) => place);
  for (let last = count - 1; last > 0; last -= 1) {
    const pick = Math.floor(random() * (last + 1));
    [order[last], order[pick]] = [order[pick] ?? 0, order[last] ?? 0];
  }
  return order;
};

/** The connected components of "shares a name with", worked out without the product. */
const expected = (mails: readonly Mail[], run: string): readonly string[] => {
  const groups = mails.map((mail) => ({ names: new Set([mail.id, ...mail.parents]), ids: [mail.id] }));
  for (let changed = true; changed;) {
    changed = false;
    for (const [place, group] of groups.entries()) {
      const other = groups.findIndex(
        (one, at) => at > place && [...one.names].some((name) => group.names.has(name)),
      );
      const joined = groups[other];
      if (joined === undefined) continue;
      for (const name of joined.names) group.names.add(name);
      group.ids.push(...joined.ids);
      groups.splice(other, 1);
      changed = true;
    }
  }
  return groups
    .map(({ ids }) =>
      ids
        .map((id) => `${run}:${id}`)
        .sort()
        .join(' '),
    )
    .sort();
};

const mail = (id: string, ...parents: readonly string[]): Mail => ({ id, parents });

const shapes: readonly (readonly [name: string, mails: readonly Mail[]])[] = [
  [
    'a chain',
    [mail('a'), mail('b', 'a'), mail('c', 'a', 'b'), mail('d', 'c'), mail('e', 'd'), mail('f', 'e')],
  ],
  ['a missing root', [mail('b', 'a'), mail('c', 'a', 'b'), mail('d', 'a')]],
  [
    'a late root that joins two threads',
    [mail('b', 'x'), mail('c', 'y'), mail('a', 'x', 'y'), mail('d', 'c'), mail('e', 'b')],
  ],
  ['a loop', [mail('a', 'c'), mail('b', 'a'), mail('c', 'b'), mail('d')]],
  ['one child of two roots', [mail('a'), mail('b'), mail('c', 'a', 'b'), mail('d', 'b')]],
  [
    'two threads that never meet',
    [mail('a'), mail('b', 'a'), mail('c'), mail('d', 'c'), mail('e', 'c'), mail('f', 'd')],
  ],
];

describe('the conversations that come of a set of mails', () => {
  it.each(shapes)(
    'are the same for every order of arrival: %s',
    (name, mails) => {
      const workspace = makeWorkspace();
      const account = workspace.addAccount('support@shop.example');
      const orders = permutations(mails.length);
      const runOf = (place: number) => `${name.replaceAll(' ', '')}${String(place)}`;
      ingestAll(
        workspace,
        account,
        orders.flatMap((order, place) =>
          inOrder(
            mails.map((one, at) => letterOf(one, at, runOf(place))),
            order,
          ),
        ),
      );
      const wanted = orders.flatMap((_, place) => expected(mails, runOf(place)));
      expect(grouping(workspace)).toEqual([...wanted].sort());
      workspace.close();
    },
    600_000,
  );

  it('are the same for 2,000 seeded shuffles of larger threads, and equal to their connected components', () => {
    const workspace = makeWorkspace();
    const account = workspace.addAccount('support@shop.example');
    const wanted: string[] = [];
    const all: Letter[] = [];
    for (let seed = 1; seed <= 2_000; seed += 1) {
      const random = randomFrom(seed);
      const count = 8 + Math.floor(random() * 8);
      const mails = Array.from({ length: count }, (_, place) =>
        mail(
          `m${String(place)}`,
          ...Array.from(
            { length: Math.floor(random() * 3) },
            () => `m${String(Math.floor(random() * (count + 4)))}`,
          ).filter((parent) => parent !== `m${String(place)}`),
        ),
      );
      const run = `s${String(seed)}`;
      const letters = mails.map((one, at) => letterOf(one, at, run));
      all.push(...inOrder(letters, shuffled(count, random)));
      wanted.push(...expected(mails, run));
    }
    ingestAll(workspace, account, all);
    expect(grouping(workspace)).toEqual(wanted.sort());
    workspace.close();
  }, 600_000);
});
