import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ParsedItem } from '#main/engine/ingest/parsed-item.ts';
import { inOrder } from '#main/engine/ingest/take-batch.ts';
import { isWiped } from '#main/engine/store/vault.ts';
import { verify } from '#main/engine/store/verify.ts';
import type { AccountId, BlobId, CustomerId } from '#shared/kit/brand.ts';
import { join } from 'node:path';
import { customer, item } from '#test/support/store/letters.ts';
import { makeWorkspace, present } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';

let workspace: TestWorkspace;
let account: AccountId;

beforeEach(() => {
  workspace = makeWorkspace();
  account = workspace.addAccount('support@shop.example');
});

afterEach(() => {
  expect(verify(workspace.reader, workspace.vault, { everyNthBlob: 1 }).problems).toEqual([]);
  workspace.close();
});

const nothing = new Uint8Array();
const put = (items: readonly ParsedItem[]) =>
  workspace.run('ingest.sources', { account, channel: 'email', items }).output;
/** The items as a slice brings them after their sources were put away. */
const putAway = (items: readonly ParsedItem[]): readonly ParsedItem[] => {
  const sources = put(items);
  return items.map((one, place) => ({ ...one, bytes: nothing, ...sources[place] }));
};
const sourceOf = (id: string): BlobId | undefined =>
  workspace.reader.get<{ source: BlobId }>('SELECT source FROM message WHERE external_id = ?', [
    `${id}@mail.example`,
  ])?.source;
const given = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new Error('there is none');
  return value;
};
const keptOf = (items: readonly ParsedItem[]): readonly (BlobId | undefined)[] =>
  items.map(({ kept }) => kept);

describe('sources put away before their slices', () => {
  it('are those that the messages refer to, byte for byte', () => {
    const items = [item({ id: 'a' }), item({ id: 'b', text: 'Other words' })];
    workspace.ingest({ account, items: putAway(items) });
    for (const [place, id] of ['a', 'b'].entries())
      expect(workspace.vault.read(given(sourceOf(id)))).toEqual(Buffer.from(items[place]?.bytes ?? nothing));
  });

  it('are one for two copies in one pull, whichever of them is taken in', () => {
    const [first, second] = putAway([item({ id: 'a' }), item({ id: 'a', key: 'copy' })]);
    expect(first?.kept).toBe(second?.kept);
    workspace.ingest({ account, items: [second, first].filter((one) => one !== undefined) });
    expect(sourceOf('a')).toBe(first?.kept);
  });

  it('are given back for what is here, is no message, or may be our own coming back', () => {
    workspace.ingest({ account, items: [item({ id: 'a' })] });
    workspace.db.run("UPDATE message SET client_id = 'ours'");
    const unreadable = {
      ...item({ id: 'x' }),
      result: { kind: 'unreadable', key: 'x', reason: 'crashed' },
    } as const;
    const items = [item({ id: 'a' }), unreadable, item({ id: 'out', direction: 'out' }), item({ id: 'new' })];
    const away = putAway(items);
    expect(keptOf(away).map((kept) => kept !== undefined)).toEqual([false, false, false, true]);
    expect(away.slice(0, 3).map(({ bytes }) => bytes)).toEqual(items.slice(0, 3).map(({ bytes }) => bytes));
    const { output } = workspace.ingest({ account, items: away });
    expect(output).toMatchObject({ added: 2, quarantined: 1 });
    workspace.db.run('UPDATE message SET client_id = NULL');
  });

  it('of somebody who was erased are not kept, and are overwritten where they were put away just before', () => {
    workspace.ingest({ account, items: [item({ id: 'a' })] });
    const before = putAway([item({ id: 'a', key: 'again' }), item({ id: 'b' })]);
    const late = putAway([item({ id: 'c' })]);
    workspace.ingest({ account, items: before });
    const { id } = given(workspace.reader.get<{ id: CustomerId }>('SELECT customer_id AS id FROM identity'));
    workspace.run('erasure.ask', { id, typed: customer.name, quarantine: [] });
    for (let step = workspace.run('erasure.step', {}).output; step !== 'nothing';) {
      if (step === 'pages') workspace.run('erasure.finish', {});
      step = workspace.run('erasure.step', {}).output;
    }
    expect(keptOf(putAway([item({ id: 'b' })]))).toEqual([undefined]);
    const again = [{ ...item({ id: 'b' }), bytes: nothing, kept: given(late[0]?.kept) }];
    expect(workspace.ingest({ account, items: again }).output.added).toBe(0);
    expect(isWiped(join(workspace.folder, 'vault'), given(late[0]?.kept))).toBe(true);
  });
});

describe('a power cut', () => {
  const level = (): unknown => workspace.db.get('PRAGMA synchronous');
  const normal = { synchronous: 1 };
  const full = { synchronous: 2 };

  it('may take back what is pulled and indexed again by itself, and nothing else', () => {
    workspace.ingest({ account, items: [item({ id: 'a' })], next: null });
    expect(level()).toEqual(normal);
    workspace.ingest({ account, items: [item({ id: 'b' })] });
    expect(level()).toEqual(full);
    workspace.run('search.index', { limit: 1 });
    expect(level()).toEqual(normal);
    workspace.run('erasure.step', {});
    expect(level()).toEqual(full);
  });
});

describe('the order of a slice', () => {
  const hour = 3_600_000;
  const late = item({ id: 'late', at: present });
  const early = item({ id: 'early', at: present - hour });

  it('is that of time, and for the same time that of the server', () => {
    const twin = item({ id: 'twin', at: present });
    expect(inOrder([late, twin, early]).map(({ key }) => key)).toEqual(['early', 'late', 'twin']);
  });

  it('stays where something refers to a message before it', () => {
    const edit = {
      ...item({ id: 'edit' }),
      result: { kind: 'unreadable', key: 'edit', reason: 'crashed' },
    } as const;
    expect(inOrder([late, edit, early]).map(({ key }) => key)).toEqual(['late', 'edit', 'early']);
  });
});
