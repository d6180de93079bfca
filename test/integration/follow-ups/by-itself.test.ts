import { afterEach, describe, expect, it } from 'vitest';
import type { ConversationId } from '#shared/kit/brand.ts';
import { editOf } from '#test/support/engine.ts';
import { openQuietDesk } from '#test/support/quiet-desk.ts';
import type { QuietDesk } from '#test/support/quiet-desk.ts';

const minute = 60_000;
const hour = 60 * minute;
/** A Thursday at noon, UTC. */
const noon = Date.UTC(2026, 0, 15, 12);

let desk: QuietDesk;

const open = async (now = noon): Promise<void> => {
  desk = await openQuietDesk({ now });
};

afterEach(async () => {
  await desk.close();
});

const mine = async () =>
  (await desk.engine.ask('follow-up.list', { of: { kind: 'mine' }, after: null, limit: 50 })).rows;

const setSchedule = async (change: {
  readonly zone: string;
  readonly holidays?: string[];
}): Promise<void> => {
  const { schedule } = await desk.engine.ask('target.settings', {});
  await desk.engine.ask('target.setSchedule', { schedule: { ...schedule, ...change } });
};

const reply = async (conversation: ConversationId, resolve = false) => {
  const draft = await desk.engine.ask('draft.start', {
    conversation,
    message: null,
    mode: 'reply',
    account: null,
  });
  await desk.engine.ask('draft.save', {
    id: draft.id,
    edit: editOf(draft, { html: '<p>It is on its way.</p>' }),
  });
  const { rev } = await desk.engine.ask('conversation.get', { id: conversation });
  return desk.engine.ask('draft.send', { id: draft.id, seenRev: rev, resolve });
};

describe('a reply from an account that looks after its answers', () => {
  const switchOn = () => desk.engine.ask('account.update', { id: desk.account, noReplyDays: 3 });

  it('comes back at the end of the third working day if nobody has answered', async () => {
    await open();
    await setSchedule({ zone: 'Europe/Berlin', holidays: ['2026-01-19'] });
    await switchOn();
    const conversation = await desk.hear({ id: 'order' });
    await reply(conversation);
    // Friday, not the holiday on Monday, Tuesday, Wednesday; 17:00 in Berlin is 16:00 UTC.
    expect(await mine()).toMatchObject([
      { purpose: 'promise', ifNoReply: true, every: null, dueAt: Date.UTC(2026, 0, 21, 16) },
    ]);
    await desk.hear({ id: 'thanks', parents: ['order'] });
    expect(await mine()).toEqual([]);
  });

  it('does not where it is switched off, where the reply resolves, or beside a promise that is still to come', async () => {
    await open();
    const first = await desk.hear({ id: 'first', subject: 'First matter' });
    await reply(first);
    expect(await mine()).toEqual([]);
    await switchOn();
    await reply(first, true);
    expect(await mine()).toEqual([]);
    const second = await desk.hear({ id: 'second', subject: 'Second matter' });
    const own = await desk.promise(second, { dueAt: noon + 30 * 24 * hour });
    await reply(second);
    expect((await mine()).map(({ id }) => id)).toEqual([own]);
  });

  it('takes its promise back with the reply', async () => {
    await open();
    await switchOn();
    const conversation = await desk.hear({ id: 'order' });
    const { outbox } = await reply(conversation);
    expect(await mine()).toHaveLength(1);
    await desk.engine.ask('outbox.undo', { id: outbox });
    expect(await mine()).toEqual([]);
  });
});

const ownerOf = async (id: ConversationId) => (await desk.engine.ask('conversation.get', { id })).owner?.name;

describe('somebody who is away', () => {
  it('has what was answered for them again when their return date comes, and at the start when it passed while the application was off', async () => {
    await open();
    const [ana, omar] = desk.addColleagues('Ana', 'Omar');
    const conversation = await desk.hear({ id: 'order' });
    await desk.engine.ask('conversation.assign', { ids: [conversation], to: ana, note: '' });
    const away = async (until: number) => {
      await desk.engine.ask('member.away', { member: ana, until, substitute: omar });
      expect(await ownerOf(conversation)).toBe('Omar');
    };
    await away(desk.clock.now() + 2 * hour);
    await desk.pass(119 * minute);
    expect(await ownerOf(conversation)).toBe('Omar');
    await desk.pass(2 * minute);
    expect(await ownerOf(conversation)).toBe('Ana');

    await away(desk.clock.now() + 24 * hour);
    desk = await desk.offFor(48 * hour);
    await desk.settle();
    expect(await ownerOf(conversation)).toBe('Ana');
    expect((await desk.engine.ask('member.list', {})).members.every((member) => member.away === null)).toBe(
      true,
    );
  });

  it('whose substitute is away as well is covered by that one’s substitute, or by whoever comes back first', async () => {
    await open();
    const [ana, omar, ines] = desk.addColleagues('Ana', 'Omar', 'Ines');
    const conversation = await desk.hear({ id: 'order' });
    await desk.engine.ask('conversation.assign', { ids: [conversation], to: ana, note: '' });
    await desk.engine.ask('member.away', { member: omar, until: noon + 2 * hour, substitute: null });
    await desk.engine.ask('member.away', { member: ana, until: noon + 9 * hour, substitute: omar });
    // Nobody is there to answer, so it stays with her.
    expect(await ownerOf(conversation)).toBe('Ana');
    await desk.pass(2 * hour + minute);
    expect(await ownerOf(conversation)).toBe('Omar');
    await desk.engine.ask('member.away', { member: omar, until: noon + 5 * hour, substitute: ines });
    expect(await ownerOf(conversation)).toBe('Ines');
    desk.clock.set(noon + 9 * hour);
    await desk.pass(minute);
    expect(await ownerOf(conversation)).toBe('Ana');
  });
});

describe('a transfer', () => {
  it('leaves a check that is due three working days later, over a weekend and a change of daylight saving', async () => {
    // Friday 27 March 2026, 10:00 in Berlin; on Sunday the clock goes forward.
    await open(Date.UTC(2026, 2, 27, 9));
    await setSchedule({ zone: 'Europe/Berlin' });
    const [omar] = desk.addColleagues('Omar');
    const conversation = await desk.hear({ id: 'order' });
    await desk.engine.ask('conversation.claim', { ids: [conversation] });
    await desk.engine.ask('conversation.transfer', {
      ids: [conversation],
      to: omar,
      reason: 'He knows the machine',
      checkAt: null,
      returnAt: desk.clock.now() + 4 * hour,
    });
    // Wednesday 1 April, 10:00 in Berlin is 08:00 UTC by then.
    const checks = (await mine()).filter(({ purpose }) => purpose === 'check');
    expect(checks.map(({ dueAt }) => dueAt)).toEqual([Date.UTC(2026, 3, 1, 8)]);
    await desk.pass(4 * hour + minute);
    expect(await ownerOf(conversation)).not.toBe('Omar');
    expect(desk.engine.record.notices).toMatchObject([
      { title: 'Back with you: Ana Pereira. Nobody took it up in time.', actions: [{ act: 'open' }] },
    ]);
  });
});
