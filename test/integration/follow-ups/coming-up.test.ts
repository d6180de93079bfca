import { afterEach, describe, expect, it } from 'vitest';
import type { NoticeAct } from '#main/engine/shell-port.ts';
import { openQuietDesk } from '#test/support/quiet-desk.ts';
import type { QuietDesk } from '#test/support/quiet-desk.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
/** A Thursday at noon, UTC. */
const noon = Date.UTC(2026, 0, 15, 12);

let desk: QuietDesk;

const open = async (now = noon): Promise<QuietDesk> => {
  desk = await openQuietDesk({ now });
  return desk;
};

afterEach(async () => {
  await desk.close();
});

const fellOf = async (conversation: Parameters<QuietDesk['promise']>[0]) => {
  const { items } = await desk.engine.ask('conversation.timeline', {
    id: conversation,
    before: null,
    limit: 100,
  });
  return items.filter((one) => one.kind === 'event' && one.event === 'follow-up.fell-due');
};

describe('a follow-up', () => {
  it('comes up within 60 seconds of its time, once, and not before', async () => {
    await open();
    const conversation = await desk.hear({ id: 'order' });
    await desk.promise(conversation, { dueAt: noon + 10 * minute, why: 'Ask whether it came' });
    await desk.pass(10 * minute - second);
    expect(desk.engine.record.notices).toEqual([]);
    await desk.pass(61 * second);
    expect(desk.engine.record.notices).toMatchObject([
      {
        kind: 'follow-up',
        conversation,
        title: 'Follow up with Ana Pereira',
        body: 'Ask whether it came',
        actions: [{ act: 'open' }, { act: 'done' }, { act: 'snooze' }],
      },
    ]);
    expect(desk.events.filter(({ event }) => event === 'fell-due')).toEqual([
      { event: 'fell-due', conversations: [conversation], late: 0 },
    ]);
    await desk.pass(10 * minute);
    expect(await fellOf(conversation)).toHaveLength(1);
    expect(desk.engine.record.notices).toHaveLength(1);
    expect(await desk.engine.ask('follow-up.counts', {})).toEqual({ mine: 1, due: 1, missed: 0 });
  });

  it('comes up at once on wake when the computer slept over its time, and is listed as missed until it is dealt with', async () => {
    await open();
    const conversation = await desk.hear({ id: 'order' });
    const id = await desk.promise(conversation, { dueAt: noon + hour });
    desk.clock.pass(9 * hour);
    desk.engine.engine.power('resume');
    await desk.settle();
    expect(desk.engine.record.notices).toHaveLength(1);
    expect(desk.engine.record.notices[0]?.body).toContain('this computer slept');
    expect(await desk.engine.ask('follow-up.counts', {})).toEqual({ mine: 1, due: 1, missed: 1 });
    const { rows } = await desk.engine.ask('follow-up.missed', { after: null, limit: 10 });
    expect(rows.map((row) => row.id)).toEqual([id]);
    await desk.engine.ask('follow-up.keep', { id });
    expect(await desk.engine.ask('follow-up.counts', {})).toEqual({ mine: 0, due: 0, missed: 0 });
  });

  it('comes up after a sleep that the system never told of', async () => {
    await open();
    const conversation = await desk.hear({ id: 'order' });
    await desk.promise(conversation, { dueAt: noon + hour });
    desk.clock.set(noon + 9 * hour);
    await desk.pass(60 * second);
    expect(desk.engine.record.notices).toHaveLength(1);
  });

  it('comes up at once at the start when the application was off over its time', async () => {
    await open();
    const conversation = await desk.hear({ id: 'order' });
    await desk.promise(conversation, { dueAt: noon + hour });
    desk = await desk.offFor(20 * hour);
    await desk.settle();
    expect(desk.engine.record.notices).toHaveLength(1);
    expect(await desk.engine.ask('follow-up.counts', {})).toMatchObject({ missed: 1 });
    expect(await desk.engine.ask('follow-up.dismissMissed', {})).toEqual({ done: 1 });
    expect(await desk.engine.ask('follow-up.counts', {})).toEqual({ mine: 1, due: 1, missed: 0 });
  });

  it('is neither told twice nor lost when the clock is set back, before its time or after it', async () => {
    await open();
    const conversation = await desk.hear({ id: 'order' });
    await desk.promise(conversation, { dueAt: noon + hour, why: 'first' });
    await desk.promise(conversation, { dueAt: noon + 3 * hour, why: 'second' });
    await desk.pass(61 * minute);
    expect(desk.engine.record.notices.map(({ body }) => body)).toEqual(['first']);
    desk.clock.set(noon - 2 * hour);
    await desk.pass(4 * hour);
    expect(desk.engine.record.notices.map(({ body }) => body)).toEqual(['first']);
    await desk.pass(hour + minute);
    expect(desk.engine.record.notices.map(({ body }) => body)).toEqual(['first', 'second']);
    expect(await fellOf(conversation)).toHaveLength(2);
  });

  it('does not hide another one of the same day, nor one of the same minute', async () => {
    await open();
    const conversation = await desk.hear({ id: 'order' });
    for (const [at, why] of [
      [hour, 'first'],
      [2 * hour, 'second'],
      [2 * hour, 'at the same time'],
    ] as const) {
      await desk.promise(conversation, { dueAt: noon + at, why });
    }
    await desk.pass(2 * hour + minute);
    expect(desk.engine.record.notices.map(({ body }) => body).sort()).toEqual([
      'at the same time',
      'first',
      'second',
    ]);
  });

  it('is done or put off for an hour by the buttons of its notice', async () => {
    await open();
    const conversation = await desk.hear({ id: 'order' });
    const put = await desk.promise(conversation, { dueAt: noon + minute, why: 'put off' });
    const done = await desk.promise(conversation, { dueAt: noon + minute, why: 'done' });
    await desk.pass(minute);
    const answer = (act: NoticeAct, followUp: string): void =>
      desk.engine.engine.noticeAnswered({ act, conversation, followUp });
    answer('snooze', put);
    answer('done', done);
    await desk.settle();
    const { rows } = await desk.engine.ask('follow-up.list', {
      of: { kind: 'mine' },
      after: null,
      limit: 10,
    });
    expect(rows.map(({ id, dueAt }) => ({ id, dueAt }))).toEqual([
      { id: put, dueAt: desk.clock.now() + hour },
    ]);
    await desk.pass(hour);
    expect(desk.engine.record.notices.map(({ body }) => body)).toEqual(['put off', 'done', 'put off']);
    answer('open', put);
    expect(desk.events.at(-1)).toEqual({ event: 'show', conversation });
  });

  it('says nothing of the customer where previews are off, and nothing at all where notifications are', async () => {
    await open();
    const conversation = await desk.hear({ id: 'order', subject: 'My secret order' });
    await desk.engine.ask('app.setPreferences', { change: { notificationPreview: false } });
    await desk.promise(conversation, { dueAt: noon + minute, why: 'Call Ana' });
    await desk.pass(minute);
    expect(desk.engine.record.notices).toMatchObject([{ title: 'A follow-up is due', body: '' }]);
    await desk.engine.ask('app.setPreferences', { change: { notifications: false } });
    await desk.promise(conversation, { dueAt: noon + 3 * minute });
    await desk.pass(3 * minute);
    expect(desk.engine.record.notices).toHaveLength(1);
    expect(await desk.engine.ask('follow-up.counts', {})).toMatchObject({ due: 2 });
  });

  it('that repeats every day keeps its hour over a change of daylight saving, and one that repeats by hours its length', async () => {
    // Saturday 28 March 2026, 06:00 in Berlin; on Sunday the clock goes forward.
    const start = Date.UTC(2026, 2, 28, 5);
    await open(start);
    await desk.engine.ask('target.setSchedule', {
      schedule: {
        ...(await desk.engine.ask('target.settings', {})).schedule,
        zone: 'Europe/Berlin',
      },
    });
    const conversation = await desk.hear({ id: 'order' });
    const daily = await desk.promise(conversation, { dueAt: start + 3 * hour, every: 24 * hour });
    const often = await desk.promise(conversation, { dueAt: start + 3 * hour, every: 12 * hour });
    const dueAt = async (id: string) =>
      (await desk.engine.ask('follow-up.list', { of: { kind: 'mine' }, after: null, limit: 10 })).rows.find(
        (row) => row.id === id,
      )?.dueAt;
    desk.clock.set(start + 3 * hour);
    await desk.pass(minute);
    // 09:00 in Berlin is 08:00 UTC before the change and 07:00 after it.
    expect(await dueAt(daily)).toBe(Date.UTC(2026, 2, 29, 7));
    expect(await dueAt(often)).toBe(Date.UTC(2026, 2, 28, 20));
    desk.clock.set(Date.UTC(2026, 2, 31, 12));
    await desk.pass(minute);
    expect(await dueAt(daily)).toBe(Date.UTC(2026, 3, 1, 7));
    expect(await fellOf(conversation)).toHaveLength(4);
  });

  it('at a time across a change of daylight saving comes up at that very time', async () => {
    const before = Date.UTC(2026, 9, 24, 12);
    await open(before);
    const conversation = await desk.hear({ id: 'order' });
    // 02:30 comes twice in Berlin on that night; the promise was made for the second.
    const theSecond = Date.UTC(2026, 9, 25, 1, 30);
    await desk.promise(conversation, { dueAt: theSecond });
    desk.clock.set(theSecond - 30 * second);
    await desk.pass(20 * second);
    expect(desk.engine.record.notices).toEqual([]);
    await desk.pass(60 * second);
    expect(desk.engine.record.notices).toHaveLength(1);
  });

  it('more than three at once are one notice with their number', async () => {
    await open();
    const conversation = await desk.hear({ id: 'order' });
    for (let n = 0; n < 4; n += 1) await desk.promise(conversation, { dueAt: noon + minute });
    await desk.pass(minute);
    expect(desk.engine.record.notices).toMatchObject([
      { kind: 'follow-ups', conversation: null, title: '4 follow-ups are due' },
    ]);
    desk.engine.engine.noticeAnswered({ act: 'open', conversation: null, followUp: null });
    expect(desk.events.at(-1)).toEqual({ event: 'show-follow-ups' });
  });
});

describe('a snoozed conversation', () => {
  it('wakes within a minute of its time, and at once after a sleep', async () => {
    await open();
    const one = await desk.hear({ id: 'one', subject: 'One thing' });
    const other = await desk.hear({ id: 'other', subject: 'Another matter' });
    await desk.engine.ask('conversation.snooze', { ids: [one], until: noon + 10 * minute });
    await desk.engine.ask('conversation.snooze', { ids: [other], until: noon + 5 * hour });
    const asleep = async () =>
      (
        await desk.engine.ask('conversation.list', {
          query: { view: 'snoozed', account: null },
          after: null,
          limit: 10,
        })
      ).rows.map(({ id }) => id);
    await desk.pass(9 * minute);
    expect(await asleep()).toEqual([one, other]);
    await desk.pass(2 * minute);
    expect(await asleep()).toEqual([other]);
    desk.clock.pass(8 * hour);
    desk.engine.engine.power('resume');
    await desk.settle();
    expect(await asleep()).toEqual([]);
  });
});
