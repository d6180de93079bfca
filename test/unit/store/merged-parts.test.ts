import { afterEach, beforeEach, expect, it } from 'vitest';
import { runSearch } from '#main/engine/store/read/search.ts';
import { searchParts } from '#main/engine/store/read/search-parts.ts';
import { partRows } from '#main/engine/store/write/search-parts.ts';
import { indexMessages, tendIndex } from '#main/engine/store/write/search-index.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { item } from '#test/support/store/letters.ts';
import { makeWorkspace, present } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';

const partSize = 40;
const hour = 3_600_000;
const context = { now: present, timeZoneOffset: () => 0 };

let workspace: TestWorkspace;
let account: AccountId;

beforeEach(() => {
  workspace = makeWorkspace();
  account = workspace.addAccount('support@shop.example');
});

afterEach(() => {
  workspace.close();
});

/** Takes letters in, the newest `from` hours ago, and puts each into the index by itself, as it is when they come one by one. */
const take = (from: number, count: number): void => {
  for (let n = from; n < from + count; n += 1) {
    const letter = {
      id: `n${String(n)}`,
      subject: `Parcel ${String(n)}`,
      text: `lamp number${String(n)}`,
      at: present - n * hour,
    };
    workspace.ingest({ account, items: [item(letter)], more: true });
    const seqs = workspace.db
      .all<{ seq: number }>('SELECT seq FROM message WHERE indexed = 0')
      .map(({ seq }) => seq);
    workspace.db.transaction(() => indexMessages(workspace.db, seqs, partSize));
  }
};

const segments = (): readonly number[] =>
  searchParts(workspace.db).map(
    ({ table }) =>
      workspace.db.get<{ n: number }>(`SELECT count(DISTINCT segid) AS n FROM ${table}_idx`)?.n ?? 0,
  );

const found = (text: string): number =>
  runSearch(workspace.reader, text, { after: null, limit: 200 }, context).hits.length;

/** Tends the index to its end; looks at it before each step. Answers how many steps it took. */
const tend = (look: () => void): number => {
  for (let steps = 0; ; steps += 1) {
    look();
    if (!workspace.db.transaction(() => tendIndex(workspace.db, partSize))) return steps;
  }
};

it('a part that was filled bit by bit is written into one segment, and is found in all the while', () => {
  take(0, 100);
  expect(segments().length).toBeGreaterThan(1);
  expect(Math.max(...segments())).toBeGreaterThan(1);
  tend(() => expect([found('lamp'), found('num'), found('number77 ')]).toEqual([100, 100, 1]));
  const full = partRows(workspace.db).filter(({ messages }) => messages * 4 > partSize);
  expect(full.length).toBeGreaterThan(1);
  for (const { messages, merged, gone } of full) expect([merged, gone]).toEqual([messages, 0]);
  expect(segments().slice(0, full.length)).toEqual(full.map(() => 1));
});

it('it is written anew only when a quarter of a part has come since', () => {
  take(0, 20);
  expect(tend(() => undefined)).toBeGreaterThan(0);
  expect(segments()).toEqual([1]);
  take(20, 10);
  expect(tend(() => undefined)).toBe(0);
  take(30, 1);
  expect(tend(() => undefined)).toBeGreaterThan(0);
  expect(segments()).toEqual([1]);
  expect(found('lamp')).toBe(31);
});
