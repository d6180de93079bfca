import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect } from 'vitest';
import type { Cursor } from '#main/channels/kit/channel.ts';
import { never, savedCursor } from './inbox.ts';
import { question } from './conformance.ts';
import type { Conformance } from './conformance.ts';

const history = 10_000;
/** What keeping a cursor, a few caches and the test's own numbers may cost. */
const growth = 24 * 1024 * 1024;

// Cursors of other channels, of later versions and of nobody; each means "from the beginning".
const foreign: readonly Cursor[] = [
  {},
  { version: 99, uidValidity: '1', archive: 'x', offset: 7, next: 'y' },
  { version: 1, uidValidity: 'not a number', uidNext: -1, modseq: {}, exists: null, gaps: [[]] },
  { version: 1, newest: 17, oldest: { id: [] }, after: '', done: 'perhaps' },
  { startedAt: 'yesterday', told: 'all', heard: null },
  { next_batch: 's1_2_3', offset: 4_000_000_000 },
];

const collectGarbage = (): number => {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') Reflect.apply(collect, undefined, []);
  return process.memoryUsage().heapUsed;
};

/** Nothing lost, nothing twice, whatever order and however often. */
export function describeKeeping(conformance: Conformance): void {
  const { given, writtenTo, inbox, open, stage } = conformance;

  describe('keeping what comes', () => {
    given([], 'changes nothing when a batch is told again', async () => {
      const account = await writtenTo();
      const here = inbox(account);
      const batches = await here.catchUp(open(account), { maxItems: 5 });
      const before = here.facts();
      expect(here.texts().length).toBeGreaterThan(0);
      for (const batch of [...batches, ...batches.toReversed()]) here.take(batch);
      expect(here.facts()).toEqual(before);
    });

    given([], 'loses nothing when it is ended between the fetch and the commit, at every batch', async () => {
      const account = await writtenTo();
      const whole = inbox(account);
      await whole.catchUp(open(account));
      const here = inbox(account);
      for (let more = true; more;) {
        const lost = account.open();
        await here.pull(lost, { maxItems: 4 });
        await lost.close();
        const session = account.open();
        const batch = await here.pull(session, { maxItems: 4 });
        here.take(batch);
        await session.committed?.(here.stream, batch.next);
        await session.close();
        more = batch.more;
      }
      expect(here.texts()).toEqual(whole.texts());
      expect(here.identities()).toEqual(whole.identities());
    });

    given([], 'gives every message one identity, in whatever order and however often it comes', async () => {
      const account = await writtenTo();
      const here = inbox(account);
      const batches = await here.catchUp(open(account));
      const last = batches.at(-1);
      const items = batches.flatMap((batch) => batch.items);
      if (last === undefined) throw new Error('nothing came');
      const shuffled = inbox(account);
      for (const item of [...items.toReversed(), ...items, ...items.toReversed()])
        shuffled.take({ ...last, items: [item], changes: [] });
      expect(shuffled.identities()).toEqual(here.identities());
    });

    given([], 'brings the same from a second session, and nothing when nothing happened', async () => {
      const account = await writtenTo();
      const here = inbox(account);
      await here.catchUp(open(account));
      const before = here.facts();
      const session = open(account);
      for (let turn = 0; turn < 5; turn += 1) {
        const batch = await here.pull(session);
        expect(batch).toMatchObject({ items: [], changes: [], more: false });
        here.take(batch);
      }
      expect(here.facts()).toEqual(before);
    });

    given([], 'starts over, and loses nothing, with a cursor that is not its own', async () => {
      const account = await writtenTo();
      const whole = inbox(account);
      await whole.catchUp(open(account));
      for (const cursor of foreign) {
        const here = inbox(account);
        here.cursor = cursor;
        await here.catchUp(open(account));
        expect(here.identities()).toEqual(whole.identities());
      }
    });

    given(['write'], 'starts over with a cursor that points to what the server no longer knows', async () => {
      const account = await writtenTo();
      const here = inbox(account);
      await here.catchUp(open(account));
      const known = here.identities();
      here.cursor = account.strange(savedCursor(here.cursor ?? {}));
      await account.write([question(13)]);
      await here.catchUp(open(account));
      expect(here.texts().filter((text) => text.includes(question(13)))).toHaveLength(1);
      expect(here.texts()).toHaveLength(13);
      expect(here.identities()).toEqual(expect.arrayContaining(known.filter((id) => !id.includes(' '))));
    });

    given(['write'], 'is not confused by a change that is told before what it changes', async () => {
      const account = await writtenTo();
      const plain = inbox(account);
      const batches = await plain.catchUp(open(account));
      const early = inbox(account);
      for (const batch of batches) {
        const changes = batch.items.flatMap(({ key }) => [
          { kind: 'flags', key, seen: true, answered: true } as const,
          { kind: 'gone', key } as const,
        ]);
        early.take({ ...batch, items: [], changes });
      }
      for (const batch of batches) early.take(batch);
      expect(early.facts()).toEqual(plain.facts());
    });

    given(['write'], 'finds what is written later, by asking alone', async () => {
      const account = await writtenTo();
      const here = inbox(account);
      const session = open(account);
      await here.catchUp(session);
      for (const n of [13, 14, 15]) {
        await account.write([question(n)]);
        await here.catchUp(session);
        expect(here.texts().some((text) => text.includes(question(n)))).toBe(true);
      }
      expect(here.texts()).toHaveLength(15);
    });

    given(['write'], 'brings what is written during the first import, too', async () => {
      const account = await writtenTo();
      const here = inbox(account);
      here.take(await here.pull(open(account), { maxItems: 5 }));
      await account.write([question(13)]);
      await here.catchUp(open(account), { maxItems: 5 });
      expect(here.texts()).toHaveLength(13);
    });

    given(
      ['history'],
      `brings ${String(history)} messages in batches, the newest first, and keeps none of them in memory`,
      async () => {
        const account = await conformance.account();
        await account.seed(history);
        const session = open(account);
        const seen = new Set<string>();
        const firsts: string[] = [];
        let cursor: Cursor | null = null;
        let before = 0;
        for (let more = true; more;) {
          const batch = await session.pull(
            account.stream,
            cursor,
            { maxItems: 256, maxBytes: 16 * 1024 * 1024, check: false },
            never(),
          );
          expect(batch.items.length).toBeLessThanOrEqual(256);
          for (const { key } of batch.items) seen.add(key);
          if (firsts.length === 0)
            firsts.push(...batch.items.map((item) => Buffer.from(item.bytes).toString('utf8')));
          cursor = savedCursor(batch.next);
          more = batch.more;
          if (before === 0 && seen.size > history / 5) before = collectGarbage();
        }
        expect(seen.size).toBe(history);
        expect(firsts.some((bytes) => bytes.includes(`history ${String(history)}`))).toBe(true);
        expect(collectGarbage() - before).toBeLessThan(growth);
        // A cursor is saved with every batch; one that grew with the history would make an import quadratic.
        expect(JSON.stringify(cursor).length).toBeLessThan(4_000);
      },
      600_000,
    );
  });

  describe('its profile', () => {
    given([], 'crosses to the page as plain data', async () => {
      const { profile } = stage().channel;
      expect(structuredClone(profile)).toEqual(profile);
      expect(profile.kind).toBe(conformance.harness.kind);
    });

    given([], 'names at least one stream to pull, by a trial login that can be made again', async () => {
      const account = await writtenTo();
      const { channel } = stage();
      const first = await channel.probe(account.context, never());
      const second = await channel.probe(account.context, never());
      expect(second).toEqual(first);
      expect(first.streams.filter(({ chosen }) => chosen).map(({ name }) => name)).toContain(account.stream);
      expect(await open(account).streams(never())).toEqual(first.streams);
    });
  });
}
