import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Batch, Cursor } from '#main/channels/kit/channel.ts';
import { seededRandom } from '#test/support/mail-mutations.ts';
import { eventually, stays } from '#test/support/eventually.ts';
import { BotApiServer } from '#test/support/telegram/bot-api-server.ts';
import { agreeing, attemptOf, botAccount, pulled } from '#test/support/telegram/bot-account.ts';
import type { BotAccount } from '#test/support/telegram/bot-account.ts';
import { TestClock } from '#test/support/test-clock.ts';

const hour = 60 * 60_000;

let server: BotApiServer;
const accounts: BotAccount[] = [];

const account = (options: Parameters<typeof botAccount>[1] = {}): BotAccount => {
  const made = botAccount(server, options);
  accounts.push(made);
  return made;
};

const saved = (cursor: Cursor): Cursor => {
  const copy: unknown = JSON.parse(JSON.stringify(cursor));
  if (typeof copy !== 'object' || copy === null) throw new Error('a cursor is an object');
  return { ...copy };
};

const textsOf = ({ understood }: BotAccount, batch: Batch): readonly string[] =>
  understood(batch.items).map((one) => (one.kind === 'message' ? one.text : one.kind));

beforeAll(async () => {
  server = await BotApiServer.start();
});

afterEach(async () => {
  await Promise.all(accounts.splice(0).map((one) => one.closeAll()));
  server.http.speak();
});

afterAll(() => server.stop());

describe('confirming what Telegram tells', () => {
  it('waits with the offset until the batch is committed, though the next one is asked for ahead', async () => {
    const one = account();
    const ana = one.bot.person('Ana');
    for (let n = 1; n <= 150; n += 1) one.bot.write(ana, { text: `Question ${String(n)}` });
    const session = one.open();
    const first = await pulled(session, null);
    expect(first.items).toHaveLength(100);
    expect(first.more).toBe(true);
    let ahead: Batch | null = null;
    const asked = pulled(session, first.next).then((batch) => {
      ahead = batch;
    });
    await stays(() => ahead === null && one.bot.updates.unconfirmed.length === 150, {
      message: 'nothing is confirmed that is not committed',
      forMs: 300,
    });
    expect(one.bot.updates.offsets.every((offset) => offset === null)).toBe(true);
    await session.committed?.('updates', first.next);
    await asked;
    expect(one.bot.updates.unconfirmed).toHaveLength(50);
    expect(ahead).toMatchObject({ more: false, items: { length: 50 } });
  });

  it('loses nothing and brings nothing twice to the store, wherever a backlog is cut by a kill', async () => {
    const one = account();
    const ana = one.bot.person('Ana');
    const random = seededRandom(20_261_122);
    const all = Array.from({ length: 330 }, (_, n) => `Question ${String(n + 1)}`);
    for (const text of all) one.bot.write(ana, { text });
    const stored: string[] = [];
    let cursor: Cursor | null = null;
    let committedUpTo = 0;
    for (let turn = 0; stored.length < all.length && turn < 200; turn += 1) {
      const session = one.channel.open(one.context);
      const batch: Batch = await pulled(session, cursor);
      // As the engine does: the next batch is asked for while this one is being committed.
      const next = pulled(session, batch.next).catch(() => null);
      if (random() < 0.6) {
        stored.push(...textsOf(one, batch));
        cursor = saved(batch.next);
        committedUpTo = Number(cursor['offset'] ?? 0);
        if (random() < 0.8) await session.committed?.('updates', batch.next);
      }
      // What is asked for ahead has its time to do harm.
      await stays(() => one.bot.updates.offsets.every((offset) => (offset ?? 0) <= committedUpTo), {
        message: 'no offset covers what is not committed',
        forMs: 40,
        everyMs: 5,
      });
      await session.close();
      await next;
    }
    expect(stored).toEqual(all);
  });

  it('goes through a backlog of many pages in one session, in order', async () => {
    const one = account();
    const ana = one.bot.person('Ana');
    const all = Array.from({ length: 430 }, (_, n) => `Question ${String(n + 1)}`);
    for (const text of all) one.bot.write(ana, { text });
    const session = one.open();
    const stored: string[] = [];
    let cursor: Cursor | null = null;
    for (let more = true; more;) {
      const batch: Batch = await pulled(session, cursor);
      stored.push(...textsOf(one, batch));
      cursor = saved(batch.next);
      await session.committed?.('updates', batch.next);
      more = batch.more;
    }
    expect(stored).toEqual(all);
  });

  it('tells nothing twice after a restart, though the last batch was never confirmed', async () => {
    const one = account();
    const ana = one.bot.person('Ana');
    one.bot.write(ana, { text: 'One' });
    const first = await pulled(one.open(), null);
    one.bot.write(ana, { text: 'Two' });
    const session = one.open();
    const second = await pulled(session, saved(first.next));
    expect(textsOf(one, second)).toEqual(['Two']);
    await session.committed?.('updates', second.next);
    expect(textsOf(one, await pulled(session, second.next))).toEqual([]);
    expect(one.bot.updates.unconfirmed).toEqual([]);
  });

  it('goes on when Telegram counts anew from a lower number after a week of silence', async () => {
    const one = account();
    const ana = one.bot.person('Ana');
    one.bot.write(ana, { text: 'Before the holidays' });
    const session = one.open();
    const first = await pulled(session, null);
    await session.committed?.('updates', first.next);
    await pulled(session, first.next);
    one.bot.updates.countFrom(4_711);
    one.bot.write(ana, { text: 'After the holidays' });
    const second = await pulled(session, first.next);
    expect(textsOf(one, second)).toEqual(['After the holidays']);
    expect(textsOf(one, await pulled(one.open(), saved(first.next)))).toEqual(['After the holidays']);
    expect(one.bot.updates.unconfirmed).toEqual([4_711]);
    await session.committed?.('updates', second.next);
    expect((await pulled(session, second.next)).items).toEqual([]);
    expect(one.bot.updates.unconfirmed).toEqual([]);
  });

  it('keeps everything when an answer is lost on its way', async () => {
    const one = account();
    const ana = one.bot.person('Ana');
    one.bot.write(ana, { text: 'Hello' });
    const session = one.open();
    server.http.lose('taken', ({ url }) => url.pathname.endsWith('/getUpdates'));
    await expect(pulled(session, null)).rejects.toMatchObject({ failure: { kind: 'no-answer' } });
    expect(textsOf(one, await pulled(one.open(), null))).toEqual(['Hello']);
  });

  it('keeps to the limits it is given, and takes a single update that is over them', async () => {
    const one = account();
    const ana = one.bot.person('Ana');
    for (const text of ['x'.repeat(4_000), 'Two', 'Three']) one.bot.write(ana, { text });
    const session = one.open();
    const never = new AbortController().signal;
    const limits = { maxItems: 100, maxBytes: 3_000, check: false };
    const first = await session.pull('updates', null, limits, never);
    expect(first).toMatchObject({ items: { length: 1 }, more: true });
    const second = await session.pull('updates', first.next, { ...limits, maxItems: 1 }, never);
    expect(textsOf(one, second)).toEqual(['Two']);
  });
});

describe('one poll for everything', () => {
  it('is never in its own way: a look in the midst of a poll ends neither with a conflict', async () => {
    const one = account({ timeouts: { poll: 50_000, recheck: 300_000 } });
    const ana = one.bot.person('Ana');
    const session = one.open();
    const stop = new AbortController();
    const hints: string[] = [];
    const ended = session.listen(['updates'], (stream) => hints.push(stream), stop.signal).catch(String);
    let cursor: Cursor | null = (await pulled(session, null, true)).next;
    for (let turn = 1; turn <= 3; turn += 1) {
      await eventually(() => one.bot.updates.isPolled, { message: 'a poll waits' });
      expect((await pulled(session, cursor, true)).items).toEqual([]);
      await eventually(() => one.bot.updates.isPolled, { message: 'the poll goes on' });
      hints.length = 0;
      one.bot.write(ana, { text: `News ${String(turn)}` });
      await eventually(() => hints.length > 0, { message: 'a hint' });
      const before = server.calls('getUpdates');
      const batch: Batch = await pulled(session, cursor);
      expect(textsOf(one, batch)).toEqual([`News ${String(turn)}`]);
      // What the poll has brought is here already.
      expect(server.calls('getUpdates') - before).toBeLessThanOrEqual(1);
      await session.committed?.('updates', batch.next);
      cursor = batch.next;
    }
    await eventually(() => one.bot.updates.isPolled && one.bot.updates.unconfirmed.length === 0, {
      message: 'what was committed is confirmed by the next poll',
    });
    stop.abort(new Error('enough'));
    expect(await ended).toContain('enough');
  });

  it('waits for the commit before it polls on, and looks without confirming when none is told', async () => {
    const one = account({ timeouts: { poll: 50_000, settle: 50 } });
    const ana = one.bot.person('Ana');
    const session = one.open();
    const stop = new AbortController();
    let hints = 0;
    const ended = session.listen(['updates'], () => (hints += 1), stop.signal).catch(String);
    one.bot.write(ana, { text: 'One' });
    await eventually(() => hints >= 2, { message: 'the hint of what came' });
    one.bot.write(ana, { text: 'Two' });
    await eventually(() => hints >= 3, { message: 'the next hint though nothing was committed' });
    expect(one.bot.updates.unconfirmed).toHaveLength(2);
    expect(one.bot.updates.offsets.every((offset) => offset === null)).toBe(true);
    stop.abort(new Error('enough'));
    await ended;
  });

  it('asks for nothing while it only sends', async () => {
    const one = account();
    const ana = one.bot.acquaintance('Ana');
    const before = server.calls('getUpdates');
    const attempt = attemptOf(one, { to: [{ name: 'Ana', address: String(ana.id) }] });
    await one.open().send(attempt, agreeing, new AbortController().signal);
    expect(one.bot.said).toHaveLength(1);
    expect(server.calls('getUpdates')).toBe(before);
  });
});

describe('what Telegram no longer keeps', () => {
  it('is said to be missing when nobody asked for longer than a day, once', async () => {
    const clock = new TestClock(Date.now());
    const one = account({ clock });
    const ana = one.bot.person('Ana');
    const first = await pulled(one.open(), null);
    const from = clock.now();
    expect(first.gap).toBeNull();
    one.bot.write(ana, { text: 'Too early' });
    for (const side of [clock, one.bot]) side.pass(26 * hour);
    one.bot.write(ana, { text: 'In time' });
    const session = one.open();
    const batch = await pulled(session, saved(first.next));
    expect(textsOf(one, batch)).toEqual(['In time']);
    expect(batch.gap).toEqual({ reason: 'expired-at-server', from });
    expect((await pulled(session, batch.next)).gap).toBeNull();
  });

  it('is nothing within a day', async () => {
    const clock = new TestClock(Date.now());
    const one = account({ clock });
    const ana = one.bot.person('Ana');
    const first = await pulled(one.open(), null);
    one.bot.write(ana, { text: 'Yesterday' });
    for (const side of [clock, one.bot]) side.pass(23 * hour);
    const batch = await pulled(one.open(), saved(first.next));
    expect(textsOf(one, batch)).toEqual(['Yesterday']);
    expect(batch.gap).toBeNull();
  });

  it('is not said of a clock that was set back', async () => {
    const clock = new TestClock(Date.now());
    const one = account({ clock });
    const first = await pulled(one.open(), null);
    clock.set(clock.now() - 48 * hour);
    expect((await pulled(one.open(), saved(first.next))).gap).toBeNull();
  });
});
