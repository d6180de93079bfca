import { afterEach, describe, expect, it } from 'vitest';
import type { TargetRules } from '#shared/contract/targets.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import { openQuietDesk } from '#test/support/quiet-desk.ts';
import type { QuietDesk } from '#test/support/quiet-desk.ts';

const minute = 60_000;
const hour = 60 * minute;
/** Friday 27 March 2026, 16:00 in Berlin; on Sunday the clock goes forward. */
const friday = Date.UTC(2026, 2, 27, 15);

let desk: QuietDesk;

const open = async (now = friday): Promise<void> => {
  desk = await openQuietDesk({ now });
  const { schedule } = await desk.engine.ask('target.settings', {});
  await desk.engine.ask('target.setSchedule', { schedule: { ...schedule, zone: 'Europe/Berlin' } });
};

afterEach(async () => {
  await desk.close();
});

const none = { firstAnswer: null, nextAnswer: null, resolution: null };

const setRules = async (rules: Partial<TargetRules>): Promise<void> => {
  await desk.engine.ask('target.setRules', {
    rules: { workspace: none, byAccount: [], byTag: [], ...rules },
  });
  await desk.settle();
};

const targetOf = async (id: ConversationId) => (await desk.engine.ask('conversation.get', { id })).target;

describe('a target', () => {
  it('runs in working hours from what the customer wrote, and is gone with the answer', async () => {
    await open();
    await setRules({ workspace: { ...none, firstAnswer: 2 * hour, nextAnswer: hour } });
    const conversation = await desk.hear({ id: 'order' });
    // One hour is left on Friday; the second runs from Monday 09:00 in Berlin, which is 07:00 UTC by then.
    expect(await targetOf(conversation)).toEqual({
      kind: 'first-answer',
      from: friday,
      at: Date.UTC(2026, 2, 30, 8),
    });
    desk.clock.pass(10 * minute);
    await desk.hear({ id: 'answer', direction: 'out', parents: ['order'] });
    expect(await targetOf(conversation)).toBeNull();
    desk.clock.pass(10 * minute);
    await desk.hear({ id: 'again', parents: ['answer'] });
    expect(await targetOf(conversation)).toMatchObject({ kind: 'next-answer', from: friday + 20 * minute });
  });

  it('is that of a tag before that of the account before that of the workspace, and holds for open conversations at once', async () => {
    await open();
    const conversation = await desk.hear({ id: 'order' });
    expect(await targetOf(conversation)).toBeNull();
    await setRules({ workspace: { ...none, firstAnswer: 30 * minute } });
    expect((await targetOf(conversation))?.at).toBe(friday + 30 * minute);
    await setRules({
      workspace: { ...none, firstAnswer: 30 * minute },
      byAccount: [{ account: desk.account, targets: { ...none, firstAnswer: 40 * minute } }],
      byTag: [{ tag: 'Urgent ', targets: { ...none, firstAnswer: 10 * minute } }],
    });
    expect((await targetOf(conversation))?.at).toBe(friday + 40 * minute);
    await desk.engine.ask('conversation.tag', { ids: [conversation], add: ['urgent'], remove: [] });
    expect((await targetOf(conversation))?.at).toBe(friday + 10 * minute);
    await setRules({});
    expect(await targetOf(conversation)).toBeNull();
  });

  it('that has passed is told once, counted for its owner, and runs anew for a conversation that is opened again', async () => {
    await open(Date.UTC(2026, 2, 25, 9));
    const start = desk.clock.now();
    await setRules({ workspace: { ...none, firstAnswer: hour, resolution: 3 * hour } });
    const conversation = await desk.hear({ id: 'order' });
    await desk.engine.ask('conversation.claim', { ids: [conversation] });
    await desk.pass(hour - 2 * minute);
    expect(desk.engine.record.notices).toEqual([]);
    await desk.pass(3 * minute);
    expect(desk.engine.record.notices).toMatchObject([
      { kind: 'target', conversation, title: 'Ana Pereira has waited longer than the target' },
    ]);
    const { members } = await desk.engine.ask('team.overview', {});
    expect(members[0]?.overdue).toBe(1);
    await desk.pass(30 * minute);
    expect(desk.engine.record.notices).toHaveLength(1);

    await desk.engine.ask('conversation.resolve', { ids: [conversation] });
    expect(await targetOf(conversation)).toBeNull();
    desk.clock.set(start + 24 * hour);
    await desk.hear({ id: 'answer', direction: 'out', parents: ['order'] });
    await desk.engine.ask('conversation.reopen', { ids: [conversation] });
    expect(await targetOf(conversation)).toEqual({
      kind: 'resolution',
      from: start + 24 * hour,
      at: start + 27 * hour,
    });
  });

  it('of many conversations that have passed are one notice', async () => {
    await open(Date.UTC(2026, 2, 25, 9));
    await setRules({ workspace: { ...none, firstAnswer: 10 * minute } });
    for (const n of [1, 2, 3, 4, 5]) {
      await desk.hear({ id: `order-${String(n)}`, subject: `Matter ${String(n)}` });
    }
    await desk.pass(11 * minute);
    expect(desk.engine.record.notices).toMatchObject([{ title: '5 conversations are past the target' }]);
  });

  it('asks for working hours that can be reckoned with', async () => {
    await open();
    const { schedule } = await desk.engine.ask('target.settings', {});
    const refused = (change: Partial<typeof schedule>) =>
      desk.engine.refusal('target.setSchedule', { schedule: { ...schedule, ...change } });
    expect(await refused({ zone: 'Middle/Earth' })).toBe('unknown-zone');
    expect(await refused({ holidays: ['2026-02-30'] })).toBe('bad-date');
    expect(await refused({ days: { ...schedule.days, mon: [{ from: 540, to: 540 }] } })).toBe('bad-hours');
    const closed = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] };
    expect(await refused({ days: closed })).toBe('never-open');
  });
});
