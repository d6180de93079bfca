import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openInlineBulkVault } from '#main/engine/bulk-vault/inline-bulk-vault.ts';
import type { BulkVault } from '#main/engine/bulk-vault/bulk-vault.ts';
import type { ParsedItem } from '#main/engine/ingest/parsed-item.ts';
import { putAway } from '#main/engine/ingest/put-away.ts';
import type { Put } from '#main/engine/ingest/put-away.ts';
import { inOrder } from '#main/engine/ingest/take-batch.ts';
import { deriveKeys } from '#main/engine/store/keys.ts';
import { isWiped, placeOfBlob, segmentPath } from '#main/engine/store/vault.ts';
import { verify } from '#main/engine/store/verify.ts';
import type { AccountId, BlobId, CustomerId } from '#shared/kit/brand.ts';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { customer, item } from '#test/support/store/letters.ts';
import { makeWorkspace, present } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';

let workspace: TestWorkspace;
let account: AccountId;
let bulk: BulkVault;

const vaultIn = (): string => join(workspace.folder, 'vault');

beforeEach(() => {
  workspace = makeWorkspace();
  account = workspace.addAccount('support@shop.example');
  bulk = openInlineBulkVault({ folder: vaultIn(), key: deriveKeys(workspace.root).vault });
});

afterEach(async () => {
  await bulk.close();
  expect(verify(workspace.reader, workspace.vault, { everyNthBlob: 1 }).problems).toEqual([]);
  workspace.close();
});

const nothing = new Uint8Array();
const put = (items: readonly ParsedItem[], before: readonly Put[] = []) =>
  putAway(
    { db: workspace.reader, hash: workspace.environment.erasures.hash, bulk },
    { account, channel: 'email' },
    items,
    before,
  );
/** The items as a slice brings them after their sources were put away. */
const sourcesAway = async (items: readonly ParsedItem[]): Promise<readonly ParsedItem[]> =>
  (await put(items)).items;
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
/** Bytes that were ever put away in bulk. */
const bulkBytes = (): number => {
  const path = segmentPath(vaultIn(), 2);
  return existsSync(path) ? statSync(path).size : 0;
};

const eraseEverything = (): void => {
  const { id } = given(workspace.reader.get<{ id: CustomerId }>('SELECT customer_id AS id FROM identity'));
  workspace.run('erasure.ask', { id, typed: customer.name, quarantine: [] });
  for (let step = workspace.run('erasure.step', {}).output; step !== 'nothing';) {
    if (step === 'pages') workspace.run('erasure.finish', {});
    step = workspace.run('erasure.step', {}).output;
  }
};

describe('sources put away before their slices', () => {
  it('are those that the messages refer to, byte for byte, in segments of their own', async () => {
    const items = [item({ id: 'a' }), item({ id: 'b', text: 'Other words' })];
    workspace.ingest({ account, items: [item({ id: 'c' })] });
    workspace.ingest({ account, items: await sourcesAway(items) });
    for (const [place, id] of ['a', 'b'].entries())
      expect(workspace.vault.read(given(sourceOf(id)))).toEqual(Buffer.from(items[place]?.bytes ?? nothing));
    const segments = ['a', 'b', 'c'].map((id) => placeOfBlob(given(sourceOf(id)))?.segment);
    expect(segments).toEqual([2, 2, 1]);
  });

  it('are one for two copies in one pull, whichever of them is taken in', async () => {
    const [first, second] = await sourcesAway([item({ id: 'a' }), item({ id: 'a', key: 'copy' })]);
    expect(first?.kept).toBe(second?.kept);
    workspace.ingest({ account, items: [second, first].filter((one) => one !== undefined) });
    expect(sourceOf('a')).toBe(first?.kept);
  });

  it('are put away once where the pull before, whose slices are not taken in yet, has them too', async () => {
    const before = await put([item({ id: 'a' }), item({ id: 'b' })]);
    const size = bulkBytes();
    const next = await put([item({ id: 'b', key: 'copy' })], [before.put]);
    expect(bulkBytes()).toBe(size);
    expect(keptOf(next.items)).toEqual([before.items[1]?.kept]);
    workspace.ingest({ account, items: before.items });
    expect(workspace.ingest({ account, items: next.items }).output.added).toBe(0);
    expect(sourceOf('b')).toBe(before.items[1]?.kept);
  });

  it('are given back for what is here, is no message, or may be our own coming back', async () => {
    workspace.ingest({ account, items: [item({ id: 'a' })] });
    workspace.db.run("UPDATE message SET client_id = 'ours'");
    const unreadable = {
      ...item({ id: 'x' }),
      result: { kind: 'unreadable', key: 'x', reason: 'crashed' },
    } as const;
    const items = [item({ id: 'a' }), unreadable, item({ id: 'out', direction: 'out' }), item({ id: 'new' })];
    const away = await sourcesAway(items);
    expect(keptOf(away).map((kept) => kept !== undefined)).toEqual([false, false, false, true]);
    expect(away.slice(0, 3).map(({ bytes }) => bytes)).toEqual(items.slice(0, 3).map(({ bytes }) => bytes));
    const { output } = workspace.ingest({ account, items: away });
    expect(output).toMatchObject({ added: 2, quarantined: 1 });
    workspace.db.run('UPDATE message SET client_id = NULL');
  });

  it('of somebody who was erased are not kept, and are overwritten where they were put away just before', async () => {
    workspace.ingest({ account, items: [item({ id: 'a' })] });
    const before = await sourcesAway([item({ id: 'a', key: 'again' }), item({ id: 'b' })]);
    const late = await sourcesAway([item({ id: 'c' })]);
    workspace.ingest({ account, items: before });
    eraseEverything();
    const size = bulkBytes();
    expect(keptOf(await sourcesAway([item({ id: 'b' })]))).toEqual([undefined]);
    expect(bulkBytes()).toBe(size);
    const again = [{ ...item({ id: 'b' }), bytes: nothing, kept: given(late[0]?.kept) }];
    expect(workspace.ingest({ account, items: again }).output.added).toBe(0);
    expect(isWiped(vaultIn(), given(late[0]?.kept))).toBe(true);
  });

  it('are overwritten where somebody is erased while they are put away, and the next ones go behind them', async () => {
    workspace.ingest({ account, items: [item({ id: 'a' })] });
    // Looked for before the erasure, put away after it.
    const slow: BulkVault = {
      ...bulk,
      put: (sources) => {
        eraseEverything();
        return bulk.put(sources);
      },
    };
    const found = { db: workspace.reader, hash: workspace.environment.erasures.hash, bulk: slow };
    const whose = { account, channel: 'email' };
    const unknown = { ...item({ id: 'new' }), key: 'new' };
    const { items } = await putAway(found, whose, [unknown], []);
    const [one] = items;
    // What came back under the name of something erased.
    const named = { ...item({ id: 'a', key: 'again' }), bytes: nothing, kept: given(one?.kept) };
    expect(workspace.ingest({ account, items: [named] }).output.added).toBe(0);
    expect(isWiped(vaultIn(), given(one?.kept))).toBe(true);
    const [next] = await sourcesAway([item({ id: 'next' })]);
    workspace.ingest({ account, items: [given(next)] });
    expect(sourceOf('next')).toBe(next?.kept);
  });

  it('that a kill left without rows are put away again, behind what nothing speaks of', async () => {
    const items = [item({ id: 'a' }), item({ id: 'b' })];
    const lost = await sourcesAway(items);
    await bulk.close();
    bulk = openInlineBulkVault({ folder: vaultIn(), key: deriveKeys(workspace.root).vault });
    const again = await sourcesAway(items);
    workspace.ingest({ account, items: again });
    expect(sourceOf('a')).toBe(again[0]?.kept);
    expect(keptOf(again)).not.toEqual(keptOf(lost));
    expect(placeOfBlob(given(again[0]?.kept))?.segment).toBe(2);
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
