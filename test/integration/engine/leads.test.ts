import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Input } from '#shared/contract/contract.ts';
import type { ConversationId, FollowUpId, MemberId } from '#shared/kit/brand.ts';
import { openQuietDesk } from '#test/support/quiet-desk.ts';
import type { QuietDesk } from '#test/support/quiet-desk.ts';

const hour = 3_600_000;
/** Tuesday 10 March 2026, 10:00 UTC. */
const tuesday = Date.UTC(2026, 2, 10, 10);

let desk: QuietDesk;
let ana: MemberId;
let ben: MemberId;
let me: MemberId;

beforeEach(async () => {
  desk = await openQuietDesk({ now: tuesday });
  [ana, ben] = desk.addColleagues('Ana', 'Ben');
  const { members } = await desk.engine.ask('member.list', {});
  const here = members.find(({ isMe }) => isMe);
  if (here === undefined) throw new Error('nobody sits here');
  me = here.id;
});

afterEach(async () => {
  await desk.close();
});

/** A customer writes, and somebody has it. */
const given = async (
  to: MemberId | null,
  name: string,
  from = `${name}@customer.example`,
): Promise<ConversationId> => {
  const id = await desk.hear({
    id: name,
    text: `${name} has a question`,
    subject: name,
    from: { name: '', address: from },
  });
  if (to !== null) await desk.engine.ask('conversation.assign', { ids: [id], to, note: '' });
  return id;
};

const ownerOf = async (id: ConversationId): Promise<MemberId | null> =>
  (await desk.engine.ask('conversation.get', { id })).owner?.id ?? null;

const loadOf = async (member: MemberId) => {
  const { members } = await desk.engine.ask('team.overview', {});
  const found = members.find((load) => load.member.id === member);
  if (found === undefined) throw new Error('not in the overview');
  return found;
};

/** Ana gives what she has to Ben, and keeps the check; the lead does it for her. */
const transferred = async (id: ConversationId): Promise<FollowUpId> => {
  await desk.engine.ask('conversation.transfer', {
    ...{ ids: [id], to: ben, reason: 'knows lamps', checkAt: tuesday + hour, returnAt: null },
  });
  const { rows } = await desk.engine.ask('follow-up.list', {
    of: { kind: 'conversation', conversation: id },
    after: null,
    limit: 10,
  });
  const check = rows.find(({ purpose }) => purpose === 'check');
  if (check === undefined) throw new Error('no check was left');
  return check.id;
};

const followUpOwner = async (id: FollowUpId): Promise<MemberId | null> => {
  const { rows } = await desk.engine.ask('follow-up.list', {
    of: { kind: 'everybody' },
    after: null,
    limit: 100,
  });
  return rows.find((row) => row.id === id)?.owner ?? null;
};

const absent = async (member: MemberId): Promise<void> => {
  await desk.engine.ask('member.away', { member, until: tuesday + 72 * hour, substitute: null });
};

const preview = (to: MemberId | null, checks: MemberId | null) =>
  desk.engine.ask('hand-over.preview', {
    member: ana,
    to: to === null ? { kind: 'spread', edits: [] } : { kind: 'one', member: to },
    checks,
  });

describe('a lead who looks at the team', () => {
  it('sees of each what is open, waits, is due today and is to be checked', async () => {
    const lamp = await given(ana, 'lamp');
    await given(ana, 'order');
    await transferred(lamp);
    expect(await loadOf(ana)).toMatchObject({
      open: 1,
      ourTurn: 1,
      checks: 1,
      followUps: 1,
      dueToday: 1,
      waitingSince: tuesday,
    });
    expect(await loadOf(ben)).toMatchObject({ open: 1, ourTurn: 1, checks: 0, dueToday: 0 });
  });

  it('is told first who knows the customer, then who has the least waiting', async () => {
    const before = await given(ana, 'lamp', 'ruth@customer.example');
    await desk.engine.ask('conversation.resolve', { ids: [before] });
    for (const name of ['one', 'two', 'three']) await given(me, name);
    const id = await given(null, 'again', 'ruth@customer.example');
    const { suggestions } = await desk.engine.ask('balance.suggest', { ids: [id] });
    expect(suggestions[0]).toMatchObject({
      member: { id: ana, name: 'Ana' },
      reasons: [
        { kind: 'knows', conversations: 1 },
        { kind: 'least-waiting', waiting: 0 },
      ],
    });
    await absent(ana);
    const later = await desk.engine.ask('balance.suggest', { ids: [id] });
    expect(later.suggestions.map(({ member }) => member.id)).toEqual([ben]);
  });

  it('gives a conversation with a word that stands in the conversation', async () => {
    const id = await given(ben, 'lamp');
    await desk.engine.ask('conversation.assign', { ids: [id], to: ana, note: 'please call her' });
    const { items } = await desk.engine.ask('conversation.timeline', { id, before: null, limit: 20 });
    expect(items.at(-1)).toMatchObject({
      event: 'conversation.assigned',
      values: { note: 'please call her', from: 'Ben', to: 'Ana' },
    });
  });
});

describe('a balance for somebody who has too much', () => {
  it('is only suggested, is changed and accepted in one step, and taken back in one', async () => {
    for (let count = 0; count < 8; count += 1) await given(ana, `matter ${String(count)}`);
    expect((await loadOf(ana)).overloaded).toBe(true);
    const plan = await desk.engine.ask('balance.plan', { member: ana });
    expect(plan.moves.length).toBeGreaterThanOrEqual(4);
    expect((await loadOf(ana)).open).toBe(8);
    const mine = plan.shares.map(({ after }) => after.open);
    expect(Math.max(...mine) - Math.min(...mine)).toBeLessThanOrEqual(1);
    const moves = plan.moves
      .map(({ conversation }) => ({ conversation: conversation.id, to: ben }))
      .slice(0, 3);
    const changed = await desk.engine.ask('balance.accept', {
      member: ana,
      moves,
      note: 'so that she can breathe',
    });
    expect(changed).toMatchObject({ done: 3, refused: [] });
    expect([(await loadOf(ana)).open, (await loadOf(ben)).open]).toEqual([5, 3]);
    await desk.engine.ask('conversation.undo', { undo: changed.undo });
    expect((await loadOf(ana)).open).toBe(8);
  });

  it('leaves with somebody what they took since the lead looked', async () => {
    const id = await given(ana, 'lamp');
    await desk.engine.ask('conversation.assign', { ids: [id], to: me, note: '' });
    const moves = [{ conversation: id, to: ben }];
    const changed = await desk.engine.ask('balance.accept', { member: ana, moves, note: '' });
    expect(changed).toMatchObject({ done: 0, refused: [{ id, why: { kind: 'owned', owner: me } }] });
    expect(await ownerOf(id)).toBe(me);
  });
});

describe('handing over everything of somebody who is away', () => {
  it('shows what it is, goes to one member with checks kept, and is taken back with one key', async () => {
    const [lamp, order, parcel] = [
      await given(ana, 'lamp'),
      await given(ana, 'order'),
      await given(ana, 'parcel'),
    ];
    const check = await transferred(parcel);
    await desk.engine.ask('conversation.snooze', { ids: [order], until: tuesday + 5 * hour });
    await absent(ana);
    expect(await preview(me, null)).toMatchObject({
      open: 2,
      followUps: 0,
      checks: 1,
      checksKept: 0,
      covered: 0,
      total: 2,
    });
    const done = await desk.engine.ask('hand-over.accept', {
      ...{ member: ana, to: { kind: 'one', member: me }, checks: null, note: 'Ana is ill' },
    });
    expect(done).toMatchObject({ conversations: 2, checks: 1, checksKept: 0 });
    expect([await ownerOf(lamp), await ownerOf(order), await ownerOf(parcel)]).toEqual([me, me, ben]);
    expect(await followUpOwner(check)).toBe(ana);
    await desk.engine.ask('conversation.undo', { undo: done.undo });
    expect([await ownerOf(lamp), await ownerOf(order)]).toEqual([ana, ana]);
  });

  it('gives the checks to whom the lead names, except to whoever would check on themselves', async () => {
    const [lamp, order] = [await given(ana, 'lamp'), await given(ana, 'order')];
    const check = await transferred(lamp);
    await transferred(order);
    await desk.engine.ask('conversation.assign', { ids: [order], to: me, note: '' });
    await absent(ana);
    expect(await preview(null, me)).toMatchObject({ open: 0, checks: 2, checksKept: 1 });
    const done = await desk.engine.ask('hand-over.accept', {
      ...{ member: ana, to: { kind: 'spread', edits: [] }, checks: me, note: 'until she is back' },
    });
    expect(done).toMatchObject({ conversations: 0, checks: 2, checksKept: 1 });
    expect(await followUpOwner(check)).toBe(me);
    const { items } = await desk.engine.ask('conversation.timeline', { id: lamp, before: null, limit: 20 });
    expect(items.at(-1)).toMatchObject({
      event: 'follow-up.given',
      values: { from: 'Ana', purpose: 'check', note: 'until she is back' },
    });
    // It closes only when somebody has confirmed with the customer: now that is whoever was given the check.
    await desk.engine.ask('conversation.resolve', { ids: [lamp] });
    expect(await desk.engine.ask('conversation.get', { id: lamp })).toMatchObject({ status: 'resolved' });
    await desk.engine.ask('check.confirm', { id: check, how: 'customer-confirmed', message: null });
    expect(await desk.engine.ask('conversation.get', { id: lamp })).toMatchObject({ status: 'done' });
  });

  it('spreads over those who are there, as the lead changed it, and takes along what came since', async () => {
    const all: ConversationId[] = [];
    for (const name of ['one', 'two', 'three', 'four']) all.push(await given(ana, name));
    await absent(ana);
    const seen = await preview(null, null);
    expect(seen.moves.map(({ to }) => to.id).sort()).toEqual([ben, ben, me, me].sort());
    const [first] = seen.moves;
    if (first === undefined) throw new Error('nothing would move');
    all.push(await given(ana, 'late'));
    const other = first.to.id === ben ? me : ben;
    await desk.engine.ask('hand-over.accept', {
      member: ana,
      to: { kind: 'spread', edits: [{ conversation: first.conversation.id, to: other }] },
      checks: null,
      note: '',
    });
    expect(await ownerOf(first.conversation.id)).toBe(other);
    expect((await loadOf(ana)).open).toBe(0);
    const owners = await Promise.all(all.map(ownerOf));
    expect(owners.filter((owner) => owner === ben).length).toBeGreaterThanOrEqual(2);
    expect(owners.filter((owner) => owner === me).length).toBeGreaterThanOrEqual(2);
  });

  it('takes promises along to whoever has the conversation then', async () => {
    const id = await given(ana, 'lamp');
    const promised = await desk.promise(id, { why: 'call' });
    await absent(ben);
    await desk.engine.ask('hand-over.accept', {
      ...{ member: me, to: { kind: 'one', member: ana }, checks: null, note: '' },
    });
    expect(await followUpOwner(promised)).toBe(ana);
    await desk.engine.ask('hand-over.accept', {
      ...{ member: ana, to: { kind: 'spread', edits: [] }, checks: null, note: '' },
    });
    expect(await ownerOf(id)).toBe(me);
    expect(await followUpOwner(promised)).toBe(me);
  });

  it('is refused where nobody is there, and to whoever left the team', async () => {
    await given(ana, 'lamp');
    await absent(ben);
    await desk.engine.ask('member.away', { member: me, until: tuesday + 72 * hour, substitute: null });
    const everything = (to: Input<'hand-over.accept'>['to']): Promise<string> =>
      desk.engine.refusal('hand-over.accept', { member: ana, to, checks: null, note: '' });
    expect(await everything({ kind: 'spread', edits: [] })).toBe('nobody-there');
    expect(await everything({ kind: 'one', member: 'stranger' as MemberId })).toBe('member-gone');
    expect(await everything({ kind: 'one', member: ana })).toBe('member-gone');
  });
});
